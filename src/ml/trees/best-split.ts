/**
 * The best split of a node's rows by one column. Classes: the fall of Gini impurity; values: the fall of variance (Breiman
 * et al., Classification and Regression Trees, 1984). Of both only the part that differs between splits is computed:
 * Σ over both sides of Σ_k c_k² / Σ_k c_k for weighted counts c of classes, (Σ w·y)² / Σ w for values.
 */
import {MISSING_BIN} from './bins.ts';

/** With fewer rows than this, and more bins, most bins are empty: those that are not are found by bits. */
const FEW_ROWS = 96;
const FEW_BINS = 24;

/** What is learnt: of each row a weight, and a class or a value. */
export type NodeTarget =
  | {readonly kind: 'classes'; readonly classes: number; readonly codes: Int32Array}
  | {readonly kind: 'values'; readonly values: Float64Array};

export class SplitFinder {
  /** Of the best split that was offered since `start`; no split has the score -Infinity. */
  score = Number.NEGATIVE_INFINITY;
  column = -1;
  bin = 0;
  missingLeft = false;

  readonly #channels: number;
  readonly #isClasses: boolean;
  readonly #minLeaf: number;
  readonly #sums: Float64Array;
  readonly #counts = new Uint32Array(256);
  readonly #touched = new Int32Array(8);
  readonly #bins = new Uint8Array(256);
  readonly #left: Float64Array;

  constructor(target: NodeTarget, minLeaf: number) {
    this.#isClasses = target.kind === 'classes';
    // Weights of each class, or the weight and the weighted sum.
    this.#channels = target.kind === 'classes' ? target.classes : 2;
    this.#minLeaf = minLeaf;
    this.#sums = new Float64Array(256 * this.#channels);
    this.#left = new Float64Array(this.#channels);
  }

  start(): void {
    this.score = Number.NEGATIVE_INFINITY;
  }

