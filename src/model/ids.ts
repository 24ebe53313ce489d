/**
 * Branded strings: each kind of id is made in one place and cannot be mixed up with another. All are plain strings in
 * stored files.
 */
declare const brand: unique symbol;
type Branded<T, B extends string> = T & {readonly [brand]: B};

/** `train` or, for a branch, `train@forest`. */
export type StageName = Branded<string, 'StageName'>;
/** 64 lower-case hexadecimal digits: a sha256. */
export type Digest = Branded<string, 'Digest'>;
/** 16 lower-case hexadecimal digits: an xxh64. Never leaves this machine. */
export type QuickHash = Branded<string, 'QuickHash'>;
/** Relative to the folder of pipeline.yaml, forward slashes, no `.` or `..` parts, `.` for the folder itself. */
export type ProjectPath = Branded<string, 'ProjectPath'>;
/** Number of a run in this project's store: 1, 2, 3, ... */
export type RunId = Branded<number, 'RunId'>;
/** Unique name of one attempt at one stage: `<run>-<stage, made safe for a file name>-<random>`. */
export type AttemptId = Branded<string, 'AttemptId'>;

export const stageName = (text: string): StageName => text as StageName;
export const runId = (value: number): RunId => value as RunId;
export const attemptId = (text: string): AttemptId => text as AttemptId;
export const quickHash = (hex: string): QuickHash => hex as QuickHash;

/** @throws Error when `hex` is not 64 lower-case hexadecimal digits. */
export function digest(hex: string): Digest {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error(`BUG: not a sha256 digest: ${hex}`);
  return hex as Digest;
}

/**
 * Normalises a path that a user wrote relative to `from` (a ProjectPath of a folder). Back-slashes stay as they are:
 * on POSIX they are part of a name.
 * @returns undefined when the path is empty, absolute, holds a NUL, or leaves the project.
 */
export function projectPath(text: string, from: string = '.'): ProjectPath | undefined {
  if (text === '' || text.startsWith('/') || text.includes('\0')) return undefined;
  const parts: string[] = from === '.' ? [] : from.split('/');
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  return (parts.length === 0 ? '.' : parts.join('/')) as ProjectPath;
}

/** True when `inner` is `outer` or lies below it. */
export function isInside(inner: string, outer: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}
