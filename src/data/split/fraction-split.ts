import {Random} from '../../stats/random.ts';
import type {Table} from '../table.ts';
import {apportion} from './apportion.ts';
import {drawPart, partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/** Each row is given to a part with the chance that the part's open places are of all open places: exact numbers, no list. */
export class FractionSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #random: Random;
  #rows = 0;
  #left: number[] = [];

  constructor(parts: readonly Part[], {seed}: Extract<SplitMethod, {kind: 'fraction'}>) {
    this.#parts = parts;
    this.#random = new Random(seed).fork('split');
  }

  see(batch: Table): void {
    this.#rows += batch.rowCount;
  }

  ready(): void {
    this.#left = apportion(
      this.#rows,
      this.#parts.map(({share}) => share),
    );
    refuseEmptyParts(this.#parts, this.#left);
  }

  partsOf(batch: Table): Uint8Array {
    return partOfEach(batch, () => drawPart(this.#left, this.#random));
  }
}
