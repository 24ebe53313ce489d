/**
 * Which rows of a table belong to which part (train, test, ...; or the folds of a cross-validation). The table is seen twice
 * in batches: first to count what must be known before (rows, strata, groups, times), then to say the part of every row in
 * turn. Nothing is kept of a row but, for a split by time, its time. Pure; the same seed gives the same parts.
 */
import type {Random} from '../../stats/random.ts';
import type {Table} from '../table.ts';

export type SplitMethod =
  /** Rows at random; every part has its exact number of them. */
  | {readonly kind: 'fraction'; readonly seed: number | string}
  /** As `fraction` within the rows of equal cells in these columns. */
  | {readonly kind: 'stratified'; readonly columns: readonly string[]; readonly seed: number | string}
  /** Rows of equal cells in these columns stay together. */
  | {readonly kind: 'group'; readonly columns: readonly string[]; readonly seed: number | string}
  /** The oldest rows to the first part, and so on; rows of one time stay together. */
  | {
      readonly kind: 'time';
      readonly column: string;
      /** Where the second, third, ... part begins (milliseconds, or the column's own numbers), rising; absent: by shares. */
      readonly cuts?: readonly number[];
    }
  /** By a hash of these columns: a row keeps its part whatever other rows come or go. Shares are met only about. */
  | {readonly kind: 'hash'; readonly columns: readonly string[]; readonly salt: string};

export interface Part {
  readonly name: string;
  /** Above 0; those of all parts add up to 1. */
  readonly share: number;
}

export interface Splitter {
  /** The first pass. @throws Error with a sentence for the user: a column is not there, or does not do. */
  see(batch: Table): void;
  /** Between the passes. @throws Error when a part would have no rows. */
  ready(): void;
  /** The second pass, in the order of the first: a part's index for each row. */
  partsOf(batch: Table): Uint8Array;
}

/** Indexes of parts are bytes. */
export const MOST_PARTS = 255;

/** One byte for each row of a batch. */
export function partOfEach({rowCount}: Table, partOf: (row: number) => number): Uint8Array {
  const parts = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) parts[row] = partOf(row);
  return parts;
}

/** Takes one of the open places at random. @param left places of each part, counted down */
export function drawPart(left: number[], random: Random): number {
  let place = random.below(left.reduce((sum, count) => sum + count, 0));
  let part = 0;
  while (place >= (left[part] ?? Infinity)) {
    place -= left[part] ?? 0;
    part += 1;
  }
  left[part] = (left[part] ?? 0) - 1;
  return part;
}

/** @throws Error naming a part that would have no rows */
export function refuseEmptyParts(parts: readonly Part[], counts: ArrayLike<number>): void {
  if (parts.every((_, index) => counts[index] === 0)) throw new Error('there are no rows to split');
  const empty = parts.find((_, index) => counts[index] === 0);
  if (empty)
    throw new Error(`the part \`${empty.name}\` would have no rows: give it a larger share, or split more rows`);
}
