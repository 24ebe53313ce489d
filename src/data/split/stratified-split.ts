import {Random} from '../../stats/random.ts';
import type {Table} from '../table.ts';
import {apportion} from './apportion.ts';
import {KeyCounts} from './key-counts.ts';
import {drawPart, partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/** Every stratum gives each part its share to within a row, and so does the whole table, however small the strata are. */
export class StratifiedSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #random: Random;
  readonly #keys: KeyCounts;
  readonly #left = new Map<string, number[]>();

  constructor(parts: readonly Part[], {columns, seed}: Extract<SplitMethod, {kind: 'stratified'}>) {
    this.#parts = parts;
    this.#keys = new KeyCounts(columns);
    this.#random = new Random(seed).fork('split');
  }

  see(batch: Table): void {
    this.#keys.see(batch);
  }

  ready(): void {
    const shares = this.#parts.map(({share}) => share);
    const owed = shares.map(() => 0);
    const totals = shares.map(() => 0);
    for (const [stratum, count] of this.#keys.counts) {
      const left = apportion(count, shares, owed);
      left.forEach((rows, part) => (totals[part] = (totals[part] ?? 0) + rows));
      this.#left.set(stratum, left);
    }
    refuseEmptyParts(this.#parts, totals);
  }

  partsOf(batch: Table): Uint8Array {
    const key = this.#keys.keysOf(batch);
    return partOfEach(batch, (row) => drawPart(this.#left.get(key(row)) ?? [], this.#random));
  }
}
