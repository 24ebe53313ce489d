/** Rows in falling order of a score, so that a curve, or an area under any weights, is one pass. */
import {delong} from '../../stats/ranking.ts';
import {risingOrder} from '../../stats/order.ts';
import type {Contributions} from './metric.ts';

export interface RankedRows {
  /** Falling by score. */
  readonly rows: Uint32Array;
  readonly isPositive: Uint8Array;
  /** 1 where the next row has a lower score: only there may a threshold lie. */
  readonly isLast: Uint8Array;
}

/** @param isPositive by row, as the scores */
export function rankRows(isPositive: Uint8Array, scores: Float64Array): RankedRows {
  const rows = risingOrder(scores).reverse();
  const flags = new Uint8Array(rows.length);
  const isLast = new Uint8Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    flags[at] = isPositive[row] ?? 0;
    isLast[at] = scores[row] === scores[rows[at + 1] ?? -1] ? 0 : 1;
  }
  return {rows, isPositive: flags, isLast};
}

export interface Areas {
  /** Under the ROC curve, ties one half; undefined for one class only. */
  readonly auc: number | undefined;
  /** Σ(Rₖ - Rₖ₋₁)·Pₖ over the distinct scores; undefined without positives. */
  readonly averagePrecision: number | undefined;
}

/** @param weights by row; absent: each counts once */
export function areas({rows, isPositive, isLast}: RankedRows, weights?: Float64Array): Areas {
  let [positives, negatives, positivesBefore, negativesBefore, area, precisions] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < rows.length; at += 1) {
    const weight = weights === undefined ? 1 : (weights[rows[at] ?? 0] ?? 0);
    if (isPositive[at] === 1) positives += weight;
    else negatives += weight;
    if (isLast[at] === 0) continue;
    area += ((negatives - negativesBefore) * (positives + positivesBefore)) / 2;
    if (positives > positivesBefore)
      precisions += ((positives - positivesBefore) * positives) / (positives + negatives);
    positivesBefore = positives;
    negativesBefore = negatives;
  }
  return {
    auc: positives > 0 && negatives > 0 ? area / (positives * negatives) : undefined,
    averagePrecision: positives > 0 ? precisions / positives : undefined,
  };
}

/** AUC with DeLong's contributions of each row, its interval on log-odds (Qin and Hotilovac 2008); undefined for one class only. */
export function aucContributions(isPositive: Uint8Array, scores: Float64Array): Contributions | undefined {
  const result = delong(isPositive, scores);
  if (result === undefined) return undefined;
  const {auc, ofPositives, ofNegatives} = result;
  const contributions = new Float64Array(scores.length);
  const scaleOf = (count: number): number => 1 / Math.sqrt(count * (count - 1));
  const [ofPositive, ofNegative] = [scaleOf(ofPositives.length), scaleOf(ofNegatives.length)];
  let [positive, negative] = [0, 0];
  for (let row = 0; row < contributions.length; row += 1) {
    const isOne = isPositive[row] === 1;
    const scale = isOne ? ofPositive : ofNegative;
    const placement = isOne ? (ofPositives[positive++] ?? 0) : (ofNegatives[negative++] ?? 0);
    // A class of one row has no spread to judge by.
    contributions[row] = scale === Infinity ? Infinity : (placement - auc) * scale;
  }
  return {value: auc, contributions, fewest: Math.min(ofPositives.length, ofNegatives.length), scale: 'log-odds'};
}

/**
 * Average precision with each row's contribution by its influence function. With p(s) the precision and R(s) the share of rows at or
 * above a score, π the share of positives, of a row (y, s): y·(p(s) - AP)/π + E₊[(y - p(t))/R(t); t <= s]. Better covered than the
 * bootstrap of rows (500 rows: .95 to .94; see bench) and a thousand times faster. Undefined without positives.
 */
export function precisionContributions({rows, isPositive, isLast}: RankedRows): Contributions | undefined {
  const count = rows.length;
  let positives = 0;
  for (const flag of isPositive) positives += flag;
  if (positives === 0) return undefined;
  const precisions = new Float64Array(count);
  let [right, value, start] = [0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    right += isPositive[at] ?? 0;
    if (isLast[at] === 0) continue;
    precisions.fill(right / (at + 1), start, at + 1);
    start = at + 1;
  }
  for (let at = 0; at < count; at += 1) value += ((isPositive[at] ?? 0) * (precisions[at] ?? 0)) / positives;
  const contributions = new Float64Array(count);
  // From the lowest score upwards, ties together: sums over the positives at or below it of 1/R and p/R.
  let [inverse, ratio, end] = [0, 0, count - 1];
  while (end >= 0) {
    let first = end;
    while (first > 0 && isLast[first - 1] === 0) first -= 1;
    const share = (end + 1) / count;
    const precision = precisions[end] ?? 0;
    let tied = 0;
    for (let at = first; at <= end; at += 1) tied += isPositive[at] ?? 0;
    inverse += tied / share / positives;
    ratio += (tied * precision) / share / positives;
    for (let at = first; at <= end; at += 1) {
      const own = isPositive[at] === 1 ? ((precision - value) * count) / positives + inverse : 0;
      contributions[rows[at] ?? 0] = (own - ratio) / count;
    }
    end = first - 1;
  }
  return {value, contributions, fewest: Math.min(positives, count - positives) || count, scale: 'log-odds'};
}
