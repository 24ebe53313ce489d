/**
 * The metrics of classification. Averages over classes are by class (`macro`) or by true rows (`weighted`); the average by rows
 * (`micro`) is accuracy when each row has one class, so it is not there.
 */
import {
  balancedAccuracy,
  cellsOf,
  classCounts,
  confusionOf,
  f1,
  kappa,
  macro,
  matthews,
  precision,
  recall,
  rightOf,
  totalOf,
  weighted,
  type ClassCounts,
  type Confusion,
} from './confusion.ts';
import {expectedCalibrationError} from './calibration.ts';
import {meanContributions, valueOr, weightedMean, type Metric} from './metric.ts';
import type {ClassPredictions} from './predictions.ts';
import {areas, aucContributions, precisionContributions, rankRows, type RankedRows} from './ranked.ts';

/** Predictions with what several metrics need, made once and only when asked for. */
export interface ClassSample {
  readonly predictions: ClassPredictions;
  readonly confusion: Confusion;
  readonly cellOfRow: Int32Array;
  /** By the score of a class against the rest. */
  ranked(label: number): RankedRows;
}

export type ClassMetric = Metric<ClassSample>;

/** Probabilities are clipped before a logarithm, as scikit-learn clips doubles. */
const SMALLEST_PROBABILITY = 2.220446049250313e-16;

export function classSample(predictions: ClassPredictions): ClassSample {
  const {truth, predicted, classes, weights} = predictions;
  const cellOfRow = cellsOf(truth, predicted, classes.length);
  const ranked = new Map<number, RankedRows>();
  return {
    predictions,
    cellOfRow,
    confusion: confusionOf(cellOfRow, classes.length, weights),
    ranked(label) {
      const known = ranked.get(label);
      if (known !== undefined) return known;
      const made = rankRows(flagsOf(truth, label), scoresOf(predictions, label) ?? new Float64Array());
      ranked.set(label, made);
      return made;
    },
  };
}

export const flagsOf = (truth: Int32Array, label: number): Uint8Array =>
  Uint8Array.from(truth, (one) => Number(one === label));

/** What speaks for a class: its probability, or of two classes the score. */
export function scoresOf({probabilities, scores, positive}: ClassPredictions, label: number): Float64Array | undefined {
  return probabilities?.[label] ?? (label === positive ? scores : scores?.map((score) => -score));
}

/** All metrics that such predictions can have, the most telling ones first. */
export function classMetrics(predictions: ClassPredictions): readonly ClassMetric[] {
  const {positive, probabilities, classes} = predictions;
  const hasScores = probabilities !== undefined || predictions.scores !== undefined;
  const ofClasses = classes.flatMap((name, label) => oneClassMetrics(`.${name}`, label, name));
  return [
    share('accuracy', ({confusion}) => ({successes: rightOf(confusion), trials: totalOf(confusion)})),
    cells('f1_macro', (confusion) => macro(confusion, f1)),
    ...(positive === undefined ? [] : oneClassMetrics('', positive, classes[positive] ?? '')),
    ...(hasScores ? rankMetrics(predictions) : []),
    cells('balanced_accuracy', balancedAccuracy),
    cells('precision_macro', (confusion) => macro(confusion, precision)),
    cells('recall_macro', (confusion) => macro(confusion, recall)),
    cells('f1_weighted', (confusion) => weighted(confusion, f1)),
    cells('mcc', matthews, [-1, 1]),
    cells('kappa', kappa, [-1, 1], 'truth and predictions are one and the same class'),
    ...(hasProbabilities(predictions) ? probabilityMetrics(predictions) : []),
    ...ofClasses,
  ];
}

/** Scores of two classes count as probabilities when they all lie in [0, 1]. */
export function hasProbabilities({probabilities, scores}: ClassPredictions): boolean {
  return probabilities !== undefined || (scores?.every((score) => score >= 0 && score <= 1) ?? false);
}

