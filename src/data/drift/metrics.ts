/** How far two distributions are apart: the measures, their limits, and what each means as a shift of a normal distribution. */
import {
  chiSquareTest,
  cramersV,
  hellinger,
  jensenShannonBits,
  maxDifference,
  psi,
  psiNoiseLimit,
  psiPValue,
  totalVariation,
} from '../../stats/counts.ts';
import {normalCdf, normalQuantile} from '../../stats/distributions.ts';
import type {FindingCode} from '../findings.ts';

/** Measures of two histograms over the same bins. */
export type BinMetric = 'psi' | 'jsd' | 'linf' | 'tvd' | 'hellinger' | 'cramers-v';
/** Measures of two samples of numbers. */
export type SampleMetric = 'wasserstein' | 'ks';
export type DriftMetric = BinMetric | SampleMetric | 'classifier';

interface MetricFacts {
  /** As sentences name it. */
  readonly title: string;
  readonly code: FindingCode;
  /** Defaults: what a normal distribution gives when it moves by 0.32 and by 0.51 of its standard deviation. */
  readonly warn: number;
  readonly error: number;
}

export const metricFacts: {readonly [metric in DriftMetric]: MetricFacts} = {
  psi: {title: 'PSI', code: 'drift.psi', warn: 0.1, error: 0.25},
  jsd: {title: 'Jensen-Shannon divergence (bits)', code: 'drift.jsd', warn: 0.0179, error: 0.044},
  linf: {title: 'largest difference of a share', code: 'drift.linf', warn: 0.069, error: 0.121},
  tvd: {title: 'total variation', code: 'drift.tvd', warn: 0.128, error: 0.202},
  hellinger: {title: 'Hellinger distance', code: 'drift.hellinger', warn: 0.112, error: 0.176},
  'cramers-v': {title: "Cramér's V", code: 'drift.cramers-v', warn: 0.157, error: 0.244},
  ks: {title: 'Kolmogorov-Smirnov D', code: 'drift.ks', warn: 0.128, error: 0.202},
  // Sensitive on purpose: who chooses it has a column of which small shifts matter.
  wasserstein: {title: 'Wasserstein distance / sd', code: 'drift.wasserstein', warn: 0.1, error: 0.32},
  classifier: {title: 'AUC of telling the tables apart', code: 'drift.classifier', warn: 0.55, error: 0.75},
};

export const isBinMetric = (metric: DriftMetric): metric is BinMetric =>
  metric !== 'wasserstein' && metric !== 'ks' && metric !== 'classifier';

const MEASURES: {
  readonly [metric in BinMetric]: (reference: readonly number[], current: readonly number[]) => number;
} = {
  psi,
  jsd: jensenShannonBits,
  linf: maxDifference,
  tvd: totalVariation,
  hellinger,
  // Of the shares, as of two samples of one size: the plain one depends on how the sizes differ.
  'cramers-v': (reference, current) => cramersV(sharesOf(reference), sharesOf(current)),
};

export const totalOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const sharesOf = (counts: readonly number[]): readonly number[] => {
  const total = totalOf(counts);
  return counts.map((count) => count / total);
};

export interface BinMeasure {
  readonly value: number;
  /** Chance of such a value without any change, for independent rows. */
  readonly pValue: number;
  /** The PSI that no change stays below with a chance of 99 %; only for `psi`. */
  readonly noiseLimit?: number;
}

/** Both sides with rows; bins that are empty on both sides do not count. Counts need not be whole. */
export function measureBins(metric: BinMetric, reference: readonly number[], current: readonly number[]): BinMeasure {
  const isUsed = reference.map((count, bin) => count > 0 || (current[bin] ?? 0) > 0);
  const [before, now] = [reference, current].map((counts) => counts.filter((_, bin) => isUsed[bin] === true));
  if (before === undefined || now === undefined) return {value: 0, pValue: 1};
  const value = MEASURES[metric](before, now);
  if (metric !== 'psi') return {value, pValue: chiSquareTest(before, now).pValue};
  const rows = {reference: totalOf(before), current: totalOf(now)};
  return {
    value,
    pValue: psiPValue(value, rows, before.length),
    noiseLimit: psiNoiseLimit(rows, before.length),
  };
}

/** Larger than any table, so that what depends on the size is gone. */
const VERY_MANY = 1e12;
const MOST_SHIFT = 6;

/**
 * By how many standard deviations a normal distribution would have to move for the same value, its deciles being the bins.
 * At most MOST_SHIFT; undefined for a classifier.
 */
export function equivalentShift(metric: DriftMetric, value: number): number | undefined {
  if (metric === 'classifier') return undefined;
  if (metric === 'wasserstein') return Math.min(MOST_SHIFT, value);
  if (metric === 'ks') return Math.min(MOST_SHIFT, 2 * normalQuantile(Math.min(1, (1 + value) / 2)));
  const reference = Array.from({length: 10}, () => VERY_MANY / 10);
  let [low, high] = [0, MOST_SHIFT];
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2;
    if (MEASURES[metric](reference, shiftedDeciles(middle)) < value) low = middle;
    else high = middle;
  }
  return high;
}

const NORMAL_DECILES = Array.from({length: 11}, (_, decile) => normalQuantile(decile / 10));

/** How many of VERY_MANY rows of a normal distribution that moved by `shift` lie between the deciles of one that did not. */
function shiftedDeciles(shift: number): readonly number[] {
  const upTo = NORMAL_DECILES.map((decile) => normalCdf(decile - shift));
  return Array.from({length: 10}, (_, bin) => ((upTo[bin + 1] ?? 1) - (upTo[bin] ?? 0)) * VERY_MANY);
}
