/** Whether two metrics are near enough to be called the same. Pure. */
import {compileGlob, isGlob} from '../base/glob.ts';
import type {Metric} from './metric.ts';

export interface Tolerances {
  /** Largest difference, absolute. */
  readonly atol: number;
  /** Largest difference as a part of the first value. */
  readonly rtol: number;
  /** Name or glob over names -> largest absolute difference, in place of the others; the last that matches counts. */
  readonly ofMetrics: readonly (readonly [pattern: string, atol: number])[];
}

export interface MetricComparison {
  readonly name: string;
  readonly source: string;
  readonly step?: number;
  /** undefined: not there. */
  readonly before?: number;
  readonly after?: number;
  readonly verdict: 'same' | 'near' | 'different';
}

/** Every metric of either side. @param before points of curves count only where both sides have them. */
export function compareMetrics(
  before: readonly Metric[],
  after: readonly Metric[],
  tolerances: Tolerances,
): readonly MetricComparison[] {
  const hasCurves = before.some(isPoint);
  const olds = byName(before);
  const news = byName(hasCurves ? after : after.filter((metric) => !isPoint(metric)));
  const keys = new Set([...olds.keys(), ...news.keys()]);
  return [...keys].map((key) => {
    const [old, now] = [olds.get(key), news.get(key)];
    const {name, source, step} = (old ?? now) as Metric;
    const verdict =
      old === undefined || now === undefined ? 'different' : compareValues(name, old.value, now.value, tolerances);
    return {
      name,
      source,
      ...(step === undefined ? {} : {step}),
      ...(old === undefined ? {} : {before: old.value}),
      ...(now === undefined ? {} : {after: now.value}),
      verdict,
    };
  });
}

const isPoint = ({step}: Metric): boolean => step !== undefined;

/** A value that was written twice counts as last written. */
const byName = (metrics: readonly Metric[]): ReadonlyMap<string, Metric> =>
  new Map(metrics.map((metric) => [JSON.stringify([metric.source, metric.name, metric.step ?? null]), metric]));

/** NaN is NaN, and infinities are only near themselves. */
function compareValues(
  name: string,
  before: number,
  after: number,
  tolerances: Tolerances,
): MetricComparison['verdict'] {
  if (before === after || (Number.isNaN(before) && Number.isNaN(after))) return 'same';
  const own = tolerances.ofMetrics.findLast(([pattern]) => matchesName(pattern, name))?.[1];
  const largest = own ?? tolerances.atol + tolerances.rtol * Math.abs(before);
  const difference = Math.abs(after - before);
  // Beyond the rounding of the subtraction itself: 0.92 and 0.91 are 0.01 apart.
  const slack = Number.EPSILON * Math.max(Math.abs(before), Math.abs(after));
  return Number.isFinite(difference) && largest > 0 && difference <= largest + slack ? 'near' : 'different';
}

const matchesName = (pattern: string, name: string): boolean =>
  pattern === name || (isGlob(pattern) && compileGlob(pattern).matches(name));
