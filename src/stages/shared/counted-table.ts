import type {Table} from '../../data/table.ts';
import {emptyTable} from '../../data/table-tools.ts';
import type {Host} from '../../host/host.ts';
import {createTableFile, type TableFileWriter} from './table-files.ts';

/**
 * A table file that counts its rows. Batches without rows are not written, since some formats would keep a group for each;
 * a table that got none at all is written with the columns of what it was handed.
 */
export class CountedTable {
  readonly path: string;
  readonly #writer: TableFileWriter;
  #columns: Table | undefined;
  #rows = 0;

  private constructor(path: string, writer: TableFileWriter) {
    this.path = path;
    this.#writer = writer;
  }

  /** @throws Error when the ending of the path says no format */
  static async create(host: Host, path: string): Promise<CountedTable> {
    return new CountedTable(path, await createTableFile(host, path));
  }

  get rows(): number {
    return this.#rows;
  }

  async write(batch: Table): Promise<void> {
    this.#columns ??= emptyTable(batch.columns);
    this.#rows += batch.rowCount;
    if (batch.rowCount > 0) await this.#writer.write(batch);
  }

  async end(): Promise<void> {
    if (this.#rows === 0) await this.#writer.write(this.#columns ?? {rowCount: 0, columns: []});
    await this.#writer.end();
  }

  discard(): void {
    this.#writer.discard();
  }
}
