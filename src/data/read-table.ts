/**
 * Reads tables of every format, whole or in batches of rows. Types are found over all rows of a file, so a text format
 * is read twice; memory is that of the table, or of one batch.
 */
import type {ByteSource} from './byte-source.ts';
import {BATCH_ROWS, wantedColumns} from './read-options.ts';
import type {ReadOptions} from './read-options.ts';
import {formatOf} from './table-format.ts';
import {concatTables} from './table-tools.ts';
import type {Table} from './table.ts';
import {failAt, openCells} from './text/open-cells.ts';
import {readCells} from './text/read-cells.ts';

export type {BadRow, Misfit, ReadOptions, TableFormat} from './read-options.ts';

/**
 * The table in batches, in the order of its rows; at least one, which has no rows when the table has none. All have the
 * same columns and types; the words of text columns are each batch's own.
 * @throws Error with a sentence for the user: what is wrong, and where (`file:line`)
 */
export async function* scanTable(source: ByteSource, options: ReadOptions = {}): AsyncIterable<Table> {
  yield* batches(source, options, options.batchRows ?? BATCH_ROWS);
}

/** The whole table. @throws Error as `scanTable` does */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  const tables: Table[] = [];
  for await (const table of batches(source, options, undefined)) tables.push(table);
  return concatTables(tables);
}

/** @param batchRows undefined for as few batches as the format allows */
async function* batches(source: ByteSource, options: ReadOptions, batchRows: number | undefined): AsyncIterable<Table> {
  const format = await formatOf(source, options);
  if (format === 'parquet' || format === 'arrow') {
    throw new Error(`\`${source.name}\`: ${format} cannot be read yet`);
  } else {
    const {file, types, rowCount} = await openCells(source, format, options, batchRows === undefined);
    const wanted = wantedColumns(file.names, options, file.name);
    yield* readCells(file, types, wanted, batchRows ?? Math.max(1, rowCount), {
      onBadRow: options.onBadRow ?? failAt(file.name),
      onMisfit: options.onMisfit,
    });
  }
}
