/**
 * Logistic regression by the package ml-logistic-regression: plain gradient descent without intercept or penalty, so it is
 * handed standardised columns and one of ones, and a rate that fits the number of rows, since it sums gradients.
 */
import {columnScales, refuseMissing} from '../linear/column-scales.ts';
import {columnCount, valueAt} from '../matrix.ts';
import type {LinearPredictor} from '../model.ts';
import {totalWeight, type TrainingSet} from '../training.ts';
import {refuseLarge} from './refuse-large.ts';

const MAX_ROWS = 20_000;
const STEPS = 500;

/** @throws Error for more than two classes, weights, or too many rows */
export async function trainSmallLogistic(set: TrainingSet): Promise<LinearPredictor> {
  const engine = 'ml-logistic-regression';
  const {matrix, target} = set;
  refuseLarge(engine, matrix.rows, MAX_ROWS, 'each of its steps copies the table');
  refuseMissing(matrix, 'logistic regression');
  if (target.kind === 'regression' || target.classes.length !== 2)
    throw new Error(`\`engine: ${engine}\` tells two classes apart: leave \`engine\` away for others`);
  if (set.weights !== undefined) throw new Error(`\`engine: ${engine}\` knows no weights: leave \`engine\` away`);
  const {default: LogisticRegression} = await import('ml-logistic-regression');
  const {Matrix} = await import('ml-matrix');
  const columns = columnCount(matrix);
  const {means, variances} = columnScales(matrix, undefined, totalWeight(set));
  const scales = variances.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1));
  const rows = Array.from({length: matrix.rows}, (_, row) => [
    ...Array.from({length: columns}, (__, j) => (valueAt(matrix, row, j) - (means[j] ?? 0)) / (scales[j] ?? 1)),
    1,
  ]);
  const model = new LogisticRegression({numSteps: STEPS, learningRate: 2 / matrix.rows});
  model.train(new Matrix(rows), Matrix.columnVector([...target.codes]));
  const scaled = model.classifiers[0]?.weights.to1DArray() ?? [];
  const weights = Float64Array.from(scales, (scale, j) => (scaled[j] ?? 0) / scale);
  const shift = weights.reduce((sum, weight, j) => sum + weight * (means[j] ?? 0), 0);
  return {kind: 'linear', link: 'logistic', weights, intercepts: Float64Array.of((scaled[columns] ?? 0) - shift)};
}
