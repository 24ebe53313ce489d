/**
 * A 64-bit hash of bytes that anybody can compute again in a few lines of any language: FNV-1a (Fowler, Noll, Vo), then the
 * finalizer of MurmurHash3 (Appleby), since FNV alone leaves its high bits uneven for short texts. For spreading rows, not for
 * secrets or identity. In Python:
 *
 *     h = 0xcbf29ce484222325
 *     for byte in data: h = (h ^ byte) * 0x100000001b3 % 2**64
 *     for k in (0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53): h = (h ^ h >> 33) * k % 2**64
 *     h ^= h >> 33
 */

const TWO_32 = 2 ** 32;

/** Takes bytes one after another; plain 32-bit arithmetic, since bigints are ten times slower. */
export class Hash64 {
  #high = 0xcbf29ce4;
  #low = 0x84222325;
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(256);

  /** Back to the beginning. */
  reset(): void {
    this.#high = 0xcbf29ce4;
    this.#low = 0x84222325;
  }

  byte(byte: number): void {
    const low = (this.#low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    this.#high = (Math.imul(this.#high, 0x1b3) + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    this.#low = product >>> 0;
  }

  /** As UTF-8; a lone surrogate counts as U+FFFD. */
  text(text: string): void {
    if (this.#buffer.length < text.length * 3) this.#buffer = new Uint8Array(text.length * 3);
    const {written} = this.#encoder.encodeInto(text, this.#buffer);
    for (let index = 0; index < written; index += 1) this.byte(this.#buffer[index] ?? 0);
  }

  /** Of the bytes so far. @returns its two halves as whole numbers below 2^32 */
  digest(): {readonly high: number; readonly low: number} {
    let [high, low] = shifted(this.#high, this.#low);
    [high, low] = shifted(...product64(high, low, 0xff51afd7, 0xed558ccd));
    [high, low] = shifted(...product64(high, low, 0xc4ceb9fe, 0x1a85ec53));
    return {high, low};
  }

  /** The first 53 bits as a fraction from 0 up to, but not, 1. */
  uniform(): number {
    const {high, low} = this.digest();
    return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  }
}

/** h ^ h >> 33 */
const shifted = (high: number, low: number): [number, number] => [high, (low ^ (high >>> 1)) >>> 0];

function product64(aHigh: number, aLow: number, bHigh: number, bLow: number): [number, number] {
  const [a1, a0, b1, b0] = [aLow >>> 16, aLow & 0xffff, bLow >>> 16, bLow & 0xffff];
  const middle = a1 * b0 + Math.floor((a0 * b0) / 65536);
  const other = a0 * b1 + (middle % 65536);
  const carry = a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536);
  const low = Math.imul(aLow, bLow) >>> 0;
  return [(Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh) + (carry % TWO_32)) >>> 0, low];
}
