import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  chiSquareTest,
  cramersV,
  hellinger,
  jensenShannonBits,
  maxDifference,
  psi,
  psiNoiseLimit,
  psiPValue,
  totalVariation,
} from '../../src/stats/counts.ts';
import {benjaminiHochberg} from '../../src/stats/multiple-testing.ts';
import {Random} from '../../src/stats/random.ts';
import {expectClose, golden} from './golden.ts';

it('the golden tables', () => {
  for (const {table, ...expected} of golden.tables) {
    const [c, d] = table;
    const test = chiSquareTest(c, d);
    expectClose(test.statistic, expected.chi2, 'χ²');
    expectClose(test.pValue, expected.p, 'p');
    expect(test.degrees).toBe(expected.dof);
    expectClose(cramersV(c, d), expected.cramers_v, 'V');
    expectClose(maxDifference(c, d), expected.linf, 'L∞');
    expectClose(totalVariation(c, d), expected.tvd, 'TVD');
    expectClose(jensenShannonBits(c, d), expected.jsd_bits, 'JSD');
    expectClose(psi(c, d), expected.psi_add_half, 'PSI');
    // The root of what is left of 1 loses half the digits where it is near nothing.
    expect(Math.abs(hellinger(c, d) - expected.hellinger)).toBeLessThan(3e-8);
  }
  for (const {p, adj} of golden.bh) {
    benjaminiHochberg(p).forEach((value, index) => expectClose(value, adj[index] ?? 0, 'BH'));
  }
});

const histogram = fc.array(fc.nat(40), {minLength: 5, maxLength: 5});
const distances = {psi, jensenShannonBits, totalVariation, maxDifference, hellinger, cramersV};

describe.each(Object.entries(distances))('%s', (name, distance) => {
  it('is symmetric, 0 for equal shares, the same in any order of bins, and within its bounds', () => {
    fc.assert(
      fc.property(histogram, histogram, fc.nat(), (c, d, seed) => {
        const value = distance(c, d);
        if (c.every((count) => count === 0) || d.every((count) => count === 0)) {
          expect(value).toBeNaN();
          return;
        }
        expectClose(distance(d, c), value, 'symmetry', 1e-9);
        expect(distance(c, c)).toBeLessThan(1e-7);
        expect(value).toBeGreaterThanOrEqual(0);
        if (name !== 'psi') expect(value).toBeLessThanOrEqual(1 + 1e-12);
        const order = new Random(seed).shuffle([0, 1, 2, 3, 4]);
        const moved = (counts: readonly number[]): number[] => order.map((bin) => counts[bin] ?? 0);
        expect(Math.abs(distance(moved(c), moved(d)) - value)).toBeLessThan(1e-7);
      }),
      {numRuns: 100, seed: 1},
    );
  });
});

describe('the noise of PSI', () => {
  it('has the limits of its table', () => {
    const limit = (current: number): number => psiNoiseLimit({reference: 10_000, current}, 10);
    expect([100, 217, 500, 1000].map((rows) => limit(rows).toFixed(3))).toEqual(['0.219', '0.102', '0.045', '0.024']);
    expectClose(psiPValue(limit(300), {reference: 10_000, current: 300}, 10), 0.01, 'p at the limit');
    expect(psiPValue(0, {reference: 10, current: 10}, 1)).toBe(1);
    expect(psiNoiseLimit({reference: 10, current: 10}, 1)).toBe(0);
  });
  it('no change is rarely beyond it', () => {
    const random = new Random('no change');
    const sample = (rows: number): Float64Array => {
      const counts = new Float64Array(10);
      for (let row = 0; row < rows; row += 1) {
        const bin = random.below(10);
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      return counts;
    };
    let alarms = 0;
    for (let trial = 0; trial < 1000; trial += 1) {
      if (psiPValue(psi(sample(1000), sample(500)), {reference: 1000, current: 500}, 10) < 0.05) alarms += 1;
    }
    expect(alarms).toBeGreaterThan(25);
    expect(alarms).toBeLessThan(75);
  });
});

describe('χ²', () => {
  it('bins that are empty on both sides change nothing', () => {
    expect(chiSquareTest([5, 0, 9], [7, 0, 2])).toMatchObject({degrees: 1});
    expectClose(chiSquareTest([5, 0, 9], [7, 0, 2]).pValue, chiSquareTest([5, 9], [7, 2]).pValue, 'p');
  });
  it('one bin cannot differ; nothing cannot be compared', () => {
    expect(chiSquareTest([5], [9])).toMatchObject({pValue: 1, degrees: 0});
    expect(chiSquareTest([0, 0], [1, 2]).pValue).toBeNaN();
  });
  it('says how much of it rests on small counts', () => {
    expect(chiSquareTest([100, 1], [100, 1]).smallExpected).toBe(0.5);
  });
});

describe('Benjamini and Hochberg', () => {
  it('never below the original, in the same order, and at most 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 20}), (p) => {
        const adjusted = benjaminiHochberg(p);
        expect(adjusted).toHaveLength(p.length);
        p.forEach((value, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(value);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          p.forEach((other, at) => {
            if (value <= other) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[at] ?? 0);
          });
        });
      }),
      {numRuns: 100, seed: 1},
    );
  });
});
