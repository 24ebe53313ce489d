/**
 * Parquet, a row group a batch: text as UTF-8, whole numbers as INT64, datetimes as microseconds in UTC, compressed by
 * Snappy, which every reader knows.
 */
import type {ByteWriter, ParquetWriter} from 'hyparquet-writer';
import {ownText} from '../../base/own-text.ts';
import {BIGINT_KEY} from '../binary-cells.ts';
import type {ByteSink} from '../byte-source.ts';
import {microsOf} from '../instants.ts';
import {cellOf} from '../table-tools.ts';
import type {Column, Table} from '../table.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const DAY = 86_400_000;

export class ParquetTableWriter {
  readonly #sink: ByteSink;
  #bytes: ByteWriter | undefined;
  #writer: ParquetWriter | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async write(table: Table): Promise<void> {
    const writer = this.#writer ?? (await this.#begin(table));
    if (table.rowCount === 0) return;
    const columnData = table.columns.map((column) => ({name: column.name, data: cellsOf(column, table.rowCount)}));
    await writer.write({columnData, rowGroupSize: table.rowCount});
    copyStatistics(writer);
    await this.#drain();
  }

  async end(): Promise<void> {
    if (this.#writer === undefined) throw new Error('a table without columns cannot be written as Parquet');
    await this.#writer.finish();
    await this.#drain();
  }

  async #begin({columns}: Table): Promise<ParquetWriter> {
    if (columns.length === 0) throw new Error('a table without columns cannot be written as Parquet');
    const {ByteWriter: Bytes, ParquetWriter: Writer} = await import('hyparquet-writer');
    const schema = [{name: 'root', num_children: columns.length}, ...columns.map(elementOf)];
    const bigints = columns.filter(({type}) => type === 'bigint').map(({name}) => name);
    const kvMetadata = bigints.length === 0 ? [] : [{key: BIGINT_KEY, value: JSON.stringify(bigints)}];
    this.#bytes = new Bytes();
    this.#writer = new Writer({writer: this.#bytes, schema, kvMetadata, createdBy: 'mlp'});
    return this.#writer;
  }

  /** Hands on what was written; offsets in the file go on counting. */
  async #drain(): Promise<void> {
    if (this.#bytes === undefined) return;
    await this.#sink.write(this.#bytes.getBytes().slice());
    this.#bytes.index = 0;
  }
}

/**
 * The least and the greatest text of every group are kept to the end. A text that was cut from a longer one keeps all of that
 * in memory, so a copy takes its place.
 */
function copyStatistics(writer: ParquetWriter): void {
  for (const {meta_data: meta} of writer.row_groups.at(-1)?.columns ?? []) {
    const statistics = meta?.statistics;
    if (statistics === undefined) continue;
    if (typeof statistics.min_value === 'string') statistics.min_value = ownText(statistics.min_value);
    if (typeof statistics.max_value === 'string') statistics.max_value = ownText(statistics.max_value);
  }
}

function elementOf({name, type}: Column): SchemaElement {
  const optional = {name, repetition_type: 'OPTIONAL'} as const;
  switch (type) {
    case 'integer':
    case 'bigint':
      return {...optional, type: 'INT64'};
    case 'number':
      return {...optional, type: 'DOUBLE'};
    case 'boolean':
      return {...optional, type: 'BOOLEAN'};
    case 'date':
      return {...optional, type: 'INT32', converted_type: 'DATE', logical_type: {type: 'DATE'}};
    case 'datetime':
      return {
        ...optional,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS'},
      };
    case 'string':
      return {...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: {type: 'STRING'}};
  }
}

/** Undefined is a missing value. */
function cellsOf(column: Column, rowCount: number): (number | bigint | string | boolean | undefined)[] {
  return Array.from({length: rowCount}, (_, row) => {
    const cell = cellOf(column, row);
    if (typeof cell !== 'number' || column.type === 'number') return cell;
    if (column.type === 'date') return Math.floor(cell / DAY);
    return column.type === 'datetime' ? microsOf(cell) : BigInt(cell);
  });
}
