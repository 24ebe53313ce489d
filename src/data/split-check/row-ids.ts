/** Rows of two tables as numbers, so that keys made of many cells are put together once. */
import {rowKeys} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import type {Table} from '../table.ts';

export interface RowIds {
  /** For each row a number from 0; two rows have the same exactly when all their cells are equal. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** How many different ones there are. */
  readonly count: number;
}

/** @param names of the columns that make up the key. */
export function rowIds(train: Table, test: Table, names: readonly string[]): RowIds {
  const known = new Map<string, number>();
  const idsOf = (table: Table): Int32Array => {
    const keyOf = rowKeys(selectColumns(table, names).columns);
    return Int32Array.from({length: table.rowCount}, (_, row) => {
      const key = keyOf(row);
      const id = known.get(key) ?? known.size;
      if (id === known.size) known.set(key, id);
      return id;
    });
  };
  const ids = {train: idsOf(train), test: idsOf(test)};
  return {...ids, count: known.size};
}

/** One byte for each id, 1 where a row has it. */
export function presentIds(ids: Int32Array, count: number): Uint8Array {
  const present = new Uint8Array(count);
  for (const id of ids) present[id] = 1;
  return present;
}
