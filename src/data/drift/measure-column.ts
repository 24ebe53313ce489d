/** One column measured against its reference. */
import {kolmogorovSf} from '../../stats/distributions.ts';
import {kolmogorovSmirnov, wasserstein} from '../../stats/two-sample.ts';
import {kindOf} from './column-kind.ts';
import type {Measured, UncomparedColumn} from './comparison.ts';
import {numberHistogram, wordHistogram, type ColumnSide} from './histogram.ts';
import {equivalentShift, isBinMetric, measureBins, totalOf, type DriftMetric, type SampleMetric} from './metrics.ts';
import {LEAST_TEXTS, tellApart} from './text-classifier.ts';

type Reason = Omit<UncomparedColumn, 'column'>;

/** @param groups how many groups the rows of each side are, when rows are not independent. */
export function measureColumn(
  metric: DriftMetric,
  before: ColumnSide,
  now: ColumnSide,
  groups: {readonly reference: number; readonly current: number} | undefined,
): Measured | Reason {
  const histogram =
    kindOf(before) === 'words' || kindOf(now) === 'words' ? wordHistogram(before, now) : numberHistogram(before, now);
  const shiftOf = (value: number): {readonly shift?: number} => {
    const shift = equivalentShift(metric, value);
    return shift === undefined ? {} : {shift};
  };
  if (isBinMetric(metric)) {
    const reference = scaled(histogram.reference, groups?.reference);
    const current = scaled(histogram.current, groups?.current);
    const measure = measureBins(metric, reference, current);
    return {
      ...measure,
      ...shiftOf(measure.value),
      counted: {reference: Math.round(totalOf(reference)), current: Math.round(totalOf(current))},
      histogram,
    };
  }
  if (before.sample === undefined || now.sample === undefined)
    return {
      kind: 'impossible',
      reason: `\`${metric}\` needs both tables, and of ${before.sample === undefined ? 'the reference' : 'the table'} there is a profile only`,
      histogram,
    };
  if (metric === 'classifier') {
    const texts = (side: ColumnSide): readonly string[] => (side.sample?.kind === 'texts' ? side.sample.rows : []);
    const result = tellApart(texts(before), texts(now));
    if (result === undefined)
      return {kind: 'off', reason: `a classifier needs ${String(LEAST_TEXTS)} texts on either side`, histogram};
    const counted = {reference: texts(before).length, current: texts(now).length};
    return {value: result.auc, interval: result.interval, counted, histogram};
  }
  const numbers = (side: ColumnSide): Float64Array =>
    side.sample?.kind === 'numbers' ? side.sample.sorted : new Float64Array();
  const result = measureSamples(metric, numbers(before), numbers(now), groups, before.profile.numbers);
  return 'reason' in result ? {...result, histogram} : {...result, ...shiftOf(result.value), histogram};
}

/** Counts, of a sample maybe, as of so many groups, all rows of a group moving together: the most careful assumption. */
function scaled(counts: readonly number[], groups: number | undefined): readonly number[] {
  if (groups === undefined) return counts;
  const factor = Math.min(1, groups / totalOf(counts));
  return counts.map((count) => count * factor);
}

function measureSamples(
  metric: SampleMetric,
  before: Float64Array,
  now: Float64Array,
  groups: {readonly reference: number; readonly current: number} | undefined,
  scale: {readonly sd: number | null; readonly mean: number | null} | undefined,
): Omit<Measured, 'histogram'> | Reason {
  if (before.length === 0 || now.length === 0)
    return {kind: 'impossible', reason: `the ${before.length === 0 ? 'reference' : 'table'} has no values there`};
  const test = kolmogorovSmirnov(before, now);
  const counted = groups ?? {reference: before.length, current: now.length};
  const pValue = groups === undefined ? test.pValue : limitPValue(test.statistic, groups);
  if (metric === 'ks') return {value: test.statistic, pValue, counted};
  // A spread that is nothing beside the mean would make any difference a large one.
  const sd = Math.max(scale?.sd ?? 0, 1e-3 * Math.abs(scale?.mean ?? 0));
  if ((scale?.sd ?? 0) === 0)
    return {kind: 'impossible', reason: 'the reference has one value, so there is no spread to measure by: use `psi`'};
  return {value: wasserstein(before, now) / sd, pValue, counted};
}

/** Kolmogorov's limit for so many groups, as `kolmogorovSmirnov` takes it for rows. */
function limitPValue(statistic: number, groups: {readonly reference: number; readonly current: number}): number {
  const root = Math.sqrt((groups.reference * groups.current) / (groups.reference + groups.current));
  return kolmogorovSf((root + 0.12 + 0.11 / root) * statistic);
}
