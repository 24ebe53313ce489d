import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Moments, quantile, sortedCopy} from '../../src/stats/describe.ts';
import {kolmogorovSf} from '../../src/stats/distributions.ts';
import {midRanks, pearson, risingOrder} from '../../src/stats/order.ts';
import {Random} from '../../src/stats/random.ts';
import {kolmogorovSmirnov, mannWhitney, wasserstein} from '../../src/stats/two-sample.ts';
import {expectClose, golden} from './golden.ts';

const few = fc.array(fc.integer({min: -5, max: 5}), {minLength: 1, maxLength: 20});

describe.each(golden.two_sample.map((sample) => [sample.name, sample] as const))('scipy on %s', (name, sample) => {
  const {a, b} = sample;
  it('tests of two samples', () => {
    const ks = kolmogorovSmirnov(a, b);
    expect(ks.method).toBe('exact');
    expectClose(ks.statistic, sample.ks_D, 'D');
    expectClose(ks.pValue, sample.ks_p_exact, 'p');
    const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
    expectClose(kolmogorovSf(root * ks.statistic), sample.ks_p_kolmogorov_limit, 'limit');
    expectClose(wasserstein(a, b), sample.wasserstein, 'W');
    if (sample.mw_U_p_asymp === null) return;
    const {u, pValue} = mannWhitney(a, b);
    expectClose(u, sample.mw_U_p_asymp[0], 'U');
    expectClose(pValue, sample.mw_U_p_asymp[1], 'p of U');
  });
  it('moments and quantiles', () => {
    const moments = Moments.of(a);
    expectClose(moments.deviation('sample'), sample.std0_a, name);
    expectClose(moments.deviation(), sample.std1_a, name);
    const sorted = sortedCopy(a);
    [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].forEach((p, index) => {
      expectClose(quantile(sorted, p), sample.q_type7_a[index] ?? 0, `quantile ${p}`);
    });
    if (sample.skew_a === null || sample.kurt_a === null) {
      expect([moments.skewness, moments.kurtosis]).toEqual([Number.NaN, Number.NaN]);
      return;
    }
    expectClose(moments.skewness, sample.skew_a, 'skewness');
    expectClose(moments.kurtosis, sample.kurt_a, 'kurtosis');
  });
});

describe('two samples', () => {
  it('are as different one way as the other, in any order of rows', () => {
    fc.assert(
      fc.property(few, few, fc.nat(), (a, b, seed) => {
        const shuffled = new Random(seed).shuffle([...a]);
        const [forth, back] = [kolmogorovSmirnov(a, b), kolmogorovSmirnov(b, shuffled)];
        expect(forth.statistic).toBe(back.statistic);
        expectClose(forth.pValue, back.pValue, 'p');
        expect(forth.pValue).toBeGreaterThan(0);
        expect(forth.pValue).toBeLessThanOrEqual(1 + 1e-12);
        expectClose(wasserstein(a, b), wasserstein(b, shuffled), 'W');
        const [u, v] = [mannWhitney(a, b), mannWhitney(b, shuffled)];
        expect(u.u + v.u).toBe(a.length * b.length);
        expectClose(u.pValue, v.pValue, 'p of U');
      }),
      {numRuns: 100, seed: 1},
    );
  });
  it('a shift moves the Wasserstein distance by just that', () => {
    fc.assert(
      fc.property(few, fc.integer({min: 0, max: 9}), (a, shift) => {
        expect(
          Math.abs(
            wasserstein(
              a,
              a.map((value) => value + shift),
            ) - shift,
          ),
        ).toBeLessThan(1e-12);
      }),
      {numRuns: 50, seed: 1},
    );
  });
  it('the exact p-value is the share of all splits that are as far apart', () => {
    // Six values fall into 3 and 3 in twenty ways.
    const values = [1, 2, 3, 4, 5, 6];
    const splits: number[] = [];
    for (let mask = 0; mask < 64; mask += 1) {
      const a = values.filter((_, index) => (mask >> index) % 2 === 1);
      if (a.length === 3)
        splits.push(
          kolmogorovSmirnov(
            a,
            values.filter((value) => !a.includes(value)),
          ).statistic,
        );
    }
    expect(splits).toHaveLength(20);
    for (const [a, b] of [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [1, 2, 4],
        [3, 5, 6],
      ],
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ] as const) {
      const {statistic, pValue} = kolmogorovSmirnov(a, b);
      expectClose(pValue, splits.filter((other) => other >= statistic - 1e-12).length / 20, a.join());
    }
  });
  it('large samples take the limit, which is close to the exact value', () => {
    const random = new Random(1);
    const sample = (count: number, shift: number): Float64Array =>
      Float64Array.from({length: count}, () => random.normal() + shift);
    const [a, b] = [sample(3100, 0), sample(3200, 0.03)];
    const exact = kolmogorovSmirnov(a, b);
    const limit = kolmogorovSmirnov(sample(4000, 0), sample(3000, 0));
    expect([exact.method, limit.method]).toEqual(['exact', 'asymptotic']);
    const root = Math.sqrt((3100 * 3200) / 6300);
    expect(Math.abs(kolmogorovSf((root + 0.12 + 0.11 / root) * exact.statistic) - exact.pValue)).toBeLessThan(0.005);
  });
  it('an empty one gives NaN', () => {
    expect(kolmogorovSmirnov([], [1])).toMatchObject({statistic: Number.NaN, pValue: Number.NaN});
    expect(wasserstein([1], [])).toBeNaN();
    expect(mannWhitney([], []).pValue).toBeNaN();
    expect(mannWhitney([1, 1], [1]).pValue).toBe(1);
  });
});

