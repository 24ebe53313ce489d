/** How the parts of a schema are read from a parsed file: each reader gives a value, or tells a mistake and gives undefined. */
import {plural} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {parseDuration} from '../../base/units.ts';
import {pathText, type Amount, type RuleLevel, type SchemaPath} from './schema.ts';

export interface SchemaMistake {
  readonly path: SchemaPath;
  /** `columns.amount.minimum: a number is needed, not the text "abc"`. */
  readonly message: string;
}

/** Mistakes of a file, all of them. */
export class Mistakes {
  readonly list: SchemaMistake[] = [];

  add(path: SchemaPath, what: string): undefined {
    const place = pathText(path);
    this.list.push({path, message: place === '' ? what : `${place}: ${what}`});
    return undefined;
  }

  /** Tells that something else is needed than what is there. */
  need(path: SchemaPath, what: string, value: unknown): undefined {
    return this.add(path, `${what} is needed, not ${described(value)}`);
  }
}

/** The value as a message names it: `the text "abc"`, `the number 16`, `a list`. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`;
  if (typeof value === 'object') return 'a map';
  return `the ${typeof value === 'boolean' ? 'value' : 'number'} ${String(value)}`;
}

export type Members = {readonly [key: string]: unknown};

const isMap = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map whose keys are known; those that are not are mistakes. */
export function readMap(
  value: unknown,
  path: SchemaPath,
  known: readonly string[],
  mistakes: Mistakes,
): Members | undefined {
  if (!isMap(value)) return mistakes.need(path, 'a map', value);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    mistakes.add(
      [...path, key],
      near === undefined
        ? `this key is not known; there are ${known.map((one) => `\`${one}\``).join(', ')}`
        : `this key is not known: did you mean \`${near}\`?`,
    );
  }
  return value;
}

/** A map with keys of the user's own. */
export function readNames(
  value: unknown,
  path: SchemaPath,
  mistakes: Mistakes,
): readonly (readonly [string, unknown])[] {
  if (isMap(value)) return Object.entries(value);
  mistakes.need(path, 'a map', value);
  return [];
}

type Reader<T> = (value: unknown, path: SchemaPath, mistakes: Mistakes) => T | undefined;

/** The member of a map, undefined when it is not there. Nothing (`key:` alone, `~`) is a mistake, told by the reader. */
export function member<T>(
  map: Members,
  key: string,
  path: SchemaPath,
  mistakes: Mistakes,
  read: Reader<T>,
): T | undefined {
  return Object.hasOwn(map, key) ? read(map[key], [...path, key], mistakes) : undefined;
}

/** What may stand there only as a text; YAML makes numbers of some that look like one. */
export const readText: Reader<string> = (value, path, mistakes) => {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return mistakes.add(path, `a text is needed, but YAML reads this as ${described(value)}: quote it`);
  return mistakes.need(path, 'a text', value);
};

export const readBoolean: Reader<boolean> = (value, path, mistakes) =>
  typeof value === 'boolean' ? value : mistakes.need(path, '`true` or `false`', value);

export const readCount: Reader<number> = (value, path, mistakes) =>
  Number.isSafeInteger(value) && Number(value) >= 0
    ? Number(value)
    : mistakes.need(path, 'a whole number from 0', value);

export const readNumber: Reader<number> = (value, path, mistakes) =>
  typeof value === 'number' && Number.isFinite(value) ? value : mistakes.need(path, 'a number', value);

export function readList<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, path, mistakes) => {
    if (!Array.isArray(value)) return mistakes.need(path, 'a list', value);
    return value.flatMap((one: unknown, index) => {
      const item = read(one, [...path, index], mistakes);
      return item === undefined ? [] : [item];
    });
  };
}

/** One name, or a list of them. */
export const readNameList: Reader<readonly string[]> = (value, path, mistakes) =>
  typeof value === 'string' ? [value] : readList(readText)(value, path, mistakes);

export function readWord<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value, path, mistakes) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    const near = typeof value === 'string' ? suggest(value, words) : undefined;
    const hint = near === undefined ? '' : `: did you mean \`${near}\`?`;
    return mistakes.add(path, `${orList(words)} is needed, not ${described(value)}${hint}`);
  };
}

export const readLevel: Reader<RuleLevel> = readWord(['error', 'warn', 'info']);

const orList = (words: readonly string[]): string =>
  words
    .map((word) => `\`${word}\``)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');

const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/;
const ROWS = /^(\d+)\s+rows?$/;

/** `0.1%`, `0.001` or `10 rows`. */
export const readAmount: Reader<Amount> = (value, path, mistakes) => {
  const text = String(value);
  const rows = typeof value === 'string' ? ROWS.exec(value) : null;
  if (rows !== null) return {kind: 'rows', rows: Number(rows[1]), text: plural(Number(rows[1]), 'row')};
  const share = shareOf(value);
  // 1 would be all rows to one reader and a single row to the other.
  if (share === undefined || value === 1)
    return mistakes.add(
      path,
      `a share such as \`0.1%\` or \`0.001\`, or a count such as \`10 rows\`, is needed, not ${described(value)}${value === 1 ? ' (write `100%` or `1 rows`)' : ''}`,
    );
  return {kind: 'share', share, text};
};

/** `50%` or `0.5`; more than 1 is fine only where a growth is meant. */
export const readShare: Reader<number> = (value, path, mistakes) =>
  shareOf(value, Infinity) ?? mistakes.need(path, 'a share such as `50%` or `0.5`', value);

function shareOf(value: unknown, most = 1): number | undefined {
  const percent = typeof value === 'string' ? PERCENT.exec(value) : null;
  const share = percent === null ? value : Number(percent[1]) / 100;
  return typeof share === 'number' && share >= 0 && share <= most ? share : undefined;
}

export const readDuration: Reader<{readonly ms: number; readonly text: string}> = (value, path, mistakes) => {
  const ms = parseDuration(value);
  return ms === undefined
    ? mistakes.need(path, 'a length of time such as `26h`, `1d12h` or `30m`', value)
    : {ms, text: String(value)};
};
