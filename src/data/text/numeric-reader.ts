/** Numbers and dates, which are all floats: one short loop for each way to read them. */
import type {Column} from '../table.ts';
import {BARE_INTEGER} from './cells.ts';
import type {Cells} from './cells.ts';
import {parseDate, parseDatetime} from './parse-date.ts';
import {numberOfText, simpleInteger, simpleNumber} from './parse-number.ts';
import {Reader} from './reader.ts';
import type {ColumnSpec} from './reader.ts';

export class NumericReader extends Reader<Float64Array> {
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
    const {bytes, starts, ends, marks, numbers, capacity} = cells;
    const {decimal} = this.spec.rules;
    const {values} = this;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
      if ((marks[cell] as number) >= BARE_INTEGER) {
        values[into] = numbers[cell] as number;
        continue;
      }
      const value = simpleNumber(bytes, starts[cell] as number, ends[cell] as number, decimal);
      values[into] = value === value ? value : this.#carefully(cells, cell, row, into, onMisfit);
    }
  }

  #readIntegers(cells: Cells, column: number, from: number, to: number, onMisfit: (row: number) => void): void {
    const {bytes, starts, ends, marks, numbers, capacity} = cells;
    const {values} = this;
    let into = this.filled;
    for (let row = from; row < to; row += 1, into += 1) {
      const cell = column * capacity + row;
      if (marks[cell] === BARE_INTEGER) {
        // A whole number has no -0.
        values[into] = (numbers[cell] as number) + 0;
        continue;
      }
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
