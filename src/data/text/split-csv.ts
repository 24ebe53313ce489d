/**
 * Rows and cells of delimited text (RFC 4180 and its dialects). A quote opens a cell only at its beginning; delimiters and
 * line ends inside quotes are text. Lines end with \n, \r\n or \r, also mixed; blank lines are no rows.
 */
import {plural} from '../../base/format.ts';
import {BARE, BARE_INTEGER, BARE_NUMBER, ESCAPED, QUOTED, rowText} from './cells.ts';
import type {Cells, OnBadRow, Splitter} from './cells.ts';
import {MOST_DIGITS, POWERS} from './parse-number.ts';

export interface CsvSyntax {
  /** Bytes of one-byte characters. */
  readonly delimiter: number;
  /** -1 when there is none. */
  readonly quote: number;
  /** A quote in quotes is written `\"`, else `""`. */
  readonly backslash: boolean;
}

export interface CsvSplitterOptions {
  readonly syntax: CsvSyntax;
  /** The byte that separates fractions. */
  readonly decimal: number;
  /** Cells of a row; other rows are bad. */
  readonly width: number;
  /** Of the file, where the first bytes come from; counted from 1. */
  readonly line: number;
  readonly onBadRow: OnBadRow;
}

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const BACKSLASH = 92;
const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const UNCLOSED = 'a quote that opens in this line is never closed';

/** What became of a cell in quotes. */
const CLOSED = 0;
const UNFINISHED = 1;
const MALFORMED = 2;

export class CsvSplitter implements Splitter {
  readonly width: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #delimiter: number;
  /** 1 for the bytes that end a cell without quotes. */
  readonly #endsCell = new Uint8Array(256);
  readonly #onBadRow: OnBadRow;
  line: number;
  /** 1 for digits and signs. */
  readonly #beginsNumber = new Uint8Array(256);
  readonly #decimal: number;
  // Of the cell that was read last, if it is in quotes or begins as a number.
  #at = 0;
  #end = 0;
  #mark = QUOTED;
  #breaks = 0;

  constructor({syntax, decimal, width, line, onBadRow}: CsvSplitterOptions) {
    this.width = width;
    this.line = line;
    this.#quote = syntax.quote;
    this.#escape = syntax.backslash ? BACKSLASH : -1;
    this.#delimiter = syntax.delimiter;
    this.#decimal = decimal === syntax.delimiter ? -1 : decimal;
    this.#onBadRow = onBadRow;
    for (const byte of [syntax.delimiter, NEWLINE, RETURN]) this.#endsCell[byte] = 1;
    for (const byte of [PLUS, MINUS, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57]) this.#beginsNumber[byte] = 1;
    this.#beginsNumber[syntax.delimiter] = 0;
  }

  split(bytes: Uint8Array, from: number, to: number, atEnd: boolean, cells: Cells): number {
    const {width} = this;
    const quote = this.#quote;
    const delimiter = this.#delimiter;
    const endsCell = this.#endsCell;
    const beginsNumber = this.#beginsNumber;
    // No byte above ends a cell: most need only this one comparison.
    const highest = Math.max(delimiter, RETURN);
    // Every loop over a cell without quotes ends at the latest here.
    bytes[to] = NEWLINE;
    let at = from;
    let rowStart = from;
    while (at < to) {
      rowStart = at;
      cells.reserveRow();
      const {starts, ends, marks, numbers, capacity} = cells;
      let cell = cells.rows;
      const afterRow = cell + width * capacity;
      let count = 0;
      let breaks = 0;
      let malformed = false;
      for (;;) {
        let start = at;
        let end = at;
        let mark = BARE;
        if (bytes[at] === quote && at < to) {
          const outcome = this.#quoted(bytes, at, to, atEnd);
          if (outcome === UNFINISHED) {
            if (!atEnd) return rowStart;
            at = this.skipUnclosed(bytes, rowStart, to);
            count = -1;
            break;
          }
          start = at + 1;
          end = this.#end;
          mark = this.#mark;
          at = this.#at;
          breaks += this.#breaks;
          if (outcome === MALFORMED) {
            malformed = true;
            while (bytes[at] !== NEWLINE && bytes[at] !== RETURN) at += 1;
          }
        } else {
          let byte = bytes[at] as number;
          if (beginsNumber[byte] === 1) {
            at = this.#number(bytes, at, numbers, cell);
            mark = this.#mark;
            byte = bytes[at] as number;
          }
          while (byte > highest || endsCell[byte] === 0) {
            at += 1;
            byte = bytes[at] as number;
          }
          end = at;
        }
        if (cell < afterRow) {
          starts[cell] = start;
          ends[cell] = end;
          marks[cell] = mark;
          cell += capacity;
        }
        count += 1;
        if (at >= to) {
          if (!atEnd) return rowStart;
          break;
        }
        if (bytes[at] !== delimiter) break;
        at += 1;
      }
      if (count === -1) continue;
      const end = Math.min(at, to);
      if (bytes[at] === RETURN && at < to) {
        // Whether \n follows is only known when the next byte is there.
        if (at + 1 >= to && !atEnd) return rowStart;
        at += 1;
      }
      if (bytes[at] === NEWLINE && at < to) at += 1;
      const line = this.line;
      this.line += breaks + 1;
      if (malformed) this.#bad(line, 'text after a closing quote', bytes, rowStart, end);
      else if (count === width && (width > 1 || end > rowStart)) {
        cells.lines[cells.rows] = line;
        cells.rowStarts[cells.rows] = rowStart;
        cells.rowEnds[cells.rows] = end;
        cells.rows += 1;
      } else if (end > rowStart) {
        const reason = `${plural(count, 'cell')} where the first row has ${String(width)}`;
        this.#bad(line, reason, bytes, rowStart, end);
      }
    }
    return at;
  }

