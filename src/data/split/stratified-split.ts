import {ownText} from '../../base/own-text.ts';
import {Random} from '../../stats/random.ts';
import {rowKeys} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import type {Table} from '../table.ts';
import {apportion} from './apportion.ts';
import {drawPart, partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/** Every stratum gives each part its share to within a row, and so does the whole table, however small the strata are. */
export class StratifiedSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #columns: readonly string[];
  readonly #random: Random;
  /** Rows of each stratum, in the order of their first rows. */
  readonly #counts = new Map<string, number>();
  readonly #left = new Map<string, number[]>();

  constructor(parts: readonly Part[], {columns, seed}: Extract<SplitMethod, {kind: 'stratified'}>) {
    this.#parts = parts;
    this.#columns = columns;
    this.#random = new Random(seed).fork('split');
  }

  see(batch: Table): void {
    const key = rowKeys(selectColumns(batch, this.#columns).columns);
    for (let row = 0; row < batch.rowCount; row += 1) {
      const stratum = key(row);
      const known = this.#counts.get(stratum);
      this.#counts.set(known === undefined ? ownText(stratum) : stratum, (known ?? 0) + 1);
    }
  }

  ready(): void {
    const shares = this.#parts.map(({share}) => share);
    const owed = shares.map(() => 0);
    const totals = shares.map(() => 0);
    for (const [stratum, count] of this.#counts) {
      const left = apportion(count, shares, owed);
      left.forEach((rows, part) => (totals[part] = (totals[part] ?? 0) + rows));
      this.#left.set(stratum, left);
    }
    refuseEmptyParts(this.#parts, totals);
  }

  partsOf(batch: Table): Uint8Array {
    const key = rowKeys(selectColumns(batch, this.#columns).columns);
    return partOfEach(batch, (row) => drawPart(this.#left.get(key(row)) ?? [], this.#random));
  }
}
