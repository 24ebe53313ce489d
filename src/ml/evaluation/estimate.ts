/** Metrics of a sample with their intervals, each by the cheapest method that is right for it (see `metric.ts`). */
import {bootstrapCells, bootstrapUnits, REPLICATES} from '../../stats/bootstrap.ts';
import {studentQuantile} from '../../stats/distributions.ts';
import {medianInterval, percentileInterval, wilson, zOf, type Interval} from '../../stats/intervals.ts';
import type {Random} from '../../stats/random.ts';
import type {Contributions, Metric, Value} from './metric.ts';
import type {Predictions} from './predictions.ts';

export interface Estimate {
  /** undefined where it divides by nothing, or is not defined for these rows; then `why`. */
  readonly value: number | undefined;
  readonly why?: string;
  readonly rows: number;
  /** Two-sided; undefined when the metric has none. */
  interval(level: number): Interval | undefined;
}

/** More rows than this are put into as many random blocks, which come and go as one: their sums vary as those of rows do. */
const MOST_UNITS = 5000;

/** @param cells counts of the confusion matrix, where the sample has one */
export function estimateMetrics<Sample>(
  sample: Sample,
  metrics: readonly Metric<Sample>[],
  predictions: Predictions,
  random: Random,
  cells?: Float64Array,
): ReadonlyMap<string, Estimate> {
  const isPlain = predictions.weights === undefined && predictions.groups === undefined;
  const values = new Map(metrics.map((metric) => [metric.name, metric.of(sample)]));
  const resampled = metrics.filter(
    ({by, name}) => values.get(name)?.value !== undefined && by !== 'none' && (!isPlain || by === 'rows'),
  );
  const ofCells = metrics.filter(({by}) => isPlain && by === 'cells');
  const fewest = fewestRows(predictions);
  const replicates = new Map([
    ...rowReplicates(sample, resampled, predictions, random.fork('rows')),
    ...(cells === undefined ? [] : cellReplicates(sample, ofCells, cells, random.fork('cells'))),
  ]);
  return new Map(
    metrics.map((metric) => {
      const value = values.get(metric.name) ?? metric.of(sample);
      const drawn = replicates.get(metric.name);
      const interval =
        drawn === undefined
          ? closedInterval(metric, sample, isPlain)
          : (level: number) => spreadOut(percentileInterval(drawn, level), metric.range, fewest, level);
      return [metric.name, estimateOf(value, predictions.rows, interval, metric.range)];
    }),
  );
}

function estimateOf(
  {value, why}: Value,
  rows: number,
  interval: (level: number) => Interval | undefined,
  [min, max]: readonly [number, number],
): Estimate {
  if (value === undefined)
    return {value: undefined, rows, interval: () => undefined, ...(why === undefined ? {} : {why})};
  return {
    value,
    rows,
    interval(level) {
      const found = interval(level);
      return found && {lo: Math.max(min, found.lo), hi: Math.min(max, found.hi)};
    },
  };
}

function closedInterval<Sample>(
  metric: Metric<Sample>,
  sample: Sample,
  isPlain: boolean,
): (level: number) => Interval | undefined {
  if (!isPlain) return () => undefined;
  if (metric.by === 'share') {
    const {successes, trials} = metric.counts(sample);
    return (level) => wilson(successes, trials, level);
  }
  if (metric.by === 'median') {
    const sorted = metric.sorted(sample);
    return (level) => medianInterval(sorted, level);
  }
  if (metric.by !== 'normal') return () => undefined;
  const found = metric.contributions(sample);
  return found === undefined ? () => undefined : (level) => contributionInterval(found, level);
}

/** Rows of the smallest class that occurs; of regression all rows. */
function fewestRows(predictions: Predictions): number {
  if (predictions.task === 'regression') return predictions.rows;
  const counts = new Map<number, number>();
  for (const label of predictions.truth) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(...counts.values());
}

/** A perfect (or hopeless) score has no spread among its replicates, which is no certainty: Wilson for the smallest class. */
function spreadOut(
  interval: Interval | undefined,
  [min, max]: readonly [number, number],
  fewest: number,
  level: number,
): Interval | undefined {
  if (interval === undefined || interval.lo !== interval.hi || !Number.isFinite(max - min)) return interval;
  if (interval.lo !== min && interval.lo !== max) return interval;
  const share = wilson(interval.lo === max ? fewest : 0, fewest, level);
  return share && {lo: min + share.lo * (max - min), hi: min + share.hi * (max - min)};
}

/** √Σ contributions²: the standard error. */
export function errorOf(contributions: Float64Array): number {
  let sum = 0;
  for (const contribution of contributions) sum += contribution * contribution;
  return Math.sqrt(sum);
}

function contributionInterval(found: Contributions, level: number): Interval | undefined {
  const {value, contributions, degrees, fewest, scale} = found;
  // A perfect ranking has no spread, which no one should take for certainty.
  if (fewest !== undefined && (value === 0 || value === 1)) return wilson(value * fewest, fewest, level);
  const half =
    (degrees === undefined ? zOf(level) : studentQuantile(0.5 + level / 2, degrees)) * errorOf(contributions);
  if (scale === undefined) return {lo: value - half, hi: value + half};
  const centre = Math.log(value / (1 - value));
  const shift = half / (value * (1 - value));
  const share = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
  return {lo: share(centre - shift), hi: share(centre + shift)};
}

function cellReplicates<Sample>(
  sample: Sample,
  metrics: readonly Metric<Sample>[],
  counts: Float64Array,
  random: Random,
): ReadonlyMap<string, Float64Array> {
  const drawn = new Map(metrics.map(({name}) => [name, new Float64Array(REPLICATES)]));
  if (metrics.length === 0) return drawn;
  bootstrapCells(counts, random, (cells, replicate) => {
    for (const metric of metrics) {
      const into = drawn.get(metric.name);
      if (into !== undefined && metric.by === 'cells') into[replicate] = metric.ofCells(sample, cells) ?? Number.NaN;
    }
  });
  return drawn;
}

function rowReplicates<Sample>(
  sample: Sample,
  metrics: readonly Metric<Sample>[],
  predictions: Predictions,
  random: Random,
): ReadonlyMap<string, Float64Array> {
  const drawn = new Map(metrics.map(({name}) => [name, new Float64Array(REPLICATES)]));
  if (metrics.length === 0) return drawn;
  bootstrapRows(predictions, random, (weights, replicate) => {
    for (const metric of metrics) {
      const into = drawn.get(metric.name);
      if (into !== undefined) into[replicate] = metric.of(sample, weights).value ?? Number.NaN;
    }
  });
  return drawn;
}

/** Calls with the weights of the rows in each replicate: their own times how often they were drawn. The array is used again. */
export function bootstrapRows(
  {rows, weights, groups}: Predictions,
  random: Random,
  visit: (weights: Float64Array, replicate: number) => void,
): void {
  const units = groups ?? (rows <= MOST_UNITS ? undefined : randomBlocks(rows, random.fork('blocks')));
  const drawn = new Float64Array(rows);
  bootstrapUnits(units?.count ?? rows, random, (times, replicate) => {
    for (let row = 0; row < rows; row += 1) {
      const unit = units === undefined ? row : (units.of[row] ?? 0);
      drawn[row] = (times[unit] ?? 0) * (weights === undefined ? 1 : (weights[row] ?? 0));
    }
    visit(drawn, replicate);
  });
}

function randomBlocks(rows: number, random: Random): {readonly of: Uint32Array; readonly count: number} {
  return {of: Uint32Array.from({length: rows}, () => random.below(MOST_UNITS)), count: MOST_UNITS};
}
