/**
 * A random sample of rows in one pass and little memory (adaptive sampling): every row has a random number that depends on
 * its place and the seed alone, and a column keeps the rows below a threshold, which is halved whenever they become too
 * many. So the same rows are kept however the table is cut into batches.
 */

/** The random numbers of rows `first`, `first + 1`, ...: distinct, since the mixing of MurmurHash3 is one to one on 32 bits. */
export function rowNumbers(first: number, count: number, seed: number): Uint32Array {
  const numbers = new Uint32Array(count);
  const offset = mix32(seed | 0);
  for (let index = 0; index < count; index += 1) numbers[index] = mix32((first + index) ^ offset);
  return numbers;
}

/** The finalizer of MurmurHash3. */
export function mix32(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export const ALL_ROWS = 2 ** 32;

/** Numbers of sampled rows. */
export class NumberKeeper {
  readonly #most: number;
  #values = new Float64Array(64);
  #rows = new Uint32Array(64);
  #length = 0;
  /** Rows whose number is not below it are not to be given to `keep`. */
  threshold = ALL_ROWS;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param row its random number, below `threshold`. */
  keep(value: number, row: number): void {
    if (this.#length === this.#most) {
      this.#halve();
      if (row >= this.threshold) return;
    }
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length] = value;
    this.#rows[this.#length] = row;
    this.#length += 1;
  }

  /** The values, rising. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#length).sort();
  }

  #grow(): void {
    const size = Math.min(this.#most, this.#values.length * 2);
    const values = new Float64Array(size);
    const rows = new Uint32Array(size);
    values.set(this.#values);
    rows.set(this.#rows);
    [this.#values, this.#rows] = [values, rows];
  }

  #halve(): void {
    while (this.#length === this.#most) {
      this.threshold /= 2;
      let kept = 0;
      for (let index = 0; index < this.#length; index += 1) {
        const row = this.#rows[index] ?? 0;
        if (row >= this.threshold) continue;
        this.#rows[kept] = row;
        this.#values[kept] = this.#values[index] ?? 0;
        kept += 1;
      }
      this.#length = kept;
    }
  }
}

/** Texts of sampled rows. */
export class TextKeeper {
  readonly #most: number;
  #kept: {readonly text: string; readonly row: number}[] = [];
  threshold = ALL_ROWS;

  constructor(most: number) {
    this.#most = most;
  }

  keep(text: string, row: number): void {
    while (this.#kept.length === this.#most) {
      this.threshold /= 2;
      this.#kept = this.#kept.filter((one) => one.row < this.threshold);
    }
    if (row < this.threshold) this.#kept.push({text, row});
  }

  texts(): readonly string[] {
    return this.#kept.map(({text}) => text);
  }
}
