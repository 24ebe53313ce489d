/** Features by a user's function: called once for each distinct input. */
import {byCodeUnits} from '../../base/compare.ts';
import type {Source} from './source.ts';
import type {FeatureFunction} from './spec.ts';

/** What the function gives: a number, a list of so many, or a record with these fields. */
export type FunctionShape =
  | {readonly gives: 'number'}
  | {readonly gives: 'list'; readonly length: number}
  | {readonly gives: 'record'; readonly fields: readonly string[]};

/** What names the function and its recipe in errors. */
export interface FunctionUse {
  readonly recipe: string;
  /** `src/x.ts#name`. */
  readonly reference: string;
  /** Columns and cleaned texts that it gets. */
  readonly columns: readonly string[];
}

export function shapeNames(recipe: string, shape: FunctionShape): readonly string[] {
  if (shape.gives === 'number') return [recipe];
  if (shape.gives === 'list') return Array.from({length: shape.length}, (_, index) => `${recipe}_${index}`);
  return shape.fields.map((field) => `${recipe}_${field}`);
}

/**
 * Calls the function for all rows.
 * @param shape known from training; else that of the first answer that is not null.
 * @throws Error with a sentence that names the row: it threw, gave no number, or something of another shape
 */
export function callFunction(
  source: Source,
  {recipe, reference, columns}: FunctionUse,
  {call, shape: known}: {readonly call: FeatureFunction; readonly shape?: FunctionShape},
): {readonly shape: FunctionShape; readonly columns: readonly Float64Array[]} {
  const cells = columns.map((name) => [name, source.cellsOf(name)] as const);
  const rowOf = firstRows(source, columns);
  let shape = known;
  let results: Float64Array[] = shape === undefined ? [] : emptyResults(shape, source.rows);
  for (let row = 0; row < source.rows; row += 1) {
    const same = rowOf[row] ?? row;
    if (same !== row) {
      for (const result of results) result[row] = result[same] ?? Number.NaN;
      continue;
    }
    const trouble = (what: string, cause?: unknown): Error =>
      new Error(`\`${reference}\` of the feature \`${recipe}\` ${what} for row ${row + 1}: ${shown(input)}`, {cause});
    const input = Object.fromEntries(cells.map(([name, cellOf]) => [name, cellOf(row)]));
    let answer: unknown;
    try {
      answer = call(input);
    } catch (error) {
      throw trouble(`threw "${error instanceof Error ? error.message : String(error)}"`, error);
    }
    if (answer === null) {
      for (const result of results) result[row] = Number.NaN;
      continue;
    }
    if (shape === undefined) {
      shape = shapeOf(answer);
      if (shape === undefined) throw trouble(`gave ${shown(answer)}, not a number, a list or a record of numbers,`);
      results = emptyResults(shape, source.rows);
    }
    const numbers = numbersOf(answer, shape);
    if (numbers === undefined) throw trouble(`gave ${shown(answer)}, not ${described(shape)} as for other rows,`);
    for (const [index, result] of results.entries()) {
      const number = numberOf(numbers[index]);
      if (number === undefined)
        throw trouble(`gave ${shown(numbers[index])}, which is no number (null says that it is missing),`);
      result[row] = number;
    }
  }
  if (shape !== undefined) return {shape, columns: results};
  return {shape: {gives: 'number'}, columns: emptyResults({gives: 'number'}, source.rows)};
}

/** Row -> the first row with the same cells. */
function firstRows(source: Source, columns: readonly string[]): Uint32Array {
  let groups = new Uint32Array(source.rows);
  for (const name of columns) {
    const {codes, distinct} = source.texts(name);
    const groupOf = new Map<number, number>();
    // A table can have more words than rows, which some rows were taken from.
    const pairs = distinct.length + 1;
    groups = groups.map((group, row) => {
      const pair = group * pairs + (codes[row] ?? -1) + 1;
      const there = groupOf.get(pair);
      if (there !== undefined) return there;
      groupOf.set(pair, row);
      return row;
    });
  }
  return groups;
}

/** Missing until something else is known. */
const emptyResults = (shape: FunctionShape, rows: number): Float64Array[] =>
  shapeNames('', shape).map(() => new Float64Array(rows).fill(Number.NaN));

function shapeOf(answer: unknown): FunctionShape | undefined {
  if (numberOf(answer) !== undefined) return {gives: 'number'};
  if (Array.isArray(answer)) return {gives: 'list', length: answer.length};
  if (typeof answer !== 'object' || answer === null || answer instanceof Promise) return undefined;
  return {gives: 'record', fields: Object.keys(answer).sort(byCodeUnits)};
}

function numbersOf(answer: unknown, shape: FunctionShape): readonly unknown[] | undefined {
  if (shape.gives === 'number') return [answer];
  if (shape.gives === 'list') return Array.isArray(answer) && answer.length === shape.length ? answer : undefined;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const record = answer as {readonly [field: string]: unknown};
  const same =
    Object.keys(record).length === shape.fields.length && shape.fields.every((field) => Object.hasOwn(record, field));
  return same ? shape.fields.map((field) => record[field]) : undefined;
}

/** null is a missing number; undefined for what is no number. */
function numberOf(value: unknown): number | undefined {
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function described(shape: FunctionShape): string {
  if (shape.gives === 'number') return 'a number';
  if (shape.gives === 'list') return `a list of ${shape.length} numbers`;
  return `a record of ${shape.fields.map((field) => `\`${field}\``).join(', ')}`;
}

const LONGEST = 200;

/** A value as JSON, with what JSON has not as text. */
function shown(value: unknown): string {
  const text =
    value instanceof Promise
      ? 'a promise'
      : (JSON.stringify(value, (_key, one: unknown) =>
          typeof one === 'bigint' || (typeof one === 'number' && !Number.isFinite(one)) ? String(one) : one,
        ) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