describe('moments', () => {
  it('merged batches are the whole', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        const [merged, whole] = [Moments.of(a), Moments.of([...a, ...b])];
        merged.merge(Moments.of(b));
        merged.merge(new Moments());
        for (const of of ['count', 'mean', 'min', 'max', 'skewness', 'kurtosis'] as const) {
          if (Number.isNaN(whole[of])) expect(merged[of]).toBeNaN();
          else expect(Math.abs(merged[of] - whole[of])).toBeLessThan(1e-9);
        }
        const empty = new Moments();
        empty.merge(whole);
        expect([empty.mean, empty.variance('sample')]).toEqual([whole.mean, whole.variance('sample')]);
      }),
      {numRuns: 100, seed: 1},
    );
  });
  it('a large mean does not eat the variance', () => {
    expectClose(Moments.of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance(), 30, 'variance');
  });
  it('few values', () => {
    expect(new Moments()).toMatchObject({count: 0, mean: Number.NaN});
    expect(Moments.of([3]).variance()).toBeNaN();
    expect(Moments.of([3]).variance('sample')).toBe(0);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([4], 0.9)).toBe(4);
    expect(quantile([-Infinity, -Infinity, 1], 0.25)).toBe(-Infinity);
    expect(quantile([1, Infinity], 0)).toBe(1);
    expect(quantile([1, Infinity], 0.5)).toBe(Infinity);
    expect(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5)).toBe(0);
  });
});

describe('order', () => {
  it('is that of a comparing sort, for few and for many, with NaN last', () => {
    const random = new Random('order');
    for (const count of [0, 1, 50, 5000]) {
      const values = Float64Array.from({length: count}, (_, row) =>
        row % 97 === 0
          ? Number.NaN
          : row % 89 === 0
            ? -Infinity
            : row % 83 === 0
              ? -0
              : Math.round(random.normal() * 50),
      );
      const expected = [...values.keys()].sort(
        (a, b) =>
          Number(Number.isNaN(values[a])) - Number(Number.isNaN(values[b])) ||
          ((values[a] ?? 0) < (values[b] ?? 0) ? -1 : (values[a] ?? 0) > (values[b] ?? 0) ? 1 : 0) ||
          a - b,
      );
      expect([...risingOrder(values)]).toEqual(expected);
    }
  });
  it('tiny, huge and negative numbers', () => {
    const values = Float64Array.from({length: 3000}, (_, row) => (row % 2 === 0 ? 1 : -1) * 10 ** ((row % 600) - 300));
    const order = risingOrder(values);
    for (let at = 1; at < order.length; at += 1) {
      expect((values[order[at] ?? 0] ?? 0) >= (values[order[at - 1] ?? 0] ?? 0)).toBe(true);
    }
  });
  it('mid-ranks', () => {
    expect(midRanks(Float64Array.of(3, 1, 3, 2, 3))).toEqual({ranks: Float64Array.of(4, 1, 4, 2, 4), tieSum: 24});
  });
  it('correlations are scipy’s', () => {
    const [y, p] = [Float64Array.from(golden.regression.y), Float64Array.from(golden.regression.pred)];
    expectClose(pearson(y, p), golden.regression.pearson, 'pearson');
    const ofRanks = (a: Float64Array, b: Float64Array) => pearson(midRanks(a).ranks, midRanks(b).ranks);
    expectClose(ofRanks(y, p), golden.regression.spearman, 'spearman');
    const constant = y.map(() => 1);
    expect(ofRanks(y, constant)).toBeNaN();
  });
});
