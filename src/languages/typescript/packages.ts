/** Packages of a bundle: their names, and the versions that Node would load. */
import {isJsonObject, type Json, type JsonObject} from '../../base/json.ts';
import {byCodeUnits} from '../../base/compare.ts';
import type {Host} from '../../host/host.ts';
import type {Metafile} from 'esbuild';
import {folderOf} from '../shared/programs.ts';

/** mlp's own package: never part of a fingerprint or an identity, or an upgrade would make everything stale. */
export const OWN_PACKAGE = 'mlp-cli';

/** More than this many transitive packages enter the identity as one digest. */
const MOST_LISTED = 200;
/** Larger linked packages are known by their version alone. */
const MOST_LINKED_FILES = 2000;

const BUILT_IN = new Set(
  'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'.split(
    ' ',
  ),
);

/** Sorted names of the packages that the bundle still imports after unused exports are gone. */
export function packagesOf(metafile: Metafile): readonly string[] {
  const names = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const {path, external} of output.imports) {
      const name = external === true ? packageName(path) : undefined;
      if (name !== undefined && name !== OWN_PACKAGE) names.add(name);
    }
  }
  return [...names].sort(byCodeUnits);
}

function packageName(specifier: string): string | undefined {
  if (/^(?:node|bun|https?|file|data|cloudflare):|^[./#<]|\*/.test(specifier)) return undefined;
  const bare = specifier.replace(/^(?:npm|jsr):\/?/, '');
  const name = /^(?:@[^/]+\/)?[^/@][^/@]*/.exec(bare)?.[0];
  return name === undefined || BUILT_IN.has(name) ? undefined : name;
}

export interface InstalledVersions {
  /** Name -> version; null when it is not installed. Several versions of one package are joined by a space. */
  readonly versions: JsonObject;
  /** Absolute paths. */
  readonly guards: readonly string[];
}

/** Versions of packages as resolved from a project folder, with everything that they depend on. */
export function installedVersions(names: readonly string[], folder: string, host: Host): InstalledVersions {
  const direct = new Map<string, Set<string>>();
  const indirect = new Map<string, Set<string>>();
  const guards = new Set<string>();
  const seen = new Set<string>();
  const missing: string[] = [];
  const queue = names.map((name) => ({name, from: host.files.absolute(folder), isDirect: true, isNeeded: true}));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const {name, from, isDirect, isNeeded} = next;
    if (name === OWN_PACKAGE) continue;
    const found = findPackage(name, from, host, isDirect ? guards : new Set());
    if (found === undefined) {
      if (isDirect || isNeeded) missing.push(name);
      continue;
    }
    if (seen.has(`${isDirect}${found}`)) continue;
    seen.add(`${isDirect}${found}`);
    const manifest = readManifest(`${found}/package.json`, host);
    // A binary for one platform must not part a laptop from its CI.
    if (manifest === undefined || (!isDirect && (manifest['os'] !== undefined || manifest['cpu'] !== undefined)))
      continue;
    const real = host.files.realPath(found) ?? found;
    guards.add(`${found}/package.json`);
    const version = typeof manifest['version'] === 'string' ? manifest['version'] : '0';
    const listed = isDirect ? direct : indirect;
    const linked = real.includes('/node_modules/') ? '' : linkedDigest(real, host, guards);
    listed.set(name, (listed.get(name) ?? new Set()).add(`${version}${linked}`));
    for (const [field, needed] of [
      ['dependencies', true],
      ['peerDependencies', false],
      ['optionalDependencies', false],
    ] as const) {
      const members = manifest[field];
      if (!isJsonObject(members)) continue;
      for (const member of Object.keys(members))
        queue.push({name: member, from: real, isDirect: false, isNeeded: needed});
    }
  }
  return {versions: versionsOf(direct, indirect, missing, names, host), guards: [...guards]};
}

function versionsOf(
  direct: ReadonlyMap<string, ReadonlySet<string>>,
  indirect: ReadonlyMap<string, ReadonlySet<string>>,
  missing: readonly string[],
  names: readonly string[],
  host: Host,
): JsonObject {
  const all: Record<string, string | null> = {};
  const joined = (versions: ReadonlySet<string>): string => [...versions].sort(byCodeUnits).join(' ');
  for (const name of missing) all[name] = null;
  for (const [name, versions] of indirect) all[name] = joined(versions);
  const transitive = Object.entries(all)
    .filter(([name]) => !names.includes(name))
    .sort(([a], [b]) => byCodeUnits(a, b));
  const listed: Record<string, string | null> =
    transitive.length > MOST_LISTED
      ? {'(all others)': host.hashing.sha256(JSON.stringify(transitive))}
      : Object.fromEntries(transitive);
  for (const name of names) {
    const versions = new Set([...(direct.get(name) ?? []), ...(indirect.get(name) ?? [])]);
    if (name !== OWN_PACKAGE) listed[name] = versions.size === 0 ? null : joined(versions);
  }
  return listed;
}

/** Absolute folder of a package as Node finds it: in `node_modules` of the folder and of all above it. */
export function findPackage(
  name: string,
  from: string,
  host: Host,
  looked: Set<string> = new Set(),
): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    if (!folder.endsWith('/node_modules')) {
      const candidate = `${folder === '/' ? '' : folder}/node_modules/${name}`;
      looked.add(`${candidate}/package.json`);
      if (host.files.stat(`${candidate}/package.json`)?.type === 'file') return candidate;
    }
    if (folder === '/' || folder === '.') return undefined;
  }
}

const parentOf = (path: string): string => {
  const folder = folderOf(path);
  return folder === '' || folder === '.' ? '/' : folder;
};

function readManifest(path: string, host: Host): JsonObject | undefined {
  try {
    const value = JSON.parse(host.files.readTextIfThere(path) ?? '') as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A package that is linked from elsewhere changes without its version: `+` and a digest of its files. */
function linkedDigest(folder: string, host: Host, guards: Set<string>): string {
  const files: string[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    for (const {name, type} of host.files.list(next)) {
      if (name === 'node_modules' || name.startsWith('.')) continue;
      if (type === 'dir') folders.push(`${next}/${name}`);
      else if (type === 'file') files.push(`${next}/${name}`);
    }
    if (files.length > MOST_LINKED_FILES) return '';
    guards.add(next);
  }
  files.sort(byCodeUnits);
  for (const file of files) guards.add(file);
  const hashes = files.map((file) => [file.slice(folder.length), host.hashing.sha256(host.files.readBytes(file))]);
  return `+${host.hashing.sha256(JSON.stringify(hashes)).slice(0, 16)}`;
}
