import {MISSING_BIN} from './bins.ts';

/**
 * Puts those of the rows from..to first that go left by a split; both sides keep their order.
 * @param aside room for as many rows. @param first, rowStep where the column's bins are. @param bin the last one that goes left
 * @returns where the right side begins
 */
export function partition(
  rows: Uint32Array,
  aside: Uint32Array,
  from: number,
  to: number,
  bins: Uint8Array,
  first: number,
  rowStep: number,
  bin: number,
  missingLeft: boolean,
): number {
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const row = rows[at] as number;
    const of = bins[first + row * rowStep] as number;
    // Both places are written to and one counter moves on: a branch would be guessed wrong half of the time.
    const isLeft = Number(of <= bin) | (Number(of === MISSING_BIN) & Number(missingLeft));
    rows[left] = row;
    aside[right] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  rows.set(aside.subarray(0, right), left);
  return left;
}
