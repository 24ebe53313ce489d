/**
 * A model against a baseline. On the same rows the difference is far surer than the two values, since most rows are right or wrong for
 * both: shares by the discordant rows, AUC and means by row contributions (paired DeLong), all else by a bootstrap that draws both alike.
 */
import {bootstrapCells, REPLICATES} from '../../stats/bootstrap.ts';
import {DEFAULT_LEVEL, normalInterval, percentileInterval, zOf, type Interval} from '../../stats/intervals.ts';
import {pairedShareDifference, type Discordant} from '../../stats/paired.ts';
import type {Random} from '../../stats/random.ts';
import {
  bootstrapRows,
  errorOf,
  groupsUsed,
  metricsUnderWeights,
  ofGroups,
  type CellRows,
  type Estimate,
} from './estimate.ts';
import type {Metric} from './metric.ts';
import {takePredictions, type Predictions} from './predictions.ts';

/** `paired`: the same rows, by their ids or, without ids, by their order and truth. */
export type Pairing = 'paired' | 'unpaired';

export interface Change {
  readonly baseline: number;
  /** New minus old. */
  readonly difference: number;
  /** Two-sided, of the difference; undefined where the metric has no interval. */
  interval(level: number): Interval | undefined;
}

/**
 * The baseline's rows in the order of the candidate's, where both have the same ones: they count and belong together as the
 * candidate's do, whatever its own file says.
 * @returns undefined when they are not the same rows with the same truth
 */
export function alignBaseline<Kind extends Predictions>(candidate: Kind, baseline: Kind): Kind | undefined {
  if (candidate.rows !== baseline.rows) return undefined;
  const aligned = candidate.ids && baseline.ids ? alignById(candidate.ids, baseline.ids, baseline) : baseline;
  if (aligned === undefined) return undefined;
  const [truth, other]: readonly [ArrayLike<unknown>, ArrayLike<unknown>] = [candidate.truth, aligned.truth];
  for (let row = 0; row < candidate.rows; row += 1) if (truth[row] !== other[row]) return undefined;
  const {weights: _weights, groups: _groups, ...rest} = aligned;
  const {weights, groups} = candidate;
  return {...rest, ...(weights && {weights}), ...(groups && {groups})} as Kind;
}

function alignById<Kind extends Predictions>(
  ids: readonly string[],
  others: readonly string[],
  baseline: Kind,
): Kind | undefined {
  if (ids.every((id, row) => id === others[row])) return baseline;
  const places = new Map(others.map((id, row) => [id, row]));
  // Ids that are not unique pair nothing.
  if (places.size !== others.length) return undefined;
  const rows = ids.map((id) => places.get(id) ?? -1);
  return rows.includes(-1) ? undefined : (takePredictions(baseline as Predictions, Uint32Array.from(rows)) as Kind);
}

export interface Side<Sample> {
  readonly sample: Sample;
  readonly predictions: Predictions;
  readonly estimates: ReadonlyMap<string, Estimate>;
  /** Of classification only. */
  readonly cells?: CellRows;
}

/** The change of every metric that both have. @param classes of both, for the confusion matrix; 0 for regression */
export function compareMetrics<Sample>(
  metrics: readonly Metric<Sample>[],
  candidate: Side<Sample>,
  baseline: Side<Sample>,
  pairing: Pairing,
  classes: number,
  random: Random,
): ReadonlyMap<string, Change> {
  const both = metrics.filter(
    ({name}) => candidate.estimates.get(name)?.value !== undefined && baseline.estimates.get(name)?.value !== undefined,
  );
  const isPlain = candidate.predictions.weights === undefined && candidate.predictions.groups === undefined;
  const intervals = new Map<string, (level: number) => Interval | undefined>();
  if (pairing === 'paired') {
    const resampled: Metric<Sample>[] = [];
    const ofCells: Metric<Sample>[] = [];
    for (const metric of both) {
      const closed = pairedClosed(metric, candidate, baseline, classes, isPlain);
      if (closed !== undefined) intervals.set(metric.name, closed);
      else if (isPlain && (metric.by === 'cells' || metric.by === 'share')) ofCells.push(metric);
      else if (metric.by !== 'none') resampled.push(metric);
    }
    const drawn = [
      ...cellDifferences(ofCells, candidate, baseline, classes, random.fork('cells')),
      ...rowDifferences(resampled, candidate, baseline, random.fork('rows')),
    ];
    const isOneGroup = groupsUsed(candidate.predictions) === 1;
    for (const [name, values] of drawn)
      intervals.set(name, (level) =>
        isOneGroup && values.some((value) => Math.abs(value) > 0)
          ? {lo: -Infinity, hi: Infinity}
          : percentileInterval(values, level),
      );
  }
  return new Map(
    both.map(({name}) => {
      const [now, before] = [candidate.estimates.get(name), baseline.estimates.get(name)];
      const difference = (now?.value ?? 0) - (before?.value ?? 0);
      const found = intervals.get(name);
      const interval = pairing === 'paired' ? (found ?? (() => undefined)) : apart(difference, now, before);
      return [name, {baseline: before?.value ?? 0, difference, interval}];
    }),
  );
}

