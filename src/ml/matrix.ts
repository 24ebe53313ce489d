/**
 * What models learn from: one row an example, one column a feature. Columns are either dense, stored one after the other,
 * or sparse, stored row by row (CSR: compressed sparse rows); the dense columns come first in `names`. Values are 32-bit
 * floats, as in ONNX and in the trees of scikit-learn. NaN is a missing value.
 */
export interface FeatureMatrix {
  readonly rows: number;
  /** Of all columns: first the dense ones, then the sparse ones. */
  readonly names: readonly string[];
  /** Each of `rows` values; may lie in shared memory. */
  readonly dense: readonly Float32Array[];
  readonly sparse?: SparseColumns;
}

export interface SparseColumns {
  readonly columns: number;
  /** rows + 1 offsets: row i has the entries from starts[i] up to starts[i + 1]. */
  readonly starts: Uint32Array;
  /** Of each entry the column, counted from the first sparse one; rising within a row. */
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export const columnCount = ({dense, sparse}: FeatureMatrix): number => dense.length + (sparse?.columns ?? 0);

/** One value; of a sparse column 0 where the row has no entry. */
export function valueAt({dense, sparse}: FeatureMatrix, row: number, column: number): number {
  if (column < dense.length || sparse === undefined) return dense[column]?.[row] ?? 0;
  const wanted = column - dense.length;
  const end = sparse.starts[row + 1] ?? 0;
  for (let at = sparse.starts[row] ?? 0; at < end; at += 1)
    if (sparse.indices[at] === wanted) return sparse.values[at] ?? 0;
  return 0;
}

/** Writes the rows from..to one after the other, each with all its columns: what goes through a row wants it in one place. */
export function fillRows({dense, sparse}: FeatureMatrix, from: number, to: number, out: Float32Array): void {
  const columns = dense.length + (sparse?.columns ?? 0);
  for (let column = 0; column < dense.length; column += 1) {
    const values = dense[column] as Float32Array;
    for (let row = from, at = column; row < to; row += 1, at += columns) out[at] = values[row] as number;
  }
  if (sparse === undefined) return;
  const {starts, indices, values} = sparse;
  for (let row = from, at = dense.length; row < to; row += 1, at += columns) {
    out.fill(0, at, at + sparse.columns);
    const end = starts[row + 1] as number;
    for (let entry = starts[row] as number; entry < end; entry += 1)
      out[at + (indices[entry] as number)] = values[entry] as number;
  }
}
