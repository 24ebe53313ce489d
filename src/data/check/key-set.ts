/**
 * The keys that were seen, as 64-bit hashes: 16 to 32 bytes a key, and never more than MOST_SLOTS. A table with more keys
 * is checked for a part of them, chosen by their hashes, so that the rows of a key are always judged together: each time the
 * set is full the part is halved. Two different keys of a full set share a hash with a probability of 8 in a million.
 */
export const MOST_SLOTS = 2 ** 25;

export class KeySet {
  readonly #mostSlots: number;
  #high: Uint32Array;
  #low: Uint32Array;
  #size = 0;
  /** Only keys whose hash ends in this many zero bits are kept. */
  #skippedBits = 0;

  /** @param mostSlots a power of two; half of them are used. */
  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
    this.#high = new Uint32Array(Math.min(1024, mostSlots));
    this.#low = new Uint32Array(this.#high.length);
  }

  /** The part of all keys that is looked at: 1, 1/2, 1/4, ... */
  get part(): number {
    return 2 ** -this.#skippedBits;
  }

  /** @returns whether the key was there before; undefined when it is not looked at. */
  add(high: number, low: number): boolean | undefined {
    if (this.#isSkipped(low)) return undefined;
    // All zero is an empty slot.
    const slotLow = low === 0 && high === 0 ? 1 : low;
    const slot = this.#slotOf(high, slotLow);
    if (this.#isFull(slot)) return true;
    this.#high[slot] = high;
    this.#low[slot] = slotLow;
    this.#size += 1;
    if (this.#size * 2 > this.#high.length) this.#grow();
    return false;
  }

  #isSkipped(low: number): boolean {
    return this.#skippedBits > 0 && (low & (2 ** this.#skippedBits - 1)) !== 0;
  }

  #isFull(slot: number): boolean {
    return this.#high[slot] !== 0 || this.#low[slot] !== 0;
  }

  /** Where the key is or would be. */
  #slotOf(high: number, low: number): number {
    const mask = this.#high.length - 1;
    let slot = high & mask;
    while (this.#isFull(slot) && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [highs, lows] = [this.#high, this.#low];
    if (highs.length < this.#mostSlots) {
      this.#high = new Uint32Array(highs.length * 2);
      this.#low = new Uint32Array(highs.length * 2);
    } else {
      this.#skippedBits += 1;
      this.#high = new Uint32Array(highs.length);
      this.#low = new Uint32Array(highs.length);
    }
    this.#size = 0;
    for (let slot = 0; slot < highs.length; slot += 1) {
      const [high, low] = [highs[slot] ?? 0, lows[slot] ?? 0];
      if ((high === 0 && low === 0) || this.#isSkipped(low)) continue;
      const to = this.#slotOf(high, low);
      this.#high[to] = high;
      this.#low[to] = low;
      this.#size += 1;
    }
  }
}
