/**
 * A stretch of a text file (CSV, JSON lines), cut into cells: where each begins and ends, no text is made of it. The
 * splitters fill it, the survey and the columns read it. It is used again for the next stretch, so nothing may keep it.
 */

/** How a cell was written: without quotes. */
export const BARE = 0;
/** In quotes, which are not part of the cell. */
export const QUOTED = 1;
/** In quotes, with escapes that must be undone. */
export const ESCAPED = 2;
/** Not there at all, or the `null` of JSON. */
export const ABSENT = 3;

/** Without quotes, a whole number of at most 15 digits without leading zeros, which is in `numbers`. */
export const BARE_INTEGER = 4;
/** The same, with a fraction. */
export const BARE_NUMBER = 5;

export class Cells {
  /** Where the cells lie. */
  bytes: Uint8Array = new Uint8Array();
  /** Whole rows. */
  rows = 0;
  /** Rows that there is room for: cell c of row r is number c * capacity + r, so that a column is read from end to end. */
  capacity: number;
  starts: Int32Array;
  ends: Int32Array;
  marks: Uint8Array;
  /** What the splitter read already, see the marks. */
  numbers: Float64Array;
  /** Of each row: the line of the file where it begins, counted from 1, and its bytes. */
  lines: Float64Array;
  rowStarts: Int32Array;
  rowEnds: Int32Array;
  readonly #width: number;

  /** @param width cells of a row */
  constructor(width: number) {
    this.#width = width;
    this.capacity = Math.max(16, Math.ceil(16_384 / (width + 1)));
    this.starts = new Int32Array(this.capacity * width);
    this.ends = new Int32Array(this.capacity * width);
    this.marks = new Uint8Array(this.capacity * width);
    this.numbers = new Float64Array(this.capacity * width);
    this.lines = new Float64Array(this.capacity);
    this.rowStarts = new Int32Array(this.capacity);
    this.rowEnds = new Int32Array(this.capacity);
  }

  /** Makes room for one more row. */
  reserveRow(): void {
    if (this.rows < this.capacity) return;
    const before = this.capacity;
    this.capacity *= 2;
    this.starts = this.#spread(this.starts, new Int32Array(this.capacity * this.#width), before);
    this.ends = this.#spread(this.ends, new Int32Array(this.capacity * this.#width), before);
    this.marks = this.#spread(this.marks, new Uint8Array(this.capacity * this.#width), before);
    this.numbers = this.#spread(this.numbers, new Float64Array(this.capacity * this.#width), before);
    this.lines = grown(this.lines, new Float64Array(this.capacity));
    this.rowStarts = grown(this.rowStarts, new Int32Array(this.capacity));
    this.rowEnds = grown(this.rowEnds, new Int32Array(this.capacity));
  }

  #spread<Values extends Int32Array | Uint8Array | Float64Array>(from: Values, into: Values, before: number): Values {
    for (let column = 0; column < this.#width; column += 1) {
      into.set(from.subarray(column * before, (column + 1) * before), column * this.capacity);
    }
    return into;
  }
}

/** The same numbers at the beginning of a longer array. */
export function grown<Values extends Uint8Array | Int32Array | Float64Array | BigInt64Array>(
  from: Values,
  into: Values,
): Values {
  (into as {set(from: Values): void}).set(from);
  return into;
}

/** Cuts bytes into rows of cells. */
export interface Splitter {
  /** Cells of a row. */
  readonly width: number;
  /** Line of the file, counted from 1, where the next row begins. */
  readonly line: number;
  /**
   * Appends to `cells` the rows that lie whole between `from` and `to`; `bytes` has one byte more that it may overwrite.
   * @param atEnd the file ends at `to`, so its last row needs no line end.
   * @returns where the first row begins that is not whole
   */
  split(bytes: Uint8Array, from: number, to: number, atEnd: boolean, cells: Cells): number;
  /**
   * Reports the row that begins at `from`, which is too long to be one, as bad, and skips its first line.
   * @returns where it goes on
   */
  skipUnclosed(bytes: Uint8Array, from: number, to: number): number;
}

/** A row that cannot be read, for people. */
export interface BadRow {
  /** Counted from 1, where the row begins. */
  readonly line: number;
  /** Part of a sentence: `3 cells where the header has 4`. */
  readonly reason: string;
  /** The row as it stands in the file, without its line end, at most its first 10,000 bytes. */
  readonly text: string;
}

export type OnBadRow = (row: BadRow) => void;

const MOST_TEXT_BYTES = 10_000;

/** The bytes of a row as text, for messages and the file of bad rows. */
export function rowText(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + MOST_TEXT_BYTES)));
}
