import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialTwoSided,
  chiSquareQuantile,
  chiSquareSf,
  kolmogorovSf,
  normalCdf,
  normalQuantile,
  normalSf,
  studentQuantile,
  studentTwoSided,
} from '../../src/stats/distributions.ts';
import {logGamma} from '../../src/stats/special.ts';
import {expectClose, golden} from './golden.ts';

describe('against scipy', () => {
  it('χ²', () => {
    for (const [x, degrees, p] of golden.chi2_sf) expectClose(chiSquareSf(x, degrees), p, `sf(${x}, ${degrees})`);
    for (const [p, degrees, x] of golden.chi2_ppf) {
      expectClose(chiSquareQuantile(p, degrees), x, `quantile(${p}, ${degrees})`);
    }
  });
  it('normal, both tails', () => {
    for (const [x, cdf, sf] of golden.norm_cdf) {
      expectClose(normalCdf(x), cdf, `cdf(${x})`);
      expectClose(normalSf(x), sf, `sf(${x})`);
    }
    for (const [p, x] of golden.norm_ppf) expectClose(normalQuantile(p), x, `quantile(${p})`);
  });
  it('Student, Kolmogorov, binomial and beta', () => {
    for (const [t, degrees, p] of golden.t_sf2) expectClose(studentTwoSided(t, degrees), p, `t ${t}, ${degrees}`);
    for (const [x, p] of golden.kolmogorov_sf) expectClose(kolmogorovSf(x), p, `kolmogorov ${x}`);
    for (const [k, n, p] of golden.binomtest_two_sided) expectClose(binomialTwoSided(k, n), p, `binomial ${k}/${n}`);
    for (const [p, a, b, x] of golden.beta_ppf) expectClose(betaQuantile(p, a, b), x, `beta ${p} ${a} ${b}`);
  });
  it('McNemar without correction is a χ² with one degree of freedom', () => {
    for (const [b, c, , corrected, plain] of golden.mcnemar) {
      expectClose(chiSquareSf((b - c) ** 2 / (b + c), 1), plain, `${b}, ${c}`);
      expectClose(chiSquareSf((Math.abs(b - c) - 1) ** 2 / (b + c), 1), corrected, `${b}, ${c}`);
    }
  });
});

describe('what must hold everywhere', () => {
  it('a quantile is the inverse of its cdf', () => {
    const p = fc.double({min: 1e-6, max: 1 - 1e-6, noNaN: true});
    const degrees = fc.integer({min: 1, max: 400});
    fc.assert(
      fc.property(p, degrees, (share, d) => {
        expectClose(normalCdf(normalQuantile(share)), share, 'normal');
        expectClose(1 - chiSquareSf(chiSquareQuantile(share, d), d), share, 'χ²', 1e-9);
        expectClose(betaCdf(betaQuantile(share, d, 7), d, 7), share, 'beta', 1e-9);
        expectClose(studentTwoSided(studentQuantile(share, d), d), 2 * Math.min(share, 1 - share), 'student', 1e-8);
      }),
      {numRuns: 60, seed: 1},
    );
  });
  it('a cdf rises, within 0 and 1', () => {
    fc.assert(
      fc.property(fc.double({min: -40, max: 40, noNaN: true}), fc.double({min: 0, max: 5, noNaN: true}), (x, step) => {
        expect(normalCdf(x + step)).toBeGreaterThanOrEqual(normalCdf(x));
        expect(kolmogorovSf(Math.abs(x) + step)).toBeLessThanOrEqual(kolmogorovSf(Math.abs(x)) + 1e-15);
        expect(normalSf(x)).toBeGreaterThanOrEqual(0);
        expect(chiSquareSf(Math.abs(x) + step, 4)).toBeLessThanOrEqual(chiSquareSf(Math.abs(x), 4));
      }),
      {numRuns: 200, seed: 2},
    );
  });
  it('the binomial adds up', () => {
    let sum = 0;
    let coefficient = 1;
    for (let k = 0; k <= 20; k += 1) {
      sum += coefficient * 0.3 ** k * 0.7 ** (20 - k);
      coefficient = (coefficient * (20 - k)) / (k + 1);
      expectClose(binomialCdf(k, 20, 0.3), Math.min(1, sum), `k = ${k}`);
    }
  });
  it('logGamma is the factorial', () => {
    let sum = 0;
    for (let n = 1; n < 170; n += 1) {
      expect(Math.abs(logGamma(n) - sum)).toBeLessThan(1e-13 * Math.max(1, sum));
      sum += Math.log(n);
    }
    expectClose(logGamma(0.5), Math.log(Math.PI) / 2, 'Γ(1/2) = √π');
    expectClose(logGamma(0.1), 2.252712651734206, 'Γ(0.1)');
  });
});

it('the edges', () => {
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
  expect(normalQuantile(1.5)).toBeNaN();
  expect(chiSquareQuantile(0, 3)).toBe(0);
  expect(chiSquareQuantile(1, 3)).toBe(Infinity);
  expect(chiSquareSf(Infinity, 3)).toBe(0);
  expect(studentQuantile(0.5, 3)).toBe(0);
  expect(studentQuantile(1, 3)).toBe(Infinity);
  expect(betaQuantile(0, 2, 3)).toBe(0);
  expect(binomialTwoSided(0, 0)).toBe(1);
  expect(kolmogorovSf(0)).toBe(1);
  expect(kolmogorovSf(Number.NaN)).toBeNaN();
  // A million degrees of freedom: near their mean it is a normal distribution.
  expectClose(chiSquareSf(1e6, 1e6), 0.499811936, 'many degrees', 1e-6);
});
