/** The metrics of regression; an error is the prediction minus the truth. */
import {quantile, sortedCopy} from '../../stats/describe.ts';
import {risingOrder} from '../../stats/order.ts';
import {
  meanContributions,
  valueOr,
  weightedMean,
  weightedMedian,
  type Better,
  type Metric,
  type Value,
} from './metric.ts';
import type {NumberPredictions} from './predictions.ts';

export type NumberMetric = Metric<NumberPredictions>;

const NO_ROWS = 'there are no rows';

/** @param quantileShare what the pinball loss judges predictions as a quantile of; 0.5 is half the absolute error. */
export function regressionMetrics(quantileShare = 0.5): readonly NumberMetric[] {
  return [
    mean('rmse', 'down', (error) => error * error, {root: true}),
    mean('mae', 'down', (error) => Math.abs(error)),
    variance('r2', ({squares, spread}) => 1 - squares / spread),
    {
      name: 'median_ae',
      better: 'down',
      range: [0, Infinity],
      by: 'median',
      values: absoluteErrors,
      of: (predictions, weights = predictions.weights) =>
        valueOr(median(absoluteErrors(predictions), weights), NO_ROWS),
    },
    mean('bias', 'zero', (error) => error, {range: [-Infinity, Infinity]}),
    mean('mse', 'down', (error) => error * error),
    mean('mape', 'down', (error, truth) => Math.abs(error / truth), {refusesZero: true}),
    mean('pinball', 'down', (error) => (error > 0 ? (1 - quantileShare) * error : -quantileShare * error)),
    {
      name: 'max_error',
      better: 'down',
      range: [0, Infinity],
      by: 'none',
      of: (predictions) => ({value: absoluteErrors(predictions).reduce((most, error) => Math.max(most, error), 0)}),
    },
    variance('explained_variance', ({errorSpread, spread}) => 1 - errorSpread / spread),
  ];
}

export const errorsOf = ({truth, predicted}: NumberPredictions): Float64Array =>
  predicted.map((value, row) => value - (truth[row] ?? 0));

const absoluteErrors = (predictions: NumberPredictions): Float64Array => errorsOf(predictions).map(Math.abs);

function mean(
  name: string,
  better: Better,
  ofRow: (error: number, truth: number) => number,
  options: {root?: boolean; refusesZero?: boolean; range?: readonly [number, number]} = {},
): NumberMetric {
  const values = (predictions: NumberPredictions): Float64Array =>
    errorsOf(predictions).map((error, row) => ofRow(error, predictions.truth[row] ?? 0));
  const zeros = ({truth}: NumberPredictions): number =>
    options.refusesZero === true ? truth.reduce((count, value) => count + Number(value === 0), 0) : 0;
  const shaped = (value: number): number => (options.root === true ? Math.sqrt(value) : value);
  return {
    name,
    better,
    range: options.range ?? [0, Infinity],
    by: 'normal',
    of(predictions, weights = predictions.weights) {
      const count = zeros(predictions);
      if (count > 0)
        return {why: `${count} of the ${predictions.rows} rows have the truth 0, by which it would divide`};
      return valueOr(shaped(weightedMean(values(predictions), weights)), NO_ROWS);
    },
    contributions: (predictions) =>
      zeros(predictions) > 0
        ? undefined
        : meanContributions(values(predictions), {root: options.root === true, weights: predictions.weights}),
  };
}

interface Spreads {
  /** Σw·(y - ȳ)² */
  readonly spread: number;
  /** Σw·e², and about the mean error. */
  readonly squares: number;
  readonly errorSpread: number;
}

/** R² and its like: of a constant truth 1 when perfect, else 0, as scikit-learn's; of one row nothing. */
function variance(name: string, of: (spreads: Spreads) => number): NumberMetric {
  return {
    name,
    better: 'up',
    range: [-Infinity, 1],
    by: 'rows',
    of(predictions, weights = predictions.weights): Value {
      if (predictions.rows < 2) return {why: 'one row has no spread to explain'};
      const spreads = spreadsOf(predictions, weights);
      if (Number.isNaN(spreads.spread)) return {why: NO_ROWS};
      if (spreads.spread === 0) return {value: of({...spreads, spread: 1}) === 1 ? 1 : 0};
      return {value: of(spreads)};
    },
  };
}

function spreadsOf({truth, predicted}: NumberPredictions, weights?: Float64Array): Spreads {
  // About a row that counts: a constant has then a spread of 0 exactly, and one that is large loses no digits.
  const first = Math.max(0, weights?.findIndex((weight) => weight > 0) ?? 0);
  const origin = truth[first] ?? 0;
  const firstError = (predicted[first] ?? 0) - origin;
  let [total, sum, sumOfSquares, errors, errorSquares, squares] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < truth.length; row += 1) {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    const y = truth[row] ?? 0;
    const error = (predicted[row] ?? 0) - y;
    const distance = y - origin;
    const errorDistance = error - firstError;
    total += weight;
    sum += weight * distance;
    sumOfSquares += weight * distance * distance;
    errors += weight * errorDistance;
    errorSquares += weight * errorDistance * errorDistance;
    squares += weight * error * error;
  }
  return {
    spread: sumOfSquares - (sum * sum) / total,
    squares,
    errorSpread: errorSquares - (errors * errors) / total,
  };
}

function median(values: Float64Array, weights?: Float64Array): number {
  return weights === undefined
    ? quantile(sortedCopy(values), 0.5)
    : weightedMedian(values, risingOrder(values), weights);
}

export interface ResidualDecile {
  readonly rows: number;
  /** Mean prediction. */
  readonly predicted: number;
  /** Of the errors: mean, and the quantiles 0.1, 0.5 and 0.9. */
  readonly bias: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Errors by tenths of the predictions, from the smallest ones. */
export function residualDeciles(predictions: NumberPredictions): readonly ResidualDecile[] {
  const {predicted, rows} = predictions;
  const errors = errorsOf(predictions);
  const order = [...predicted.keys()].sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0));
  const count = Math.min(10, rows);
  return Array.from({length: count}, (_, decile) => {
    const part = order.slice(Math.floor((decile * rows) / count), Math.floor(((decile + 1) * rows) / count));
    const own = Float64Array.from(part, (row) => errors[row] ?? 0).sort();
    return {
      rows: part.length,
      predicted: weightedMean(Float64Array.from(part, (row) => predicted[row] ?? 0)),
      bias: weightedMean(own),
      low: quantile(own, 0.1),
      middle: quantile(own, 0.5),
      high: quantile(own, 0.9),
    };
  });
}
