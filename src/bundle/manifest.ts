/**
 * MANIFEST.json of a bundle, a packaged model: every other file with its size and sha256, so that the sha256 of this one
 * text stands for the whole bundle. Only the signature and the signed statement, which name that digest, are not in it.
 */
import {canonicalJson, isJsonObject, type Json} from '../base/json.ts';
import {byCodeUnits} from '../base/compare.ts';
import {err, ok, type Result} from '../base/result.ts';
import {projectPath} from '../model/ids.ts';
import {isGateState, type GateState} from './measures.ts';

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
  readonly predictor: BundlePredictor;
  /** Outcome of the gates when it was packaged; absent when it was packaged without any. */
  readonly gates?: GateState;
  /** Why it was packaged although its gates failed. */
  readonly override?: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
}

/** What answers requests. Paths are those of files of the bundle. */
export type BundlePredictor =
  /** A model file of mlp, and what makes its features from the columns of a request; without, these are the features. */
  | {
      readonly kind: 'mlp';
      readonly model: string;
      readonly featurizer?: string;
      /** Functions of the featurizer: as it names them -> module. */
      readonly functions: {readonly [reference: string]: string};
    }
  /** A program that reads a CSV of requests and writes a CSV of predictions. Started in the folder of the bundle. */
  | {readonly kind: 'command'; readonly argv: readonly string[]};

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
  const {bundle_version: version, name, mlp, predictor, gates, override, files} = value;
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
  const parsed = parsePredictor(predictor, seen);
  if (!parsed.ok) return parsed;
  return ok({
    bundle_version: BUNDLE_VERSION,
    name,
    mlp,
    predictor: parsed.value,
    ...(isGateState(gates) ? {gates} : {}),
    ...(typeof override === 'string' ? {override} : {}),
    files: read,
  });
}

function parsePredictor(value: Json | undefined, files: ReadonlySet<string>): Result<BundlePredictor, string> {
  const damaged = err(`\`${MANIFEST}\` does not say what predicts: the bundle is damaged`);
  if (!isJsonObject(value)) return damaged;
  if (value['kind'] === 'command') {
    const {argv} = value;
    const words = Array.isArray(argv) ? (argv as readonly Json[]) : [];
    const isCommand = words.length > 0 && words.every((word) => typeof word === 'string');
    return isCommand ? ok({kind: 'command', argv: words as readonly string[]}) : damaged;
  }
  const {kind, model, featurizer, functions = {}} = value;
  if (kind !== 'mlp' || typeof model !== 'string' || !isJsonObject(functions)) return damaged;
  const named = [model, ...(featurizer === undefined ? [] : [featurizer]), ...Object.values(functions)];
  const missing = named.find((path) => typeof path !== 'string' || !files.has(path));
  if (missing !== undefined) return err(`\`${MANIFEST}\` needs \`${String(missing)}\` and does not list it`);
  return ok({
    kind,
    model,
    ...(typeof featurizer === 'string' ? {featurizer} : {}),
    functions: functions as {readonly [reference: string]: string},
  });
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
