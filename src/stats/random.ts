/**
 * Random numbers that are the same on every machine: sfc32 by Chris Doty-Humphrey (passes PractRand), 128 bits of state, seeded by a
 * MurmurHash3-style mix of a text. Nothing in mlp uses Math.random, so a result is a function of its inputs and seed.
 */

const TWO_53 = 2 ** 53;
/** From this mean on, counting exponential waits costs more than rejection. */
const LARGE_MEAN = 10;
/** P(Poisson(1) <= k) × 2^32 for k = 0, 1, ...; further ones are closer to 2^32 than one draw can tell. */
const POISSON_ONE = poissonOneThresholds();

export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spareNormal: number | undefined;

  /** Equal seeds give equal numbers; `7` and `'7'` are equal. */
  constructor(seed: number | string) {
    this.#seed = String(seed);
    [this.#a, this.#b, this.#c] = mixed(this.#seed);
    this.#counter = 1;
    // The first numbers still show the seed.
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** A generator of its own for a part of the work: depends on the seed and the label, not on what was drawn before. */
  fork(label: string | number): Random {
    return new Random(`${this.#seed}/${String(label)}`);
  }

  /** 32 random bits as a whole number from 0. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, but not, 1, with 53 random bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    return (high * 67108864 + (this.bits() >>> 6)) / TWO_53;
  }

  /** A whole number from 0 up to, but not, `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Mean 0, standard deviation 1; Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Knuth's product for small means; else PTRS of Hörmann (1993), "The transformed rejection method for generating Poisson random variables". */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0;
    return mean < LARGE_MEAN ? this.#fewPoisson(mean) : this.#manyPoisson(mean);
  }

  /** Fills with numbers of mean 1, as the row weights of a Poisson bootstrap. */
  fillPoissonOne(into: Uint8Array): void {
    for (let index = 0; index < into.length; index += 1) {
      const bits = this.bits();
      let count = 0;
      while (bits >= (POISSON_ONE[count] ?? Infinity)) count += 1;
      into[index] = count;
    }
  }

  /** Puts an array in random order, in place (Fisher and Yates). */
  shuffle<Values extends {length: number; [index: number]: unknown}>(values: Values): Values {
    for (let last = values.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [values[last], values[other]] = [values[other], values[last]];
    }
    return values;
  }

  /** `count` distinct whole numbers below `total`, rising; all of them when there are not more. */
  sample(total: number, count: number): Uint32Array {
    const chosen = new Uint32Array(Math.min(total, count));
    let taken = 0;
    // Each is taken with the chance that the rest of the sample needs (Knuth's algorithm S).
    for (let index = 0; index < total && taken < chosen.length; index += 1) {
      if (this.uniform() * (total - index) >= chosen.length - taken) continue;
      chosen[taken] = index;
      taken += 1;
    }
    return chosen;
  }

  #fewPoisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }

  #manyPoisson(mean: number): number {
    const spread = 0.931 + 2.53 * Math.sqrt(mean);
    const shift = -0.059 + 0.02483 * spread;
    const inverseAlpha = 1.1239 + 1.1328 / (spread - 3.4);
    const quick = 0.9277 - 3.6224 / (spread - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * shift) / us + spread) * u + mean + 0.43);
      if (us >= 0.07 && v <= quick) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const left = Math.log((v * inverseAlpha) / (shift / (us * us) + spread));
      if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }
}

/** Stirling's series; only used where the rejection test needs it. */
function logFactorial(count: number): number {
  if (count < 2) return 0;
  const x = count + 1;
  const inverse = 1 / (x * x);
  if (x < 8) return Math.log(count) + logFactorial(count - 1);
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + (1 / 12 - (1 / 360 - inverse / 1260) * inverse) / x;
}

function mixed(seed: string): [number, number, number] {
  let hash = 1779033703 ^ seed.length;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const next = (): number => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    const word = hash;
    hash = (hash + 0x9e3779b9) | 0;
    return word;
  };
  return [next(), next(), next()];
}

function poissonOneThresholds(): Float64Array {
  const thresholds: number[] = [];
  let probability = Math.exp(-1);
  let sum = 0;
  for (let count = 0; count < 12; count += 1) {
    sum += probability;
    thresholds.push(sum * 2 ** 32);
    probability /= count + 1;
  }
  return new Float64Array(thresholds);
}
