/**
 * `mlp restore`: results of any run back on disk. First everything is decided, then everything is done: what would lose
 * bytes that the cache does not know, and what the cache cannot give, is found before the first file is touched.
 */
import type {Cache} from '../cache/cache.ts';
import {FileTrouble, type Host} from '../host/host.ts';
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import {isInside, type ProjectPath, type RunId, type StageName} from '../model/ids.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import {treeText} from '../model/tree.ts';
import type {Store} from '../store/store.ts';
import {NotAFile, type Contents} from './contents.ts';
import {restoreOne} from './restore-outputs.ts';

/** One result that shall be on disk, or (`absent`) shall not. */
export interface Wanted extends FileContent {
  readonly path: ProjectPath;
  /** Whose output it is; undefined for what was added with `mlp add`. */
  readonly stage?: StageName;
  /** The run that made it, where that is known. */
  readonly run?: RunId;
  /** Whether its bytes were put into the cache. */
  readonly cached: boolean;
}

export interface RestoreStep {
  readonly wanted: Wanted;
  /** Where it goes: the path itself, or the same path below another folder. */
  readonly target: string;
  /**
   * `same`: it is there. `uncached`: its bytes were never kept. `missing`, `damaged`: the cache has it no more, or has other
   * bytes. `blocked`: a file stands where a folder must be.
   */
  readonly action: 'same' | 'write' | 'remove' | 'uncached' | 'missing' | 'damaged' | 'blocked';
  /** Files that would be lost, because the cache does not know their bytes. */
  readonly unsaved: readonly string[];
}

export interface RestoreWorld {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly contents: Contents;
}

/** @param to absolute folder to restore into, instead of where the results belong. */
export async function planRestore(
  wanted: readonly Wanted[],
  world: RestoreWorld,
  to?: string,
): Promise<readonly RestoreStep[]> {
  const steps: RestoreStep[] = [];
  for (const one of wanted) {
    if (to === undefined) steps.push(await planHere(one, world));
    else if (one.type !== 'absent') steps.push(planElsewhere(one, `${to}/${one.path}`, world));
  }
  return steps;
}

/** What can be done without losing anything: nothing stands in the way of any step. */
export function mayRestore(steps: readonly RestoreStep[], force: boolean): boolean {
  return steps.every(
    ({action, unsaved}) =>
      (force || unsaved.length === 0) && action !== 'missing' && action !== 'damaged' && action !== 'blocked',
  );
}

/**
 * Each path has its old or its new content at any moment, whatever happens.
 * @throws FileTrouble @returns targets whose objects changed since they were looked at.
 */
export function applyRestore(
  steps: readonly RestoreStep[],
  world: RestoreWorld,
  link: PipelineSettings['link'],
): readonly string[] {
  const failed: string[] = [];
  for (const {wanted, target, action} of steps) {
    if (action !== 'write' && action !== 'remove') continue;
    const done =
      target === wanted.path
        ? restoreOne(wanted, world, link)
        : world.cache.restore(wanted, target, link).kind === 'restored';
    if (!done) failed.push(target);
  }
  return failed;
}

async function planHere(wanted: Wanted, world: RestoreWorld): Promise<RestoreStep> {
  const {path} = wanted;
  const {host} = world;
  const step = (action: RestoreStep['action'], unsaved: readonly string[] = []): RestoreStep => ({
    wanted,
    target: path,
    action,
    unsaved,
  });
  const isThere = host.files.lstat(path) !== undefined;
  if (wanted.type === 'absent') return isThere ? step('remove', await unsavedAt(wanted, world)) : step('same');
  if (isThere && isSame(wanted, await contentAt(path, world))) return step('same');
  const given = givenBy(wanted, world.cache);
  if (given !== 'write') return step(given);
  if (blockedBy(path, host)) return step('blocked');
  return step('write', isThere ? await unsavedAt(wanted, world) : []);
}

/** Elsewhere nothing is known of what is there. */
function planElsewhere(wanted: Wanted, target: string, {host, cache}: RestoreWorld): RestoreStep {
  const unsaved = host.files.lstat(target) === undefined ? [] : [target];
  const given = givenBy(wanted, cache);
  const action = given === 'write' && blockedBy(target, host) ? 'blocked' : given;
  return {wanted, target, action, unsaved: action === 'write' ? unsaved : []};
}

