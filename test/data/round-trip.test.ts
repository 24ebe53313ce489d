/** What is written is read again as the same table: every format, random tables, any size of batches and pieces. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {readTable, scanTable} from '../../src/data/read-table.ts';
import type {TableFormat} from '../../src/data/read-table.ts';
import {concatTables, sliceRows, tablesEqual} from '../../src/data/table-tools.ts';
import type {Table} from '../../src/data/table.ts';
import {randomTable} from './random-table.ts';
import type {Limits} from './random-table.ts';
import {shown} from './read-both.ts';
import {byteSource, written} from './text-source.ts';

const FORMATS: readonly (readonly [TableFormat, Limits, number])[] = [
  ['csv', {}, 200],
  ['tsv', {}, 100],
  // JSON has no NaN, and nothing but texts for dates.
  ['jsonl', {finite: true, datesAreTexts: true}, 150],
  ['parquet', {}, 60],
  ['arrow', {}, 60],
];

/** For a message that shows what differs. */
const expectSame = (found: Table, wanted: Table): void => {
  if (!tablesEqual(found, wanted)) expect(shown(found)).toEqual(shown(wanted));
  expect(tablesEqual(found, wanted)).toBe(true);
};

const batchesOf = (table: Table, rows: number): Table[] => {
  const batches: Table[] = [];
  for (let from = 0; from < table.rowCount; from += rows) {
    batches.push(sliceRows(table, from, Math.min(table.rowCount, from + rows)));
  }
  return batches;
};

describe.each(FORMATS)('%s', (format, limits, numRuns) => {
  it('gives back the table that was written, whole and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomTable(limits),
        fc.integer({min: 1, max: 13}),
        fc.integer({min: 1, max: 13}),
        fc.constantFrom(1, 2, 3, 7, 64, 1 << 16),
        async (table, writeRows, readRows, pieceBytes) => {
          const bytes = await written(format, batchesOf(table, writeRows));
          const source = byteSource(`t.${format}`, bytes, pieceBytes);
          expectSame(await readTable(source, {header: true}), table);
          const batches: Table[] = [];
          for await (const batch of scanTable(source, {header: true, batchRows: readRows})) batches.push(batch);
          expect(Math.max(...batches.map(({rowCount}) => rowCount))).toBeLessThanOrEqual(readRows);
          expectSame(concatTables(batches), table);
        },
      ),
      {seed: 1, numRuns},
    );
  });
});
