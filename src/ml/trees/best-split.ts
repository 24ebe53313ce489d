/**
 * The best split of a node's rows by one column. Classes: the fall of Gini impurity; values: the fall of variance (Breiman
 * et al., Classification and Regression Trees, 1984). Of both only the part that differs between splits is computed:
 * Σ over both sides of Σ_k c_k² / Σ_k c_k for weighted counts c of classes, (Σ w·y)² / Σ w for values.
 */
import {MISSING_BIN} from './bins.ts';

/** Below so many rows most bins are empty, and those that are not are found by bits. */
const FEW_ROWS = 96;

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
   * Looks at one column. @param rows of the node from..to. @param codes, @param weights, @param values of these rows, counted
   * from 0. @param totals of all channels. @returns whether the rows differ in that column
   */
  offer(
    column: number,
    bins: Uint8Array,
    first: number,
    rowStep: number,
    rows: Uint32Array,
    from: number,
    to: number,
    codes: Int32Array,
    weights: Float64Array,
    values: Float64Array,
    totals: Float64Array,
  ): boolean {
    const sums = this.#sums;
    const isFew = to - from < FEW_ROWS;
    const channels = this.#channels;
    if (isFew) touch(this.#touched, bins, first, rowStep, rows, from, to);
    if (this.#isClasses) addClasses(sums, channels, bins, first, rowStep, rows, from, to, codes, weights);
    else addValues(sums, bins, first, rowStep, rows, from, to, values, weights);
    const counts = this.#counts;
    if (this.#minLeaf > 1) count(counts, bins, first, rowStep, rows, from, to);
    const used = isFew ? this.#touchedBins() : this.#usedBins();
    const isVaried = used > 1;
    if (isVaried) {
      this.#scan(column, used, to - from, totals, false);
      if (used > 2 && this.#bins[used - 1] === MISSING_BIN) this.#scan(column, used, to - from, totals, true);
    }
    for (let at = 0; at < used; at += 1) {
      const bin = this.#bins[at] as number;
      sums.fill(0, bin * channels, (bin + 1) * channels);
      counts[bin] = 0;
    }
    return isVaried;
  }

  /** Lists the bins that rows are in, rising. @returns how many */
  #touchedBins(): number {
    let used = 0;
    for (let word = 0; word < 8; word += 1) {
      let bits = this.#touched[word] as number;
      this.#touched[word] = 0;
      while (bits !== 0) {
        const lowest = bits & -bits;
        this.#bins[used] = word * 32 + 31 - Math.clz32(lowest);
        used += 1;
        bits ^= lowest;
      }
    }
    return used;
  }

  #usedBins(): number {
    const channels = this.#channels;
    const sums = this.#sums;
    let used = 0;
    for (let bin = 0; bin < 256; bin += 1) {
      let weight = sums[bin * channels] as number;
      if (this.#isClasses) for (let k = 1; k < channels; k += 1) weight += sums[bin * channels + k] as number;
      this.#bins[used] = bin;
      if (weight > 0) used += 1;
    }
    return used;
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
  first: number,
  rowStep: number,
  rows: Uint32Array,
  from: number,
  to: number,
  codes: Int32Array,
  weights: Float64Array,
): void {
  let at = from;
  let i = 0;
  // Four rows a turn: twice as fast, since V8 checks for interrupts at each turn.
  for (; at + 3 < to; at += 4, i += 4) {
    const one = (bins[first + (rows[at] as number) * rowStep] as number) * classes + (codes[i] as number);
    const two = (bins[first + (rows[at + 1] as number) * rowStep] as number) * classes + (codes[i + 1] as number);
    const three = (bins[first + (rows[at + 2] as number) * rowStep] as number) * classes + (codes[i + 2] as number);
    const four = (bins[first + (rows[at + 3] as number) * rowStep] as number) * classes + (codes[i + 3] as number);
    sums[one] = (sums[one] as number) + (weights[i] as number);
    sums[two] = (sums[two] as number) + (weights[i + 1] as number);
    sums[three] = (sums[three] as number) + (weights[i + 2] as number);
    sums[four] = (sums[four] as number) + (weights[i + 3] as number);
  }
  for (; at < to; at += 1, i += 1) {
    const into = (bins[first + (rows[at] as number) * rowStep] as number) * classes + (codes[i] as number);
    sums[into] = (sums[into] as number) + (weights[i] as number);
  }
}

function addValues(
  sums: Float64Array,
  bins: Uint8Array,
  first: number,
  rowStep: number,
  rows: Uint32Array,
  from: number,
  to: number,
  values: Float64Array,
  weights: Float64Array,
): void {
  for (let at = from, i = 0; at < to; at += 1, i += 1) {
    const into = (bins[first + (rows[at] as number) * rowStep] as number) * 2;
    const weight = weights[i] as number;
    sums[into] = (sums[into] as number) + weight;
    sums[into + 1] = (sums[into + 1] as number) + weight * (values[i] as number);
  }
}

function touch(
  touched: Int32Array,
  bins: Uint8Array,
  first: number,
  rowStep: number,
  rows: Uint32Array,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[first + (rows[at] as number) * rowStep] as number;
    touched[bin >> 5] = (touched[bin >> 5] as number) | (1 << (bin & 31));
  }
}

function count(
  counts: Uint32Array,
  bins: Uint8Array,
  first: number,
  rowStep: number,
  rows: Uint32Array,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[first + (rows[at] as number) * rowStep] as number;
    counts[bin] = (counts[bin] as number) + 1;
  }
}
