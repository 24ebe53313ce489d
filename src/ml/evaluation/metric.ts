/** What a metric is: a name, which way is better, its value for rows that may count differently, and where its interval comes from. */

export type Better = 'up' | 'down';

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
 * `by` tells how the interval is found when no row has a weight or a group; with them it is always the bootstrap of rows.
 *
 * - share: a share of trials that succeeded: Wilson
 * - cells: depends on the confusion matrix alone: Poisson bootstrap of its cells
 * - normal: a sum over rows in the limit (means, AUC): Student or normal
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
    | {readonly by: 'median'; sorted(sample: Sample): Float64Array}
    | {readonly by: 'rows'}
    | {readonly by: 'none'}
  );

export const valueOr = (value: number | undefined, why: string): Value =>
  value === undefined || Number.isNaN(value) ? {why} : {value};

/** The mean of one number a row as a metric needs it. `shape` bends it, by its slope at the mean: √ for a root mean square. */
export function meanContributions(values: Float64Array, shape?: 'root'): Contributions | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = weightedMean(values);
  const slope = shape === 'root' ? (mean > 0 ? 0.5 / Math.sqrt(mean) : 0) : 1;
  // One row alone has no spread to judge by.
  const scale = count > 1 ? slope / Math.sqrt(count * (count - 1)) : Infinity;
  const contributions = values.map((value) => (count > 1 ? (value - mean) * scale : Infinity));
  return {value: shape === 'root' ? Math.sqrt(mean) : mean, contributions, degrees: Math.max(1, count - 1)};
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
