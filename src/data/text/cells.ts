/**
 * A stretch of a text file (CSV, JSON lines), cut into cells: where each begins and ends, no text is made of it. The
 * splitters fill it, the survey and the columns read it. It is used again for the next stretch, so nothing may keep it.
 */

/** How a cell was written. */
export const BARE = 0;
/** In quotes, which are not part of the cell. */
export const QUOTED = 1;
/** In quotes, with escapes that must be undone. */
export const ESCAPED = 2;
/** Not there at all, or the `null` of JSON. */
export const ABSENT = 3;

export class Cells {
  /** Where the cells lie. */
  bytes: Uint8Array = new Uint8Array();
  /** Cells of a row. */
  readonly width: number;
  /** Whole rows; cell c of row r is number r * width + c. */
  rows = 0;
  starts: Int32Array;
  ends: Int32Array;
  marks: Uint8Array;
  /** Of each row: the line of the file where it begins, counted from 1, and its bytes. */
  lines: Float64Array;
  rowStarts: Int32Array;
  rowEnds: Int32Array;

  constructor(width: number) {
    this.width = width;
    const rows = 1024;
    this.starts = new Int32Array(rows * width);
    this.ends = new Int32Array(rows * width);
    this.marks = new Uint8Array(rows * width);
    this.lines = new Float64Array(rows);
    this.rowStarts = new Int32Array(rows);
    this.rowEnds = new Int32Array(rows);
  }

  /** Makes room for one more row. */
  reserveRow(): void {
    if (this.rows < this.lines.length) return;
    const rows = this.rows * 2;
    this.starts = grown(this.starts, new Int32Array(rows * this.width));
    this.ends = grown(this.ends, new Int32Array(rows * this.width));
    this.marks = grown(this.marks, new Uint8Array(rows * this.width));
    this.lines = grown(this.lines, new Float64Array(rows));
    this.rowStarts = grown(this.rowStarts, new Int32Array(rows));
    this.rowEnds = grown(this.rowEnds, new Int32Array(rows));
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
  /** The row as it stands in the file, without its line end, cut after 10,000 characters. */
  readonly text: string;
}

export type OnBadRow = (row: BadRow) => void;

const MOST_TEXT = 10_000;

/** The bytes of a row as text, for messages and the file of bad rows. */
export function rowText(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + MOST_TEXT)));
}
