/** The texts that say a value is missing, looked up by bytes. They are compared before anything else is made of a cell. */

/** An empty cell, and what R and pandas write. */
export const DEFAULT_MISSING_VALUES: readonly string[] = ['', 'NA'];

const SPACE = 32;

export class MissingValues {
  /** Whether a word may be read as something else: then it must be looked for before anything is read. */
  readonly mayBeValues: boolean;
  /** Whether a cell in quotes may be missing, too. */
  readonly inQuotes: boolean;
  readonly #words: readonly Uint8Array[];
  readonly #hasEmpty: boolean;
  /** 1 for each byte that a word begins with, and for the space. */
  readonly #first = new Uint8Array(256);

  constructor(words: readonly string[] = DEFAULT_MISSING_VALUES, inQuotes = false) {
    this.inQuotes = inQuotes;
    const encoder = new TextEncoder();
    this.#hasEmpty = words.includes('');
    this.#words = words.filter((word) => word !== '').map((word) => encoder.encode(word));
    this.mayBeValues = words.some((word) => /^[-+.\d]/.test(word));
    this.#first[SPACE] = 1;
    for (const word of this.#words) this.#first[word[0] as number] = 1;
  }

  /** False for nearly every cell that is no mark: whether it is worth a closer look. */
  mayBegin(bytes: Uint8Array, start: number, end: number): boolean {
    return start === end || this.#first[bytes[start] as number] === 1;
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    if (start === end) return this.#hasEmpty;
    return this.#words.some(
      (word) => word.length === end - start && word.every((byte, at) => bytes[start + at] === byte),
    );
  }

  /** Whether it is one with spaces about it. */
  hasSpaced(bytes: Uint8Array, from: number, to: number): boolean {
    let start = from;
    let end = to;
    while (start < end && bytes[start] === SPACE) start += 1;
    while (start < end && bytes[end - 1] === SPACE) end -= 1;
    return end - start < to - from && this.has(bytes, start, end);
  }
}
