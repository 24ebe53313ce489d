/** How many different values there are, in one pass and little memory. */
import {ALL_ROWS, mix32} from './row-sample.ts';

const MOST = 8192;

/**
 * Adaptive sampling (Wegman; Flajolet 1990, "On adaptive sampling"): keeps the hashes below a threshold that is halved when
 * they become too many. The estimate is unbiased.
 */
export class DistinctEstimate {
  /** Relative standard error, once it is an estimate: 1.2 / sqrt(MOST). */
  static readonly error = 0.0133;
  #kept = new Set<number>();
  #threshold = ALL_ROWS;
  /** What was seen last at a place: most values of a column with few are passed over at once. */
  readonly #recent = new Uint32Array(1024);

  constructor() {
    // No hash has been seen yet, not even 0.
    this.#recent[0] = 1;
  }

  /** @param hash of 32 well mixed bits. */
  add(hash: number): void {
    if (hash >= this.#threshold || this.#recent[hash & 1023] === hash) return;
    this.#recent[hash & 1023] = hash;
    this.#kept.add(hash);
    while (this.#kept.size > MOST) {
      this.#threshold /= 2;
      this.#kept = new Set([...this.#kept].filter((one) => one < this.#threshold));
    }
  }

  count(): number {
    const hashes = (this.#kept.size * ALL_ROWS) / this.#threshold;
    // Two values may share a hash: n values have 2^32 (1 - exp(-n / 2^32)) of them.
    return Math.round(hashes < ALL_ROWS ? -ALL_ROWS * Math.log1p(-hashes / ALL_ROWS) : hashes);
  }
}

const bits = new Float64Array(1);
const halves = new Uint32Array(bits.buffer);

/** @param value not -0, which has other bits than 0. */
export function hashNumber(value: number): number {
  bits[0] = value;
  return mix32((halves[0] ?? 0) ^ Math.imul((halves[1] ?? 0) + 0x9e37_79b9, 0x85eb_ca6b));
}

/** FNV-1a over the code units, then mixed. */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  return mix32(hash);
}
