/** JSON lines: one object a row, members in the order of the columns, `null` where a value is missing. */
import type {ByteSink} from '../byte-source.ts';
import {formatCell} from '../format-cell.ts';
import type {Column, Table} from '../table.ts';
import {TextSink} from './text-sink.ts';

export class JsonLinesWriter {
  readonly #sink: TextSink;

  constructor(sink: ByteSink) {
    this.#sink = new TextSink(sink);
  }

  async write({columns, rowCount}: Table): Promise<void> {
    const members = columns.map((column) => ({key: JSON.stringify(column.name), valueOf: valuesOf(column)}));
    for (let row = 0; row < rowCount; row += 1) {
      this.#sink.add(`{${members.map(({key, valueOf}) => `${key}:${valueOf(row)}`).join(',')}}\n`);
      await this.#sink.settle();
    }
  }

  async end(): Promise<void> {
    await this.#sink.settle(1);
  }
}

function valuesOf(column: Column): (row: number) => string {
  if (column.type === 'string') {
    const words = column.words.map((word) => JSON.stringify(word));
    return (row) => words[column.codes[row] ?? -1] ?? 'null';
  }
  if (column.type === 'date' || column.type === 'datetime') {
    return (row) => {
      const text = formatCell(column, row);
      return text === undefined ? 'null' : `"${text}"`;
    };
  }
  // JSON has no word for what is no finite number.
  return (row) => {
    const text = formatCell(column, row);
    return text === undefined || text === 'NaN' || text.endsWith('Inf') ? 'null' : text;
  };
}
