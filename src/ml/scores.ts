/** The few scores that training tells; `evaluate` tells the others, with intervals. */
import type {Predictions} from './predict.ts';
import {likeliest} from './predict.ts';
import {weightOf, type TrainingSet} from './training.ts';

/** Weighted means: `accuracy` and `log_loss`, or `mse` and `r2`. Rows with NaN as their prediction are left out. */
export function trainingScores(
  {target, weights, matrix}: TrainingSet,
  {probabilities, values}: Predictions,
): {readonly [name: string]: number} {
  let total = 0;
  const sums = [0, 0];
  const add = (row: number, first: number, second: number): void => {
    const weight = weightOf(weights, row);
    total += weight;
    sums[0] = (sums[0] ?? 0) + weight * first;
    sums[1] = (sums[1] ?? 0) + weight * second;
  };
  if (target.kind === 'classification') {
    const classes = target.classes.length;
    for (let row = 0; row < matrix.rows; row += 1) {
      const own = probabilities?.[row * classes + (target.codes[row] ?? 0)] ?? Number.NaN;
      if (Number.isNaN(own)) continue;
      const isRight = likeliest(probabilities ?? new Float64Array(), classes, row) === target.codes[row];
      add(row, isRight ? 1 : 0, -Math.log(Math.max(own, Number.EPSILON)));
    }
    return {accuracy: (sums[0] ?? 0) / total, log_loss: (sums[1] ?? 0) / total};
  }
  // About the first value, so that the mean of a constant is exact and its spread 0.
  const [first = 0] = target.values;
  let beyond = 0;
  let all = 0;
  target.values.forEach((value, row) => {
    all += weightOf(weights, row);
    beyond += weightOf(weights, row) * (value - first);
  });
  const mean = first + beyond / all;
  target.values.forEach((value, row) => {
    const predicted = values?.[row] ?? Number.NaN;
    if (!Number.isNaN(predicted)) add(row, (value - predicted) ** 2, (value - mean) ** 2);
  });
  const [errors = 0, spread = 0] = sums;
  return {mse: errors / total, r2: spread > 0 ? 1 - errors / spread : errors > 0 ? 0 : 1};
}
