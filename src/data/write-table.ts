/** Writes tables in batches; what is read back is the same table. */
import type {ByteSink} from './byte-source.ts';
import type {TableFormat} from './read-options.ts';
import {checkSameColumns, emptyTable} from './table-tools.ts';
import type {Table} from './table.ts';
import {CsvWriter} from './text/write-csv.ts';
import {JsonLinesWriter} from './text/write-json-lines.ts';
import type {WriteOptions} from './write-options.ts';

export type {WriteOptions} from './write-options.ts';

export interface TableWriter {
  /** All batches have the same columns of the same types; write one without rows when there are none. */
  write(batch: Table): Promise<void>;
  /** To be called once, after the last batch. */
  end(): Promise<void>;
}

/** Packages of binary formats are loaded on use, hence the promise. */
export async function tableWriter(
  format: TableFormat,
  sink: ByteSink,
  options: WriteOptions = {},
): Promise<TableWriter> {
  const writer = await writerOf(format, sink, options);
  let first: Table | undefined;
  return {
    write: async (batch) => {
      first ??= emptyTable(batch.columns);
      checkSameColumns(first, batch);
      await writer.write(batch);
    },
    end: () => writer.end(),
  };
}

async function writerOf(format: TableFormat, sink: ByteSink, options: WriteOptions): Promise<TableWriter> {
  switch (format) {
    case 'csv':
      return new CsvWriter(sink, ',', options);
    case 'tsv':
      return new CsvWriter(sink, '\t', options);
    case 'jsonl':
      return new JsonLinesWriter(sink);
    case 'parquet': {
      const {ParquetTableWriter} = await import('./parquet/write-parquet.ts');
      return new ParquetTableWriter(sink);
    }
    case 'arrow': {
      const {ArrowTableWriter} = await import('./arrow/write-arrow.ts');
      return new ArrowTableWriter(sink);
    }
  }
}
