/**
 * What each threshold on a score would do: the table behind ROC and precision-recall curves, and the operating points. A row is called
 * positive when its score is at or above the threshold. Thresholds belong to validation rows; on test rows they are reported.
 */
import type {RankedRows} from './ranked.ts';

/** A page shows no more of a curve, however many rows there are. */
const MOST_POINTS = 200;

export interface ThresholdPoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Share of the others that are called positive. */
  readonly fpr: number;
  /** Mean cost of a row, where costs are given. */
  readonly cost?: number;
}

/** What a mistake costs; the right answers cost nothing. */
export interface Costs {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export interface OperatingPoint extends ThresholdPoint {
  /** `max F1`, `recall >= 0.9`, `lowest cost`. */
  readonly name: string;
}

export interface ThresholdTable {
  /** Falling thresholds, thinned to at most 200. */
  readonly points: readonly ThresholdPoint[];
  /** Chosen among all distinct scores. */
  readonly operating: readonly OperatingPoint[];
}

export interface ThresholdOptions {
  readonly weights?: Float64Array | undefined;
  readonly costs?: Costs | undefined;
  /** Each gives the operating point of the highest threshold with at least such a recall. */
  readonly recalls?: readonly number[] | undefined;
}

const justAbove = (score: number): number => score + Math.max(Number.MIN_VALUE, Math.abs(score) * Number.EPSILON);

/** @returns undefined when all rows are of one class */
export function thresholdTable(
  {rows, isPositive, isLast}: RankedRows,
  scores: Float64Array,
  {weights, costs, recalls = []}: ThresholdOptions = {},
): ThresholdTable | undefined {
  const weightAt = (at: number): number => (weights === undefined ? 1 : (weights[rows[at] ?? 0] ?? 0));
  let [positives, negatives] = [0, 0];
  for (let at = 0; at < rows.length; at += 1) {
    if (isPositive[at] === 1) positives += weightAt(at);
    else negatives += weightAt(at);
  }
  if (positives === 0 || negatives === 0) return undefined;

  const pointOf = (threshold: number, right: number, wrong: number): ThresholdPoint => ({
    threshold,
    precision: right + wrong > 0 ? right / (right + wrong) : 0,
    recall: right / positives,
    f1: (2 * right) / (positives + right + wrong),
    fpr: wrong / negatives,
    ...(costs && {
      cost: (costs.falsePositive * wrong + costs.falseNegative * (positives - right)) / (positives + negatives),
    }),
  });
  const points: ThresholdPoint[] = [];
  const wanted = new Map<number, OperatingPoint>();
  let [right, wrong, step] = [0, 0, 0];
  let best: ThresholdPoint | undefined;
  // Above every score nothing is called positive, which may be the cheapest of all.
  const nothing = pointOf(justAbove(scores[rows[0] ?? 0] ?? Number.NaN), 0, 0);
  let cheapest = nothing.cost === undefined ? undefined : nothing;
  for (let at = 0; at < rows.length; at += 1) {
    if (isPositive[at] === 1) right += weightAt(at);
    else wrong += weightAt(at);
    if (isLast[at] === 0) continue;
    const point = pointOf(scores[rows[at] ?? 0] ?? Number.NaN, right, wrong);
    if (best === undefined || point.f1 > best.f1) best = point;
    if (point.cost !== undefined && point.cost < (cheapest?.cost ?? Infinity)) cheapest = point;
    for (const share of recalls) {
      if (point.recall >= share && !wanted.has(share)) wanted.set(share, {...point, name: `recall >= ${share}`});
    }
    // Evenly along both curves; the last one is where everything is called positive.
    const progress = Math.floor(((point.recall + point.fpr) / 2) * (MOST_POINTS - 1));
    if (progress < step && at < rows.length - 1) continue;
    points.push(point);
    step = progress + 1;
  }
  return {
    points,
    operating: [
      ...(best === undefined ? [] : [{...best, name: 'max F1'}]),
      ...recalls.flatMap((share) => wanted.get(share) ?? []),
      ...(cheapest === undefined ? [] : [{...cheapest, name: 'lowest cost'}]),
    ],
  };
}
