/**
 * Reads tables of every format, whole or in batches of rows; memory is that of the table, or of one batch.
 */
import {outlineBinary, scanBinary} from './binary-table.ts';
import type {BinaryFile} from './binary-table.ts';
import type {ByteSource} from './byte-source.ts';
import {BATCH_ROWS} from './read-options.ts';
import type {ReadOptions, TableFormat, TableOutline} from './read-options.ts';
import {formatOf} from './table-format.ts';
import {concatTables} from './table-tools.ts';
import type {Table} from './table.ts';
import {outlineText, readText, scanText} from './text/read-text.ts';
import type {TextFormat} from './text/read-text.ts';

export type {BadRow, Misfit, ReadOptions, TableFormat, TableOutline} from './read-options.ts';

/**
 * The table in batches, in the order of its rows; at least one, which has no rows when the table has none. All have the
 * same columns and types; the words of text columns are each batch's own.
 * @throws Error with a sentence for the user: what is wrong, and where (`file:line`)
 */
export async function* scanTable(source: ByteSource, options: ReadOptions = {}): AsyncIterable<Table> {
  const batchRows = options.batchRows ?? BATCH_ROWS;
  const format = await formatOf(source, options);
  if (isText(format)) yield* scanText(source, format, options, batchRows);
  else yield* scanBinary(await openBinary(source, format), options, batchRows);
}

/** The whole table. @throws Error as `scanTable` does */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  const format = await formatOf(source, options);
  if (isText(format)) return readText(source, format, options);
  const tables: Table[] = [];
  for await (const table of scanBinary(await openBinary(source, format), options, undefined)) tables.push(table);
  return concatTables(tables);
}

/** How many rows there are, and which columns of which types: what `scanTable` will give. @throws Error as `scanTable` does */
export async function outlineTable(source: ByteSource, options: ReadOptions = {}): Promise<TableOutline> {
  const format = await formatOf(source, options);
  if (isText(format)) return outlineText(source, format, options);
  return outlineBinary(await openBinary(source, format), options);
}

const isText = (format: TableFormat): format is TextFormat => format !== 'parquet' && format !== 'arrow';

async function openBinary(source: ByteSource, format: 'parquet' | 'arrow'): Promise<BinaryFile> {
  if (format === 'parquet') {
    const {openParquet} = await import('./parquet/read-parquet.ts');
    return openParquet(source);
  }
  const {openArrow} = await import('./arrow/read-arrow.ts');
  return openArrow(source);
}
