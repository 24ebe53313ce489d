/**
 * Linear models: logistic regression of two or more classes, and least squares; with L2, L1 or both. What is minimised is
 * that of scikit-learn:
 *
 *     logistic   Σ_i w_i · loss_i + (1 / C) · (l1_ratio · |β|₁ + (1 - l1_ratio) / 2 · |β|²)
 *     squares    Σ_i w_i · (y_i - f_i)² / (2 Σ w_i) + alpha · (l1_ratio · |β|₁ + (1 - l1_ratio) / 2 · |β|²)
 *
 * The intercept is never penalised. It is divided by Σ w_i, and searched in other coordinates: columns centred (dense ones)
 * and divided by their spread. That moves no minimum, and an ill-scaled table takes as few steps as a standardised one.
 */
import {columnCount} from '../matrix.ts';
import type {LinearPredictor} from '../model.ts';
import {totalWeight, type TrainingHooks, type TrainingSet} from '../training.ts';
import {columnScales, refuseMissing} from './column-scales.ts';
import {linearLoss} from './linear-loss.ts';
import {minimise, type Objective} from './minimise.ts';
import {ScaledSpace} from './scaled-space.ts';

/**
 * A large table's minimum is first searched on every tenth block of its rows. From there, and with the curvature of these
 * rows, all rows take four or five steps instead of thirty. With many columns that curvature costs more than it saves.
 */
const SAMPLE_EVERY = 10;
const SAMPLED_FROM_ROWS = 50_000;
const CURVATURE_MAX_COLUMNS = 256;

export interface LinearSettings {
  /** Of logistic regression, as scikit-learn's: a smaller C is a stronger penalty. Infinity: none. */
  readonly C: number;
  /** Of least squares, as ElasticNet's. scikit-learn's Ridge(alpha) is this one times Σ w_i. 0: none. */
  readonly alpha: number;
  /** Share of L1 in the penalty. 0 is ridge or plain L2, 1 lasso. */
  readonly l1Ratio: number;
  /** Whether the penalty is on coefficients of standardised columns, so that units of features do not matter. */
  readonly standardise: boolean;
  readonly maxIterations: number;
  /** Largest entry of the gradient of the averaged objective at the end. */
  readonly tolerance: number;
}

export interface TrainedLinear {
  readonly predictor: LinearPredictor;
  readonly iterations: number;
  readonly converged: boolean;
}

/** @throws Error with a sentence when a feature is missing or infinite */
export function trainLinear(set: TrainingSet, settings: LinearSettings, hooks: TrainingHooks): TrainedLinear {
  const {matrix, target} = set;
  refuseMissing(matrix, target.kind === 'classification' ? 'logistic regression' : 'linear regression');
  const total = totalWeight(set);
  const loss = linearLoss(set, total);
  const columns = columnCount(matrix);
  const {means, variances} = columnScales(matrix, set.weights, total);
  const strength = target.kind === 'classification' ? 1 / (settings.C * total) : settings.alpha;
  const l2 = strength * (1 - settings.l1Ratio);
  const l1 = strength * settings.l1Ratio;
  const penaltyUnit = variances.map((variance) => (settings.standardise ? variance : 1));
  const scales = variances.map((variance, j) => {
    const curvature = variance + (l2 * (penaltyUnit[j] ?? 1)) / loss.curvature;
    return curvature > 0 ? Math.sqrt(curvature) : 1;
  });
  const space = new ScaledSpace(matrix, means, scales, loss.outputs);
  const perColumn = (of: (j: number) => number): Float64Array => {
    const values = new Float64Array(loss.outputs * (columns + 1));
    for (let k = 0; k < loss.outputs; k += 1)
      for (let j = 0; j < columns; j += 1) values[k * (columns + 1) + j] = of(j);
    return values;
  };
  const ridge = perColumn((j) => (l2 * (penaltyUnit[j] ?? 1)) / (scales[j] ?? 1) ** 2);
  const lasso = perColumn((j) => (l1 * Math.sqrt(penaltyUnit[j] ?? 1)) / (scales[j] ?? 1));
  const start = new Float64Array(ridge.length);
  loss.start.forEach((intercept, k) => {
    start[k * (columns + 1) + columns] = intercept;
  });
  const objective =
    (every: number): Objective =>
    (x, gradient) => {
      const value = space.evaluate(x, gradient, loss.residuals, every);
      let penalty = 0;
      for (let j = 0; j < x.length; j += 1) {
        const xj = x[j] as number;
        penalty += 0.5 * (ridge[j] as number) * xj * xj;
        gradient[j] = (gradient[j] as number) + (ridge[j] as number) * xj;
      }
      return value + penalty;
    };
  const common = {...(l1 > 0 ? {l1: lasso} : {}), maxIterations: settings.maxIterations, tolerance: settings.tolerance};
  const isSampled = matrix.rows >= SAMPLED_FROM_ROWS;
  const from = isSampled ? minimise(objective(SAMPLE_EVERY), start, common).x : start;
  const isCurvatureCheap = l1 === 0 && loss.outputs === 1 && columns <= CURVATURE_MAX_COLUMNS;
  const found = minimise(objective(1), from, {
    ...common,
    ...(isSampled && isCurvatureCheap && matrix.sparse === undefined
      ? {inverseCurvature: space.inverseCurvature(from, loss.secondDerivatives, ridge, SAMPLE_EVERY)}
      : {}),
    onStep: (step, value) => {
      hooks.check();
      hooks.metric('train_loss', value, step);
      hooks.progress(Math.min(1, step / settings.maxIterations), `step ${step}`);
    },
  });
  const {weights, intercepts} = space.natural(found.x);
  return {
    predictor: {kind: 'linear', link: loss.link, weights, intercepts},
    iterations: found.iterations,
    converged: found.converged,
  };
}
