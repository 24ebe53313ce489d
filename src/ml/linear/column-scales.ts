/** Means and spreads of columns: what centres and scales them while a linear model or a net is trained. */
import type {FeatureMatrix} from '../matrix.ts';
import {columnCount} from '../matrix.ts';

export interface ColumnScales {
  /** Of dense columns; 0 for sparse ones, which would be no longer sparse without their zeros. */
  readonly means: Float64Array;
  /** Mean squared distance from `means`. */
  readonly variances: Float64Array;
}

/** Weighted moments of all columns; the two passes of a dense column keep the digits of a large mean. */
export function columnScales(matrix: FeatureMatrix, weights: Float64Array | undefined, total: number): ColumnScales {
  const means = new Float64Array(columnCount(matrix));
  const variances = new Float64Array(means.length);
  matrix.dense.forEach((column, j) => {
    let sum = 0;
    for (let row = 0; row < column.length; row += 1)
      sum += (column[row] as number) * (weights === undefined ? 1 : (weights[row] as number));
    const mean = sum / total;
    let squares = 0;
    for (let row = 0; row < column.length; row += 1) {
      const distance = (column[row] as number) - mean;
      squares += distance * distance * (weights === undefined ? 1 : (weights[row] as number));
    }
    means[j] = mean;
    // A constant column leaves only rounding, which must not be blown up to a spread of 1.
    variances[j] = squares / total > 1e-14 * mean * mean ? squares / total : 0;
  });
  if (matrix.sparse) addSparse(matrix, matrix.sparse, weights, total, variances);
  return {means, variances};
}

function addSparse(
  {rows, dense}: FeatureMatrix,
  {starts, indices, values}: NonNullable<FeatureMatrix['sparse']>,
  weights: Float64Array | undefined,
  total: number,
  variances: Float64Array,
): void {
  for (let row = 0; row < rows; row += 1) {
    const share = (weights === undefined ? 1 : (weights[row] as number)) / total;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at += 1) {
      const j = dense.length + (indices[at] as number);
      const value = values[at] as number;
      variances[j] = (variances[j] as number) + share * value * value;
    }
  }
}

/** @throws Error naming the first column and row with NaN or an infinity, which linear models and nets cannot take */
export function refuseMissing(matrix: FeatureMatrix, what: string): void {
  const complain = (name: string | undefined, row: number, value: number | undefined): never => {
    const found = Number.isNaN(value) ? 'missing (NaN)' : String(value);
    throw new Error(
      `the feature \`${name ?? ''}\` is ${found} in row ${row + 1} and ${what} needs numbers: fill missing values when ` +
        'features are made (`impute`), or use `model: boosting` or `forest`, which take them',
    );
  };
  matrix.dense.forEach((column, j) => {
    const row = column.findIndex((value) => !Number.isFinite(value));
    if (row >= 0) complain(matrix.names[j], row, column[row]);
  });
  const {sparse} = matrix;
  const at = sparse?.values.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (sparse === undefined || at < 0) return;
  const row = sparse.starts.findIndex((start) => start > at) - 1;
  complain(matrix.names[matrix.dense.length + (sparse.indices[at] ?? 0)], row, sparse.values[at]);
}
