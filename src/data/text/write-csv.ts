/**
 * CSV that reading gives the same table of: RFC 4180 with \n, texts in quotes where they would be read as something else.
 */
import {formatCell} from '../format-cell.ts';
import type {Column, StringColumn, Table} from '../table.ts';
import type {WriteOptions} from '../write-options.ts';
import {TEXT, kindOfBytes} from './cell-kinds.ts';
import {DEFAULT_MISSING_VALUES} from './missing-values.ts';
import {TextSink} from './text-sink.ts';
import type {ByteSink} from '../byte-source.ts';

const QUOTE = '"';
/** What spreadsheets take as the beginning of a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const POINT = 46;

export class CsvWriter {
  readonly #sink: TextSink;
  readonly #delimiter: string;
  readonly #forPeople: boolean;
  #special: RegExp;
  readonly #encoder = new TextEncoder();
  #hasHeader = false;

  constructor(sink: ByteSink, delimiter: string, {forPeople = false}: WriteOptions) {
    this.#sink = new TextSink(sink);
    this.#delimiter = delimiter;
    this.#forPeople = forPeople;
    this.#special = specialIn(delimiter === '\t' ? '\\t' : delimiter);
  }

  async write({columns, rowCount}: Table): Promise<void> {
    if (!this.#hasHeader) this.#header(columns);
    const cells = columns.map((column) => this.#cellsOf(column));
    // A line with nothing in it is no row.
    const missing = columns.length === 1 ? 'NA' : '';
    for (let row = 0; row < rowCount; row += 1) {
      let line = '';
      for (const [index, cellOfRow] of cells.entries()) {
        line += `${index === 0 ? '' : this.#delimiter}${cellOfRow(row) ?? missing}`;
      }
      this.#sink.add(`${line}\n`);
      await this.#sink.settle();
    }
  }

  async end(): Promise<void> {
    await this.#sink.settle(1);
  }

  #header(columns: readonly Column[]): void {
    this.#hasHeader = true;
    if (columns.length === 0) throw new Error('a table without columns cannot be written as CSV');
    // Where there is no delimiter, one that stands in every text would be taken for it.
    if (columns.length === 1 && this.#delimiter === ',') this.#special = specialIn(',;|\\t');
    const names = columns.map(({name}) => this.#written(name));
    this.#sink.add(`${names.join(this.#delimiter)}\n`);
  }

  #cellsOf(column: Column): (row: number) => string | undefined {
    // R only knows them in capitals; pandas knows both.
    if (column.type === 'boolean') return (row) => formatCell(column, row)?.toUpperCase();
    if (column.type !== 'string') return (row) => formatCell(column, row);
    const words = this.#wordsOf(column);
    return (row) => words[column.codes[row] ?? -1];
  }

  /** Each word as it is written, made once a word and not once a row. */
  #wordsOf({words}: StringColumn): readonly string[] {
    return words.map((word) => this.#written(word));
  }

  #written(word: string): string {
    const text = this.#guarded(word);
    return this.#special.test(text) || this.#wouldBeRead(text) ? quoted(text) : text;
  }

  #guarded(text: string): string {
    return this.#forPeople && FORMULA.test(text) ? `'${text}` : text;
  }

  /** Whether a text without quotes would be taken as missing, a number, a truth or a date. */
  #wouldBeRead(text: string): boolean {
    if (DEFAULT_MISSING_VALUES.includes(text.trim())) return true;
    if (text.length > 400) return false;
    const bytes = this.#encoder.encode(text);
    return kindOfBytes(bytes, 0, bytes.length, POINT) !== TEXT;
  }
}

/** What cannot stand without quotes. */
const specialIn = (delimiters: string): RegExp => new RegExp(`[${delimiters}"\\r\\n]|^['\\ufeff]`);

const quoted = (text: string): string => `${QUOTE}${text.replaceAll(QUOTE, QUOTE + QUOTE)}${QUOTE}`;
