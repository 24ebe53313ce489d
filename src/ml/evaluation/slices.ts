/** Metrics of parts of the rows: where a model that is good on the whole is not. */
import {formatNumber} from '../../base/format.ts';
import {cellText} from '../../data/row-key.ts';
import {isMissing, isNumeric, type Column, type Table} from '../../data/table.ts';
import {normalCdf} from '../../stats/distributions.ts';
import {quantile, sortedCopy} from '../../stats/describe.ts';
import {DEFAULT_LEVEL, nearestToZero, zOf, type Interval} from '../../stats/intervals.ts';
import {benjaminiHochberg} from '../../stats/multiple-testing.ts';
import type {Estimate} from './estimate.ts';
import type {Better} from './metric.ts';
import {neededColumn} from './predictions.ts';

export interface SliceColumn {
  readonly column: string;
  /** Of a column of numbers: quantile bins of about equally many rows. Default: its values when there are few, else 4 bins. */
  readonly bins?: number;
}

/** One column, or the crossing of several. */
export type SliceSpec = readonly SliceColumn[];

export interface SliceRows {
  /** `country=LT`, `country=LT, source=web`. */
  readonly name: string;
  /** The columns, `country, source`. */
  readonly by: string;
  readonly rows: Uint32Array;
}

/** More values of a column than this are a slice `(other)`. */
const MOST_SLICES = 50;
const FEW_VALUES = 20;
const DEFAULT_BINS = 4;

/** The slices of one spec, the largest first, `(other)` last. @throws Error naming a column that `table` (of the file `name`) lacks */
export function sliceRows(table: Table, spec: SliceSpec, name: string): readonly SliceRows[] {
  const columns = spec.map(({column}) => neededColumn(table, column, name, 'by which rows are sliced'));
  const texts = columns.map((column, index) => cellNames(column, spec[index]?.bins, table.rowCount));
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < table.rowCount; row += 1) {
    const slice = columns.map((column, index) => `${column.name}=${texts[index]?.(row) ?? ''}`).join(', ');
    const rows = rowsOf.get(slice);
    if (rows === undefined) rowsOf.set(slice, [row]);
    else rows.push(row);
  }
  const by = columns.map((column) => column.name).join(', ');
  const slices = [...rowsOf]
    .map(([slice, rows]) => ({name: slice, by, rows: Uint32Array.from(rows)}))
    .sort((a, b) => b.rows.length - a.rows.length);
  if (slices.length <= MOST_SLICES) return slices;
  const others = slices.slice(MOST_SLICES - 1).flatMap(({rows}) => [...rows]);
  return [...slices.slice(0, MOST_SLICES - 1), {name: `${by}=(other)`, by, rows: Uint32Array.from(others).sort()}];
}

/** With as many digits as it takes to tell them apart: two bins of one name would be one slice. */
function distinctTexts(numbers: readonly number[]): readonly string[] {
  for (let digits = 4; ; digits += 1) {
    const texts = numbers.map((number) => formatNumber(number, digits));
    if (digits === 17 || new Set(texts).size === texts.length) return texts;
  }
}

/** Of each row the value's text, or the bin that it is in. */
function cellNames(column: Column, bins: number | undefined, rows: number): (row: number) => string {
  const plain = (row: number): string => cellText(column, row) ?? '(missing)';
  if (!isNumeric(column) || column.type === 'date' || column.type === 'datetime') return plain;
  const values = sortedCopy(column.values.filter((value) => !Number.isNaN(value)));
  if (bins === undefined && new Set(values).size <= Math.min(FEW_VALUES, rows)) return plain;
  const count = bins ?? DEFAULT_BINS;
  const edges = [...new Set(Array.from({length: count + 1}, (_, at) => quantile(values, at / count)))];
  const texts = distinctTexts(edges);
  const names = texts.slice(1).map((text, at) => `${texts[at] ?? text} to ${text}`);
  if (names.length === 0) return plain;
  return (row) => {
    if (isMissing(column, row) || Number.isNaN(column.values[row])) return '(missing)';
    const value = column.values[row] ?? 0;
    // A bin has its upper edge, the first one both.
    let at = 0;
    while (at < names.length - 1 && value > (edges[at + 1] ?? Infinity)) at += 1;
    return names[at] ?? '';
  };
}

export interface SliceResult {
  readonly name: string;
  readonly by: string;
  readonly rows: number;
  /** Fewer rows than `min_rows`: shown, not judged. */
  readonly isSmall: boolean;
  readonly metrics: ReadonlyMap<string, Estimate>;
  /** Of the first metric: slice minus whole. */
  readonly difference: number | undefined;
  /** Chance of such a difference if the slice were like the whole, corrected for the number of slices. */
  readonly pValue: number | undefined;
  /** The whole interval of the first metric lies on the worse side of the whole. */
  readonly isWorse: boolean;
}

function isSurelyWorse({lo, hi}: Interval, whole: number, better: Better): boolean {
  if (better === 'up') return hi < whole;
  if (better === 'down') return lo > whole;
  return nearestToZero({lo, hi}) > Math.abs(whole);
}

/** Orders and compares: those worse than the whole first, then by size. @param first the metric that slices are compared by */
export function compareSlices(
  slices: readonly (SliceRows & {readonly metrics: ReadonlyMap<string, Estimate>})[],
  whole: Estimate | undefined,
  first: {readonly name: string; readonly better: Better},
  minRows: number,
): readonly SliceResult[] {
  const judged = slices.map(({name, by, rows, metrics}) => {
    const estimate = metrics.get(first.name);
    const interval = estimate?.interval(DEFAULT_LEVEL);
    const isKnown = estimate?.value !== undefined && whole?.value !== undefined;
    const difference = isKnown ? (estimate.value ?? 0) - (whole.value ?? 0) : undefined;
    const half = interval === undefined ? 0 : (interval.hi - interval.lo) / 2 / zOf(DEFAULT_LEVEL);
    const isWorse =
      interval !== undefined && whole?.value !== undefined && isSurelyWorse(interval, whole.value, first.better);
    const isSmall = rows.length < minRows;
    // A slice that is all rows cannot differ.
    const p =
      difference === undefined || !(half > 0) || isSmall ? undefined : 2 * normalCdf(-Math.abs(difference) / half);
    return {name, by, rows: rows.length, isSmall, metrics, difference, isWorse, p};
  });
  const tested = judged.flatMap(({p}) => p ?? []);
  const adjusted = benjaminiHochberg(tested);
  let next = 0;
  return judged
    .map(({p, ...slice}): SliceResult => ({...slice, pValue: p === undefined ? undefined : adjusted[next++]}))
    .sort((a, b) => Number(b.isWorse && !b.isSmall) - Number(a.isWorse && !a.isSmall) || b.rows - a.rows);
}
