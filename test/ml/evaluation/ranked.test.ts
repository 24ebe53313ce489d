/** Rankings against scikit-learn, and what must hold of them. */
import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {areas, aucContributions, precisionContributions, rankRows} from '../../../src/ml/evaluation/ranked.ts';
import {thresholdTable} from '../../../src/ml/evaluation/thresholds.ts';
import {Random} from '../../../src/stats/random.ts';
import {expectClose, golden} from '../../stats/golden.ts';

const areasOf = (flags: ArrayLike<number>, scores: ArrayLike<number>, weights?: Float64Array) =>
  areas(rankRows(Uint8Array.from(flags), Float64Array.from(scores)), weights);

it('AUC, average precision and the curves are scikit-learn’s', () => {
  for (const {y, score, roc, pr, auc, average_precision: precision} of golden.scores) {
    expectClose(areasOf(y, score).auc, auc, 'AUC');
    expectClose(areasOf(y, score).averagePrecision, precision, 'AP');
    const [flags, scores] = [Uint8Array.from(y), Float64Array.from(score)];
    const ranked = rankRows(flags, scores);
    expectClose(aucContributions(flags, scores)?.value, auc, 'AUC of contributions');
    expectClose(precisionContributions(ranked)?.value, precision, 'AP of contributions');
    const points = thresholdTable(ranked, scores)?.points ?? [];
    expect(points.length).toBeGreaterThan(2);
    if (roc === null) continue;
    for (const point of points) {
      const at = roc.thresholds.indexOf(point.threshold);
      expectClose(point.recall, roc.tpr[at] ?? Number.NaN, 'TPR');
      expectClose(point.fpr, roc.fpr[at] ?? Number.NaN, 'FPR');
      const place = pr?.thresholds.indexOf(point.threshold) ?? -1;
      // scikit-learn leaves out thresholds below the one that finds all.
      if (place >= 0) expectClose(point.precision, pr?.precision[place] ?? Number.NaN, 'precision');
    }
  }
});

it('calling nothing positive may be the cheapest', () => {
  const [flags, scores] = [Uint8Array.from([1, 0, 1, 0]), Float64Array.from([0.9, 0.8, 0.7, 0.1])];
  const cheapest = (falsePositive: number, falseNegative: number) =>
    thresholdTable(rankRows(flags, scores), scores, {costs: {falsePositive, falseNegative}})?.operating.at(-1);
  expect(cheapest(1, 0.1)).toMatchObject({name: 'lowest cost', recall: 0.5, fpr: 0, cost: 0.025});
  const [backwards, costs] = [Uint8Array.from([0, 0, 1, 1]), {falsePositive: 1, falseNegative: 0.1}];
  const nothing = thresholdTable(rankRows(backwards, scores), scores, {costs})?.operating.at(-1);
  expect(nothing).toMatchObject({name: 'lowest cost', recall: 0, fpr: 0, precision: 0, f1: 0, cost: 0.05});
  expect(nothing?.threshold).toBeGreaterThan(0.9);
  expect(nothing?.threshold).toBeCloseTo(0.9, 12);
});

const rows = fc.array(fc.tuple(fc.nat(1), fc.integer({min: 0, max: 6})), {minLength: 2, maxLength: 40});
type Rows = readonly (readonly [flag: number, score: number])[];
const of = (list: Rows) => [list.map(([flag]) => flag), list.map(([, score]) => score)] as const;

it('AUC is the share of pairs in the right order, whatever the order of rows and the scale of scores', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (pairs, seed) => {
      const [flags, scores] = of(new Random(seed).shuffle([...pairs]));
      const [positives, others] = [pairs.filter(([flag]) => flag === 1), pairs.filter(([flag]) => flag === 0)];
      const {auc} = areasOf(flags, scores);
      if (positives.length === 0 || others.length === 0) {
        expect(auc).toBeUndefined();
        return;
      }
      let right = 0;
      for (const [, a] of positives) for (const [, b] of others) right += a > b ? 1 : a === b ? 0.5 : 0;
      const share = right / (positives.length * others.length);
      expectClose(auc, share, 'pairs');
      expectClose(areasOf(flags, scores.map(Math.exp)).auc, share, 'scale');
      expectClose(
        areasOf(
          flags,
          scores.map((score) => -score),
        ).auc,
        1 - share,
        'reversed',
      );
      expectClose(aucContributions(Uint8Array.from(flags), Float64Array.from(scores))?.value, share, 'DeLong');
    }),
    {numRuns: 100, seed: 1},
  );
});

it('a weight of two is the row twice', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const twice = pairs.flatMap((pair, row) => (row % 3 === 0 ? [pair, pair] : [pair]));
      const weights = Float64Array.from(pairs, (_, row) => (row % 3 === 0 ? 2 : 1));
      expect(areasOf(...of(pairs), weights)).toEqual(areasOf(...of(twice)));
    }),
    {numRuns: 50, seed: 1},
  );
});

describe('the contributions of rows', () => {
  it('sum to nothing', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [flags, scores] = [Uint8Array.from(of(pairs)[0]), Float64Array.from(of(pairs)[1])];
        if (flags.reduce((sum, flag) => sum + flag, 0) < 2) return;
        const precision = precisionContributions(rankRows(flags, scores));
        expect(Math.abs(precision?.contributions.reduce((sum, one) => sum + one, 0) ?? 1)).toBeLessThan(1e-9);
      }),
      {numRuns: 50, seed: 1},
    );
  });
});

it('all tied, and one class', () => {
  const tied = new Float64Array(5);
  expect(areasOf([0, 0, 1, 1, 1], tied).auc).toBe(0.5);
  expectClose(areasOf([0, 0, 0, 1, 1], tied).averagePrecision, 0.4, 'prevalence');
  expect(areasOf([0, 0, 0, 0, 0], tied)).toEqual({auc: undefined, averagePrecision: undefined});
  expectClose(areasOf([0, 0, 1, 1, 1], [0.1, 0.4, 0.4, 0.4, 0.8]).auc, 5 / 6, 'mid-ranks');
});
