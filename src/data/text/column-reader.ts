/**
 * Columns of a table, filled from cells: one short loop for each type over one column at a time. The types are known; a
 * reader tells which cells do not fit.
 */
import type {Column, ColumnType} from '../table.ts';
import {ABSENT, BARE, ESCAPED, grown} from './cells.ts';
import type {Cells} from './cells.ts';
import type {CellRules} from './cell-file.ts';
import {BIG, BOOLEAN, DATE, DATETIME, HUGE, INTEGER, NUMBER, booleanOfText, kindOfBytes} from './cell-kinds.ts';
import {parseDate, parseDatetime} from './parse-date.ts';
import {numberOfText, shortText, simpleInteger, simpleNumber} from './parse-number.ts';
import {Words} from './words.ts';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** The type was said and not found: what can be read as it, fits. Else only what would be found to be of it. */
  readonly isGiven: boolean;
  /** How many rows are expected; there may be more. */
  readonly rows: number;
  readonly rules: CellRules;
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

export function columnReader(spec: ColumnSpec): ColumnReader {
  if (spec.type === 'string') return new StringReader(spec);
  if (spec.type === 'boolean') return new BooleanReader(spec);
  if (spec.type === 'bigint') return new BigintReader(spec);
  return new NumericReader(spec, spec.type);
}

/** The kinds that a cell of a column of a type may be of. */
const KINDS: {readonly [type in Exclude<ColumnType, 'string'>]: number} = {
  integer: INTEGER,
  number: INTEGER | BIG | HUGE | NUMBER,
  boolean: BOOLEAN,
  date: DATE,
  datetime: DATE | DATETIME,
  bigint: INTEGER | BIG,
};

type Values = Float64Array | Uint8Array | BigInt64Array | Int32Array;

/** What the readers share: the rows so far, and which of them are missing. */
abstract class Reader<Of extends Values> implements ColumnReader {
  protected readonly spec: ColumnSpec;
  protected values: Of;
  protected filled = 0;
  readonly #make: (length: number) => Of;
  #missing: Uint8Array | undefined;

  constructor(spec: ColumnSpec, make: (length: number) => Of) {
    this.spec = spec;
    this.#make = make;
    this.values = make(spec.rows);
  }

  abstract read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void;
  abstract column(): Column;

  /** Makes room for so many rows more. */
  protected reserve(rows: number): void {
    const needed = this.filled + rows;
    if (needed <= this.values.length) return;
    const length = Math.max(needed, Math.ceil(this.values.length * 1.5));
    this.values = grown(this.values, this.#make(length));
    if (this.#missing !== undefined) this.#missing = grown(this.#missing, new Uint8Array(length));
  }

  /** Says that a row of what is being made is missing. */
  protected miss(row: number): void {
    this.#missing ??= new Uint8Array(this.values.length);
    this.#missing[row] = 1;
  }

  protected named(): {readonly name: string; readonly missing?: Uint8Array} {
    const {name} = this.spec;
    return this.#missing === undefined ? {name} : {name, missing: this.#missing.subarray(0, this.filled)};
  }

  /** Whether a cell of a column that is no text is missing. */
  protected isMissing(cells: Cells, cell: number): boolean {
    const start = cells.starts[cell] as number;
    const end = cells.ends[cell] as number;
    const mark = cells.marks[cell];
    if (mark === ABSENT) return true;
    // A column that is no text has no empty text either.
    if (mark !== BARE) return start === end;
    const {missing} = this.spec.rules;
    if (!missing.mayBegin(cells.bytes, start, end)) return false;
    return missing.has(cells.bytes, start, end) || missing.hasSpaced(cells.bytes, start, end);
  }

  /** A cell of a column that is no text, without spaces about it; undefined when its kind does not fit. */
  protected textOf({bytes, starts, ends, marks}: Cells, cell: number): string | undefined {
    const {type, isGiven, rules} = this.spec;
    const start = starts[cell] as number;
    const end = ends[cell] as number;
    if (marks[cell] === ESCAPED || type === 'string') return undefined;
    if (!isGiven && (kindOfBytes(bytes, start, end, rules.decimal) & ~KINDS[type]) !== 0) return undefined;
    return shortText(bytes, start, end).trim();
  }
}

class NumericReader extends Reader<Float64Array> {
  readonly #type: 'integer' | 'number' | 'date' | 'datetime';

  constructor(spec: ColumnSpec, type: 'integer' | 'number' | 'date' | 'datetime') {
    super(spec, (length) => new Float64Array(length));
    this.#type = type;
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    this.reserve(to - from);
    if (this.spec.rules.missing.mayBeValues) this.#readSlowly(cells, column, from, to, onMisfit);
    else if (this.#type === 'number') this.#readNumbers(cells, column, from, to, onMisfit);
    else if (this.#type === 'integer') this.#readIntegers(cells, column, from, to, onMisfit);
    else this.#readDates(cells, column, from, to, onMisfit);
    this.filled += to - from;
  }

  #readNumbers(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    const {bytes, starts, ends, capacity} = cells;
    const {decimal} = this.spec.rules;
    const {values} = this;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
      const value = simpleNumber(bytes, starts[cell] as number, ends[cell] as number, decimal);
      values[into] = value === value ? value : this.#carefully(cells, cell, row, into, onMisfit);
    }
  }

  #readIntegers(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    const {bytes, starts, ends, capacity} = cells;
    const {values} = this;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
      const value = simpleInteger(bytes, starts[cell] as number, ends[cell] as number);
      values[into] = value === value ? value : this.#carefully(cells, cell, row, into, onMisfit);
    }
  }

