/** Samples of a table that is seen in batches. */
import {Random} from '../stats/random.ts';
import {rowFractions} from './row-key.ts';
import {type Table, takeRows} from './table.ts';
import {rowsWhere, selectColumns} from './table-tools.ts';

/** Takes the rows of the next batch. */
export type Sampler = (batch: Table) => Table;

/** `count` rows of `total`, every set of them with the same chance, in their order; all when there are not more. */
export function sampleOfRows(total: number, count: number, seed: number | string): Sampler {
  const chosen = new Random(seed).fork('sample').sample(total, count);
  let [seen, next] = [0, 0];
  return (batch) => {
    const from = next;
    while (next < chosen.length && (chosen[next] ?? Infinity) < seen + batch.rowCount) next += 1;
    const rows = chosen.slice(from, next).map((row) => row - seen);
    seen += batch.rowCount;
    return takeRows(batch, rows);
  };
}

/**
 * The rows whose hash of these columns (all when none are named) falls below `share`: a row stays in or out whatever other
 * rows come or go, and equal rows go together. See `rowFractions`.
 */
export function sampleOfShare(share: number, columns: readonly string[], salt: string): Sampler {
  return (batch) => {
    const fraction = rowFractions(columns.length === 0 ? batch.columns : selectColumns(batch, columns).columns, salt);
    return rowsWhere(batch, (row) => fraction(row) < share);
  };
}
