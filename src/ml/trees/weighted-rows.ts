/** Rows of any weights, that have a class or a value. */
import {MISSING_BIN} from './bins.ts';
import type {NodeRows, NodeTarget} from './node-rows.ts';

/** What moves together: rows, and of each its class or value and its weight. */
interface PartedRows {
  readonly rows: Uint32Array;
  readonly targets: Int32Array | Float64Array;
  readonly weights: Float64Array;
}

export class WeightedRows implements NodeRows {
  readonly entries: Uint32Array;
  readonly shift = 0;
  readonly hasWholeSums = false;
  readonly #target: NodeTarget;
  readonly #rowWeights: Float64Array;
  readonly #parted: PartedRows;
  readonly #aside: PartedRows;

  constructor(target: NodeTarget, rowWeights: Float64Array) {
    const rows = rowWeights.length;
    const room = (): PartedRows => ({
      rows: new Uint32Array(rows),
      targets: target.kind === 'classes' ? new Int32Array(rows) : new Float64Array(rows),
      weights: new Float64Array(rows),
    });
    this.#target = target;
    this.#rowWeights = rowWeights;
    this.#parted = room();
    this.#aside = room();
    this.entries = this.#parted.rows;
  }

  list(inBag: Uint8Array): number {
    const {rows, targets, weights} = this.#parted;
    const all = this.#target.kind === 'classes' ? this.#target.codes : this.#target.values;
    let count = 0;
    for (let row = 0; row < inBag.length; row += 1) {
      const weight = (inBag[row] as number) * (this.#rowWeights[row] as number);
      if (weight === 0) continue;
      rows[count] = row;
      targets[count] = all[row] as number;
      weights[count] = weight;
      count += 1;
    }
    return count;
  }

  addUp(from: number, to: number, totals: Float64Array): boolean {
    const {targets, weights} = this.#parted;
    totals.fill(0);
    return this.#target.kind === 'classes'
      ? addUpClasses(targets as Int32Array, weights, from, to, totals)
      : addUpValues(targets as Float64Array, weights, from, to, totals);
  }

  addToBins(sums: Float64Array, lane: number, bins: Uint8Array, from: number, to: number): void {
    const {targets} = this.#parted;
    if (this.#target.kind === 'classes')
      addClasses(sums, this.#target.classes, lane, bins, this.#parted, targets as Int32Array, from, to);
    else addValues(sums, bins, this.#parted, targets as Float64Array, from, to);
  }

  partition(from: number, to: number, bins: Uint8Array, bin: number, missingLeft: boolean): number {
    return partitionRows(this.#parted, this.#aside, from, to, bins, bin, missingLeft);
  }
}

// Loops over the rows of a node, each a function of its own: with fields of a class they take twice as long.

function partitionRows(
  {rows, targets, weights}: PartedRows,
  aside: PartedRows,
  from: number,
  to: number,
  bins: Uint8Array,
  bin: number,
  missingLeft: boolean,
): number {
  const {rows: asideRows, targets: asideTargets, weights: asideWeights} = aside;
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const row = rows[at] as number;
    const target = targets[at] as number;
    const weight = weights[at] as number;
    const of = bins[row] as number;
    // All places are written to and one counter moves on: a branch would be guessed wrong half of the time.
    const isLeft = Number(of <= bin) | (Number(of === MISSING_BIN) & Number(missingLeft));
    rows[left] = row;
    targets[left] = target;
    weights[left] = weight;
    asideRows[right] = row;
    asideTargets[right] = target;
    asideWeights[right] = weight;
    left += isLeft;
    right += 1 - isLeft;
  }
  rows.set(asideRows.subarray(0, right), left);
  targets.set(asideTargets.subarray(0, right), left);
  weights.set(asideWeights.subarray(0, right), left);
  return left;
}

function addClasses(
  sums: Float64Array,
  classes: number,
  lane: number,
  bins: Uint8Array,
  {rows, weights}: PartedRows,
  codes: Int32Array,
  from: number,
  to: number,
): void {
  let at = from;
  // Four rows a turn: twice as fast, since V8 checks for interrupts at each turn.
  for (; at + 3 < to; at += 4) {
    const one = (bins[rows[at] as number] as number) * classes + (codes[at] as number);
    const two = (bins[rows[at + 1] as number] as number) * classes + (codes[at + 1] as number) + lane;
    const three = (bins[rows[at + 2] as number] as number) * classes + (codes[at + 2] as number) + 2 * lane;
    const four = (bins[rows[at + 3] as number] as number) * classes + (codes[at + 3] as number) + 3 * lane;
    sums[one] = (sums[one] as number) + (weights[at] as number);
    sums[two] = (sums[two] as number) + (weights[at + 1] as number);
    sums[three] = (sums[three] as number) + (weights[at + 2] as number);
    sums[four] = (sums[four] as number) + (weights[at + 3] as number);
  }
  for (; at < to; at += 1) {
    const into = (bins[rows[at] as number] as number) * classes + (codes[at] as number);
    sums[into] = (sums[into] as number) + (weights[at] as number);
  }
}

function addValues(
  sums: Float64Array,
  bins: Uint8Array,
  {rows, weights}: PartedRows,
  values: Float64Array,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const into = (bins[rows[at] as number] as number) * 2;
    const weight = weights[at] as number;
    sums[into] = (sums[into] as number) + weight;
    sums[into + 1] = (sums[into + 1] as number) + weight * (values[at] as number);
  }
}

/** @returns whether all rows are of one class */
function addUpClasses(
  codes: Int32Array,
  weights: Float64Array,
  from: number,
  to: number,
  totals: Float64Array,
): boolean {
  const first = codes[from] as number;
  let isPure = true;
  for (let at = from; at < to; at += 1) {
    const code = codes[at] as number;
    totals[code] = (totals[code] as number) + (weights[at] as number);
    if (code !== first) isPure = false;
  }
  return isPure;
}

/** @returns whether all rows have one value */
function addUpValues(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  totals: Float64Array,
): boolean {
  const first = values[from] as number;
  let isPure = true;
  for (let at = from; at < to; at += 1) {
    const value = values[at] as number;
    const weight = weights[at] as number;
    totals[0] = (totals[0] as number) + weight;
    totals[1] = (totals[1] as number) + weight * value;
    if (value !== first) isPure = false;
  }
  return isPure;
}
