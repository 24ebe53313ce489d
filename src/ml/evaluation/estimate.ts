/** Metrics of a sample with their intervals, each by the cheapest method that is right for it (see `metric.ts`). */
import {bootstrapCells, bootstrapUnits, REPLICATES} from '../../stats/bootstrap.ts';
import {studentQuantile} from '../../stats/distributions.ts';
import {medianInterval, percentileInterval, wilson, zOf, type Interval} from '../../stats/intervals.ts';
import type {Random} from '../../stats/random.ts';
import {weightedMedian, type Contributions, type Metric, type Value} from './metric.ts';
import {risingOrder} from '../../stats/order.ts';
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

/** Of classification: the cell of the confusion matrix of each row, and the counts of the cells. */
export interface CellRows {
  readonly ofRow: Int32Array;
  readonly counts: Float64Array;
}

export function estimateMetrics<Sample>(
  sample: Sample,
  metrics: readonly Metric<Sample>[],
  predictions: Predictions,
  random: Random,
  cells?: CellRows,
): ReadonlyMap<string, Estimate> {
  const values = new Map(metrics.map((metric) => [metric.name, metric.of(sample)]));
  const known = metrics.filter(({name}) => values.get(name)?.value !== undefined);
  const isPlain = predictions.weights === undefined && predictions.groups === undefined;
  const isOneGroup = groupsUsed(predictions) === 1;
  const closed = new Map(
    known.flatMap((metric) => {
      const interval = closedInterval(metric, sample, predictions);
      return interval === undefined ? [] : [[metric.name, interval] as const];
    }),
  );
  const open = known.filter(({name, by}) => by !== 'none' && !closed.has(name));
  const isOfCells = ({by}: Metric<Sample>): boolean => isPlain && by === 'cells' && cells !== undefined;
  const replicates = new Map([
    ...rowReplicates(
      sample,
      open.filter((metric) => !isOfCells(metric)),
      predictions,
      random.fork('rows'),
      cells,
    ),
    ...(cells === undefined ? [] : cellReplicates(sample, open.filter(isOfCells), cells.counts, random.fork('cells'))),
  ]);
  const fewest = fewestUnits(predictions);
  return new Map(
    metrics.map((metric) => {
      const drawn = replicates.get(metric.name);
      const interval =
        closed.get(metric.name) ??
        ((level: number) => {
          if (drawn === undefined) return undefined;
          // Every replicate is then the same rows, which is no certainty.
          if (isOneGroup) return {lo: -Infinity, hi: Infinity};
          return spreadOut(percentileInterval(drawn, level), metric.range, fewest, level);
        });
      return [metric.name, estimateOf(values.get(metric.name) ?? {why: ''}, predictions.rows, interval, metric.range)];
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

/** The interval of a metric that needs no bootstrap; undefined for one that does, or that has none. */
function closedInterval<Sample>(
  metric: Metric<Sample>,
  sample: Sample,
  predictions: Predictions,
): ((level: number) => Interval | undefined) | undefined {
  if (metric.by === 'normal') {
    const found = metric.contributions(sample);
    return found && ((level) => contributionInterval(ofGroups(found, predictions), level));
  }
  if (predictions.weights !== undefined || predictions.groups !== undefined) return undefined;
  if (metric.by === 'share') {
    const {successes, trials} = metric.counts(sample);
    return (level) => wilson(successes, trials, level);
  }
  if (metric.by !== 'median') return undefined;
  const sorted = metric.values(sample).toSorted();
  return (level) => medianInterval(sorted, level);
}

/** Rows of one group are not independent: what counts is the sum of their contributions. Of one group nothing is known. */
export function ofGroups(found: Contributions, predictions: Predictions): Contributions {
  const {groups} = predictions;
  if (groups === undefined) return found;
  // Slices have only some of the groups.
  const used = groupsUsed(predictions) ?? 0;
  const degrees = Math.max(1, used - 1);
  if (used < 2) {
    const isSure = found.contributions.every((contribution) => contribution === 0);
    return {...found, contributions: Float64Array.of(isSure ? 0 : Infinity), degrees};
  }
  const sums = new Float64Array(groups.count);
  found.contributions.forEach((contribution, row) => {
    const group = groups.of[row] ?? 0;
    sums[group] = (sums[group] ?? 0) + contribution;
  });
  const scale = Math.sqrt(used / (used - 1));
  const fewest = found.fewest === undefined ? {} : {fewest: Math.min(found.fewest, fewestUnits(predictions))};
  return {...found, ...fewest, contributions: sums.map((sum) => sum * scale), degrees};
}

/** How many groups the rows are of; undefined when each stands for itself. */
export const groupsUsed = ({groups}: Predictions): number | undefined => groups && new Set(groups.of).size;

/** Rows of the smallest class that occurs, or the groups that they are of; of regression all. */
function fewestUnits(predictions: Predictions): number {
  const {rows, groups} = predictions;
  if (predictions.task === 'regression') return groupsUsed(predictions) ?? rows;
  const counts = new Map<number, number>();
  const seen = new Set<number>();
  for (const [row, label] of predictions.truth.entries()) {
    if (groups !== undefined) {
      const pair = label * groups.count + (groups.of[row] ?? 0);
      if (seen.has(pair)) continue;
      seen.add(pair);
    }
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
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

const ALMOST = 1e-12;

function contributionInterval(found: Contributions, level: number): Interval | undefined {
  const {value, contributions, degrees, fewest, scale} = found;
  // A perfect ranking has no spread, which no one should take for certainty.
  // Sums of shares end a little beside 0 and 1.
  if (fewest !== undefined && (value < ALMOST || value > 1 - ALMOST))
    return wilson(Math.round(value) * fewest, fewest, level);
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
  cells: CellRows | undefined,
): ReadonlyMap<string, Float64Array> {
  const drawn = new Map(metrics.map(({name}) => [name, new Float64Array(REPLICATES)]));
  if (metrics.length === 0) return drawn;
  const valuesOf = metricsUnderWeights(sample, metrics, cells);
  bootstrapRows(predictions, random, (weights, replicate) => {
    for (const [name, value] of valuesOf(weights)) {
      const into = drawn.get(name);
      if (into !== undefined) into[replicate] = value;
    }
  });
  return drawn;
}

/**
 * The metrics as a function of the weights of rows, for a thousand of them: what does not depend on the weights is done once, and
 * one confusion matrix serves all that need it. A metric without a value is NaN.
 */
export function metricsUnderWeights<Sample>(
  sample: Sample,
  metrics: readonly Metric<Sample>[],
  cells: CellRows | undefined,
): (weights: Float64Array) => readonly (readonly [name: string, value: number])[] {
  const counts = new Float64Array(cells?.counts.length ?? 0);
  const needsCells = metrics.some(({by}) => by === 'cells' || by === 'share');
  const one = metrics.map((metric): ((weights: Float64Array) => number | undefined) => {
    if (metric.by === 'cells' || metric.by === 'share') return () => metric.ofCells(sample, counts);
    if (metric.by !== 'median') return (weights) => metric.of(sample, weights).value;
    const values = metric.values(sample);
    const order = risingOrder(values);
    return (weights) => weightedMedian(values, order, weights);
  });
  return (weights) => {
    if (needsCells && cells !== undefined) {
      counts.fill(0);
      cells.ofRow.forEach((cell, row) => (counts[cell] = (counts[cell] ?? 0) + (weights[row] ?? 0)));
    }
    return metrics.map(({name}, at) => [name, one[at]?.(weights) ?? Number.NaN]);
  };
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
