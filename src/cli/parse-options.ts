/** Values of options, checked where they are typed. */
import {runId, type RunId} from '../model/ids.ts';
import {UsageError} from '../project/usage-error.ts';

export function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError(`-j takes a whole number from 1, not \`${text}\``);
  return jobs;
}

/** How many of something. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`expected a whole number from 1, not \`${text}\``);
  return count;
}

/** What `--no-cache` leaves out. */
export function parseCacheSide(text: string): 'read' | 'write' {
  if (text !== 'read' && text !== 'write')
    throw new UsageError(`--no-cache takes read, write or nothing, not \`${text}\``);
  return text;
}

/** The number of an earlier run. */
export function parseRun(text: string): RunId {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--run takes the number of a run, not \`${text}\``);
  return runId(number);
}

export function parseGrace(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0)
    throw new UsageError(`--grace takes a number of seconds, not \`${text}\``);
  return seconds;
}

const UNIT_MS: {readonly [unit: string]: number} = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000};

/** `30d`, `12h`, `2w`. @returns milliseconds. */
export function parseAge(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new UsageError(`an age is a number and s, m, h, d or w, such as 30d, not \`${text}\``);
  return Number(amount) * (UNIT_MS[unit] ?? 0);
}

const UNIT_BYTES: {readonly [unit: string]: number} = {'': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40};

/** `20G`, `500M`. @returns bytes. */
export function parseSize(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new UsageError(`a size is a number and K, M, G or T, such as 20G, not \`${text}\``);
  return Math.floor(Number(amount) * (UNIT_BYTES[unit.toUpperCase()] ?? 1));
}