/** Probability of the positive class of two; call only where `hasProbabilities`. */
export const positiveProbabilities = ({probabilities, scores, positive}: ClassPredictions): Float64Array | undefined =>
  positive === undefined ? undefined : (probabilities?.[positive] ?? scores);

function oneClassMetrics(suffix: string, label: number, name: string): readonly ClassMetric[] {
  const of = ({confusion}: ClassSample): ClassCounts => classCounts(confusion, label);
  return [
    share(
      `precision${suffix}`,
      (sample) => ({successes: of(sample).right, trials: of(sample).predicted}),
      `no row was predicted to be \`${name}\``,
    ),
    share(
      `recall${suffix}`,
      (sample) => ({successes: of(sample).right, trials: of(sample).actual}),
      `no row is \`${name}\``,
    ),
    cells(
      `f1${suffix}`,
      (confusion) => f1(classCounts(confusion, label)),
      [0, 1],
      `no row is, or was predicted to be, \`${name}\``,
    ),
  ];
}

function withWeights(sample: ClassSample, weights: Float64Array | undefined): ClassSample {
  if (weights === undefined) return sample;
  return {...sample, confusion: confusionOf(sample.cellOfRow, sample.confusion.classes, weights)};
}

function share(
  name: string,
  counts: (sample: ClassSample) => {readonly successes: number; readonly trials: number},
  why = 'there are no rows',
): ClassMetric {
  const shareOf = (sample: ClassSample): number | undefined => {
    const {successes, trials} = counts(sample);
    return trials > 0 ? successes / trials : undefined;
  };
  return {
    name,
    better: 'up',
    range: [0, 1],
    by: 'share',
    counts,
    of: (sample, weights) => valueOr(shareOf(withWeights(sample, weights)), why),
    ofCells: (sample, drawn) => shareOf({...sample, confusion: {classes: sample.confusion.classes, cells: drawn}}),
  };
}

function cells(
  name: string,
  ofConfusion: (confusion: Confusion) => number | undefined,
  range: readonly [number, number] = [0, 1],
  why = 'there are no rows',
): ClassMetric {
  return {
    name,
    better: 'up',
    range,
    by: 'cells',
    of: (sample, weights) => valueOr(ofConfusion(withWeights(sample, weights).confusion), why),
    ofCells: ({confusion}, drawn) => ofConfusion({classes: confusion.classes, cells: drawn}),
  };
}

const ONE_CLASS = 'all rows are of one class, so there is nothing to rank';

function rankMetrics({positive, classes, probabilities}: ClassPredictions): readonly ClassMetric[] {
  if (positive !== undefined) {
    return [
      ranking('auc', [positive], () => [1]),
      {
        name: 'average_precision',
        better: 'up',
        range: [0, 1],
        by: 'normal',
        // Its influence function is that of rows which all count the same.
        contributions: (sample) =>
          sample.predictions.weights === undefined ? precisionContributions(sample.ranked(positive)) : undefined,
        of: (sample, weights = sample.predictions.weights) =>
          valueOr(areas(sample.ranked(positive), weights).averagePrecision, `no row is \`${classes[positive] ?? ''}\``),
      },
    ];
  }
  if (probabilities === undefined) return [];
  const all = classes.map((_, label) => label);
  return [ranking('auc', all, (rows) => rows.map(() => 1)), ranking('auc_weighted', all, (rows) => rows)];
}

