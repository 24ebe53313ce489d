/**
 * MANIFEST.json of a bundle, a packaged model: every other file with its size and sha256, so that the sha256 of this one
 * text stands for the whole bundle. Only the signature and the signed statement, which name that digest, are not in it.
 */
import {canonicalJson, isJsonObject, type Json} from '../base/json.ts';
import {byCodeUnits} from '../base/compare.ts';
import {err, ok, type Result} from '../base/result.ts';
import {projectPath} from '../model/ids.ts';

/** Rises when an older mlp could not read a bundle any more. */
export const BUNDLE_VERSION = 1;

export const MANIFEST = 'MANIFEST.json';
/** The in-toto statement in its DSSE envelope. */
export const PROVENANCE = 'provenance.json';
/** Paths that no manifest lists. */
const OUTSIDE = [MANIFEST, PROVENANCE];

export interface BundleFile {
  /** Relative to the bundle, forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BundleManifest {
  readonly bundle_version: typeof BUNDLE_VERSION;
  readonly name: string;
  /** The mlp that wrote it. */
  readonly mlp: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
}

/** The one text of a manifest. */
export function manifestText(manifest: BundleManifest): string {
  const files = [...manifest.files].sort((a, b) => byCodeUnits(a.path, b.path));
  const sorted = JSON.parse(canonicalJson({...manifest, files} as unknown as Json)) as Json;
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

/** @returns why the text is no manifest, as a sentence about `MANIFEST.json`. Paths that leave the bundle are refused. */
export function parseManifest(text: string): Result<BundleManifest, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(`\`${MANIFEST}\` is no JSON: the bundle is damaged`);
  }
  if (!isJsonObject(value)) return err(`\`${MANIFEST}\` holds no object: the bundle is damaged`);
  const {bundle_version: version, name, mlp, files} = value;
  if (version !== BUNDLE_VERSION)
    return err(
      `\`${MANIFEST}\` is of version ${JSON.stringify(version ?? null)}; this mlp reads version ${String(BUNDLE_VERSION)}`,
    );
  if (typeof name !== 'string' || typeof mlp !== 'string' || !Array.isArray(files))
    return err(`\`${MANIFEST}\` lacks \`name\`, \`mlp\` or \`files\`: the bundle is damaged`);
  const read: BundleFile[] = [];
  const seen = new Set<string>();
  for (const file of files as readonly Json[]) {
    const parsed = parseFile(file);
    if (!parsed.ok) return parsed;
    if (seen.has(parsed.value.path)) return err(`\`${MANIFEST}\` names \`${parsed.value.path}\` twice`);
    seen.add(parsed.value.path);
    read.push(parsed.value);
  }
  return ok({bundle_version: BUNDLE_VERSION, name, mlp, files: read});
}

function parseFile(file: Json): Result<BundleFile, string> {
  if (!isJsonObject(file)) return err(`\`${MANIFEST}\` lists a file that is no object: the bundle is damaged`);
  const {path, bytes, sha256} = file;
  if (typeof path !== 'string' || projectPath(path) !== path || path === '.' || OUTSIDE.includes(path))
    return err(`\`${MANIFEST}\` names a file that no bundle can hold: ${JSON.stringify(path ?? null)}`);
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
    return err(`\`${MANIFEST}\` gives no size for \`${path}\``);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    return err(`\`${MANIFEST}\` gives no sha256 for \`${path}\``);
  return ok({path, bytes, sha256});
}

/** Whether a manifest lists the file at `path`: all of a bundle but the manifest and what is signed over it. */
export const isListed = (path: string): boolean => !OUTSIDE.includes(path);
