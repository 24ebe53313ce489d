/** Two samples of numbers compared. Arguments need not be sorted and are not changed; NaN must have been taken out before. */
import {kolmogorovSf, normalSf} from './distributions.ts';
import {sortedCopy} from './describe.ts';
import {midRanks} from './order.ts';

/** Up to so many pairs the p-value of Kolmogorov and Smirnov is exact (10^7 take about 0.06 s). */
const EXACT_PAIRS = 1e7;

export interface KolmogorovSmirnov {
  /** D, the largest distance of the two empirical distribution functions. NaN when a sample is empty. */
  readonly statistic: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/**
 * Two-sided test of Kolmogorov and Smirnov. Exact (lattice paths) for up to 10^7 pairs; else Kolmogorov's limit Q(λ) with Stephens'
 * λ = (√e + 0.12 + 0.11/√e)·D, e = nm/(n + m). With ties the exact p-value is conservative, as scipy's.
 */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): KolmogorovSmirnov {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return {statistic: Number.NaN, pValue: Number.NaN, method: 'exact'};
  let furthest = 0;
  eachStep(sortedCopy(a), sortedCopy(b), (i, j) => {
    furthest = Math.max(furthest, Math.abs(i * m - j * n));
  });
  const statistic = furthest / (n * m);
  if (n * m <= EXACT_PAIRS) return {statistic, pValue: outsideShare(n, m, furthest), method: 'exact'};
  const root = Math.sqrt((n * m) / (n + m));
  return {statistic, pValue: kolmogorovSf((root + 0.12 + 0.11 / root) * statistic), method: 'asymptotic'};
}

/**
 * Share of the lattice paths from (0, 0) to (n, m) that touch a point with |i·m - j·n| >= distance: a path to (i, j) came over
 * (i - 1, j) with chance i/(i + j). Only sums of positive numbers, so tiny shares are exact too.
 */
function outsideShare(n: number, m: number, distance: number): number {
  if (distance === 0) return 1;
  const row = new Float64Array(m + 1);
  for (let j = 0; j <= m; j += 1) row[j] = j * n >= distance ? 1 : 0;
  for (let i = 1; i <= n; i += 1) {
    let left = i * m >= distance ? 1 : (row[0] ?? 0);
    row[0] = left;
    for (let j = 1; j <= m; j += 1) {
      left = Math.abs(i * m - j * n) >= distance ? 1 : (i * (row[j] ?? 0) + j * left) / (i + j);
      row[j] = left;
    }
  }
  return row[m] ?? 0;
}

/** First Wasserstein distance ∫|F - G|, in the units of the values; NaN when a sample is empty. */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return Number.NaN;
  let sum = 0;
  let before: number | undefined;
  let gap = 0;
  eachStep(sortedCopy(a), sortedCopy(b), (i, j, value) => {
    if (before !== undefined) sum += gap * (value - before);
    before = value;
    gap = Math.abs(i / n - j / m);
  });
  return sum;
}

/** Calls with each distinct value, rising, and how many of either sample are not above it. */
function eachStep(
  a: Float64Array,
  b: Float64Array,
  visit: (countA: number, countB: number, value: number) => void,
): void {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while (i < a.length && (a[i] ?? 0) <= value) i += 1;
    while (j < b.length && (b[j] ?? 0) <= value) j += 1;
    visit(i, j, value);
  }
}

/**
 * Two-sided Mann-Whitney U by the normal approximation with tie and continuity corrections, as scipy's `method='asymptotic'`.
 * @returns U of the first sample; a p-value of 1 when all values are equal, NaN when a sample is empty
 */
export function mannWhitney(a: ArrayLike<number>, b: ArrayLike<number>): {readonly u: number; readonly pValue: number} {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return {u: Number.NaN, pValue: Number.NaN};
  const both = new Float64Array(n + m);
  both.set(a as ArrayLike<number>, 0);
  both.set(b as ArrayLike<number>, n);
  const {ranks, tieSum} = midRanks(both);
  let rankSum = 0;
  for (let index = 0; index < n; index += 1) rankSum += ranks[index] ?? 0;
  const u = rankSum - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieSum / (total * (total - 1)));
  const distance = Math.max(u, n * m - u) - (n * m) / 2 - 0.5;
  return {u, pValue: variance > 0 ? Math.min(1, 2 * normalSf(distance / Math.sqrt(variance))) : 1};
}
