/** What only classification has in an evaluation: classes, confusion matrix, calibration, curves, fairness. */
import type {Random} from '../../stats/random.ts';
import {calibrationOf, type Calibration} from './calibration.ts';
import {hasProbabilities, type ClassSample} from './class-metrics.ts';
import {classCounts} from './confusion.ts';
import type {Estimate} from './estimate.ts';
import {fairnessOf, type Fairness} from './fairness.ts';
import type {ClassPredictions, Predictions} from './predictions.ts';
import {sliceRows} from './slices.ts';
import {thresholdTable, type Costs, type ThresholdTable} from './thresholds.ts';

export interface ClassRow {
  readonly name: string;
  /** True rows, or their weight. */
  readonly support: number;
  readonly precision: Estimate | undefined;
  readonly recall: Estimate | undefined;
  readonly f1: Estimate | undefined;
}

export interface ClassParts {
  readonly classes: readonly ClassRow[];
  readonly positive?: string;
  /** Rows are the truth, columns the prediction. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration?: Calibration;
  readonly thresholds?: ThresholdTable;
}

export interface ThresholdWishes {
  readonly costs?: Costs | undefined;
  readonly recalls?: readonly number[] | undefined;
}

export function classParts(
  sample: ClassSample,
  estimates: ReadonlyMap<string, Estimate>,
  {costs, recalls}: ThresholdWishes,
): ClassParts {
  const {predictions, confusion} = sample;
  const {classes, positive, scores, weights} = predictions;
  const calibration = hasProbabilities(predictions) ? calibrationOf(predictions) : undefined;
  const thresholds =
    positive === undefined || scores === undefined
      ? undefined
      : thresholdTable(sample.ranked(positive), scores, {weights, costs, recalls});
  return {
    classes: classes.map((name, label) => ({
      name,
      support: classCounts(confusion, label).actual,
      precision: estimates.get(`precision.${name}`),
      recall: estimates.get(`recall.${name}`),
      f1: estimates.get(`f1.${name}`),
    })),
    ...(positive === undefined ? {} : {positive: classes[positive] ?? ''}),
    confusion: classes.map((_, label) => [
      ...confusion.cells.subarray(label * classes.length, (label + 1) * classes.length),
    ]),
    ...(calibration && {calibration}),
    ...(thresholds && {thresholds}),
  };
}

/** Of each column. @throws Error when the predictions are not of two classes */
export function fairnessParts(
  predictions: Predictions,
  columns: readonly string[],
  name: string,
  random: Random,
): ReadonlyMap<string, Fairness> {
  if (columns.length === 0) return new Map();
  if (predictions.task !== 'classification' || predictions.positive === undefined) {
    throw new Error(
      '`fairness` compares how often groups get the positive class: it needs predictions of two classes; for others use `slices`',
    );
  }
  const binary: ClassPredictions = predictions;
  return new Map(
    columns.map((column) => {
      const groups = sliceRows(predictions.table, [{column}], name);
      return [column, fairnessOf(binary, groups, random.fork(column))];
    }),
  );
}
