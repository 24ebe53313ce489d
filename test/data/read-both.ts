/** Tables as lines of text that a test can state. */
import {expect} from 'vitest';
import {readTable, scanTable} from '../../src/data/read-table.ts';
import type {ReadOptions} from '../../src/data/read-table.ts';
import {cellOf} from '../../src/data/table-tools.ts';
import type {Table} from '../../src/data/table.ts';
import {byteSource, textSource} from './text-source.ts';

/** `name: type [cells]` for each column; a missing cell is `-`. */
export const shown = (table: Table): readonly string[] =>
  table.columns.map((column) => {
    const cells = Array.from({length: table.rowCount}, (_, row) => cellOf(column, row));
    const text = cells.map((cell) => (cell === undefined ? '-' : Object.is(cell, -0) ? '-0' : String(cell)));
    return `${column.name}: ${column.type} [${text.join(' | ')}]`;
  });

/** Read whole and in batches of one, which must be the same. */
export async function read(text: string | Uint8Array, options: ReadOptions = {}): Promise<readonly string[]> {
  const source = typeof text === 'string' ? textSource('t.csv', text) : byteSource('t.csv', text);
  const whole = shown(await readTable(source, options));
  const heads: string[] = [];
  for await (const batch of scanTable(source, {...options, onNotice: undefined, batchRows: 1})) {
    heads.push(...batch.columns.map(({name, type}) => `${name}: ${type}`));
  }
  expect(whole.map((line) => line.slice(0, line.indexOf(' [')))).toEqual(heads.slice(0, whole.length));
  return whole;
}
