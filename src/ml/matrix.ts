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
