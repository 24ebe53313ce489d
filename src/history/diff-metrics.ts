/** Metrics of two snapshots, row by row: by stage, source and name; against a file without stages by name alone. */
import {byCodeUnits} from '../base/compare.ts';
import {groupBy} from '../base/group-by.ts';
import type {Change, CurvePoint, MetricRow} from '../model/diff.ts';
import {directionOf, type DeclaredDirections} from '../model/direction.ts';
import type {Metric} from '../model/metric.ts';
import type {Snapshot} from '../model/snapshot.ts';

/** One metric of one stage: its value, and its points where it has steps. */
export interface MetricSeries {
  readonly stage: string;
  readonly source: string;
  readonly name: string;
  /** What was logged without a step, else the point of the highest step. */
  readonly value: number;
  /** By rising step; empty for a metric without steps. */
  readonly points: readonly CurvePoint[];
  /** There is no value but the points. */
  readonly isCurveOnly: boolean;
}

/** In the order of the pipeline; within a stage by name. */
export function metricSeries({stages}: Pick<Snapshot, 'stages'>): readonly MetricSeries[] {
  return stages.flatMap((stage) => {
    const groups = groupBy(stage.metrics, ({source, name}) => JSON.stringify([source, name]));
    return [...groups.values()]
      .map((group) => seriesOf(stage.name, group))
      .sort((a, b) => byCodeUnits(a.name, b.name) || byCodeUnits(a.source, b.source));
  });
}

function seriesOf(stage: string, group: readonly Metric[]): MetricSeries {
  const points = group
    .flatMap(({step, value}) => (step === undefined ? [] : [{step, value}]))
    .sort((a, b) => a.step - b.step);
  const plain = group.findLast(({step}) => step === undefined);
  const {source = '', name = ''} = group[0] ?? {};
  const value = plain?.value ?? points.at(-1)?.value ?? Number.NaN;
  return {stage, source, name, value, points, isCurveOnly: plain === undefined};
}

export function diffMetrics(
  before: Snapshot,
  after: Snapshot,
  declared: DeclaredDirections = {},
): readonly MetricRow[] {
  const [olds, news] = [metricSeries(before), metricSeries(after)];
  const pairs = pairUp(olds, news, before.origin === 'metrics' || after.origin === 'metrics');
  return pairs.map(([old, now]) => rowOf(old, now, before, after, declared));
}

const idOf = ({stage, source, name}: MetricSeries): string => JSON.stringify([stage, source, name]);

type Pair = readonly [MetricSeries | undefined, MetricSeries | undefined];

/** In the order of the new side, what is only on the old side behind the same stage. */
function pairUp(olds: readonly MetricSeries[], news: readonly MetricSeries[], byName: boolean): readonly Pair[] {
  const left = new Set(olds);
  const exact = new Map(olds.map((old) => [idOf(old), old]));
  const named = groupBy(byName ? olds : [], ({name}) => name);
  const find = (now: MetricSeries): MetricSeries | undefined => {
    const old = exact.get(idOf(now));
    if (old !== undefined) return old;
    const same = (named.get(now.name) ?? []).filter((candidate) => left.has(candidate));
    return same.find(({source}) => source === now.source) ?? same[0];
  };
  const pairs: Pair[] = [];
  for (const now of news) {
    const old = find(now);
    const free = old !== undefined && left.delete(old) ? old : undefined;
    pairs.push([free, now]);
  }
  for (const old of left) pairs.push([old, undefined]);
  const order = new Map<string, number>();
  for (const {stage} of [...news, ...olds]) if (!order.has(stage)) order.set(stage, order.size);
  const rank = ([old, now]: Pair): number => order.get((now ?? old)?.stage ?? '') ?? 0;
  return pairs
    .map((pair, index) => ({pair, index}))
    .sort((a, b) => rank(a.pair) - rank(b.pair) || a.index - b.index)
    .map(({pair}) => pair);
}

function rowOf(
  old: MetricSeries | undefined,
  now: MetricSeries | undefined,
  before: Snapshot,
  after: Snapshot,
  declared: DeclaredDirections,
): MetricRow {
  const series = (now ?? old) as MetricSeries;
  const direction = directionOf(declared, series);
  const delta = old === undefined || now === undefined ? Number.NaN : now.value - old.value;
  const relative = old === undefined ? Number.NaN : delta / Math.abs(old.value);
  const change = changeOf(old, now, before, after);
  const verdict = direction === undefined ? undefined : verdictOf(direction.better, old?.value, now?.value);
  const hasCurve = (old?.points.length ?? 0) > 0 || (now?.points.length ?? 0) > 0;
  return {
    stage: series.stage,
    name: series.name,
    source: series.source,
    change,
    ...(old === undefined ? {} : {before: old.value}),
    ...(now === undefined ? {} : {after: now.value}),
    ...(Number.isFinite(delta) ? {delta} : {}),
    ...(Number.isFinite(relative) ? {relative} : {}),
    ...direction,
    ...(verdict === undefined ? {} : {verdict}),
    ...(hasCurve ? {curve: {before: old?.points ?? [], after: now?.points ?? []}} : {}),
  };
}

/** mlp.lock holds no curves: that it lacks one says nothing. */
function changeOf(
  old: MetricSeries | undefined,
  now: MetricSeries | undefined,
  before: Snapshot,
  after: Snapshot,
): Change {
  if (old === undefined) return now?.isCurveOnly === true && before.origin === 'lock' ? 'unknown' : 'added';
  if (now === undefined) return old.isCurveOnly && after.origin === 'lock' ? 'unknown' : 'removed';
  if (!sameNumber(old.value, now.value)) return 'changed';
  // A lock against a run: the value is known on both sides, the points only on one.
  if (old.points.length === 0 || now.points.length === 0) return 'same';
  return samePoints(old.points, now.points) ? 'same' : 'changed';
}

const sameNumber = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

const samePoints = (a: readonly CurvePoint[], b: readonly CurvePoint[]): boolean =>
  a.length === b.length &&
  a.every(({step, value}, index) => step === b[index]?.step && sameNumber(value, b[index].value));

/** A number that became NaN is worse, one that is a number again is better, whatever the direction. */
function verdictOf(better: 'up' | 'down', old: number | undefined, now: number | undefined): MetricRow['verdict'] {
  if (old === undefined || now === undefined || sameNumber(old, now)) return undefined;
  if (Number.isNaN(now)) return 'worse';
  if (Number.isNaN(old)) return 'better';
  return now > old === (better === 'up') ? 'better' : 'worse';
}
