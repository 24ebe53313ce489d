/**
 * Minimises a smooth function, or the sum of one and Σ l1_j·|x_j|.
 *
 * L-BFGS: Nocedal & Wright, Numerical Optimization (2006), algorithm 7.4, with a line search for the weak Wolfe conditions
 * by bisection (Lewis & Overton 2013, algorithm 2.6). With `l1`, OWL-QN: Andrew & Gao, Scalable training of L1-regularized
 * log-linear models (ICML 2007): the same directions from the pseudo-gradient, kept within one orthant a step.
 */
export interface MinimiseOptions {
  /** Weight of |x_j|, 0 where there is none. */
  readonly l1?: Float64Array;
  /** Ends when no entry of the (pseudo-)gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Called after each step. */
  readonly onStep?: (step: number, value: number) => void;
  /** Multiplies, in place, by what is near to the inverse of the matrix of second derivatives. */
  readonly inverseCurvature?: (direction: Float64Array) => void;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** False when `maxIterations` were not enough. */
  readonly converged: boolean;
}

/** Value at x; writes the gradient of the smooth part. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

const PAIRS = 10;
const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_TRIALS = 40;

export function minimise(objective: Objective, from: Float64Array, options: MinimiseOptions): Minimum {
  const {l1, tolerance, maxIterations} = options;
  const size = from.length;
  let x = from.slice();
  let gradient = new Float64Array(size);
  let value = objective(x, gradient) + l1Norm(x, l1);
  const pairs: Pair[] = [];
  const result = (iterations: number, converged: boolean): Minimum => ({x, value, iterations, converged});
  let steps = 0;
  for (; steps < maxIterations; steps += 1) {
    const slope = l1 === undefined ? gradient : pseudoGradient(x, gradient, l1);
    if (largest(slope) <= tolerance) return result(steps, true);
    const direction = descent(slope, pairs, options.inverseCurvature);
    // Against the pseudo-gradient: such a component would leave the orthant that the quadratic model is made for.
    if (l1 !== undefined) for (let j = 0; j < size; j += 1) if (at(direction, j) * at(slope, j) >= 0) direction[j] = 0;
    const first = pairs.length === 0 && options.inverseCurvature === undefined ? Math.min(1, 1 / norm(slope)) : 1;
    const found = search({objective, x, value, slope, direction, first, l1});
    // No step makes it smaller: rounding is all that is left.
    if (found === undefined) return result(steps, true);
    const s = difference(found.x, x);
    const y = difference(found.gradient, gradient);
    const sy = dot(s, y);
    if (sy > 1e-12 * dot(y, y)) {
      if (pairs.length === PAIRS) pairs.shift();
      pairs.push({s, y, rho: 1 / sy});
    }
    ({x, value, gradient} = found);
    options.onStep?.(steps + 1, value);
  }
  return result(steps, false);
}

/** A step, how the gradient changed along it, and 1 over their product. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** -H · slope by the two loops over the last steps. */
function descent(
  slope: Float64Array,
  pairs: readonly Pair[],
  inverseCurvature: MinimiseOptions['inverseCurvature'],
): Float64Array {
  const direction = slope.map((value) => -value);
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i -= 1) {
    const {s, y, rho} = pairs[i] as Pair;
    const alpha = rho * dot(s, direction);
    alphas[i] = alpha;
    addScaled(direction, -alpha, y);
  }
  const last = pairs.at(-1);
  if (inverseCurvature) inverseCurvature(direction);
  else if (last) scale(direction, 1 / (last.rho * dot(last.y, last.y)));
  pairs.forEach(({s, y, rho}, i) => {
    addScaled(direction, at(alphas, i) - rho * dot(y, direction), s);
  });
  return direction;
}

interface Search {
  readonly objective: Objective;
  readonly x: Float64Array;
  readonly value: number;
  readonly slope: Float64Array;
  readonly direction: Float64Array;
  readonly first: number;
  readonly l1: Float64Array | undefined;
}

function search({objective, x, value, slope, direction, first, l1}: Search) {
  const steepness = dot(slope, direction);
  if (!(steepness < 0)) return undefined;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = first;
  const tried = new Float64Array(x.length);
  const gradient = new Float64Array(x.length);
  for (let trial = 0; trial < MAX_TRIALS; trial += 1) {
    for (let j = 0; j < x.length; j += 1) {
      const to = at(x, j) + step * at(direction, j);
      const orthant = at(x, j) === 0 ? -Math.sign(at(slope, j)) : Math.sign(at(x, j));
      tried[j] = l1 !== undefined && at(l1, j) > 0 && Math.sign(to) !== orthant ? 0 : to;
    }
    const reached = objective(tried, gradient) + l1Norm(tried, l1);
    const expected = l1 === undefined ? step * steepness : dotDifference(slope, tried, x);
    if (!(reached <= value + SUFFICIENT_DECREASE * expected)) high = step;
    // An L1 term has no gradient to hold the curvature condition to: any decrease will do there.
    else if (l1 === undefined && dot(gradient, direction) < CURVATURE * steepness) low = step;
    else return {x: tried, value: reached, gradient};
    step = high === Number.POSITIVE_INFINITY ? low * 2 : (low + high) / 2;
  }
  return undefined;
}

/** The subgradient of f + Σ l1·|x| with the smallest entries. */
function pseudoGradient(x: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  return gradient.map((g, j) => {
    const weight = at(l1, j);
    const xj = at(x, j);
    if (xj !== 0) return g + weight * Math.sign(xj);
    return g + weight < 0 ? g + weight : g - weight > 0 ? g - weight : 0;
  });
}

function l1Norm(x: Float64Array, l1: Float64Array | undefined): number {
  if (l1 === undefined) return 0;
  let sum = 0;
  for (let j = 0; j < x.length; j += 1) sum += at(l1, j) * Math.abs(at(x, j));
  return sum;
}

const at = (values: Float64Array, index: number): number => values[index] as number;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) sum += at(a, j) * at(b, j);
  return sum;
}

function dotDifference(a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) sum += at(a, j) * (at(b, j) - at(c, j));
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, j) => value - at(b, j));

function addScaled(to: Float64Array, factor: number, from: Float64Array): void {
  for (let j = 0; j < to.length; j += 1) to[j] = at(to, j) + factor * at(from, j);
}

function scale(values: Float64Array, factor: number): void {
  for (let j = 0; j < values.length; j += 1) values[j] = at(values, j) * factor;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
