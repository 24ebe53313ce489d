/**
 * How well scores put the positive rows before the others: ROC, area under it with DeLong's variance, precision and recall. `isPositive`
 * holds 0 or 1 a row; weights, where given, one number a row.
 */
import {midRanks, risingOrder} from './order.ts';
import {wilson, normalInterval, DEFAULT_LEVEL} from './intervals.ts';
import type {Interval} from './intervals.ts';

/**
 * Area under the ROC curve with what its variance needs (DeLong, DeLong and Clarke-Pearson 1988; by mid-ranks, Sun and Xu 2014). Ties
 * count one half.
 */
export interface Delong {
  readonly auc: number;
  /** Of each positive the share of negatives that it beats, and of each negative the share of positives that beat it; in row order. */
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

/** @returns undefined when all rows are of one class: there is nothing to rank */
export function delong(isPositive: Uint8Array, scores: Float64Array): Delong | undefined {
  const positives = scores.filter((_, row) => isPositive[row] === 1);
  const negatives = scores.filter((_, row) => isPositive[row] !== 1);
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const all = midRanks(scores).ranks;
  const [withinPositives, withinNegatives] = [midRanks(positives).ranks, midRanks(negatives).ranks];
  let [p, q, sum] = [0, 0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    const rank = all[row] ?? 0;
    if (isPositive[row] === 1) {
      const share = (rank - (withinPositives[p] ?? 0)) / negatives.length;
      positives[p] = share;
      sum += share;
      p += 1;
    } else {
      negatives[q] = 1 - (rank - (withinNegatives[q] ?? 0)) / positives.length;
      q += 1;
    }
  }
  return {auc: sum / positives.length, ofPositives: positives, ofNegatives: negatives};
}

/** Area under the ROC curve: the chance that a positive row scores above a negative one, ties one half. */
export const auc = (isPositive: Uint8Array, scores: Float64Array): number | undefined =>
  delong(isPositive, scores)?.auc;

/** Standard error of an AUC: √(s²₁₀/n₁ + s²₀₁/n₀). Infinite when a class has one row only. */
export function delongError({ofPositives, ofNegatives}: Delong): number {
  return Math.sqrt(covarianceOfMeans(ofPositives, ofPositives) + covarianceOfMeans(ofNegatives, ofNegatives));
}

/**
 * Interval of an AUC: normal with DeLong's error, within [0, 1]. Scores that part the classes perfectly have a variance of
 * nothing, which no one should believe: then Wilson's interval for as many trials as the smaller class has rows.
 */
export function delongInterval(result: Delong, level = DEFAULT_LEVEL): Interval {
  const {auc: value, ofPositives, ofNegatives} = result;
  if (value === 0 || value === 1) {
    const trials = Math.min(ofPositives.length, ofNegatives.length);
    return wilson(value * trials, trials, level) ?? {lo: 0, hi: 1};
  }
  return normalInterval(value, delongError(result), {level, min: 0, max: 1});
}

/** Difference of two AUC on the same rows, second minus first, with the error of paired rows. */
export function pairedDelong(
  first: Delong,
  second: Delong,
): {readonly difference: number; readonly standardError: number} {
  const change = (a: Float64Array, b: Float64Array): number => {
    const differences = a.map((value, index) => (b[index] ?? 0) - value);
    return covarianceOfMeans(differences, differences);
  };
  const variance = change(first.ofPositives, second.ofPositives) + change(first.ofNegatives, second.ofNegatives);
  return {difference: second.auc - first.auc, standardError: Math.sqrt(variance)};
}

function covarianceOfMeans(a: Float64Array, b: Float64Array): number {
  const count = a.length;
  if (count < 2) return Infinity;
  let [sumA, sumB] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    sumA += a[index] ?? 0;
    sumB += b[index] ?? 0;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += ((a[index] ?? 0) - meanA) * ((b[index] ?? 0) - meanB);
  return sum / (count - 1) / count;
}

/** One point for each distinct score, falling: what is at or above it. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  /** Weights, or numbers, of positive and of other rows with such a score or a higher one. */
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** What every threshold lets through, from which ROC, precision and recall follow. */
export function thresholdCounts(isPositive: Uint8Array, scores: Float64Array, weights?: Float64Array): ThresholdCounts {
  const order = risingOrder(scores);
  const count = order.length;
  const [thresholds, truePositives, falsePositives] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  let [points, positive, negative] = [0, 0, 0];
  for (let index = count - 1; index >= 0; index -= 1) {
    const row = order[index] ?? 0;
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    if (isPositive[row] === 1) positive += weight;
    else negative += weight;
    const score = scores[row] ?? Number.NaN;
    if (index > 0 && scores[order[index - 1] ?? 0] === score) continue;
    thresholds[points] = score;
    truePositives[points] = positive;
    falsePositives[points] = negative;
    points += 1;
  }
  return {
    thresholds: thresholds.slice(0, points),
    truePositives: truePositives.slice(0, points),
    falsePositives: falsePositives.slice(0, points),
  };
}

/** Area under the ROC curve from the counts (also weighted): trapezoids, which is the rank statistic with ties one half. */
export function aucOfCounts({truePositives, falsePositives}: ThresholdCounts): number | undefined {
  const last = truePositives.length - 1;
  const [positives, negatives] = [truePositives[last] ?? 0, falsePositives[last] ?? 0];
  if (!(positives > 0 && negatives > 0)) return undefined;
  let [sum, before, wrongBefore] = [0, 0, 0];
  for (let point = 0; point <= last; point += 1) {
    const [right, wrong] = [truePositives[point] ?? 0, falsePositives[point] ?? 0];
    sum += ((wrong - wrongBefore) * (right + before)) / 2;
    [before, wrongBefore] = [right, wrong];
  }
  return sum / (positives * negatives);
}

/**
 * Average precision Σ(Rₖ - Rₖ₋₁)·Pₖ over the distinct thresholds, as scikit-learn's; not the area by trapezoids, which flatters.
 * @returns undefined when no row is positive
 */
export function averagePrecisionOfCounts({truePositives, falsePositives}: ThresholdCounts): number | undefined {
  const last = truePositives.length - 1;
  const positives = truePositives[last] ?? 0;
  if (!(positives > 0)) return undefined;
  let [sum, before] = [0, 0];
  for (let point = 0; point <= last; point += 1) {
    const right = truePositives[point] ?? 0;
    if (right > before) sum += ((right - before) * right) / (right + (falsePositives[point] ?? 0));
    before = right;
  }
  return sum / positives;
}

/** Average precision of scores; see `averagePrecisionOfCounts`. */
export const averagePrecision = (
  isPositive: Uint8Array,
  scores: Float64Array,
  weights?: Float64Array,
): number | undefined => averagePrecisionOfCounts(thresholdCounts(isPositive, scores, weights));
