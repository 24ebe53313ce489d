/** What a metric is: a name, which way is better, its value for rows that may count differently, and where its interval comes from. */

/** `zero`: the nearer to 0 the better, on both sides of it. */
export type Better = 'up' | 'down' | 'zero';

/** A value, or why there is none: 0/0 is no number, and a reader should know what was missing. */
export type Value =
  {readonly value: number; readonly why?: undefined} | {readonly value?: undefined; readonly why: string};

/**
 * A value that is, in the limit, a sum over rows. The squares of the contributions sum to its squared standard error; the
 * squares of the differences of two models' contributions to that of their difference.
 */
export interface Contributions {
  readonly value: number;
  /** One a row. */
  readonly contributions: Float64Array;
  /** Of Student's distribution; absent where the normal one is meant. */
  readonly degrees?: number;
  /** Rows of the smaller class: all that is known when a perfect ranking shows no spread. */
  readonly fewest?: number;
  /** `log-odds`: the interval is made on that scale, where a value near 1 has room on both sides. */
  readonly scale?: 'log-odds';
}

interface MetricBase<Sample> {
  readonly name: string;
  readonly better: Better;
  /** What it can be at least and at most. */
  readonly range: readonly [min: number, max: number];
  /** @param weights one number a row, in place of the sample's own. */
  of(sample: Sample, weights?: Float64Array): Value;
}

/**
 * `by` tells how the interval is found. With weights or groups, what is not `normal` takes the bootstrap of rows.
 *
 * - share: a share of trials that succeeded: Wilson
 * - cells: depends on the confusion matrix alone: Poisson bootstrap of its cells
 * - normal: a sum over rows in the limit (means, AUC): Student or normal; of groups the sums of their rows
 * - median: order statistics
 * - rows: Poisson bootstrap of rows
 * - none: hangs on single rows (largest error) or is biased when resampled (calibration error)
 */
export type Metric<Sample> = MetricBase<Sample> &
  (
    | {
        readonly by: 'share';
        counts(sample: Sample): {readonly successes: number; readonly trials: number};
        ofCells(sample: Sample, cells: Float64Array): number | undefined;
      }
    | {readonly by: 'cells'; ofCells(sample: Sample, cells: Float64Array): number | undefined}
    | {readonly by: 'normal'; contributions(sample: Sample): Contributions | undefined}
    | {readonly by: 'median'; values(sample: Sample): Float64Array}
    | {readonly by: 'rows'}
    | {readonly by: 'none'}
  );

export const valueOr = (value: number | undefined, why: string): Value =>
  value === undefined || Number.isNaN(value) ? {why} : {value};

/**
 * The mean of one number a row as a metric needs it. `root` is for the root of a mean square, by its slope at the mean.
 * @param weights by row; absent: each counts once
 */
export function meanContributions(
  values: Float64Array,
  {root = false, weights}: {readonly root?: boolean; readonly weights?: Float64Array | undefined} = {},
): Contributions | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = weightedMean(values, weights);
  const slope = root ? (mean > 0 ? 0.5 / Math.sqrt(mean) : 0) : 1;
  const total = weights === undefined ? count : weights.reduce((sum, weight) => sum + weight, 0);
  // One row alone has no spread to judge by.
  const scale = count > 1 ? (slope * Math.sqrt(count / (count - 1))) / total : Infinity;
  const contributions = values.map((value, row) => {
    if (count < 2) return Infinity;
    return (value - mean) * scale * (weights === undefined ? 1 : (weights[row] ?? 0));
  });
  return {value: root ? Math.sqrt(mean) : mean, contributions, degrees: Math.max(1, count - 1)};
}

export function weightedMean(values: Float64Array, weights?: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    sum += weight * (values[row] ?? 0);
    total += weight;
  }
  return sum / total;
}

/** The value below and above which half of the weight lies. @param order of the rows, rising by value */
export function weightedMedian(values: Float64Array, order: Uint32Array, weights: Float64Array): number {
  let half = 0;
  for (const weight of weights) half += weight / 2;
  let sum = 0;
  for (const row of order) {
    sum += weights[row] ?? 0;
    if (sum >= half) return values[row] ?? Number.NaN;
  }
  return Number.NaN;
}
