/**
 * The outputs of a trace as one compact JSON text, sorted by path: `[1,[path,role,type,exec,hash,size,files,cached],...]`,
 * booleans as 0 and 1, `files` -1 where there is none. Read once a stage in every run, hence no objects and no join.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {ProjectPath} from '../model/ids.ts';

const VERSION = 1;

type OutputTuple = readonly [
  path: string,
  role: OutputEntry['role'],
  type: OutputEntry['type'],
  exec: number,
  hash: OutputEntry['hash'],
  size: number,
  files: number,
  cached: number,
];

export function sortOutputs(outputs: readonly OutputEntry[]): readonly OutputEntry[] {
  return [...outputs].sort((a, b) => byCodeUnits(a.path, b.path));
}

/** @param outputs sorted by path. */
export function outputsText(outputs: readonly OutputEntry[]): string {
  const tuples = outputs.map(({path, role, type, exec, hash, size, files, cached}): OutputTuple => [
    path,
    role,
    type,
    Number(exec),
    hash,
    size,
    files ?? -1,
    Number(cached),
  ]);
  return JSON.stringify([VERSION, ...tuples]);
}

/** The inverse of outputsText. @throws Error for a version that a migration should have brought up to date. */
export function parseOutputs(text: string): readonly OutputEntry[] {
  const [version, ...tuples] = JSON.parse(text) as [number, ...OutputTuple[]];
  if (version !== VERSION) throw new Error(`BUG: outputs of version ${String(version)} in the store`);
  return tuples.map(([path, role, type, exec, hash, size, files, cached]) => ({
    path: path as ProjectPath,
    role,
    type,
    exec: exec === 1,
    hash,
    size,
    ...(files < 0 ? {} : {files}),
    cached: cached === 1,
  }));
}

/** True when the same bytes lie at the same places; whether they were cached does not matter. */
export function sameOutputs(a: readonly OutputEntry[], b: readonly OutputEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every((output, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        output.path === other.path &&
        output.type === other.type &&
        output.exec === other.exec &&
        output.hash === other.hash
      );
    })
  );
}
