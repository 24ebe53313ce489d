/** How well scores put the positive rows before the others: the area under the ROC curve with DeLong's variance. */
import {Moments} from './describe.ts';
import {midRanks} from './order.ts';
import {DEFAULT_LEVEL, normalInterval, wilson} from './intervals.ts';
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
  return Math.sqrt(varianceOfMean(ofPositives) + varianceOfMean(ofNegatives));
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

/** Sample variance over the count; infinite for one value, which tells nothing of its spread. */
function varianceOfMean(values: Float64Array): number {
  return values.length < 2 ? Infinity : Moments.of(values).variance() / values.length;
}
