import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {bootstrapCells, bootstrapUnits} from '../../src/stats/bootstrap.ts';
import {Moments, mean} from '../../src/stats/describe.ts';
import {medianInterval, normalInterval, percentileInterval, wilson} from '../../src/stats/intervals.ts';
import type {Interval} from '../../src/stats/intervals.ts';
import {mcnemar, pairedShareDifference} from '../../src/stats/paired.ts';
import {Random} from '../../src/stats/random.ts';
import {expectClose, golden} from './golden.ts';

const holds = (interval: Interval | undefined, value: number): boolean =>
  interval !== undefined && interval.lo <= value && value <= interval.hi;

it('Wilson and McNemar are scipy’s', () => {
  for (const [k, n, , , lo, hi] of golden.wilson95) {
    expectClose(wilson(k, n)?.lo, lo, `${k}/${n}`);
    expectClose(wilson(k, n)?.hi, hi, `${k}/${n}`);
  }
  for (const [first, second, exact] of golden.mcnemar) expectClose(mcnemar({first, second}), exact, 'McNemar');
});

it('Wilson holds the share, narrows with trials, widens with the level', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({min: 1, max: 50}), (hits, trials) => {
      const k = Math.min(hits, trials);
      const [small, large, sure] = [wilson(k, trials), wilson(k * 9, trials * 9), wilson(k, trials, 0.99)];
      if (!small || !large || !sure) throw new Error('no interval');
      expect(holds(small, k / trials)).toBe(true);
      expect(large.hi - large.lo).toBeLessThan(small.hi - small.lo);
      expect(sure.hi - sure.lo).toBeGreaterThan(small.hi - small.lo);
      expect(small.lo).toBeGreaterThanOrEqual(0);
      expect(small.hi).toBeLessThanOrEqual(1);
    }),
    {numRuns: 100, seed: 1},
  );
  expect(wilson(0, 0)).toBeUndefined();
});

/** Share of samples whose interval holds the truth. */
function coverage(trials: number, interval: (random: Random) => Interval | undefined, truth: number): number {
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) held += Number(holds(interval(new Random(trial)), truth));
  return held / trials;
}

describe('95 % of the intervals hold the truth', () => {
  it('Wilson', () => {
    const share = coverage(
      1500,
      (random) => {
        let hits = 0;
        for (let row = 0; row < 100; row += 1) hits += Number(random.uniform() < 0.9);
        return wilson(hits, 100);
      },
      0.9,
    );
    expect(Math.abs(share - 0.945)).toBeLessThan(0.025);
  });
  it('median of a skewed sample', () => {
    const sample = (random: Random): Float64Array =>
      Float64Array.from({length: 40}, () => -Math.log(1 - random.uniform()));
    expect(coverage(800, (random) => medianInterval(sample(random).sort()), Math.log(2))).toBeGreaterThan(0.935);
  });
  it('bootstrap of a mean', () => {
    const share = coverage(
      150,
      (random) => {
        const values = Float64Array.from({length: 60}, () => random.normal());
        const means = new Float64Array(300);
        bootstrapUnits(
          60,
          random.fork('bootstrap'),
          (times, replicate) => {
            let [sum, weight] = [0, 0];
            for (let row = 0; row < 60; row += 1) {
              sum += (values[row] ?? 0) * (times[row] ?? 0);
              weight += times[row] ?? 0;
            }
            means[replicate] = sum / weight;
          },
          300,
        );
        return percentileInterval(means);
      },
      0,
    );
    expect(share).toBeGreaterThan(0.87);
  });
});

it('cells of a bootstrap are Poisson, each with its own mean', () => {
  const seen = [new Moments(), new Moments(), new Moments()];
  bootstrapCells([0, 4, 2500], new Random(1), (cells) => cells.forEach((count, cell) => seen[cell]?.add(count)), 2000);
  expect(seen.map((moments) => moments.count)).toEqual([2000, 2000, 2000]);
  expect(seen[0]?.max).toBe(0);
  expect(Math.abs((seen[1]?.mean ?? 0) - 4)).toBeLessThan(0.25);
  expect(Math.abs((seen[2]?.deviation() ?? 0) - 50)).toBeLessThan(4);
});

it('few values', () => {
  expect(medianInterval(new Float64Array())).toBeUndefined();
  expect(medianInterval(Float64Array.of(7))).toEqual({lo: 7, hi: 7});
  expect(medianInterval(Float64Array.of(1, 2, 3))).toEqual({lo: 1, hi: 3});
  // Ten values: ranks 2 and 9 hold the median with 97.9 %, 3 and 8 with 89 %.
  expect(medianInterval(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toEqual({lo: 2, hi: 9});
  expect(percentileInterval(Float64Array.of(Number.NaN))).toBeUndefined();
  expect(normalInterval(0.99, 0.1, {min: 0, max: 1}).hi).toBe(1);
  expect(mean([])).toBeNaN();
});

it('a paired difference has the error of its rows', () => {
  const {difference, standardError} = pairedShareDifference({first: 10, second: 20}, 100);
  expectClose(difference, 0.1, 'difference');
  const rows = [
    ...Array.from({length: 10}, () => -1),
    ...Array.from({length: 20}, () => 1),
    ...Array.from({length: 70}, () => 0),
  ];
  expectClose(standardError, Moments.of(rows).deviation('sample') / 10, 'error');
});
