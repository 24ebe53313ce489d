/** Columns as a reader gave them, made columns of the types that a schema declares. */
import {cellText} from '../row-key.ts';
import {cellValue} from '../schema/cell-value.ts';
import {isTextual, type ColumnSchema} from '../schema/schema.ts';
import {isMissing, type Column, type ColumnType, type StringColumn} from '../table.ts';

/** A column of one batch. */
export interface CastColumn {
  /** Of the declared type (`text` is `string`); cells that do not fit it are missing here. */
  readonly column: Column;
  /** What the reader gave it as. */
  readonly fileType: ColumnType;
  /** One byte a row, 1 where the cell holds something that is not of the type; absent when all fit. */
  readonly misfits?: Uint8Array;
  /** The cell as the file has it, for examples; null when it is missing. */
  textOf(row: number): string | null;
}

const MIDNIGHT = 86_400_000;

/** @param misfits cells that the reader left out since they are not of the type. */
export function castColumn(source: Column, schema: ColumnSchema, misfits?: ReadonlyMap<number, string>): CastColumn {
  const wanted: ColumnType = isTextual(schema.type) ? 'string' : (schema.type as ColumnType);
  const textOf = (row: number): string | null => misfits?.get(row) ?? cellText(source, row) ?? null;
  const rows = rowsOf(source);
  if (source.type === wanted) {
    if (misfits === undefined || misfits.size === 0) return {column: source, fileType: source.type, textOf};
    const marks = new Uint8Array(rows);
    for (const row of misfits.keys()) marks[row] = 1;
    return {column: source, fileType: source.type, misfits: marks, textOf};
  }
  const builder = new Builder(source.name, wanted, rows);
  if (wanted === 'string') {
    // The numbers of a Parquet file are no texts, but what else is asked of them can still be looked at.
    for (let row = 0; row < rows; row += 1) builder.addText(cellText(source, row));
  } else if (source.type === 'string') castWords(source, wanted, builder);
  else
    for (let row = 0; row < rows; row += 1)
      builder.add(isMissing(source, row) ? 'missing' : converted(source, row, wanted));
  return {...builder.finish(), fileType: source.type, textOf};
}

const rowsOf = (column: Column): number => (column.type === 'string' ? column.codes.length : column.values.length);

type Cell = number | bigint | undefined | 'missing';

function castWords({codes, words, missing}: StringColumn, type: Exclude<ColumnType, 'string'>, builder: Builder): void {
  const values = words.map((word) => cellValue(type, word));
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] ?? -1;
    builder.add(code < 0 || missing?.[row] === 1 ? 'missing' : values[code]);
  }
}

/** A value of one type as one of another; undefined when nothing of it would be right. */
function converted(column: Exclude<Column, StringColumn>, row: number, wanted: ColumnType): Cell {
  const value = column.values[row] ?? 0;
  const isTime = column.type === 'date' || column.type === 'datetime';
  if (wanted === 'date' || wanted === 'datetime')
    return isTime && (wanted === 'datetime' || Number(value) % MIDNIGHT === 0) ? value : undefined;
  if (isTime) return undefined;
  if (wanted === 'boolean') return Number(value) === 0 || Number(value) === 1 ? Number(value) : undefined;
  if (column.type === 'boolean') return undefined;
  if (wanted === 'number') return Number(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  if (wanted === 'bigint') return BigInt(value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

/** Fills a column row by row. */
class Builder {
  readonly #name: string;
  readonly #type: ColumnType;
  readonly #missing: Uint8Array;
  readonly #misfits: Uint8Array;
  readonly #numbers: Float64Array;
  readonly #bigints: BigInt64Array;
  readonly #codes: Int32Array;
  readonly #words = new Map<string, number>();
  #row = 0;
  #hasMissing = false;
  #hasMisfits = false;

  constructor(name: string, type: ColumnType, rows: number) {
    this.#name = name;
    this.#type = type;
    this.#missing = new Uint8Array(rows);
    this.#misfits = new Uint8Array(rows);
    this.#numbers = new Float64Array(type === 'string' || type === 'bigint' ? 0 : rows);
    this.#bigints = new BigInt64Array(type === 'bigint' ? rows : 0);
    this.#codes = new Int32Array(type === 'string' ? rows : 0);
  }

  add(cell: Cell): void {
    if (typeof cell === 'bigint') this.#bigints[this.#row] = cell;
    else if (typeof cell === 'number') this.#numbers[this.#row] = cell;
    else this.#lose(cell === undefined);
    this.#row += 1;
  }

  /** A cell that is no text, as text. */
  addText(text: string | undefined): void {
    this.#codes[this.#row] = -1;
    if (text === undefined) this.#lose(false);
    else {
      const code = this.#words.get(text) ?? this.#words.size;
      this.#words.set(text, code);
      this.#codes[this.#row] = code;
      this.#misfits[this.#row] = 1;
      this.#hasMisfits = true;
    }
    this.#row += 1;
  }

  #lose(isMisfit: boolean): void {
    this.#missing[this.#row] = 1;
    this.#hasMissing = true;
    if (this.#type !== 'bigint') this.#numbers[this.#row] = this.#type === 'boolean' ? 0 : NaN;
    if (!isMisfit) return;
    this.#misfits[this.#row] = 1;
    this.#hasMisfits = true;
  }

  finish(): {readonly column: Column; readonly misfits?: Uint8Array} {
    const head = {name: this.#name, ...(this.#hasMissing ? {missing: this.#missing} : {})};
    return {column: this.#column(head), ...(this.#hasMisfits ? {misfits: this.#misfits} : {})};
  }

  #column(head: {readonly name: string; readonly missing?: Uint8Array}): Column {
    const type = this.#type;
    if (type === 'string') return {...head, type, codes: this.#codes, words: [...this.#words.keys()]};
    if (type === 'bigint') return {...head, type, values: this.#bigints};
    if (type === 'boolean') return {...head, type, values: Uint8Array.from(this.#numbers)};
    return {...head, type, values: this.#numbers};
  }
}
