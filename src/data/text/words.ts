/**
 * The distinct words of a text column, found by their bytes: no text is made of a cell before its word is new. An open
 * hash table of codes beside one long array with the bytes of all words.
 */
import {grown} from './cells.ts';

const EMPTY = -1;
/** Bytes of a word up to which a decoder is slower than its characters one by one. */
const SHORT = 100;

/** No text of V8 is longer. */
const LONGEST_TEXT = 2 ** 29 - 24;
const MOST_BYTES = 2 ** 31 - 1;

/** In words: an array that is too short for a column of texts is doubled often. */
const FIRST_SIZE = 64;

export class Words {
  #slots = new Int32Array(FIRST_SIZE * 2).fill(EMPTY);
  #hashes = new Int32Array(FIRST_SIZE);
  /** Word c lies from #ends[c - 1] (0 for the first) to #ends[c]. */
  #ends = new Int32Array(FIRST_SIZE);
  #bytes = new Uint8Array(FIRST_SIZE * 8);
  #count = 0;
  #isAscii = true;

  /** The code of the word in bytes[start, end), a new one for a new word. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    // FNV-1a, mixed once more at the end, because the table uses the low bits.
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    hash ^= hash >>> 15;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = slots[slot] as number;
      if (code === EMPTY) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[code] === hash && this.#is(code, bytes, start, end)) return code;
    }
  }

  /**
   * The words in the order of their codes. Nothing may be added afterwards.
   * @param isBatch the table is one of many. As slices of one long text words are made much faster, but whoever keeps one of them
   * keeps the text: right for a whole table, a leak where a few words of each batch are remembered.
   */
  texts(isBatch: boolean): string[] {
    const words = new Array<string>(this.#count);
    const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
    const all = this.#bytes.subarray(0, this.#startOf(this.#count));
    const text = this.#isAscii && !isBatch && all.length <= LONGEST_TEXT ? decoder.decode(all) : undefined;
    for (let code = 0; code < this.#count; code += 1) {
      const start = this.#startOf(code);
      const end = this.#startOf(code + 1);
      if (text !== undefined) words[code] = text.slice(start, end);
      else if (this.#isAscii && end - start < SHORT) words[code] = String.fromCharCode(...all.subarray(start, end));
      else words[code] = decoder.decode(all.subarray(start, end));
    }
    return words;
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : (this.#ends[code - 1] as number);
  }

  #is(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(code);
    if ((this.#ends[code] as number) - from !== end - start) return false;
    const own = this.#bytes;
    const shift = from - start;
    for (let at = start; at < end; at += 1) if (own[at + shift] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.#count;
    const from = this.#startOf(code);
    const to = from + end - start;
    if (to > MOST_BYTES)
      throw new Error('one column has more than 2 GiB of different texts: too many for one table in memory');
    if (to > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(to, this.#bytes.length * 2)));
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte > 127) this.#isAscii = false;
      this.#bytes[from + at - start] = byte;
    }
    if (code === this.#hashes.length) {
      this.#hashes = grown(this.#hashes, new Int32Array(code * 2));
      this.#ends = grown(this.#ends, new Int32Array(code * 2));
    }
    this.#hashes[code] = hash;
    this.#ends[code] = to;
    this.#slots[slot] = code;
    this.#count += 1;
    if (this.#count * 2 > this.#slots.length) this.#spread();
    return code;
  }

  /** Doubles the table. */
  #spread(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#count; code += 1) {
      let slot = (this.#hashes[code] as number) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}
