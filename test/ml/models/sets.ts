/** Small training sets for the tests of models, and what scikit-learn says of them (reference.py). */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {FeatureMatrix} from '../../../src/ml/matrix.ts';
import type {TrainingHooks, TrainingSet} from '../../../src/ml/training.ts';

interface Coefficients {
  readonly coef: number[][];
  readonly intercept: number[];
}

interface OneOutput {
  readonly coef: number[];
  readonly intercept: number;
}

export interface Reference {
  readonly binary: {
    readonly x: number[][];
    readonly standardised: number[][];
    readonly y: number[];
    readonly weights: number[];
  } & Readonly<Record<'l2' | 'l2_raw' | 'l2_weighted' | 'l1' | 'elastic', Coefficients>>;
  readonly three: {readonly x: number[][]; readonly y: number[]; readonly l2: Coefficients};
  readonly regression: {readonly x: number[][]; readonly y: number[]} & Readonly<
    Record<'ols' | 'ridge20' | 'elastic', OneOutput>
  >;
  readonly calibration: Readonly<
    Record<'scores' | 'truth' | 'weights' | 'platt' | 'platt_weighted' | 'grid' | 'isotonic', number[]>
  >;
  readonly trees: {
    readonly x: number[][];
    readonly classes: number[];
    readonly values: number[];
    readonly trained_on: number;
    readonly forest_importances: number[];
  } & Readonly<
    Record<
      | 'forest_accuracy'
      | 'forest_oob'
      | 'forest_mse'
      | 'boosting_accuracy'
      | 'boosting_train_loss'
      | 'boosting_binary_train_loss'
      | 'boosting_train_mse'
      | 'boosting_mse',
      number
    >
  >;
}

export const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference.json'), 'utf8')) as Reference;

export const quiet: TrainingHooks = {metric: () => undefined, progress: () => undefined, check: () => undefined};

/** Rows of numbers as dense columns x0, x1, ... */
export function denseMatrix(rows: readonly (readonly number[])[], columns = rows[0]?.length ?? 0): FeatureMatrix {
  return {
    rows: rows.length,
    names: Array.from({length: columns}, (_, j) => `x${j}`),
    dense: Array.from({length: columns}, (_, j) => Float32Array.from(rows, (row) => row[j] ?? Number.NaN)),
  };
}

/** The same numbers as sparse columns: zeros are left out. */
export function sparseMatrix(rows: readonly (readonly number[])[]): FeatureMatrix {
  const starts = new Uint32Array(rows.length + 1);
  const entries = rows.flatMap((row, at) => {
    const there = row.flatMap((value, j) => (value === 0 ? [] : [{j, value}]));
    starts[at + 1] = (starts[at] ?? 0) + there.length;
    return there;
  });
  return {
    rows: rows.length,
    names: (rows[0] ?? []).map((_, j) => `x${j}`),
    dense: [],
    sparse: {
      columns: rows[0]?.length ?? 0,
      starts,
      indices: Uint32Array.from(entries, ({j}) => j),
      values: Float32Array.from(entries, ({value}) => value),
    },
  };
}

export function classification(
  matrix: FeatureMatrix,
  codes: readonly number[],
  weights?: readonly number[],
): TrainingSet {
  const classes = Array.from({length: Math.max(1, ...codes) + 1}, (_, k) => `class ${k}`);
  return {
    matrix,
    target: {kind: 'classification', classes, codes: Int32Array.from(codes)},
    ...(weights === undefined ? {} : {weights: Float64Array.from(weights)}),
  };
}

export const regression = (matrix: FeatureMatrix, values: readonly number[]): TrainingSet => ({
  matrix,
  target: {kind: 'regression', values: Float64Array.from(values)},
});

/** Largest distance between two lists. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = 0; at < a.length; at += 1)
    most = Math.max(most, Math.abs((a[at] ?? Number.NaN) - (b[at] ?? Number.NaN)));
  return most;
}
