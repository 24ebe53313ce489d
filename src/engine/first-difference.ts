/** Where two texts begin to differ. Pure. */

export interface TextDifference {
  /** From 1. */
  readonly line: number;
  /** undefined: the text ends before. */
  readonly before?: string;
  readonly after?: string;
}

const LONGEST_LINE = 200;

/** @returns undefined when they are the same, or one of them is no text. */
export function firstDifference(before: Uint8Array, after: Uint8Array): TextDifference | undefined {
  if (before.includes(0) || after.includes(0)) return undefined;
  let at = 0;
  const shorter = Math.min(before.length, after.length);
  while (at < shorter && before[at] === after[at]) at++;
  if (at === before.length && at === after.length) return undefined;
  const start = before.lastIndexOf(10, at - 1) + 1;
  const from = at === 0 ? 0 : start;
  let line = 1;
  for (let index = 0; index < from; index++) if (before[index] === 10) line++;
  const [old, now] = [lineFrom(before, from), lineFrom(after, from)];
  return {line, ...(old === undefined ? {} : {before: old}), ...(now === undefined ? {} : {after: now})};
}

function lineFrom(bytes: Uint8Array, from: number): string | undefined {
  if (from >= bytes.length) return undefined;
  const end = bytes.indexOf(10, from);
  return new TextDecoder().decode(bytes.subarray(from, end < 0 ? bytes.length : end)).slice(0, LONGEST_LINE);
}