/** Of different rows: the errors of both add up. */
function apart(
  difference: number,
  now: Estimate | undefined,
  before: Estimate | undefined,
): (level: number) => Interval | undefined {
  const errorFrom = (estimate: Estimate | undefined): number | undefined => {
    const interval = estimate?.interval(DEFAULT_LEVEL);
    return interval && (interval.hi - interval.lo) / 2 / zOf(DEFAULT_LEVEL);
  };
  const [a, b] = [errorFrom(now), errorFrom(before)];
  if (a === undefined || b === undefined) return () => undefined;
  return (level) => normalInterval(difference, Math.hypot(a, b), {level});
}

function pairedClosed<Sample>(
  metric: Metric<Sample>,
  candidate: Side<Sample>,
  baseline: Side<Sample>,
  classes: number,
  isPlain: boolean,
): ((level: number) => Interval | undefined) | undefined {
  if (metric.name === 'accuracy' && isPlain) {
    const discordant = discordantOf(candidate, baseline, classes);
    if (discordant === undefined) return undefined;
    const {difference, standardError} = pairedShareDifference(discordant, candidate.predictions.rows);
    return (level) => normalInterval(difference, standardError, {level});
  }
  if (metric.by !== 'normal') return undefined;
  const [now, before] = [metric.contributions(candidate.sample), metric.contributions(baseline.sample)];
  if (now === undefined || before === undefined) return undefined;
  const differences = now.contributions.map((value, row) => value - (before.contributions[row] ?? 0));
  const error = errorOf(ofGroups({...now, contributions: differences}, candidate.predictions).contributions);
  if (Number.isNaN(error)) return undefined;
  return (level) => normalInterval(now.value - before.value, error, {level});
}

/** Rows that only one of the two got right: `first` the baseline, `second` the candidate. */
export function discordantOf<Sample>(
  candidate: Side<Sample>,
  baseline: Side<Sample>,
  classes: number,
): Discordant | undefined {
  const [now, before] = [candidate.cells?.ofRow, baseline.cells?.ofRow];
  if (now === undefined || before === undefined) return undefined;
  const isRight = (cell: number | undefined): boolean => cell !== undefined && cell % (classes + 1) === 0;
  let [first, second] = [0, 0];
  for (let row = 0; row < now.length; row += 1) {
    const [is, was] = [isRight(now[row]), isRight(before[row])];
    if (was && !is) first += 1;
    if (is && !was) second += 1;
  }
  return {first, second};
}

function cellDifferences<Sample>(
  metrics: readonly Metric<Sample>[],
  candidate: Side<Sample>,
  baseline: Side<Sample>,
  classes: number,
  random: Random,
): ReadonlyMap<string, Float64Array> {
  const [now, before] = [candidate.cells?.ofRow, baseline.cells?.ofRow];
  if (metrics.length === 0 || now === undefined || before === undefined) return new Map();
  const size = classes * classes;
  const counts = new Map<number, number>();
  now.forEach((cell, row) => {
    const joint = cell * size + (before[row] ?? 0);
    counts.set(joint, (counts.get(joint) ?? 0) + 1);
  });
  const joints = [...counts.keys()].sort((a, b) => a - b);
  const [ofNow, ofBefore] = [new Float64Array(size), new Float64Array(size)];
  const drawn = new Map(metrics.map(({name}) => [name, new Float64Array(REPLICATES)]));
  const add = (into: Float64Array, cell: number, count: number): void => {
    into[cell] = (into[cell] ?? 0) + count;
  };
  const rows = joints.map((joint) => counts.get(joint) ?? 0);
  bootstrapCells(rows, random, (replicate, at) => {
    ofNow.fill(0);
    ofBefore.fill(0);
    joints.forEach((joint, index) => {
      add(ofNow, Math.floor(joint / size), replicate[index] ?? 0);
      add(ofBefore, joint % size, replicate[index] ?? 0);
    });
    for (const metric of metrics) {
      const into = drawn.get(metric.name);
      if (into === undefined) continue;
      const of = (sample: Sample, cells: Float64Array): number =>
        metric.by === 'cells' || metric.by === 'share' ? (metric.ofCells(sample, cells) ?? Number.NaN) : Number.NaN;
      into[at] = of(candidate.sample, ofNow) - of(baseline.sample, ofBefore);
    }
  });
  return drawn;
}

function rowDifferences<Sample>(
  metrics: readonly Metric<Sample>[],
  candidate: Side<Sample>,
  baseline: Side<Sample>,
  random: Random,
): ReadonlyMap<string, Float64Array> {
  const drawn = new Map(metrics.map(({name}) => [name, new Float64Array(REPLICATES)]));
  if (metrics.length === 0) return drawn;
  const [now, before] = [candidate, baseline].map(({sample, cells}) => metricsUnderWeights(sample, metrics, cells));
  bootstrapRows(candidate.predictions, random, (weights, at) => {
    const old = before?.(weights) ?? [];
    now?.(weights).forEach(([name, value], index) => {
      const into = drawn.get(name);
      if (into !== undefined) into[at] = value - (old[index]?.[1] ?? Number.NaN);
    });
  });
  return drawn;
}
