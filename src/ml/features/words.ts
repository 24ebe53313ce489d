/** Texts taken apart into words at white space: no text is made of a word that was there before. */

/** The words of a list of texts, as codes into the list of distinct words. */
export interface Words {
  readonly distinct: readonly string[];
  /** Text i has the words codes[starts[i]] up to codes[starts[i + 1]]. */
  readonly starts: Uint32Array;
  readonly codes: Uint32Array;
}

/** Numbers that are added one by one, in memory that doubles. */
export class NumberList {
  length = 0;
  #values = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** All that was added; shares its memory with the list. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** White space as Python's str.split() and scikit-learn see it: Unicode's, and four control characters. */
export function isBlank(unit: number): boolean {
  if (unit <= 32) return unit === 32 || (unit >= 9 && unit <= 13) || (unit >= 28 && unit <= 31);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  if (unit >= 0x2000 && unit <= 0x200a) return true;
  return unit === 0x1680 || unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/** @param prepare each text before it is taken apart. */
export function wordsOf(texts: readonly string[], prepare?: (text: string) => string): Words {
  const table = new WordTable();
  const starts = new Uint32Array(texts.length + 1);
  const codes = new NumberList();
  for (let index = 0; index < texts.length; index += 1) {
    const whole = texts[index] ?? '';
    const text = prepare === undefined ? whole : prepare(whole);
    const {length} = text;
    for (let start = 0; start < length;) {
      let [end, hash] = [start, 0];
      for (; end < length; end += 1) {
        const unit = text.charCodeAt(end);
        if (isBlank(unit)) break;
        hash = Math.imul(hash ^ unit, 0x01000193);
      }
      if (end > start) codes.push(table.codeOf(text, start, end, hash));
      start = end + 1;
    }
    starts[index + 1] = codes.length;
  }
  return {distinct: table.words, starts, codes: codes.values};
}

/** Distinct words, found by a hash of their code units. */
class WordTable {
  readonly words: string[] = [];
  #hashes = new Int32Array(1024);
  /** Code + 1; 0 is an empty place. */
  #places = new Int32Array(2048);

  /** The code of the part of a text, which is added when it is new. */
  codeOf(text: string, start: number, end: number, hash: number): number {
    const mask = this.#places.length - 1;
    const {length} = this.words;
    for (let place = mixed(hash) & mask; ; place = (place + 1) & mask) {
      const code = (this.#places[place] ?? 0) - 1;
      if (code < 0) {
        this.#places[place] = length + 1;
        break;
      }
      if (this.#hashes[code] === hash && isPart(this.words[code] ?? '', text, start, end)) return code;
    }
    this.words.push(text.slice(start, end));
    if (length === this.#hashes.length) this.#grow();
    this.#hashes[length] = hash;
    return length;
  }

  /** Called when there are half as many words as places. */
  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const places = new Int32Array(this.#places.length * 2);
    const mask = places.length - 1;
    for (let code = 0; code < this.words.length; code += 1) {
      let place = mixed(hashes[code] ?? 0) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = code + 1;
    }
    this.#places = places;
  }
}

const mixed = (hash: number): number => hash ^ (hash >>> 15);

function isPart(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}