/** Each class against the rest; a class that no row is of, or all are, is left out. @param parts by the rows of each class */
function ranking(
  name: string,
  labels: readonly number[],
  parts: (rows: readonly number[]) => readonly number[],
): ClassMetric {
  const average = (areasOf: readonly (number | undefined)[], rows: readonly number[]): number | undefined => {
    let [sum, total] = [0, 0];
    parts(rows).forEach((part, index) => {
      const area = areasOf[index];
      if (area === undefined) return;
      sum += part * area;
      total += part;
    });
    return total > 0 ? sum / total : undefined;
  };
  const rowsOf = ({confusion}: ClassSample): readonly number[] =>
    labels.map((label) => classCounts(confusion, label).actual);
  return {
    name,
    better: 'up',
    range: [0, 1],
    by: 'normal',
    of: (sample, weights = sample.predictions.weights) =>
      valueOr(
        average(
          labels.map((label) => areas(sample.ranked(label), weights).auc),
          rowsOf(withWeights(sample, weights)),
        ),
        ONE_CLASS,
      ),
    contributions(sample) {
      const {truth, weights} = sample.predictions;
      if (weights !== undefined) return undefined;
      const each = labels.map((label) => {
        const scores = scoresOf(sample.predictions, label);
        return scores === undefined ? undefined : aucContributions(flagsOf(truth, label), scores);
      });
      const rows = rowsOf(sample);
      const value = average(
        each.map((one) => one?.value),
        rows,
      );
      if (value === undefined) return undefined;
      const used = parts(rows).map((part, index) => (each[index] === undefined ? 0 : part));
      const total = used.reduce((sum, part) => sum + part, 0);
      const contributions = new Float64Array(truth.length);
      each.forEach((one, index) => {
        const part = (used[index] ?? 0) / total;
        if (part === 0) return;
        one?.contributions.forEach((contribution, row) => {
          contributions[row] = (contributions[row] ?? 0) + part * contribution;
        });
      });
      return {value, contributions, fewest: Math.min(...each.flatMap((one) => one?.fewest ?? [])), scale: 'log-odds'};
    },
  };
}

function probabilityMetrics(predictions: ClassPredictions): readonly ClassMetric[] {
  const metrics = [
    mean('log_loss', logLosses, Infinity),
    mean('brier', squares, predictions.positive === undefined ? 2 : 1),
  ];
  return [
    ...metrics,
    {
      name: 'ece',
      better: 'down',
      range: [0, 1],
      by: 'none',
      of: (sample, weights = sample.predictions.weights) =>
        valueOr(expectedCalibrationError(sample.predictions, weights), 'there are no rows'),
    },
  ];
}

function mean(name: string, rowValues: (predictions: ClassPredictions) => Float64Array, most: number): ClassMetric {
  return {
    name,
    better: 'down',
    range: [0, most],
    by: 'normal',
    of: ({predictions}, weights = predictions.weights) =>
      valueOr(weightedMean(rowValues(predictions), weights), 'there are no rows'),
    contributions: ({predictions}) => meanContributions(rowValues(predictions), {weights: predictions.weights}),
  };
}

/** Probability that a row's class was given. */
function chances(predictions: ClassPredictions, label: number): (row: number) => number {
  const own = predictions.probabilities?.[label];
  if (own !== undefined) return (row) => own[row] ?? 0;
  const scores = positiveProbabilities(predictions);
  return (row) => (label === predictions.positive ? (scores?.[row] ?? 0) : 1 - (scores?.[row] ?? 0));
}

function logLosses(predictions: ClassPredictions): Float64Array {
  const ofLabel = predictions.classes.map((_, label) => chances(predictions, label));
  return Float64Array.from(predictions.truth, (label, row) => {
    const chance = ofLabel[label]?.(row) ?? 0;
    return -Math.log(Math.min(1 - SMALLEST_PROBABILITY, Math.max(SMALLEST_PROBABILITY, chance)));
  });
}

/** Brier (1950): of two classes (p - y)², of more the sum over the classes. */
function squares(predictions: ClassPredictions): Float64Array {
  const {positive, truth} = predictions;
  const labels = positive === undefined ? predictions.classes.map((_, label) => label) : [positive];
  const chanceOf = labels.map((label) => chances(predictions, label));
  return Float64Array.from(truth, (actual, row) =>
    labels.reduce((sum, label, index) => sum + ((chanceOf[index]?.(row) ?? 0) - Number(actual === label)) ** 2, 0),
  );
}
