/**
 * Features as small whole numbers: each column's values are sorted into at most 255 bins, and 255 stands for a missing
 * value. Trees look for splits between bins only. Columns with up to 255 values lose nothing by it.
 */
import {columnCount, fillRows, type FeatureMatrix} from '../matrix.ts';
import {sharedBytes} from '../shared-arrays.ts';

export const MISSING_BIN = 255;
const MAX_BINS = 255;
/** Edges are found from at most so many values, taken at equal distances. */
const SAMPLED_VALUES = 100_000;
const MAX_BYTES = 2 ** 31;
const BLOCK_ROWS = 4096;

export interface Bins {
  readonly rows: number;
  readonly columns: number;
  /** In shared memory; the bin of a row and a column is at row × rowStep + column × columnStep. */
  readonly values: Uint8Array;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly edges: Edges;
}

/** A value x is in the first bin whose edge is not below it: bin b holds edges[b - 1] < x ≤ edges[b]. */
export interface Edges {
  /** columns + 1 offsets into `values`. */
  readonly starts: Uint32Array;
  readonly values: Float32Array;
}

/** The edge that is the upper end of a bin; infinite behind the last one. */
export function edgeAt({starts, values}: Edges, column: number, bin: number): number {
  const at = (starts[column] ?? 0) + bin;
  return at < (starts[column + 1] ?? 0) ? (values[at] ?? 0) : Number.POSITIVE_INFINITY;
}

/**
 * @param layout `columns` puts a column's bins together, `rows` a row's.
 * @throws Error when the bins would not fit into memory: so many sparse columns are for a linear model
 */
export function binMatrix(matrix: FeatureMatrix, layout: 'columns' | 'rows', edges: Edges = findEdges(matrix)): Bins {
  const {rows} = matrix;
  const columns = columnCount(matrix);
  if (rows * columns > MAX_BYTES) {
    throw new Error(
      `trees need each feature of each row in memory, and ${rows} rows × ${columns} features are ` +
        `${Math.ceil((rows * columns) / 1e9)} GB: use \`model: logistic\`, which reads sparse features as they are, ` +
        'or make fewer features',
    );
  }
  const values = sharedBytes(rows * columns);
  const [rowStep, columnStep] = layout === 'columns' ? [1, rows] : [columns, 1];
  const block = new Float32Array(Math.min(rows, BLOCK_ROWS) * columns);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    fillRows(matrix, from, to, block);
    for (let column = 0; column < columns; column += 1) {
      const low = edges.starts[column] as number;
      const high = edges.starts[column + 1] as number;
      let into = from * rowStep + column * columnStep;
      for (let row = from, at = column; row < to; row += 1, at += columns, into += rowStep)
        values[into] = binOf(edges.values, low, high, block[at] as number);
    }
  }
  return {rows, columns, values, rowStep, columnStep, edges};
}

/** The same bins row by row: who goes through all columns of a row wants them in one place. */
export function rowByRow(bins: Bins): Bins {
  const {rows, columns, values: from, rowStep, columnStep} = bins;
  const values = sharedBytes(rows * columns);
  for (let column = 0; column < columns; column += 1)
    for (let row = 0, at = column * columnStep, to = column; row < rows; row += 1, at += rowStep, to += columns)
      values[to] = from[at] as number;
  return {...bins, values, rowStep: columns, columnStep: 1};
}

function binOf(edges: Float32Array, first: number, end: number, value: number): number {
  if (Number.isNaN(value)) return MISSING_BIN;
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** Between neighbouring values when there are few, else at quantiles. */
export function findEdges(matrix: FeatureMatrix): Edges {
  const {rows, dense, sparse} = matrix;
  const columns = columnCount(matrix);
  const step = Math.max(1, Math.ceil(rows / SAMPLED_VALUES));
  const starts = new Uint32Array(columns + 1);
  const edges: number[] = [];
  const inColumns = sparse === undefined ? [] : valuesOfColumns(sparse, rows);
  for (let column = 0; column < columns; column += 1) {
    const values =
      column < dense.length
        ? everyNth(dense[column] as Float32Array, step)
        : (inColumns[column - dense.length] ?? new Float32Array());
    edges.push(...edgesOf(values.sort()));
    starts[column + 1] = edges.length;
  }
  return {starts, values: Float32Array.from(edges)};
}

/** Of each sparse column the values of its entries, and one zero for all rows that have none. */
function valuesOfColumns(
  {columns, indices, values}: NonNullable<FeatureMatrix['sparse']>,
  rows: number,
): Float32Array[] {
  const counts = new Uint32Array(columns);
  for (const column of indices) counts[column] = (counts[column] ?? 0) + 1;
  const all = Array.from(counts, (count) => new Float32Array(count < rows ? count + 1 : count));
  const filled = new Uint32Array(columns);
  indices.forEach((column, entry) => {
    const at = filled[column] ?? 0;
    filled[column] = at + 1;
    (all[column] as Float32Array)[at] = values[entry] ?? 0;
  });
  return all;
}

function everyNth(values: Float32Array, step: number): Float32Array {
  const taken = new Float32Array(Math.ceil(values.length / step));
  for (let to = 0; to < taken.length; to += 1) taken[to] = values[to * step] as number;
  return taken;
}

/** @param values of a column, rising, missing ones last as `sort` puts them */
function edgesOf(values: Float32Array): number[] {
  const firstMissing = values.findIndex((value) => Number.isNaN(value));
  const sorted = firstMissing < 0 ? values : values.subarray(0, firstMissing);
  const distinct: number[] = [];
  let last = Number.NaN;
  for (let at = 0; at < sorted.length; at += 1) {
    const value = sorted[at] as number;
    if (value !== last) distinct.push(value);
    last = value;
  }
  const edges: number[] = [];
  if (distinct.length <= MAX_BINS) {
    for (let at = 0; at + 1 < distinct.length; at += 1) edges.push(between(distinct[at] ?? 0, distinct[at + 1] ?? 0));
    return edges;
  }
  for (let bin = 1; bin < MAX_BINS; bin += 1) {
    const at = Math.floor((bin * sorted.length) / MAX_BINS);
    const [below, above] = [sorted[at - 1] ?? 0, sorted[at] ?? 0];
    const edge = below === above ? below : between(below, above);
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY) && edge < (distinct.at(-1) ?? 0)) edges.push(edge);
  }
  return edges;
}

/** The middle as a 32-bit float, the lower one when nothing lies between them. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high && middle >= low ? middle : low;
}