function givenBy(wanted: Wanted, cache: Cache): 'write' | 'uncached' | 'missing' | 'damaged' {
  if (!wanted.cached) return 'uncached';
  if (cache.complete(wanted, true)) return 'write';
  return wanted.hash !== '' && cache.complete(wanted, false) ? 'damaged' : 'missing';
}

const isSame = (a: FileContent, b: FileContent | undefined): boolean =>
  b !== undefined && a.type === b.type && a.hash === b.hash && a.exec === b.exec;

/** undefined: neither a file nor a folder, or not to be read. */
async function contentAt(path: string, {contents}: RestoreWorld): Promise<FileContent | undefined> {
  try {
    return await contents.one(path);
  } catch (error) {
    if (error instanceof NotAFile || error instanceof FileTrouble) return undefined;
    throw error;
  }
}

/** What is at a path and would be lost for good. */
async function unsavedAt(wanted: Wanted, world: RestoreWorld): Promise<readonly string[]> {
  const {cache, contents} = world;
  const {path} = wanted;
  const content = await contentAt(path, world);
  // Absent behind something that is there: a link that leads nowhere.
  if (content === undefined || content.type === 'absent') return [path];
  if (content.type === 'file') return cache.complete(content, true) ? [] : [path];
  if (cache.complete(content, true)) return [];
  const links = linksOf(wanted, cache);
  return (contents.tree(path) ?? [])
    .filter((entry) => !isKept(entry, links, cache))
    .map((entry) => `${path}/${entry.path}`);
}

function isKept(
  {type, path, hash, size, target}: TreeEntry,
  links: ReadonlyMap<string, string>,
  cache: Cache,
): boolean {
  if (type === 'dir') return true;
  if (type === 'link') return links.get(path) === target;
  return cache.complete({type: 'file', hash, size}, true);
}

function linksOf(wanted: Wanted, cache: Cache): ReadonlyMap<string, string> {
  const tree = wanted.type === 'dir' && wanted.hash !== '' ? (cache.readTree(wanted.hash) ?? []) : [];
  return new Map(tree.flatMap(({type, path, target}) => (type === 'link' ? [[path, target ?? '']] : [])));
}

/** Whether something above a path is there and is no folder. */
function blockedBy(path: string, {files}: Host): boolean {
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
    const above = path.slice(0, cut);
    if (files.lstat(above) !== undefined) return files.stat(above)?.type !== 'dir';
  }
  return false;
}

/**
 * What is wanted at a path: results at or below it, or the part of a folder that is one.
 * @returns none when nothing is there.
 */
export function wantedAt(path: ProjectPath, wanted: readonly Wanted[], cache: Cache): readonly Wanted[] {
  const whole = wanted.filter((one) => isInside(one.path, path));
  if (whole.length > 0) return whole;
  const folder = wanted.find((one) => one.type === 'dir' && isInside(path, one.path));
  const part = folder === undefined ? undefined : partOf(folder, path, cache);
  return part === undefined ? [] : [part];
}

function partOf(folder: Wanted, path: ProjectPath, cache: Cache): Wanted | undefined {
  const tree = folder.hash === '' ? undefined : cache.readTree(folder.hash);
  // The folder itself says then what is missing.
  if (tree === undefined) return folder;
  const inner = path.slice(folder.path.length + 1);
  const {files: _, ...rest} = folder;
  const file = tree.find((entry) => entry.path === inner);
  if (file?.type === 'file') return {...rest, path, type: 'file', exec: file.exec, hash: file.hash, size: file.size};
  const below = tree
    .filter((entry) => entry.path.startsWith(`${inner}/`))
    .map((entry) => ({...entry, path: entry.path.slice(inner.length + 1)}));
  if (below.length === 0 && file?.type !== 'dir') return undefined;
  const size = below.reduce((sum, entry) => sum + entry.size, 0);
  return {...rest, path, type: 'dir', exec: false, hash: cache.putText(treeText(below)), size};
}
