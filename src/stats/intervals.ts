/** Confidence intervals. `level` is two-sided: 0.95 leaves 2.5 % on either side. */
import {binomialCdf, normalQuantile} from './distributions.ts';
import {quantile} from './describe.ts';

export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const DEFAULT_LEVEL = 0.95;

/** The smallest size of what an interval holds. */
export const nearestToZero = ({lo, hi}: Interval): number =>
  lo <= 0 && hi >= 0 ? 0 : Math.min(Math.abs(lo), Math.abs(hi));

/** Normal quantile for a two-sided level: 1.96 for 0.95. */
export const zOf = (level: number): number => normalQuantile(0.5 + level / 2);

/**
 * Wilson's interval of a share (1927), no continuity correction: close to its level from ten trials on, and never outside [0, 1].
 * @returns undefined for no trials
 */
export function wilson(successes: number, trials: number, level = DEFAULT_LEVEL): Interval | undefined {
  if (!(trials > 0)) return undefined;
  const z = zOf(level);
  const share = successes / trials;
  const spread = (z * z) / trials;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (z * Math.sqrt((share * (1 - share)) / trials + spread / trials / 4)) / (1 + spread);
  // The ends touch 0 and 1 exactly where nothing, or everything, succeeded.
  return {lo: successes === 0 ? 0 : centre - half, hi: successes === trials ? 1 : centre + half};
}

/** value ± z·standard error, cut at the bounds of what it measures. */
export function normalInterval(
  value: number,
  standardError: number,
  {level = DEFAULT_LEVEL, min = -Infinity, max = Infinity}: {level?: number; min?: number; max?: number} = {},
): Interval {
  const half = zOf(level) * standardError;
  return {lo: Math.max(min, value - half), hi: Math.min(max, value + half)};
}

/** The middle part of bootstrap values (percentile method); NaN among them is left out. @returns undefined when none is left */
export function percentileInterval(samples: Float64Array, level = DEFAULT_LEVEL): Interval | undefined {
  const sorted = samples.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return undefined;
  const outside = (1 - level) / 2;
  return {lo: quantile(sorted, outside), hi: quantile(sorted, 1 - outside)};
}

/**
 * Interval of a median from order statistics, without assumptions on the distribution: the ranks that a binomial count of n
 * coin throws stays between. For fewer than six values no two of them reach 95 %, so it spans them all.
 * @param sorted rising. @returns undefined for no values
 */
export function medianInterval(sorted: Float64Array, level = DEFAULT_LEVEL): Interval | undefined {
  const count = sorted.length;
  if (count === 0) return undefined;
  const outside = (1 - level) / 2;
  // How many values are left out on a side: the most that coin throws stay at or below rarely enough.
  let low = Math.max(0, Math.floor((count - zOf(level) * Math.sqrt(count)) / 2) - 2);
  while (binomialCdf(low, count, 0.5) <= outside) low += 1;
  while (low > 0 && binomialCdf(low, count, 0.5) > outside) low -= 1;
  return {lo: sorted[low] ?? Number.NaN, hi: sorted[count - 1 - low] ?? Number.NaN};
}
