import {byCodeUnits} from '../../base/compare.ts';
import {Random} from '../../stats/random.ts';
import type {Table} from '../table.ts';
import {KeyCounts} from './key-counts.ts';
import {partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/**
 * Groups in random order, each to the part that lacks the most rows: no part is more than one group above its share. Large
 * groups do not come first, although shares would then be met better: they would all be in the largest part.
 */
export class GroupSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #columns: readonly string[];
  readonly #random: Random;
  readonly #keys: KeyCounts;
  readonly #partOf = new Map<string, number>();

  constructor(parts: readonly Part[], {columns, seed}: Extract<SplitMethod, {kind: 'group'}>) {
    this.#parts = parts;
    this.#columns = columns;
    this.#keys = new KeyCounts(columns);
    this.#random = new Random(seed).fork('split');
  }

  see(batch: Table): void {
    this.#keys.see(batch);
  }

  ready(): void {
    // Sorted first: which group goes where must not depend on the order of the rows.
    const groups = this.#random.shuffle([...this.#keys.counts].sort(([a], [b]) => byCodeUnits(a, b)));
    const total = groups.reduce((sum, [, rows]) => sum + rows, 0);
    const got = this.#parts.map(() => 0);
    for (const [group, rows] of groups) {
      const lacks = this.#parts.map(({share}, part) => share * total - (got[part] ?? 0));
      const part = lacks.indexOf(Math.max(...lacks));
      got[part] = (got[part] ?? 0) + rows;
      this.#partOf.set(group, part);
    }
    if (groups.length > 0 && groups.length < this.#parts.length)
      throw new Error(
        `${this.#parts.length} parts cannot be made of ${groups.length === 1 ? 'one group' : `${groups.length} groups`} of equal ${this.#columns.map((name) => `\`${name}\``).join(', ')}`,
      );
    refuseEmptyParts(this.#parts, got);
  }

  partsOf(batch: Table): Uint8Array {
    const key = this.#keys.keysOf(batch);
    return partOfEach(batch, (row) => this.#partOf.get(key(row)) ?? 0);
  }
}
