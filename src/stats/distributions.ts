/** Probabilities and quantiles of the distributions that tests and intervals need. `Sf` is the upper tail, 1 - cdf, exact where tiny. */
import {betaRegularized, erfc, gammaLower, gammaUpper} from './special.ts';

export const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2;
export const normalSf = (x: number): number => erfc(x / Math.SQRT2) / 2;

/** Φ⁻¹(p) by Wichura (1988), algorithm AS 241, PPND16: about 16 digits. 0 and 1 give infinities. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRAL, 0.180625 - q * q);
  const tail = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  if (tail === Infinity) return q * Infinity;
  return Math.sign(q) * (tail <= 5 ? ratio(MIDDLE, tail - 1.6) : ratio(OUTER, tail - 5));
}

export const chiSquareSf = (x: number, degrees: number): number => gammaUpper(degrees / 2, x / 2);

/** The value that a χ² variable stays below with probability `p`. */
export function chiSquareQuantile(p: number, degrees: number): number {
  if (!(p > 0)) return p === 0 ? 0 : Number.NaN;
  if (!(p < 1)) return p === 1 ? Infinity : Number.NaN;
  let high = Math.max(1, degrees);
  while (gammaLower(degrees / 2, high / 2) < p) high *= 2;
  return crossing((x) => gammaLower(degrees / 2, x / 2) < p, 0, high);
}

/** P(|T| >= |t|) of Student's distribution: I_{ν/(ν+t²)}(ν/2, 1/2). */
export const studentTwoSided = (t: number, degrees: number): number =>
  betaRegularized(degrees / (degrees + t * t), degrees / 2, 0.5);

/** Quantile of Student's distribution. */
export function studentQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  if (!(p > 0 && p < 1)) return p === 1 ? Infinity : p === 0 ? -Infinity : Number.NaN;
  const outside = 2 * Math.min(p, 1 - p);
  let high = 2;
  while (studentTwoSided(high, degrees) > outside) high *= 2;
  return Math.sign(p - 0.5) * crossing((t) => studentTwoSided(t, degrees) > outside, 0, high);
}

export const betaCdf = (x: number, a: number, b: number): number => betaRegularized(x, a, b);
/** The value that a beta variable stays below with probability `p`. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  return crossing((x) => betaRegularized(x, a, b) < p, 0, 1);
}

/** P(X <= successes) of a binomial variable. */
export function binomialCdf(successes: number, trials: number, share: number): number {
  if (successes < 0) return 0;
  return successes >= trials ? 1 : betaRegularized(1 - share, trials - successes, successes + 1);
}

/** Chance that a fair coin falls at least as unevenly as `successes` of `trials`, both ways. */
export function binomialTwoSided(successes: number, trials: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(successes, trials - successes), trials, 0.5));
}

/** Kolmogorov's limit: Q(λ) = 2 Σ (-1)^(k-1) exp(-2k²λ²); for small λ the theta form of 1 - Q, which converges there. */
export function kolmogorovSf(lambda: number): number {
  if (Number.isNaN(lambda)) return Number.NaN;
  // Below, 1 - Q is less than the smallest double.
  if (lambda < 0.04) return 1;
  if (lambda < 0.82) {
    const factor = (-Math.PI * Math.PI) / (8 * lambda * lambda);
    let sum = 0;
    for (let k = 1; k <= 7; k += 2) sum += Math.exp(factor * k * k);
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 12; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, sum);
}

/** Where a condition that holds at first stops holding: halves until no number lies between. */
function crossing(isBelow: (x: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
}

type Rational = readonly [numerator: readonly number[], denominator: readonly number[]];

function ratio([numerator, denominator]: Rational, x: number): number {
  const at = (coefficients: readonly number[]): number => coefficients.reduceRight((sum, value) => sum * x + value, 0);
  return at(numerator) / at(denominator);
}

const CENTRAL: Rational = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561,
  ],
];
const MIDDLE: Rational = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
];
const OUTER: Rational = [
  [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
];
