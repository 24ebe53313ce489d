import {rowFractions} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import type {Table} from '../table.ts';
import {partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/** The parts lie behind each other between 0 and 1; a row is where the hash of its cells falls. */
export class HashSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #ends: readonly number[];
  readonly #method: Extract<SplitMethod, {kind: 'hash'}>;
  readonly #counts: number[];

  constructor(parts: readonly Part[], method: Extract<SplitMethod, {kind: 'hash'}>) {
    let sum = 0;
    this.#parts = parts;
    this.#ends = parts.map(({share}) => (sum += share));
    this.#method = method;
    this.#counts = parts.map(() => 0);
  }

  see(batch: Table): void {
    for (const part of this.partsOf(batch)) this.#counts[part] = (this.#counts[part] ?? 0) + 1;
  }

  ready(): void {
    refuseEmptyParts(this.#parts, this.#counts);
  }

  partsOf(batch: Table): Uint8Array {
    const fraction = rowFractions(selectColumns(batch, this.#method.columns).columns, this.#method.salt);
    const last = this.#ends.length - 1;
    return partOfEach(batch, (row) => {
      const at = fraction(row);
      const part = this.#ends.findIndex((end) => at < end);
      // Shares that add up to a little less than 1 in binary.
      return part === -1 ? last : part;
    });
  }
}
