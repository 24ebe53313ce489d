/**
 * The best split of a node's rows by one column. Classes: the fall of Gini impurity; values: the fall of variance (Breiman
 * et al., Classification and Regression Trees, 1984). Of both only the part that differs between splits is computed:
 * Σ over both sides of Σ_k c_k² / Σ_k c_k for weighted counts c of classes, (Σ w·y)² / Σ w for values.
 */
import {MISSING_BIN} from './bins.ts';
import type {NodeRows, NodeTarget} from './node-rows.ts';

/** With fewer rows than this, and more bins, most bins are empty: those that are not are found by bits. */
const FEW_ROWS = 96;
const FEW_BINS = 24;
/** Rows of a node are added up in so many histograms in turns: the next row need not wait for the sum of the one before. */
const LANES = 4;
/** Worth it with so many rows a bin. */
const ROWS_OF_LANES = 8;
/** With more channels the lanes would not stay near the processor. */
const CHANNELS_OF_LANES = 4;

export class SplitFinder {
  /** Of the best split that was offered since `start`; no split has the score -Infinity. */
  score = Number.NEGATIVE_INFINITY;
  column = -1;
  bin = 0;
  missingLeft = false;
  /** Sums of all channels on its left side. */
  readonly leftSums: Float64Array;

  readonly #channels: number;
  readonly #isClasses: boolean;
  readonly #minLeaf: number;
  readonly #hasLanes: boolean;
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
    this.#hasLanes = target.kind === 'classes' && this.#channels <= CHANNELS_OF_LANES;
    this.#sums = new Float64Array((this.#hasLanes ? LANES : 1) * 256 * this.#channels);
    this.#left = new Float64Array(this.#channels);
    this.leftSums = new Float64Array(this.#channels);
  }

  start(): void {
    this.score = Number.NEGATIVE_INFINITY;
  }

  /**
   * Looks at one column. @param bins of all rows. @param lastBin of values. @param from, @param to rows of the node.
   * @param totals of all channels. @returns whether the rows differ in that column
   */
  offer(
    column: number,
    bins: Uint8Array,
    lastBin: number,
    rows: NodeRows,
    from: number,
    to: number,
    totals: Float64Array,
  ): boolean {
    const sums = this.#sums;
    const channels = this.#channels;
    const counts = this.#counts;
    const isSparse = to - from < FEW_ROWS && lastBin >= FEW_BINS;
    if (isSparse) touch(this.#touched, bins, rows.entries, rows.shift, from, to);
    const isInLanes = this.#hasLanes && to - from >= ROWS_OF_LANES * (lastBin + 2);
    rows.addToBins(sums, isInLanes ? 256 * channels : 0, bins, from, to);
    if (isInLanes) {
      mergeLanes(sums, 0, (lastBin + 1) * channels);
      mergeLanes(sums, MISSING_BIN * channels, 256 * channels);
    }
    if (this.#minLeaf > 1) count(counts, bins, rows.entries, rows.shift, from, to);
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
      this.leftSums.set(left);
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

/** Adds the other histograms to the first one, and empties them. */
function mergeLanes(sums: Float64Array, from: number, to: number): void {
  const lane = sums.length / LANES;
  for (let into = from; into < to; into += 1) {
    for (let other = into + lane; other < sums.length; other += lane) {
      sums[into] = (sums[into] as number) + (sums[other] as number);
      sums[other] = 0;
    }
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

function touch(
  touched: Int32Array,
  bins: Uint8Array,
  entries: Uint32Array,
  shift: number,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[(entries[at] as number) >>> shift] as number;
    touched[bin >> 5] = (touched[bin >> 5] as number) | (1 << (bin & 31));
  }
}

function count(
  counts: Uint32Array,
  bins: Uint8Array,
  entries: Uint32Array,
  shift: number,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const bin = bins[(entries[at] as number) >>> shift] as number;
    counts[bin] = (counts[bin] as number) + 1;
  }
}
