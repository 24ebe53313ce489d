/** One sample described: quantiles and moments. */

/** A sorted copy; NaN last. */
export function sortedCopy(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantile of sorted values, type 7 of Hyndman and Fan (the default of R and numpy): linear between the order statistics
 * around (n - 1)p. @returns NaN for no values
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const last = sorted.length - 1;
  if (last < 0) return Number.NaN;
  const position = Math.min(1, Math.max(0, p)) * last;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(last, below + 1)] ?? Number.NaN;
  // Neighbours may be infinite, and the difference of two large ones, too.
  if (low === high || position === below) return low;
  const part = position - below;
  return Number.isFinite(high - low) ? low + (high - low) * part : low * (1 - part) + high * part;
}

/**
 * Count, mean and central moments in one pass that does not lose digits, by batches that can be merged: Welford's method with the
 * higher moments of Pébay (2008), "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
 * statistical moments".
 */
export class Moments {
  count = 0;
  mean = Number.NaN;
  min = Infinity;
  max = -Infinity;
  /** Sums of the powers of the differences from the mean. */
  #second = 0;
  #third = 0;
  #fourth = 0;

  static of(values: ArrayLike<number>): Moments {
    const moments = new Moments();
    for (let index = 0; index < values.length; index += 1) moments.add(values[index] ?? Number.NaN);
    return moments;
  }

  add(value: number): void {
    const before = this.count;
    const count = before + 1;
    this.count = count;
    if (before === 0) {
      this.mean = value;
    } else {
      const delta = value - this.mean;
      const part = delta / count;
      const square = part * part;
      const term = delta * part * before;
      this.mean += part;
      this.#fourth +=
        term * square * (count * count - 3 * count + 3) + 6 * square * this.#second - 4 * part * this.#third;
      this.#third += term * part * (count - 2) - 3 * part * this.#second;
      this.#second += term;
    }
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Takes in what another one has seen. */
  merge(other: Moments): void {
    if (other.count === 0) return;
    const [a, b] = [this.count, other.count];
    const n = a + b;
    const delta = a === 0 ? 0 : other.mean - this.mean;
    const part = delta / n;
    this.mean = a === 0 ? other.mean : this.mean + b * part;
    this.#fourth +=
      other.#fourth +
      delta * part * part * part * a * b * (a * a - a * b + b * b) +
      6 * part * part * (a * a * other.#second + b * b * this.#second) +
      4 * part * (a * other.#third - b * this.#third);
    this.#third +=
      other.#third + delta * part * part * a * b * (a - b) + 3 * part * (a * other.#second - b * this.#second);
    this.#second += other.#second + delta * part * a * b;
    this.count = n;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Divided by n, or by n - 1 for the estimate of a population's. NaN for too few values. */
  variance(of: 'sample' | 'population' = 'population'): number {
    const divisor = of === 'sample' ? this.count : this.count - 1;
    return divisor > 0 ? this.#second / divisor : Number.NaN;
  }

  /** Root of `variance`. */
  deviation(of: 'sample' | 'population' = 'population'): number {
    return Math.sqrt(this.variance(of));
  }

  /** g₁ = m₃/m₂^1.5, as scipy's default; NaN for a constant. */
  get skewness(): number {
    return (this.#third * Math.sqrt(this.count)) / this.#second ** 1.5;
  }

  /** Excess kurtosis g₂ = m₄/m₂² - 3, as scipy's default; NaN for a constant. */
  get kurtosis(): number {
    return (this.#fourth * this.count) / (this.#second * this.#second) - 3;
  }
}

/** Σx / n; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
}
