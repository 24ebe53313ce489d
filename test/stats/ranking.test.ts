import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Random} from '../../src/stats/random.ts';
import {
  auc,
  aucOfCounts,
  averagePrecision,
  averagePrecisionOfCounts,
  delong,
  delongError,
  delongInterval,
  pairedDelong,
  thresholdCounts,
} from '../../src/stats/ranking.ts';
import {expectClose, golden} from './golden.ts';

it('AUC, average precision and the curves are scikit-learn’s', () => {
  for (const {y, score, roc, pr, ...expected} of golden.scores) {
    const [flags, scores] = [Uint8Array.from(y), Float64Array.from(score)];
    expectClose(auc(flags, scores), expected.auc, 'AUC');
    expectClose(averagePrecision(flags, scores), expected.average_precision, 'AP');
    const counts = thresholdCounts(flags, scores);
    expectClose(aucOfCounts(counts), expected.auc, 'AUC of counts');
    const positives = y.filter((value) => value === 1).length;
    const negatives = y.length - positives;
    roc?.thresholds.slice(1).forEach((threshold, point) => {
      expect(counts.thresholds[point]).toBe(threshold);
      expectClose((counts.truePositives[point] ?? 0) / positives, roc.tpr[point + 1] ?? 0, 'TPR');
      expectClose((counts.falsePositives[point] ?? 0) / negatives, roc.fpr[point + 1] ?? 0, 'FPR');
    });
    // scikit-learn gives precision and recall with the lowest threshold first.
    [...(pr?.thresholds ?? [])].reverse().forEach((threshold, point) => {
      expect(counts.thresholds[point]).toBe(threshold);
      const [right, wrong] = [counts.truePositives[point] ?? 0, counts.falsePositives[point] ?? 0];
      const at = (pr?.thresholds.length ?? 0) - 1 - point;
      expectClose(right / (right + wrong), pr?.precision[at] ?? 0, 'precision');
      expectClose(right / positives, pr?.recall[at] ?? 0, 'recall');
    });
  }
});

const rows = fc.array(fc.tuple(fc.nat(1), fc.integer({min: 0, max: 6})), {minLength: 2, maxLength: 40});

it('AUC is the share of pairs in the right order, whatever the order of rows and the scale of scores', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (pairs, seed) => {
      const shuffled = new Random(seed).shuffle([...pairs]);
      const flags = Uint8Array.from(shuffled, ([flag]) => flag);
      const scores = Float64Array.from(shuffled, ([, score]) => score);
      const [positives, others] = [pairs.filter(([flag]) => flag === 1), pairs.filter(([flag]) => flag === 0)];
      const value = auc(flags, scores);
      if (positives.length === 0 || others.length === 0) {
        expect([value, aucOfCounts(thresholdCounts(flags, scores))]).toEqual([undefined, undefined]);
        return;
      }
      let right = 0;
      for (const [, a] of positives) for (const [, b] of others) right += a > b ? 1 : a === b ? 0.5 : 0;
      expectClose(value, right / (positives.length * others.length), 'pairs');
      expectClose(
        auc(
          flags,
          scores.map((score) => Math.exp(score)),
        ),
        value ?? 0,
        'scale',
      );
      expectClose(
        auc(
          flags,
          scores.map((score) => -score),
        ),
        1 - (value ?? 0),
        'reversed',
      );
      expectClose(aucOfCounts(thresholdCounts(flags, scores)), value ?? 0, 'counts');
    }),
    {numRuns: 100, seed: 1},
  );
});

it('a weight of two is the row twice', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const twice = pairs.flatMap((pair, row) => (row % 3 === 0 ? [pair, pair] : [pair]));
      const weights = Float64Array.from(pairs, (_, row) => (row % 3 === 0 ? 2 : 1));
      const of = (list: typeof pairs) =>
        [Uint8Array.from(list, ([flag]) => flag), Float64Array.from(list, ([, score]) => score)] as const;
      const [weighted, repeated] = [thresholdCounts(...of(pairs), weights), thresholdCounts(...of(twice))];
      expect(aucOfCounts(weighted)).toEqual(aucOfCounts(repeated));
      expect(averagePrecisionOfCounts(weighted)).toEqual(averagePrecisionOfCounts(repeated));
    }),
    {numRuns: 50, seed: 1},
  );
});

describe('DeLong', () => {
  const flags = Uint8Array.from(golden.scores[3]?.y ?? []);
  const scores = Float64Array.from(golden.scores[3]?.score ?? []);

  it('has the error that pairs of pairs give', () => {
    const result = delong(flags, scores);
    if (!result) throw new Error('one class');
    // Sample variances of the placements over the numbers of rows, written out.
    const variance = (values: Float64Array): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length;
    };
    const placements = (from: number, against: number, sign: number): Float64Array => {
      const [own, other] = [from, against].map((flag) => scores.filter((_, row) => flags[row] === flag));
      return (own ?? new Float64Array()).map(
        (a) =>
          (other ?? new Float64Array()).reduce((sum, b) => sum + (a * sign > b * sign ? 1 : a === b ? 0.5 : 0), 0) /
          (other?.length ?? 1),
      );
    };
    const expected = Math.sqrt(variance(placements(1, 0, 1)) + variance(placements(0, 1, -1)));
    expectClose(delongError(result), expected, 'error');
  });
  it('a model does not differ from itself, and a better one does', () => {
    const first = delong(flags, scores);
    const second = delong(
      flags,
      scores.map((score, row) => score + 0.3 * (flags[row] ?? 0)),
    );
    if (!first || !second) throw new Error('one class');
    expect(pairedDelong(first, first)).toEqual({difference: 0, standardError: 0});
    const {difference, standardError} = pairedDelong(first, second);
    expect(difference / standardError).toBeGreaterThan(3);
    expectClose(pairedDelong(second, first).difference, -difference, 'other way');
    // Rows are shared, so the difference is surer than that of two tests.
    expect(standardError).toBeLessThan(Math.hypot(delongError(first), delongError(second)));
  });
  it('perfect scores of few rows are not certain', () => {
    const perfect = delong(Uint8Array.of(0, 0, 1, 1, 1), Float64Array.of(1, 2, 3, 4, 5));
    if (!perfect) throw new Error('one class');
    expect(perfect.auc).toBe(1);
    expect(delongInterval(perfect).lo).toBeLessThan(0.5);
    expect(delongInterval(perfect).hi).toBe(1);
  });
  it('one row of a class says nothing', () => {
    const result = delong(Uint8Array.of(0, 1, 0), Float64Array.of(1, 2, 3));
    if (!result) throw new Error('one class');
    expect(delongInterval(result)).toEqual({lo: 0, hi: 1});
  });
});

it('all tied, and one class', () => {
  const tied = new Float64Array(5);
  expect(auc(Uint8Array.of(0, 0, 1, 1, 1), tied)).toBe(0.5);
  expectClose(averagePrecision(Uint8Array.of(0, 0, 0, 1, 1), tied), 0.4, 'prevalence');
  expect(averagePrecision(new Uint8Array(5), tied)).toBeUndefined();
  expect(auc(new Uint8Array(5), tied)).toBeUndefined();
  expectClose(auc(Uint8Array.of(0, 0, 1, 1, 1), Float64Array.of(0.1, 0.4, 0.4, 0.4, 0.8)), 5 / 6, 'mid-ranks');
});
