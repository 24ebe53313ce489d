/** Partial dependence (Friedman 2001) of one dense feature: the mean prediction when all rows have the same value of it. */
import {quantile, sortedCopy} from '../../stats/describe.ts';
import type {Random} from '../../stats/random.ts';
import type {FeatureMatrix} from '../matrix.ts';
import {takeMatrixRows} from '../training.ts';

export interface PartialDependence {
  readonly feature: string;
  /** What is predicted: a class's probability, or the value. */
  readonly of: string;
  readonly points: readonly {readonly value: number; readonly prediction: number}[];
}

const POINTS = 20;
const MOST_ROWS = 1000;

/**
 * At 20 quantiles of the feature, equal ones once, over at most 1,000 sampled rows.
 * @param predict a number for each row. @returns undefined for a feature that is missing in all rows
 */
export function partialDependence(
  matrix: FeatureMatrix,
  column: number,
  predict: (matrix: FeatureMatrix) => Float64Array,
  of: string,
  random: Random,
): PartialDependence | undefined {
  const sampled = takeMatrixRows(matrix, random.sample(matrix.rows, MOST_ROWS));
  const sorted = sortedCopy((matrix.dense[column] ?? new Float32Array()).filter((value) => !Number.isNaN(value)));
  if (sorted.length === 0) return undefined;
  const grid = new Set(Array.from({length: POINTS}, (_, at) => Math.fround(quantile(sorted, at / (POINTS - 1)))));
  const points = [...grid].map((value) => {
    const constant = new Float32Array(sampled.rows).fill(value);
    const predictions = predict({...sampled, dense: sampled.dense.with(column, constant)});
    return {value, prediction: predictions.reduce((sum, one) => sum + one, 0) / predictions.length};
  });
  return {feature: matrix.names[column] ?? '', of, points};
}
