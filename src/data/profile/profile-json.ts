/** `profile.json`, version 1: the fields of Profile, one to a line, lists on one line, so that people and `git diff` can read it. */
import {isJsonObject, type Json, type JsonObject} from '../../base/json.ts';
import {notA, parseVersioned} from '../versioned-file.ts';
import {COLUMN_TYPES} from '../table.ts';
import type {ColumnProfile, Profile} from './profile.ts';

/** @returns the text of the file, with a line end. */
export function profileJson(profile: Profile): string {
  const columns = profile.columns.map((column) => `    {\n${fields(column as unknown as JsonObject, '      ')}\n    }`);
  const list = columns.length === 0 ? '[]' : `[\n${columns.join(',\n')}\n  ]`;
  return `{\n  "version": 1,\n  "rows": ${String(profile.rows)},\n  "columns": ${list}\n}\n`;
}

function fields(object: JsonObject, indent: string): string {
  return Object.entries(object)
    .map(([name, value]) => {
      const text = isJsonObject(value) ? `{\n${fields(value, `${indent}  `)}\n${indent}}` : JSON.stringify(value);
      return `${indent}${JSON.stringify(name)}: ${text}`;
    })
    .join(',\n');
}

/**
 * @param name of the file, for messages.
 * @throws Error that says which part of the file is not as it should be.
 */
export function parseProfile(text: string, name: string): Profile {
  const words = {name, what: 'profile'};
  const wrong = (why: string): Error => notA(words, why);
  const {rows, columns} = parseVersioned(text, words, 1);
  if (!isCount(rows)) throw wrong('`rows` should be a count');
  if (!Array.isArray(columns)) throw wrong('`columns` should be a list');
  const names = new Set<Json>();
  for (const [index, column] of (columns as readonly Json[]).entries()) {
    const at = `columns[${String(index)}]`;
    if (!isJsonObject(column)) throw wrong(`${at} should be an object`);
    const bad = badField(column, COLUMN);
    if (bad !== undefined) throw wrong(`${at}.${bad}`);
    if (Number(column['missing']) > Number(rows)) throw wrong(`${at}.missing is more than there are rows`);
    const {name: columnName = null} = column;
    if (names.has(columnName)) throw wrong(`the column ${JSON.stringify(columnName)} is there twice`);
    names.add(columnName);
  }
  return {version: 1, rows: Number(rows), columns: columns as unknown as readonly ColumnProfile[]};
}

type Check = (value: Json | undefined) => string | undefined;

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: Json | undefined): boolean => typeof value === 'number';

const must =
  (is: (value: Json | undefined) => boolean, what: string): Check =>
  (value) =>
    is(value) ? undefined : ` should be ${what}`;

const count = must(isCount, 'a count');
const number = must(isNumber, 'a number');
const numberOrNull = must((value) => value === null || isNumber(value), 'a number or null');

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const listOf =
  (is: (value: Json) => boolean, what: string, size?: number): Check =>
  (value) =>
    Array.isArray(value) &&
    (value as readonly Json[]).every(is) &&
    (size === undefined || (value as readonly Json[]).length === size)
      ? undefined
      : ` should be a list of ${size === undefined ? '' : `${String(size)} `}${what}`;

const object =
  (shape: {readonly [field: string]: Check}): Check =>
  (value) => {
    if (!isJsonObject(value)) return ' should be an object';
    const bad = badField(value, shape);
    return bad === undefined ? undefined : `.${bad}`;
  };

const isRising = (value: Json | undefined): boolean =>
  Array.isArray(value) &&
  (value as readonly number[]).every((one, index, all) => index === 0 || one >= (all[index - 1] ?? 0));

const rising =
  (check: Check): Check =>
  (value) =>
    check(value) ?? (isRising(value) ? undefined : ' should rise');

const bins: Check = (value) => {
  const bad = object({edges: rising(listOf(isNumber, 'numbers')), counts: listOf(isCount, 'counts')})(value);
  if (bad !== undefined) return bad;
  const {edges, counts} = value as unknown as {readonly edges: readonly number[]; readonly counts: readonly number[]};
  return counts.length === edges.length + 1 ? undefined : '.counts should be one more than there are edges';
};

const COLUMN: {readonly [field: string]: Check} = {
  name: must((value) => typeof value === 'string', 'a text'),
  type: must((value) => COLUMN_TYPES.some((type) => type === value), `one of ${COLUMN_TYPES.join(', ')}`),
  missing: count,
  notFinite: optional(count),
  distinct: count,
  distinctError: optional(number),
  sampled: optional(count),
  values: listOf(
    (one) =>
      Array.isArray(one) && one.length === 2 && ['string', 'number'].includes(typeof one[0]) && isCount(one[1] as Json),
    'pairs of a value and its count',
  ),
  allValues: must((value) => typeof value === 'boolean', 'true or false'),
  numbers: optional(
    object({
      min: number,
      max: number,
      mean: numberOrNull,
      sd: numberOrNull,
      quantiles: rising(listOf(isNumber, 'numbers', 51)),
      bins,
      outliers: optional(object({low: number, high: number, count})),
    }),
  ),
  texts: optional(
    object({
      minLength: count,
      meanLength: number,
      maxLength: count,
      numberLike: count,
      spellings: must(Array.isArray, 'a list'),
    }),
  ),
};

function badField(value: JsonObject, shape: {readonly [field: string]: Check}): string | undefined {
  for (const [field, check] of Object.entries(shape)) {
    const bad = check(value[field]);
    if (bad !== undefined) return `${field}${bad}`;
  }
  return undefined;
}
