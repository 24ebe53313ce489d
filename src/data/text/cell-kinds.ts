/**
 * What a cell may be, by rule: the types of columns are the union of the kinds of all their cells. Kinds are bits, so that
 * a column's kinds are one number.
 */
import type {ColumnType} from '../table.ts';
import type {MissingValues} from './missing-values.ts';
import {numberOfText, shortText} from './parse-number.ts';
import {parseDate, parseDatetime} from './parse-date.ts';

/** Counts for no type. */
export const MISSING = 0;
/** `[+-]?\d+` of at most ±(2^53 - 1), without leading zeros. */
export const INTEGER = 1;
/** A whole number beyond that, which 64 bits hold. */
export const BIG = 2;
/** A whole number beyond 64 bits. */
export const HUGE = 4;
export const NUMBER = 8;
export const BOOLEAN = 16;
export const DATE = 32;
export const DATETIME = 64;
/** Anything else; also whole numbers with leading zeros, which are codes. */
export const TEXT = 128;
/** A mark for missing values that is quoted and empty, or has spaces about it: missing, unless the column is text. */
export const WEAK = 256;
/** With any other kind: the cell was not in quotes. */
export const BARE_CELL = 512;

const NUMBERS = INTEGER | BIG | HUGE | NUMBER;
/** All kinds of values. */
export const VALUES = 255;

/**
 * The type of a column.
 * @param kinds of all its cells, united
 * @param quotesCount a cell in quotes is meant as text; otherwise the file has quotes everywhere, and they say nothing
 */
export function typeOfKinds(kinds: number, quotesCount: boolean): ColumnType {
  const values = kinds & VALUES;
  const within = (allowed: number): boolean => (values & ~allowed) === 0;
  if (values === 0 || (quotesCount && (kinds & BARE_CELL) === 0)) return 'string';
  if (values === INTEGER) return 'integer';
  if (within(INTEGER | BIG)) return 'bigint';
  // Without a fraction anywhere the digits of a huge one are most likely a code, and floats would lose them.
  if (within(NUMBERS)) return (values & NUMBER) === 0 ? 'string' : 'number';
  if (values === BOOLEAN) return 'boolean';
  if (values === DATE) return 'date';
  if (within(DATE | DATETIME)) return 'datetime';
  return 'string';
}

/** The kind of a cell that is not missing and not marked in any way. */
export function kindOfBytes(bytes: Uint8Array, from: number, to: number, decimal: number): number {
  let start = from;
  let end = to;
  while (start < end && bytes[start] === 32) start += 1;
  while (start < end && bytes[end - 1] === 32) end -= 1;
  const length = end - start;
  if (length === 0) return TEXT;
  const first = bytes[start] as number;
  const digitsFrom = first === 45 || first === 43 ? start + 1 : start;
  let at = digitsFrom;
  while (at < end && isDigit(bytes[at] as number)) at += 1;
  const digits = at - digitsFrom;
  if (digits > 1 && bytes[digitsFrom] === 48) return TEXT;
  if (at === end && digits > 0) return digits <= 15 ? INTEGER : kindOfLong(shortText(bytes, start, end), digits);
  if (digits > 0 && bytes[at] === decimal) {
    at += 1;
    while (at < end && isDigit(bytes[at] as number)) at += 1;
    if (at === end) return NUMBER;
  }
  if (digits === 4 && length >= 10 && digitsFrom === start && bytes[at] === 45) {
    if (length === 10) return Number.isNaN(parseDate(bytes, start, end)) ? TEXT : DATE;
    return Number.isNaN(parseDatetime(bytes, start, end)) ? TEXT : DATETIME;
  }
  // The rest is rare or a word: n(an), i(nf), t(rue), f(alse), or something that begins as a number.
  const letter = first | 32;
  const isWord = letter === 110 || letter === 105 || letter === 116 || letter === 102;
  if (digits === 0 && !isWord && digitsFrom === start && first !== decimal) return TEXT;
  return length > 400 ? TEXT : kindOfText(shortText(bytes, start, end), String.fromCharCode(decimal));
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

const MOST_POSITIVE = 2n ** 63n - 1n;

/** No longer one is made a number of: that takes the square of its length. */
const MOST_BIG_DIGITS = 19;

/** @param digits how many, the first one not 0 */
function kindOfLong(text: string, digits: number): number {
  if (digits > MOST_BIG_DIGITS) return HUGE;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (Number.isSafeInteger(Number(value))) return INTEGER;
  return value <= MOST_POSITIVE && value >= -MOST_POSITIVE - 1n ? BIG : HUGE;
}

function kindOfText(text: string, decimal: string): number {
  if (booleanOfText(text) !== undefined) return BOOLEAN;
  return numberOfText(text, decimal) === undefined ? TEXT : NUMBER;
}

/** @returns undefined for what is neither. */
export function booleanOfText(text: string): boolean | undefined {
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  return text === 'false' || text === 'False' || text === 'FALSE' ? false : undefined;
}

/** Of a bare cell. */
export function kindOfBare(
  bytes: Uint8Array,
  start: number,
  end: number,
  missing: MissingValues,
  decimal: number,
): number {
  if (missing.mayBegin(bytes, start, end)) {
    if (missing.has(bytes, start, end)) return MISSING;
    if (missing.hasSpaced(bytes, start, end)) return WEAK;
  }
  return kindOfBytes(bytes, start, end, decimal) | BARE_CELL;
}
