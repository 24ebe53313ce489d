/**
 * The special functions behind the distributions, to about 14 digits also far out in the tails. Formulas: Press et al., "Numerical
 * Recipes" (3rd edition), chapter 6; Lanczos coefficients for g = 7, n = 9.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const HALF_LOG_TWO_PI = 0.9189385332046727;
const SMALLEST = 1e-300;
const PRECISION = 1e-16;
/** Series and fractions take about √a steps; a million degrees of freedom need some thousands. */
const MOST_STEPS = 100_000;

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let index = 1; index < LANCZOS.length; index += 1) sum += (LANCZOS[index] ?? 0) / (z + index);
  const t = z + 7.5;
  return HALF_LOG_TWO_PI + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(a, x) = γ(a, x)/Γ(a), the regularised lower incomplete gamma function; a > 0, x >= 0. */
export function gammaLower(a: number, x: number): number {
  if (x <= 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Q(a, x) = 1 - P(a, x), exact also where it is tiny. */
export function gammaUpper(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step < MOST_STEPS; step += 1) {
    term *= x / (a + step);
    sum += term;
    if (term < sum * PRECISION) break;
  }
  return sum * gammaFactor(a, x);
}

/** Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / SMALLEST;
  let d = 1 / b;
  let product = d;
  for (let step = 1; step < MOST_STEPS; step += 1) {
    const factor = -step * (step - a);
    b += 2;
    d = 1 / notZero(factor * d + b);
    c = notZero(b + factor / c);
    const change = d * c;
    product *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return product * gammaFactor(a, x);
}

const gammaFactor = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - logGamma(a));
const notZero = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);

/** erfc(x) = 1 - erf(x) = Q(1/2, x²) for x >= 0. */
export function erfc(x: number): number {
  return x >= 0 ? gammaUpper(0.5, x * x) : 1 + gammaLower(0.5, x * x);
}

/** I_x(a, b), the regularised incomplete beta function; a, b > 0, 0 <= x <= 1. */
export function betaRegularized(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const factor = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (factor * betaFraction(x, a, b)) / a
    : 1 - (factor * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let step = 1; step < MOST_STEPS; step += 1) {
    const even = (step * (b - step) * x) / ((a - 1 + 2 * step) * (a + 2 * step));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    product *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 1 + 2 * step));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const change = d * c;
    product *= change;
    if (Math.abs(change - 1) < PRECISION * 4) break;
  }
  return product;
}