  /**
   * Reports the row at `from`, which is a quote that is never closed, and goes on behind its first line: what follows it
   * is most likely sound.
   */
  skipUnclosed(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && bytes[at] !== NEWLINE && bytes[at] !== RETURN) at += 1;
    this.#bad(this.line, UNCLOSED, bytes, from, at);
    this.line += 1;
    if (bytes[at] === RETURN && at < to) at += 1;
    return bytes[at] === NEWLINE && at < to ? at + 1 : at;
  }

  #bad(line: number, reason: string, bytes: Uint8Array, from: number, to: number): void {
    this.#onBadRow({line, reason, text: rowText(bytes, from, to)});
  }

  /**
   * Reads the number that the cell at `from` begins with, into `numbers`; whether it is all of the cell, and one that can be
   * read at once (see `simpleNumber`), is left in the mark. Most cells of most tables are numbers: so they are read while their end is
   * looked for.
   * @returns where it ends
   */
  #number(bytes: Uint8Array, from: number, numbers: Float64Array, cell: number): number {
    let at = from;
    const first = bytes[at] as number;
    if (first === MINUS || first === PLUS) at += 1;
    const digitsFrom = at;
    let mantissa = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at += 1;
      digit = (bytes[at] as number) - ZERO;
    }
    let digits = at - digitsFrom;
    this.#mark = BARE;
    if (digits === 0 || (digits > 1 && bytes[digitsFrom] === ZERO)) return at;
    let mark = BARE_INTEGER;
    if (bytes[at] === this.#decimal) {
      mark = BARE_NUMBER;
      at += 1;
      const fractionFrom = at;
      digit = (bytes[at] as number) - ZERO;
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        at += 1;
        digit = (bytes[at] as number) - ZERO;
      }
      digits += at - fractionFrom;
      if (digits <= MOST_DIGITS) mantissa /= POWERS[at - fractionFrom] as number;
    }
    if (digits > MOST_DIGITS || this.#endsCell[bytes[at] as number] === 0) return at;
    this.#mark = mark;
    // A row may have more cells than there is room for; that is seen at its end.
    numbers[cell] = first === MINUS ? -mantissa : mantissa;
    return at;
  }

  /** Reads the cell in quotes at `from`; where it ends and what comes next is left in the fields. */
  #quoted(bytes: Uint8Array, from: number, to: number, atEnd: boolean): number {
    const quote = this.#quote;
    const escape = this.#escape;
    let at = from + 1;
    this.#mark = QUOTED;
    this.#breaks = 0;
    for (;;) {
      for (; at < to; at += 1) {
        const byte = bytes[at];
        if (byte === quote || byte === escape) break;
        if (byte === NEWLINE || (byte === RETURN && bytes[at + 1] !== NEWLINE)) this.#breaks += 1;
      }
      if (at >= to) return UNFINISHED;
      // What the byte means depends on the next one.
      if (at + 1 >= to && !atEnd) return UNFINISHED;
      if (bytes[at] === escape) {
        if (at + 1 >= to) return UNFINISHED;
        this.#mark = ESCAPED;
        at += 2;
      } else if (escape === -1 && bytes[at + 1] === quote && at + 1 < to) {
        this.#mark = ESCAPED;
        at += 2;
      } else break;
    }
    this.#end = at;
    at += 1;
    while (bytes[at] === SPACE && at < to && this.#delimiter !== SPACE) at += 1;
    this.#at = at;
    if (at >= to) return atEnd ? CLOSED : UNFINISHED;
    return this.#endsCell[bytes[at] as number] === 1 ? CLOSED : MALFORMED;
  }
}
