/**
 * Columns of a batch, filled from cells: one short loop for each type over one column at a time. The types are known; a
 * cell that does not fit makes its row a bad one.
 */
import type {Column, ColumnType} from '../table.ts';
import {ABSENT, BARE, ESCAPED} from './cells.ts';
import type {Cells} from './cells.ts';
import {booleanOfText} from './cell-kinds.ts';
import type {MissingValues} from './missing-values.ts';
import {parseDate, parseDatetime} from './parse-date.ts';
import {numberOfText, shortText, simpleNumber} from './parse-number.ts';
import {Words} from './words.ts';

/** How the cells of a file are to be understood. */
export interface CellRules {
  readonly missing: MissingValues;
  /** The byte that separates fractions. */
  readonly decimal: number;
  /** The bytes of a cell that has escapes, without them. */
  readonly unescape: (bytes: Uint8Array, start: number, end: number) => Uint8Array;
}

export interface ColumnReader {
  /**
   * Appends rows [from, to) of a column of cells.
   * @param onMisfit is told the row of a cell that does not fit; a missing value stands in for it.
   */
  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void;
  /** What was read. */
  column(): Column;
}

/** @param capacity the most rows that will be read */
export function columnReader(name: string, type: ColumnType, capacity: number, rules: CellRules): ColumnReader {
  if (type === 'string') return new StringReader(name, capacity, rules);
  if (type === 'boolean') return new BooleanReader(name, capacity, rules);
  if (type === 'bigint') return new BigintReader(name, capacity, rules);
  return new NumericReader(name, type, capacity, rules);
}

/** What the readers share: how many rows there are, and which are missing. */
abstract class Reader implements ColumnReader {
  protected readonly name: string;
  protected readonly capacity: number;
  protected readonly rules: CellRules;
  protected filled = 0;
  #missing: Uint8Array | undefined;

  constructor(name: string, capacity: number, rules: CellRules) {
    this.name = name;
    this.capacity = capacity;
    this.rules = rules;
  }

  abstract read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void;
  abstract column(): Column;

  /** Says that a row of what is being made is missing. */
  protected miss(row: number): void {
    this.#missing ??= new Uint8Array(this.capacity);
    this.#missing[row] = 1;
  }

  protected missingPart(): {readonly missing?: Uint8Array} {
    return this.#missing === undefined ? {} : {missing: this.#missing.subarray(0, this.filled)};
  }

  /** Whether a cell of a column that is no text is missing. */
  protected isMissing(cells: Cells, cell: number): boolean {
    const start = cells.starts[cell] as number;
    const end = cells.ends[cell] as number;
    const mark = cells.marks[cell];
    if (mark === ABSENT) return true;
    // A column that is no text has no empty text either.
    if (mark !== BARE) return start === end;
    const {missing} = this.rules;
    if (!missing.mayBegin(cells.bytes, start, end)) return false;
    return missing.has(cells.bytes, start, end) || missing.hasSpaced(cells.bytes, start, end);
  }
}

/** The cell as text without spaces about it. */
const trimmed = ({bytes, starts, ends}: Cells, cell: number): string =>
  shortText(bytes, starts[cell] as number, ends[cell] as number).trim();

class NumericReader extends Reader {
  readonly #type: 'integer' | 'number' | 'date' | 'datetime';
  readonly #values: Float64Array;

