import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Moments} from '../../src/stats/describe.ts';
import {Random} from '../../src/stats/random.ts';

const draw = (count: number, next: () => number): Float64Array => Float64Array.from({length: count}, next);

describe('seeds', () => {
  it('equal seeds give equal numbers, on every machine', () => {
    const random = new Random(1);
    expect([random.bits(), random.bits(), random.bits()]).toMatchInlineSnapshot(`
      [
        1132199941,
        340524030,
        2860111516,
      ]
    `);
    expect(new Random('7').uniform()).toBe(new Random(7).uniform());
    expect(new Random(7).uniform()).not.toBe(new Random(8).uniform());
  });
  it('a fork depends on its label, not on what was drawn before', () => {
    const random = new Random(3);
    const first = random.fork('a').bits();
    random.normal();
    expect(random.fork('a').bits()).toBe(first);
    expect(random.fork('b').bits()).not.toBe(first);
    expect(random.fork('a').fork('b').bits()).not.toBe(random.fork('b').fork('a').bits());
  });
  it('neighbouring seeds are not correlated', () => {
    const values = draw(
      20_000,
      (() => {
        let seed = 0;
        return () => new Random((seed += 1)).uniform();
      })(),
    );
    const {mean, variance} = {mean: Moments.of(values).mean, variance: Moments.of(values).variance()};
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003);
  });
});

describe('distributions', () => {
  it('uniform: each of 64 bins equally often', () => {
    const random = new Random('bins');
    const bins = new Float64Array(64);
    for (let index = 0; index < 64_000; index += 1) {
      const at = random.below(64);
      bins[at] = (bins[at] ?? 0) + 1;
    }
    // χ² with 63 degrees of freedom: 99.99 % below 113.
    expect(bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(113);
  });
  it('normal: its first four moments', () => {
    const random = new Random('normal');
    const moments = Moments.of(draw(100_000, () => random.normal()));
    expect(Math.abs(moments.mean)).toBeLessThan(0.015);
    expect(Math.abs(moments.variance() - 1)).toBeLessThan(0.02);
    expect(Math.abs(moments.skewness)).toBeLessThan(0.04);
    expect(Math.abs(moments.kurtosis)).toBeLessThan(0.08);
  });
  it.each([0.2, 1, 3, 9.9, 10, 30, 1000, 50_000])('poisson of mean %d: mean and variance', (mean) => {
    const random = new Random(`poisson ${mean}`);
    const moments = Moments.of(draw(40_000, () => random.poisson(mean)));
    expect(Math.abs(moments.mean - mean)).toBeLessThan(5 * Math.sqrt(mean / 40_000));
    expect(Math.abs(moments.variance() / mean - 1)).toBeLessThan(0.05);
    expect(moments.min).toBeGreaterThanOrEqual(0);
  });
  it('poisson weights of mean one come as often as they should', () => {
    const times = new Uint8Array(200_000);
    new Random(5).fillPoissonOne(times);
    const counts = [0, 0, 0, 0, 0];
    for (const value of times) if (value < 5) counts[value] = (counts[value] ?? 0) + 1;
    [0.36788, 0.36788, 0.18394, 0.06131, 0.01533].forEach((share, value) => {
      expect(Math.abs((counts[value] ?? 0) / times.length - share)).toBeLessThan(0.005);
    });
  });
  it('poisson of nothing is nothing', () => {
    const random = new Random(1);
    expect([0, -1, Number.NaN].map((mean) => random.poisson(mean))).toEqual([0, 0, 0]);
  });
});

describe('order', () => {
  it('shuffles keep what they shuffle, and every order is as likely', () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed += 1) {
      const text = new Random(seed).shuffle(['a', 'b', 'c']).join('');
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
  it('samples are rising, distinct and of the size asked', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(), (total, count, seed) => {
        const sample = [...new Random(seed).sample(total, count)];
        expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
        expect(sample).toHaveLength(Math.min(total, count));
        expect(sample.every((row) => row < total)).toBe(true);
      }),
      {numRuns: 100, seed: 1},
    );
  });
});
