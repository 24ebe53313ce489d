/**
 * Two histograms over the same bins compared: counts c of a reference (total n) and d of what is looked at (total m), shares p = c/n and
 * q = d/m. Which formula and why: every distance here has several meanings in other tools, so each says its own. All give NaN
 * when one side is empty.
 */
import {chiSquareQuantile, chiSquareSf} from './distributions.ts';

export type Counts = ArrayLike<number>;

/**
 * Population stability index Σ(p - q)·ln(p/q), with ½ added to every count, p = (c + ½)/(n + B/2), so that an empty bin of a small
 * sample is no alarm.
 */
export function psi(reference: Counts, current: Counts): number {
  const [n, m, bins] = [total(reference), total(current), reference.length];
  if (n === 0 || m === 0) return Number.NaN;
  return sumOver(reference, current, (c, d) => {
    const [p, q] = [(c + 0.5) / (n + bins / 2), (d + 0.5) / (m + bins / 2)];
    return (p - q) * Math.log(p / q);
  });
}

/** Chance of such a PSI without any change: near zero PSI/(1/n + 1/m) is χ² with B - 1 degrees of freedom. 1 for a single bin. */
export function psiPValue(
  value: number,
  rows: {readonly reference: number; readonly current: number},
  bins: number,
): number {
  return bins < 2 ? 1 : chiSquareSf(value / noise(rows), bins - 1);
}

/** The PSI that no change at all stays below with probability `level`: χ²_{level, B-1}·(1/n + 1/m). */
export function psiNoiseLimit(
  rows: {readonly reference: number; readonly current: number},
  bins: number,
  level = 0.99,
): number {
  return bins < 2 ? 0 : chiSquareQuantile(level, bins - 1) * noise(rows);
}

const noise = ({reference, current}: {readonly reference: number; readonly current: number}): number =>
  1 / reference + 1 / current;

/** Jensen-Shannon divergence in bits, 0 to 1: ½KL(p‖m) + ½KL(q‖m), m = (p + q)/2. Not its root, and not in nats. */
export function jensenShannonBits(reference: Counts, current: Counts): number {
  const part = (p: number, middle: number): number => (p > 0 ? p * Math.log2(p / middle) : 0);
  const sum = sumOfShares(reference, current, (p, q) => part(p, (p + q) / 2) + part(q, (p + q) / 2));
  return clip(sum / 2);
}

/** ½Σ|p - q|: the share of rows that would have to move. */
export function totalVariation(reference: Counts, current: Counts): number {
  return clip(sumOfShares(reference, current, (p, q) => Math.abs(p - q)) / 2);
}

/** max|p - q| (L∞). */
export function maxDifference(reference: Counts, current: Counts): number {
  let largest = 0;
  const sum = sumOfShares(reference, current, (p, q) => {
    largest = Math.max(largest, Math.abs(p - q));
    return 0;
  });
  return sum === 0 ? largest : sum;
}

/** √(1 - Σ√(pq)), 0 to 1. */
export function hellinger(reference: Counts, current: Counts): number {
  return Math.sqrt(clip(1 - sumOfShares(reference, current, (p, q) => Math.sqrt(p * q))));
}

export interface ChiSquareTest {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
  /** Share of the cells whose expected count is below 5; above 20 % the p-value is not to be trusted (Cochran). */
  readonly smallExpected: number;
}

/**
 * Test of homogeneity of a 2 × B table, expected counts from both margins, no Yates correction. Bins empty on both sides do not
 * count. The reference is a sample too: the one-sample form gives false alarms.
 */
export function chiSquareTest(reference: Counts, current: Counts): ChiSquareTest {
  const [n, m] = [total(reference), total(current)];
  if (n === 0 || m === 0) return {statistic: Number.NaN, degrees: 0, pValue: Number.NaN, smallExpected: 1};
  let statistic = 0;
  let used = 0;
  let small = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const [c, d] = [reference[bin] ?? 0, current[bin] ?? 0];
    if (c + d === 0) continue;
    used += 1;
    const [expectedC, expectedD] = [((c + d) * n) / (n + m), ((c + d) * m) / (n + m)];
    statistic += (c - expectedC) ** 2 / expectedC + (d - expectedD) ** 2 / expectedD;
    small += Number(expectedC < 5) + Number(expectedD < 5);
  }
  const degrees = used - 1;
  const pValue = degrees > 0 ? chiSquareSf(statistic, degrees) : 1;
  return {statistic, degrees, pValue, smallExpected: small / (2 * used)};
}

/** √(χ²/N) for two rows, 0 to 1, without bias correction. */
export function cramersV(reference: Counts, current: Counts): number {
  return Math.sqrt(chiSquareTest(reference, current).statistic / (total(reference) + total(current)));
}

function total(counts: Counts): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin += 1) sum += counts[bin] ?? 0;
  return sum;
}

function sumOver(reference: Counts, current: Counts, term: (c: number, d: number) => number): number {
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) sum += term(reference[bin] ?? 0, current[bin] ?? 0);
  return sum;
}

function sumOfShares(reference: Counts, current: Counts, term: (p: number, q: number) => number): number {
  const [n, m] = [total(reference), total(current)];
  if (n === 0 || m === 0) return Number.NaN;
  return sumOver(reference, current, (c, d) => term(c / n, d / m));
}

/** Rounding may leave [0, 1] by a hair; NaN stays. */
const clip = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);