  constructor(name: string, type: 'integer' | 'number' | 'date' | 'datetime', capacity: number, rules: CellRules) {
    super(name, capacity, rules);
    this.#type = type;
    this.#values = new Float64Array(capacity);
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    const {bytes, starts, ends, width} = cells;
    const {decimal} = this.rules;
    const values = this.#values;
    const type = this.#type;
    const isNumber = type === 'number';
    const isNumeric = isNumber || type === 'integer';
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = row * width + column;
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      let value = isNumeric ? simpleNumber(bytes, start, end, decimal) : NaN;
      if (value !== value || (!isNumber && !Number.isSafeInteger(value))) {
        if (this.isMissing(cells, cell)) {
          this.miss(into);
          value = NaN;
        } else {
          const read = this.#carefully(cells, cell);
          if (read === undefined) {
            onMisfit(row);
            this.miss(into);
          }
          value = read ?? NaN;
        }
      }
      values[into] = value;
    }
    this.filled = into;
  }

  /** @returns undefined for what does not fit */
  #carefully(cells: Cells, cell: number): number | undefined {
    if (cells.marks[cell] === ESCAPED) return undefined;
    const {bytes} = cells;
    const type = this.#type;
    if (type === 'date' || type === 'datetime') {
      let start = cells.starts[cell] as number;
      let end = cells.ends[cell] as number;
      while (start < end && bytes[start] === 32) start += 1;
      while (start < end && bytes[end - 1] === 32) end -= 1;
      const value = type === 'date' ? parseDate(bytes, start, end) : parseDatetime(bytes, start, end);
      return Number.isNaN(value) ? undefined : value;
    }
    const value = numberOfText(trimmed(cells, cell), String.fromCharCode(this.rules.decimal));
    return type === 'integer' && value !== undefined && !Number.isSafeInteger(value) ? undefined : value;
  }

  column(): Column {
    return {name: this.name, type: this.#type, values: this.#values.subarray(0, this.filled), ...this.missingPart()};
  }
}

/** Where the type is known, 1 and 0 are true and false, too. */
export function booleanOrDigit(text: string): boolean | undefined {
  if (text === '1' || text === '0') return text === '1';
  return booleanOfText(text);
}

class BooleanReader extends Reader {
  readonly #values: Uint8Array;

  constructor(name: string, capacity: number, rules: CellRules) {
    super(name, capacity, rules);
    this.#values = new Uint8Array(capacity);
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    for (let row = from; row < to; row += 1, this.filled += 1) {
      const cell = row * cells.width + column;
      const value = this.isMissing(cells, cell) ? 'missing' : booleanOrDigit(trimmed(cells, cell));
      if (value === true) this.#values[this.filled] = 1;
      else if (value !== false) {
        if (value === undefined) onMisfit(row);
        this.miss(this.filled);
      }
    }
  }

  column(): Column {
    return {name: this.name, type: 'boolean', values: this.#values.subarray(0, this.filled), ...this.missingPart()};
  }
}

const WHOLE = /^[+-]?\d+$/;

class BigintReader extends Reader {
  readonly #values: BigInt64Array;

  constructor(name: string, capacity: number, rules: CellRules) {
    super(name, capacity, rules);
    this.#values = new BigInt64Array(capacity);
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    for (let row = from; row < to; row += 1, this.filled += 1) {
      const cell = row * cells.width + column;
      if (this.isMissing(cells, cell)) {
        this.miss(this.filled);
        continue;
      }
      const text = trimmed(cells, cell);
      const value = WHOLE.test(text) ? BigInt(text.startsWith('+') ? text.slice(1) : text) : undefined;
      if (value === undefined || BigInt.asIntN(64, value) !== value) {
        onMisfit(row);
        this.miss(this.filled);
      } else this.#values[this.filled] = value;
    }
  }

  column(): Column {
    return {name: this.name, type: 'bigint', values: this.#values.subarray(0, this.filled), ...this.missingPart()};
  }
}

class StringReader extends Reader {
  readonly #codes: Int32Array;
  readonly #words = new Words();

  constructor(name: string, capacity: number, rules: CellRules) {
    super(name, capacity, rules);
    this.#codes = new Int32Array(capacity);
  }

  read(cells: Cells, column: number, from: number, to: number): void {
    const {bytes, starts, ends, marks, width} = cells;
    const {missing, unescape} = this.rules;
    const codes = this.#codes;
    const words = this.#words;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = row * width + column;
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      const mark = marks[cell];
      if (mark === ABSENT || (mark === BARE && missing.mayBegin(bytes, start, end) && missing.has(bytes, start, end))) {
        codes[into] = -1;
        this.miss(into);
      } else if (mark === ESCAPED) {
        const plain = unescape(bytes, start, end);
        codes[into] = words.codeOf(plain, 0, plain.length);
      } else codes[into] = words.codeOf(bytes, start, end);
    }
    this.filled = into;
  }

  column(): Column {
    const codes = this.#codes.subarray(0, this.filled);
    return {name: this.name, type: 'string', codes, words: this.#words.texts(), ...this.missingPart()};
  }
}
