/** How many rows have each combination of values of some columns. */
import {ownText} from '../../base/own-text.ts';
import {rowKeys} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import type {Table} from '../table.ts';

export class KeyCounts {
  /** In the order of their first rows. */
  readonly counts = new Map<string, number>();
  readonly #columns: readonly string[];

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** The key of each row of a batch. */
  keysOf(batch: Table): (row: number) => string {
    return rowKeys(selectColumns(batch, this.#columns).columns);
  }

  see(batch: Table): void {
    const key = this.keysOf(batch);
    for (let row = 0; row < batch.rowCount; row += 1) {
      const text = key(row);
      const known = this.counts.get(text);
      this.counts.set(known === undefined ? ownText(text) : text, (known ?? 0) + 1);
    }
  }
}
