/**
 * From a CSV to two matrices of 32-bit floats, as `featurize` does it: `matrix.mjs FILE dense|sparse`. 13 numbers, means for missing
 * ones, one column for each level of `state`, shuffled, 70 % to train on. Prints the shapes and a sum to compare with the peers.
 */
import {readTable} from '../../src/data/read-table.ts';
import {isNumeric} from '../../src/data/table.ts';
import type {NumericColumn, StringColumn} from '../../src/data/table.ts';
import {openHost} from '../../src/host/open-host.ts';
import type {FeatureMatrix} from '../../src/ml/matrix.ts';
import {fileSource} from '../../src/stages/shared/table-files.ts';
import {Random} from '../../src/stats/random.ts';

const [file = '', shape = 'sparse'] = process.argv.slice(2);
const host = openHost('.');
const table = await readTable(fileSource(host, file), {
  columns: undefined,
});
const numbers = table.columns.filter((column) => isNumeric(column)) as readonly NumericColumn[];
const state = table.columns.find(({name}) => name === 'state') as StringColumn;
const order = new Int32Array(table.rowCount);
for (let row = 0; row < order.length; row += 1) order[row] = row;
new Random(7).shuffle(order);
const cut = Math.floor(table.rowCount * 0.7);
const parts = [order.subarray(0, cut), order.subarray(cut)].map((rows) =>
  shape === 'dense' ? denseMatrix(rows) : sparseMatrix(rows),
);
let sum = 0;
for (const part of parts) {
  for (const column of part.dense) sum += sumOf(column);
  if (part.sparse !== undefined) sum += sumOf(part.sparse.values);
}
console.log(JSON.stringify({shapes: parts.map((part) => [part.rows, part.names.length]), sum: Math.round(sum)}));

function sumOf(values: Float32Array): number {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) total += values[at] as number;
  return total;
}

function numeric(column: NumericColumn, rows: Int32Array): Float32Array {
  let total = 0;
  let count = 0;
  const from = column.values;
  for (let row = 0; row < from.length; row += 1) {
    const value = from[row] as number;
    if (value !== value) continue;
    total += value;
    count += 1;
  }
  const mean = total / count;
  const into = new Float32Array(rows.length);
  for (let to = 0; to < rows.length; to += 1) {
    const value = from[rows[to] as number] as number;
    into[to] = value === value ? value : mean;
  }
  return into;
}

function denseMatrix(rows: Int32Array): FeatureMatrix {
  const oneHot = state.words.map(() => new Float32Array(rows.length));
  for (let to = 0; to < rows.length; to += 1) {
    const column = oneHot[state.codes[rows[to] ?? 0] ?? -1];
    if (column !== undefined) column[to] = 1;
  }
  const names = [...numbers.map(({name}) => name), ...state.words];
  return {rows: rows.length, names, dense: [...numbers.map((column) => numeric(column, rows)), ...oneHot]};
}

function sparseMatrix(rows: Int32Array): FeatureMatrix {
  const starts = new Uint32Array(rows.length + 1);
  for (let row = 0; row <= rows.length; row += 1) starts[row] = row;
  const indices = new Uint32Array(rows.length);
  for (let to = 0; to < rows.length; to += 1) indices[to] = state.codes[rows[to] as number] as number;
  const values = new Float32Array(rows.length).fill(1);
  return {
    rows: rows.length,
    names: [...numbers.map(({name}) => name), ...state.words],
    dense: numbers.map((column) => numeric(column, rows)),
    sparse: {columns: state.words.length, starts, indices, values},
  };
}
