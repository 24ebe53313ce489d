/**
 * Rows that all weigh the same and have a class: number, class and how often it was drawn fit into 32 bits, so that there is
 * a third to read, and to move at a split, of what `WeightedRows` has.
 */
import {MISSING_BIN} from './bins.ts';
import type {NodeRows} from './node-rows.ts';

/** An entry: the number of the row, its class, how often it was drawn. */
const DRAWN_BITS = 4;
const MOST_DRAWN = 2 ** DRAWN_BITS - 1;

export class CountedRows implements NodeRows {
  readonly entries: Uint32Array;
  readonly shift: number;
  readonly hasWholeSums = true;
  readonly #codes: Int32Array;
  readonly #classes: number;
  readonly #aside: Uint32Array;

  /** Whether the entries have room for so many rows and classes. */
  static fit(rows: number, classes: number): boolean {
    return Math.log2(Math.max(1, rows)) + shiftFor(classes) <= 32;
  }

  constructor(codes: Int32Array, classes: number) {
    // Who was drawn more often than an entry can say has several.
    const room = codes.length + Math.ceil(codes.length / MOST_DRAWN) + 1;
    this.#codes = codes;
    this.#classes = classes;
    this.shift = shiftFor(classes);
    this.entries = new Uint32Array(room);
    this.#aside = new Uint32Array(room);
  }

  list(inBag: Uint8Array): number {
    return listEntries(inBag, this.#codes, this.shift, this.entries);
  }

  addUp(from: number, to: number, totals: Float64Array): boolean {
    totals.fill(0);
    return addUpClasses(this.entries, from, to, this.#classMask(), totals);
  }

  addToBins(sums: Float64Array, lane: number, bins: Uint8Array, from: number, to: number): void {
    addClasses(sums, this.#classes, lane, bins, this.entries, this.shift, this.#classMask(), from, to);
  }

  partition(from: number, to: number, bins: Uint8Array, bin: number, missingLeft: boolean): number {
    return partitionEntries(this.entries, this.#aside, this.shift, from, to, bins, bin, missingLeft);
  }

  #classMask(): number {
    return 2 ** (this.shift - DRAWN_BITS) - 1;
  }
}

const shiftFor = (classes: number): number => DRAWN_BITS + Math.ceil(Math.log2(Math.max(2, classes)));

// Loops over the rows of a node, each a function of its own: with fields of a class they take twice as long.

function listEntries(inBag: Uint8Array, codes: Int32Array, shift: number, entries: Uint32Array): number {
  let count = 0;
  for (let row = 0; row < inBag.length; row += 1) {
    const entry = (row << shift) | ((codes[row] as number) << DRAWN_BITS);
    let drawn = inBag[row] as number;
    for (; drawn > MOST_DRAWN; drawn -= MOST_DRAWN) {
      entries[count] = entry | MOST_DRAWN;
      count += 1;
    }
    // A row that was not drawn is written over by the next one: a branch would be guessed wrong a third of the time.
    entries[count] = entry | drawn;
    count += Number(drawn > 0);
  }
  return count;
}

function addUpClasses(entries: Uint32Array, from: number, to: number, mask: number, totals: Float64Array): boolean {
  const first = ((entries[from] as number) >>> DRAWN_BITS) & mask;
  let isPure = true;
  for (let at = from; at < to; at += 1) {
    const entry = entries[at] as number;
    const code = (entry >>> DRAWN_BITS) & mask;
    totals[code] = (totals[code] as number) + (entry & MOST_DRAWN);
    if (code !== first) isPure = false;
  }
  return isPure;
}

function addClasses(
  sums: Float64Array,
  classes: number,
  lane: number,
  bins: Uint8Array,
  entries: Uint32Array,
  shift: number,
  mask: number,
  from: number,
  to: number,
): void {
  let at = from;
  // Four rows a turn: twice as fast, since V8 checks for interrupts at each turn.
  for (; at + 3 < to; at += 4) {
    const a = entries[at] as number;
    const b = entries[at + 1] as number;
    const c = entries[at + 2] as number;
    const d = entries[at + 3] as number;
    const intoA = (bins[a >>> shift] as number) * classes + ((a >>> DRAWN_BITS) & mask);
    const intoB = (bins[b >>> shift] as number) * classes + ((b >>> DRAWN_BITS) & mask) + lane;
    const intoC = (bins[c >>> shift] as number) * classes + ((c >>> DRAWN_BITS) & mask) + 2 * lane;
    const intoD = (bins[d >>> shift] as number) * classes + ((d >>> DRAWN_BITS) & mask) + 3 * lane;
    sums[intoA] = (sums[intoA] as number) + (a & MOST_DRAWN);
    sums[intoB] = (sums[intoB] as number) + (b & MOST_DRAWN);
    sums[intoC] = (sums[intoC] as number) + (c & MOST_DRAWN);
    sums[intoD] = (sums[intoD] as number) + (d & MOST_DRAWN);
  }
  for (; at < to; at += 1) {
    const entry = entries[at] as number;
    const into = (bins[entry >>> shift] as number) * classes + ((entry >>> DRAWN_BITS) & mask);
    sums[into] = (sums[into] as number) + (entry & MOST_DRAWN);
  }
}

function partitionEntries(
  entries: Uint32Array,
  aside: Uint32Array,
  shift: number,
  from: number,
  to: number,
  bins: Uint8Array,
  bin: number,
  missingLeft: boolean,
): number {
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const entry = entries[at] as number;
    const of = bins[entry >>> shift] as number;
    // Both places are written to and one counter moves on: a branch would be guessed wrong half of the time.
    const isLeft = Number(of <= bin) | (Number(of === MISSING_BIN) & Number(missingLeft));
    entries[left] = entry;
    aside[right] = entry;
    left += isLeft;
    right += 1 - isLeft;
  }
  entries.set(aside.subarray(0, right), left);
  return left;
}
