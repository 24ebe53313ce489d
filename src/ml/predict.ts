/** Uses a trained model: scores of every row by the kind of its predictor, then calibration. Needs nothing that trains. */
import {calibrate} from './calibration/calibrate.ts';
import {predictConstant, predictRule} from './baselines/predict-baseline.ts';
import {refuseMissing} from './linear/column-scales.ts';
import {predictLinear} from './linear/predict-linear.ts';
import type {FeatureMatrix} from './matrix.ts';
import {outputCount, type Model, type Predictor} from './model.ts';
import {predictNet} from './net/predict-net.ts';
import {predictTrees} from './trees/predict-trees.ts';
import {unreachable} from '../base/unreachable.ts';

export interface Predictions {
  /** Of classification: the names of the columns of `probabilities`. */
  readonly classes?: readonly string[];
  /** rows × classes, row by row; each row sums to 1. */
  readonly probabilities?: Float64Array;
  /** Of regression: one a row. */
  readonly values?: Float64Array;
}

/**
 * @throws Error naming the first column that is not the one the model learnt from, or the first missing value where the
 * model takes none
 */
export function predictModel(model: Model, matrix: FeatureMatrix): Predictions {
  refuseOtherColumns(model.features, matrix.names);
  const outputs = predictorOutputs(model.predictor, matrix, outputCount(model.task));
  // Only missing or infinite features make one; a model never answers with it.
  if (outputs.includes(Number.NaN)) refuseMissing(matrix, 'this model');
  if (model.task.kind === 'regression') return {values: outputs};
  const {classes} = model.task;
  return {
    classes,
    probabilities: model.calibration === undefined ? outputs : calibrate(model.calibration, outputs, classes.length),
  };
}

/**
 * What a predictor says of every row, before calibration.
 * @param outputs numbers a row: of classification one probability a class, else 1. @returns rows × outputs
 */
export function predictorOutputs(predictor: Predictor, matrix: FeatureMatrix, outputs: number): Float64Array {
  switch (predictor.kind) {
    case 'linear':
      return predictLinear(predictor, matrix, outputs);
    case 'trees':
      return predictTrees(predictor, matrix, outputs);
    case 'net':
      return predictNet(predictor, matrix, outputs);
    case 'constant':
      return predictConstant(predictor, matrix.rows);
    case 'rule':
      return predictRule(predictor, matrix, outputs);
    default:
      return unreachable(predictor);
  }
}

/** The index of the largest probability of a row; of equal ones the first. */
export function likeliest(probabilities: Float64Array, classes: number, row: number): number {
  let best = 0;
  for (let k = 1; k < classes; k += 1)
    if ((probabilities[row * classes + k] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = k;
  return best;
}

function refuseOtherColumns(learnt: readonly string[], given: readonly string[]): void {
  for (let at = 0; at < Math.max(learnt.length, given.length); at += 1) {
    const [one, other] = [learnt[at], given[at]];
    if (one === other) continue;
    const found =
      other === undefined
        ? `there are only ${given.length}`
        : one === undefined
          ? `\`${other}\` is one too many`
          : `there is \`${other}\``;
    const expected = one === undefined ? `it learnt from ${learnt.length} features` : `it learnt from \`${one}\``;
    throw new Error(
      `the model does not fit these features: as feature ${at + 1} ${expected}, and ${found}; ` +
        'make them by the same `featurize` settings as for training',
    );
  }
}
