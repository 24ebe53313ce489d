/**
 * Columns of a table, filled from cells: one short loop for each type over one column at a time. The types are known; a
 * reader tells which cells do not fit.
 */
import type {Column} from '../table.ts';
import {ABSENT, ESCAPED, QUOTED} from './cells.ts';
import type {Cells} from './cells.ts';
import {booleanOfText} from './cell-kinds.ts';
import {NumericReader} from './numeric-reader.ts';
import {Reader} from './reader.ts';
import type {ColumnReader, ColumnSpec} from './reader.ts';
import {Words} from './words.ts';

export function columnReader(spec: ColumnSpec): ColumnReader {
  if (spec.type === 'string') return new StringReader(spec);
  if (spec.type === 'boolean') return new BooleanReader(spec);
  if (spec.type === 'bigint') return new BigintReader(spec);
  return new NumericReader(spec, spec.type);
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

/** No more than 64 bits may hold: to make a number of a text takes the square of its length. */
const WHOLE = /^[+-]?0*\d{1,19}$/;

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
      if (mark === ESCAPED) {
        const plain = unescape(bytes, start, end);
        codes[into] = words.codeOf(plain, 0, plain.length);
      } else if (
        mark === ABSENT ||
        ((mark !== QUOTED || missing.inQuotes) && missing.mayBegin(bytes, start, end) && missing.has(bytes, start, end))
      ) {
        codes[into] = -1;
        this.miss(into);
      } else codes[into] = words.codeOf(bytes, start, end);
    }
    this.filled = into;
  }

  column(): Column {
    const codes = this.values.subarray(0, this.filled);
    return {...this.named(), type: 'string', codes, words: this.#words.texts(this.spec.isBatch)};
  }
}
