/**
 * Where the rows of an `ingest` stage go: one file; or a folder of files of at most so many rows; or a folder for each value
 * of some columns, named `column=value` as Hive, Spark, DuckDB, pandas and Polars read it.
 */
import {cellText, rowKeys} from '../../data/row-key.ts';
import {type Column, type Table, takeRows} from '../../data/table.ts';
import {selectColumns, sliceRows} from '../../data/table-tools.ts';
import type {Host} from '../../host/host.ts';
import {CountedTable} from '../shared/counted-table.ts';
import {partitionFolder} from '../shared/folder-files.ts';
import {type IngestSettings, listOf} from './settings.ts';

export interface WrittenFile {
  /** Below the out's folder; '' is the out itself. */
  readonly path: string;
  readonly rows: number;
}

export interface TableOutput {
  write(batch: Table): Promise<void>;
  /** @returns the files in the order in which they were begun */
  end(): Promise<readonly WrittenFile[]>;
  /** Leaves nothing of what was written; to be called when something failed. */
  discard(): void;
}

/** Each holds a file open, and rows that wait to be written. */
const MOST_PARTITIONS = 1000;

export async function openTableOutput(host: Host, path: string, settings: IngestSettings): Promise<TableOutput> {
  const {rows_per_file, partition_by, file_format} = settings;
  const rowsPerFile = rows_per_file ?? Infinity;
  if (partition_by !== undefined) {
    host.files.makeFolder(path);
    return new PartitionedOutput(host, path, {columns: listOf(partition_by), rowsPerFile, format: file_format});
  }
  if (rows_per_file === undefined) return new FileOutput(await CountedTable.create(host, path));
  host.files.makeFolder(path);
  return new FolderOutput(host, path, '', {rowsPerFile, format: file_format});
}

class FileOutput implements TableOutput {
  readonly #table: CountedTable;

  constructor(table: CountedTable) {
    this.#table = table;
  }

  write(batch: Table): Promise<void> {
    return this.#table.write(batch);
  }

  async end(): Promise<readonly WrittenFile[]> {
    await this.#table.end();
    return [{path: '', rows: this.#table.rows}];
  }

  discard(): void {
    this.#table.discard();
  }
}

interface FolderOptions {
  readonly rowsPerFile: number;
  readonly format: string;
}

/** `part-00001.csv`, `part-00002.csv`, ...: the first also when there are no rows. */
class FolderOutput implements TableOutput {
  readonly #host: Host;
  readonly #folder: string;
  readonly #below: string;
  readonly #options: FolderOptions;
  readonly #written: WrittenFile[] = [];
  #open: CountedTable | undefined;
  #path = '';

  /** @param below of the folder, ending in `/`, or '' */
  constructor(host: Host, folder: string, below: string, options: FolderOptions) {
    this.#host = host;
    this.#folder = folder;
    this.#below = below;
    this.#options = options;
  }

  async write(batch: Table): Promise<void> {
    for (let from = 0; ;) {
      const table = this.#open ?? (await this.#begin());
      const room = this.#options.rowsPerFile - table.rows;
      const count = Math.min(room, batch.rowCount - from);
      const part = sliceRows(batch, from, from + count);
      await table.write(part);
      from += count;
      if (from === batch.rowCount) return;
      await this.#finish();
    }
  }

  async end(): Promise<readonly WrittenFile[]> {
    await this.#finish();
    return this.#written;
  }

  discard(): void {
    this.#open?.discard();
  }

  async #begin(): Promise<CountedTable> {
    const number = String(this.#written.length + 1).padStart(5, '0');
    this.#path = `${this.#below}part-${number}.${this.#options.format}`;
    this.#open = await CountedTable.create(this.#host, `${this.#folder}/${this.#path}`);
    return this.#open;
  }

  async #finish(): Promise<void> {
    if (this.#open === undefined) return;
    await this.#open.end();
    this.#written.push({path: this.#path, rows: this.#open.rows});
    this.#open = undefined;
  }
}

class PartitionedOutput implements TableOutput {
  readonly #host: Host;
  readonly #folder: string;
  readonly #options: FolderOptions & {readonly columns: readonly string[]};
  readonly #partitions = new Map<string, FolderOutput>();

  constructor(host: Host, folder: string, options: FolderOptions & {readonly columns: readonly string[]}) {
    this.#host = host;
    this.#folder = folder;
    this.#options = options;
  }

  async write(batch: Table): Promise<void> {
    const {columns} = this.#options;
    const by = selectColumns(batch, columns).columns;
    const rest = batch.columns.filter(({name}) => !columns.includes(name));
    if (rest.length === 0) throw new Error('`partition_by` names all columns: none is left for the files');
    const key = rowKeys(by);
    const rowsOf = new Map<string, number[]>();
    for (let row = 0; row < batch.rowCount; row += 1) {
      const text = key(row);
      const rows = rowsOf.get(text);
      if (rows === undefined) rowsOf.set(text, [row]);
      else rows.push(row);
    }
    for (const [text, rows] of rowsOf) {
      const partition = this.#partitions.get(text) ?? this.#begin(text, by, rows[0] ?? 0);
      await partition.write(takeRows({rowCount: batch.rowCount, columns: rest}, Uint32Array.from(rows)));
    }
  }

  async end(): Promise<readonly WrittenFile[]> {
    const written: WrittenFile[] = [];
    for (const partition of this.#partitions.values()) written.push(...(await partition.end()));
    return written;
  }

  discard(): void {
    for (const partition of this.#partitions.values()) partition.discard();
  }

  #begin(key: string, columns: readonly Column[], row: number): FolderOutput {
    if (this.#partitions.size === MOST_PARTITIONS)
      throw new Error(
        `\`partition_by\` ${columns.map(({name}) => `\`${name}\``).join(', ')} gives more than ${MOST_PARTITIONS} folders: choose columns of fewer values`,
      );
    const below = columns.map((column) => `${partitionFolder(column.name, cellText(column, row))}/`).join('');
    const partition = new FolderOutput(this.#host, this.#folder, below, this.#options);
    this.#partitions.set(key, partition);
    return partition;
  }
}