  /**
   * Looks at one column. @param bins of all rows. @param lastBin of values. @param rows of the node from..to.
   * @param targets, @param weights of these rows, in the same places. @param totals of all channels.
   * @returns whether the rows differ in that column
   */
  offer(
    column: number,
    bins: Uint8Array,
    lastBin: number,
    rows: Uint32Array,
    from: number,
    to: number,
    targets: Int32Array | Float64Array,
    weights: Float64Array,
    totals: Float64Array,
  ): boolean {
    const sums = this.#sums;
    const channels = this.#channels;
    const counts = this.#counts;
    const isSparse = to - from < FEW_ROWS && lastBin >= FEW_BINS;
    if (isSparse) touch(this.#touched, bins, rows, from, to);
    if (this.#isClasses) addClasses(sums, channels, bins, rows, from, to, targets as Int32Array, weights);
    else addValues(sums, bins, rows, from, to, targets as Float64Array, weights);
    if (this.#minLeaf > 1) count(counts, bins, rows, from, to);
    const used = isSparse
      ? touchedBins(this.#touched, this.#bins)
      : usedBins(sums, channels, this.#isClasses, lastBin, this.#bins);
    const isVaried = used > 1;
    if (isVaried) {
      this.#scan(column, used, to - from, totals, false);
      if (used > 2 && this.#bins[used - 1] === MISSING_BIN) this.#scan(column, used, to - from, totals, true);
    }
    for (let at = 0; at < used; at += 1) {
      const bin = this.#bins[at] as number;
      for (let into = bin * channels; into < (bin + 1) * channels; into += 1) sums[into] = 0;
      counts[bin] = 0;
    }
    return isVaried;
  }

  /** @param missingLeft whether missing values, the last bin, are tried on the left */
  #scan(column: number, used: number, rows: number, totals: Float64Array, missingLeft: boolean): void {
    const left = this.#left.fill(0);
    const bins = this.#bins;
    let count = missingLeft ? this.#add(MISSING_BIN) : 0;
    const end = missingLeft ? used - 2 : used - 1;
    for (let at = 0; at < end; at += 1) {
      count += this.#add(bins[at] as number);
      if (this.#minLeaf > 1 && (count < this.#minLeaf || rows - count < this.#minLeaf)) continue;
      const score = this.#isClasses ? classScore(left, totals) : valueScore(left, totals);
      if (!(score > this.score)) continue;
      this.score = score;
      this.column = column;
      this.missingLeft = missingLeft;
      const [bin, next] = [bins[at] as number, bins[at + 1] as number];
      // Half way to the next bin with rows, as a threshold lies half way between values.
      this.bin = next === MISSING_BIN ? MISSING_BIN - 1 : (bin + next - 1) >> 1;
    }
  }

  /** Moves a bin to the left side. @returns its rows, when they are counted */
  #add(bin: number): number {
    const left = this.#left;
    const channels = this.#channels;
    for (let k = 0; k < channels; k += 1) left[k] = (left[k] as number) + (this.#sums[bin * channels + k] as number);
    return this.#counts[bin] as number;
  }
}

function classScore(left: Float64Array, totals: Float64Array): number {
  let [leftSum, leftSquares, rightSum, rightSquares] = [0, 0, 0, 0];
  for (let k = 0; k < left.length; k += 1) {
    const here = left[k] as number;
    const there = (totals[k] as number) - here;
    leftSum += here;
    leftSquares += here * here;
    rightSum += there;
    rightSquares += there * there;
  }
  return leftSquares / leftSum + rightSquares / rightSum;
}

function valueScore(left: Float64Array, totals: Float64Array): number {
  const [weight, sum] = [left[0] as number, left[1] as number];
  const rest = (totals[1] as number) - sum;
  return (sum * sum) / weight + (rest * rest) / ((totals[0] as number) - weight);
}

// Loops over the rows of a node, each a function of its own: with fields of a class they take twice as long.

function addClasses(
  sums: Float64Array,
  classes: number,
  bins: Uint8Array,
  rows: Uint32Array,
  from: number,
  to: number,
  codes: Int32Array,
  weights: Float64Array,
): void {
  let at = from;
  // Four rows a turn: twice as fast, since V8 checks for interrupts at each turn.
  for (; at + 3 < to; at += 4) {
    const one = (bins[rows[at] as number] as number) * classes + (codes[at] as number);
    const two = (bins[rows[at + 1] as number] as number) * classes + (codes[at + 1] as number);
    const three = (bins[rows[at + 2] as number] as number) * classes + (codes[at + 2] as number);
    const four = (bins[rows[at + 3] as number] as number) * classes + (codes[at + 3] as number);
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
  rows: Uint32Array,
  from: number,
  to: number,
  values: Float64Array,
  weights: Float64Array,
): void {
  for (let at = from; at < to; at += 1) {
    const into = (bins[rows[at] as number] as number) * 2;
    const weight = weights[at] as number;
    sums[into] = (sums[into] as number) + weight;
    sums[into + 1] = (sums[into + 1] as number) + weight * (values[at] as number);
  }
}

/** Lists the bins that are marked, rising, and takes the marks away. @returns how many */
function touchedBins(touched: Int32Array, bins: Uint8Array): number {
  let used = 0;
  for (let word = 0; word < 8; word += 1) {
    let bits = touched[word] as number;
    touched[word] = 0;
    while (bits !== 0) {
      const lowest = bits & -bits;
      bins[used] = word * 32 + 31 - Math.clz32(lowest);
      used += 1;
      bits ^= lowest;
    }
  }
  return used;
}

/** Lists the bins of any weight up to the last one, and that of missing values, rising. @returns how many */
function usedBins(sums: Float64Array, channels: number, isClasses: boolean, lastBin: number, bins: Uint8Array): number {
  let used = 0;
  for (let bin = 0; bin <= MISSING_BIN; bin = bin === lastBin ? MISSING_BIN : bin + 1) {
    let weight = sums[bin * channels] as number;
    if (isClasses) for (let k = 1; k < channels; k += 1) weight += sums[bin * channels + k] as number;
    bins[used] = bin;
    if (weight > 0) used += 1;
    if (bin === MISSING_BIN) break;
  }
  return used;
}

function touch(touched: Int32Array, bins: Uint8Array, rows: Uint32Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[rows[at] as number] as number;
    touched[bin >> 5] = (touched[bin >> 5] as number) | (1 << (bin & 31));
  }
}

function count(counts: Uint32Array, bins: Uint8Array, rows: Uint32Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[rows[at] as number] as number;
    counts[bin] = (counts[bin] as number) + 1;
  }
}
