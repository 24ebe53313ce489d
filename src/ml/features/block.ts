/** What a recipe makes of a table, and how the parts of all recipes become one matrix. */
import type {FeatureMatrix} from '../matrix.ts';

export type Block =
  | {readonly storage: 'dense'; readonly columns: readonly (Float64Array | Float32Array)[]}
  | ({readonly storage: 'sparse'} & SparseRows);

/** Rows of sparse columns, each stored once however many rows of the table have it. */
export interface SparseRows {
  readonly columns: number;
  /** Row of the table -> stored row; -1: nothing but zeros. */
  readonly storedOf: Int32Array;
  /** Stored row i has the entries from starts[i] up to starts[i + 1]. */
  readonly starts: Uint32Array;
  /** Rising within a row. */
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** One column for each of the values that are known; a row has at most one of them. */
export function oneHotBlock(
  codes: Int32Array,
  columnOf: (code: number) => number,
  {
    columns,
    distinct,
    storage,
  }: {readonly columns: number; readonly distinct: number; readonly storage: Block['storage']},
): Block {
  const places = Int32Array.from({length: distinct}, (_, code) => columnOf(code));
  const missing = columnOf(-1);
  const placeOf = codes.map((code) => (code < 0 ? missing : (places[code] ?? -1)));
  if (storage === 'sparse')
    return {
      storage,
      columns,
      storedOf: placeOf,
      starts: Uint32Array.from({length: columns + 1}, (_, index) => index),
      indices: Uint32Array.from({length: columns}, (_, index) => index),
      values: new Float32Array(columns).fill(1),
    };
  const dense = Array.from({length: columns}, () => new Float32Array(codes.length));
  for (const [row, place] of placeOf.entries()) {
    const column = dense[place];
    if (column !== undefined) column[row] = 1;
  }
  return {storage, columns: dense};
}

/** The numbers of the distinct values, for every row; NaN where it is missing. */
export function spread(codes: Int32Array, values: Float64Array, missing = Number.NaN): Float64Array {
  // Texts are often all different, and then the values are those of the rows as they are.
  if (values.length === codes.length && areRows(codes)) return values;
  const rows = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] ?? -1;
    rows[row] = code < 0 ? missing : (values[code] ?? missing);
  }
  return rows;
}

/**
 * One matrix of all blocks: first the dense columns, then the sparse ones, each in the order of the blocks.
 * @param names of the dense columns and then of the sparse ones.
 * @throws Error with a sentence for a number that is no 32-bit float
 */
export function assemble(rows: number, names: readonly string[], blocks: readonly Block[]): FeatureMatrix {
  const columns = blocks.flatMap((block) => (block.storage === 'dense' ? block.columns : []));
  const dense = columns.map((column, index) => toFloats(column, names[index] ?? ''));
  const sparse = blocks.filter((block) => block.storage === 'sparse');
  return {rows, names, dense, ...(sparse.length === 0 ? {} : {sparse: joinSparse(rows, sparse)})};
}

/** @throws Error with a sentence for a number that is no 32-bit float */
export function toFloats(column: Float64Array | Float32Array, name: string): Float32Array {
  if (column instanceof Float32Array) return column;
  const floats = new Float32Array(column);
  for (let row = 0; row < floats.length; row += 1) {
    if (Math.abs(floats[row] ?? 0) === Infinity)
      throw new Error(
        `the feature \`${name}\` is ${String(column[row])} in row ${row + 1}, and models need finite numbers below 3.4e38: ` +
          'give it `clip` or `log1p`',
      );
  }
  return floats;
}

function joinSparse(rows: number, blocks: readonly SparseRows[]): NonNullable<FeatureMatrix['sparse']> {
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined && isWhole(only, rows)) {
    const {starts, indices, values} = only;
    return {columns, starts, indices, values};
  }
  const starts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row += 1) {
    let length = 0;
    for (const block of blocks) length += lengthOf(block, block.storedOf[row] ?? -1);
    starts[row + 1] = (starts[row] ?? 0) + length;
  }
  const indices = new Uint32Array(starts[rows] ?? 0);
  const values = new Float32Array(starts[rows] ?? 0);
  for (let row = 0, to = 0; row < rows; row += 1) {
    let first = 0;
    for (const block of blocks) {
      const stored = block.storedOf[row] ?? -1;
      const start = block.starts[stored] ?? 0;
      const end = start + lengthOf(block, stored);
      for (let at = start; at < end; at += 1, to += 1) {
        indices[to] = first + (block.indices[at] ?? 0);
        values[to] = block.values[at] ?? 0;
      }
      first += block.columns;
    }
  }
  return {columns, starts, indices, values};
}

const lengthOf = ({starts}: SparseRows, stored: number): number =>
  stored < 0 ? 0 : (starts[stored + 1] ?? 0) - (starts[stored] ?? 0);

/** Whether the stored rows are the rows of the table as they are. */
function isWhole({storedOf, starts}: SparseRows, rows: number): boolean {
  return starts.length === rows + 1 && areRows(storedOf);
}

/** Whether they are 0, 1, 2, ... */
function areRows(codes: Int32Array): boolean {
  for (let row = 0; row < codes.length; row += 1) if (codes[row] !== row) return false;
  return true;
}
