/** What the readers of columns share: the rows so far, and which of them are missing. */
import type {Column, ColumnType} from '../table.ts';
import {ABSENT, ESCAPED, QUOTED, grown} from './cells.ts';
import type {Cells} from './cells.ts';
import type {CellRules} from './cell-file.ts';
import {BIG, BOOLEAN, DATE, DATETIME, HUGE, INTEGER, NUMBER, kindOfBytes} from './cell-kinds.ts';
import {shortText} from './parse-number.ts';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** The type was said and not found: what can be read as it, fits. Else only what would be found to be of it. */
  readonly isGiven: boolean;
  /** How many rows are expected; there may be more. */
  readonly rows: number;
  /** The table is one of many. */
  readonly isBatch: boolean;
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

export abstract class Reader<Of extends Values> implements ColumnReader {
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
    const {missing} = this.spec.rules;
    if (mark === ESCAPED || (mark === QUOTED && !(missing.inQuotes && start < end))) return start === end;
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