  #readDates(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    const {bytes, starts, ends, capacity} = cells;
    const parse = this.#type === 'date' ? parseDate : parseDatetime;
    const {values} = this;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
      const value = parse(bytes, starts[cell] as number, ends[cell] as number);
      values[into] = value === value ? value : this.#carefully(cells, cell, row, into, onMisfit);
    }
  }

  /** Where a number may mean that the value is missing. */
  #readSlowly(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    for (let row = from; row < to; row += 1) {
      const into = this.filled + row - from;
      this.values[into] = this.#carefully(cells, column * cells.capacity + row, row, into, onMisfit);
    }
  }

  /** What is not written in the simplest way. */
  #carefully(cells: Cells, cell: number, row: number, into: number, onMisfit: (row: number) => void): number {
    if (!this.isMissing(cells, cell)) {
      const text = this.textOf(cells, cell);
      const value = text === undefined ? undefined : this.#valueOf(text);
      if (value !== undefined) return value;
      onMisfit(row);
    }
    this.miss(into);
    return NaN;
  }

  #valueOf(text: string): number | undefined {
    if (this.#type === 'number' || this.#type === 'integer') {
      const value = numberOfText(text, String.fromCharCode(this.spec.rules.decimal));
      if (this.#type === 'number' || value === undefined) return value;
      return Number.isSafeInteger(value) ? value + 0 : undefined;
    }
    const bytes = new TextEncoder().encode(text);
    const parse = this.#type === 'date' ? parseDate : parseDatetime;
    const value = parse(bytes, 0, bytes.length);
    return Number.isNaN(value) ? undefined : value;
  }

  column(): Column {
    return {...this.named(), type: this.#type, values: this.values.subarray(0, this.filled)};
  }
}

class BooleanReader extends Reader<Uint8Array> {
  constructor(spec: ColumnSpec) {
    super(spec, (length) => new Uint8Array(length));
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    this.reserve(to - from);
    for (let row = from; row < to; row += 1, this.filled += 1) {
      const cell = column * cells.capacity + row;
      const value = this.isMissing(cells, cell) ? 'missing' : booleanOrDigit(this.textOf(cells, cell));
      if (value === true) this.values[this.filled] = 1;
      else if (value !== false) {
        if (value === undefined) onMisfit(row);
        this.miss(this.filled);
      }
    }
  }

  column(): Column {
    return {...this.named(), type: 'boolean', values: this.values.subarray(0, this.filled)};
  }
}

/** Where the type is known, 1 and 0 are true and false, too. */
export function booleanOrDigit(text: string | undefined): boolean | undefined {
  if (text === '1' || text === '0') return text === '1';
  return text === undefined ? undefined : booleanOfText(text);
}

const WHOLE = /^[+-]?\d+$/;

class BigintReader extends Reader<BigInt64Array> {
  constructor(spec: ColumnSpec) {
    super(spec, (length) => new BigInt64Array(length));
  }

  read(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    this.reserve(to - from);
    for (let row = from; row < to; row += 1, this.filled += 1) {
      const cell = column * cells.capacity + row;
      if (this.isMissing(cells, cell)) {
        this.miss(this.filled);
        continue;
      }
      const text = this.textOf(cells, cell) ?? '';
      const value = WHOLE.test(text) ? BigInt(text.replace('+', '')) : undefined;
      if (value === undefined || BigInt.asIntN(64, value) !== value) {
        onMisfit(row);
        this.miss(this.filled);
      } else this.values[this.filled] = value;
    }
  }

  column(): Column {
    return {...this.named(), type: 'bigint', values: this.values.subarray(0, this.filled)};
  }
}

class StringReader extends Reader<Int32Array> {
  readonly #words = new Words();

  constructor(spec: ColumnSpec) {
    super(spec, (length) => new Int32Array(length));
  }

  read(cells: Cells, column: number, from: number, to: number): void {
    this.reserve(to - from);
    const {bytes, starts, ends, marks, capacity} = cells;
    const {missing, unescape} = this.spec.rules;
    const codes = this.values;
    const words = this.#words;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
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
    const codes = this.values.subarray(0, this.filled);
    return {...this.named(), type: 'string', codes, words: this.#words.texts()};
  }
}
