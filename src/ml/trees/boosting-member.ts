/**
 * One thread's share of boosting: some of the rows, their scores, derivatives of the loss, and which node each row is in.
 * It adds up histograms for whoever looks for splits (`train-boosting.ts`).
 *
 * Sums may not depend on how rows are shared out, so that any number of threads makes the same model: derivatives are
 * rounded to whole numbers (of 2^-34 of the largest, and finer), whose sums in 64-bit floats are exact in every order.
 */
import type {Bins} from './bins.ts';
import {partition} from './partition.ts';
import {derivativesOf, type BoostingLoss} from './boosting-loss.ts';

/** Second derivatives are added up together with the number of rows: sum = rows × 2^35 + derivatives. */
export const ROWS_UNIT = 2 ** 35;
const HESSIAN_UNIT = 2 ** 24;
/** Rows that are gone through column by column while their derivatives stay in the processor's cache. */
const BLOCK_ROWS = 512;

export interface BoostingSetup {
  /** Row by row. */
  readonly bins: Bins;
  readonly loss: BoostingLoss;
  /** Index of the class, or the value. */
  readonly target: Float64Array;
  readonly weights: Float64Array;
  /** Rows of this member. */
  readonly from: number;
  readonly to: number;
  readonly outputs: number;
  readonly base: Float64Array;
  /** What the first derivatives are multiplied by before they are rounded. */
  readonly gradientScale: number;
  /** Where it writes: columns × 256 × (first, second with rows), shared. */
  readonly histogram: Float64Array;
}

export interface SplitOrder {
  readonly node: number;
  readonly column: number;
  /** The last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Numbers of the children: left, left + 1. */
  readonly left: number;
  /** Of which child to write the histogram; none for the last split of a tree. */
  readonly histogramOf?: number;
}

export interface BoostingMember {
  /** Derivatives of all outputs at the present scores. */
  derive(nothing: null): DerivedSums;
  /** Begins a tree: all rows are in node 0. Writes its histogram. */
  begin(tree: {readonly output: number; readonly hessianScale: number}): void;
  split(order: SplitOrder): void;
  /** Ends a tree: adds the value of each node to the scores of its rows. */
  end(tree: {readonly output: number; readonly values: readonly (readonly [node: number, value: number])[]}): void;
}

export interface DerivedSums {
  /** Of each output the sum of second derivatives, rounded up, in exact units. */
  readonly hessians: Float64Array;
  /** Loss before this step, × LOSS_UNIT. */
  readonly loss: number;
}

export function createBoostingMember(setup: BoostingSetup): BoostingMember {
  return new Member(setup);
}

class Member implements BoostingMember {
  readonly #setup: BoostingSetup;
  /** rows × outputs, as are the derivatives. */
  readonly #scores: Float64Array;
  readonly #gradients: Float64Array;
  readonly #hessians: Float64Array;
  // Of the tree that grows: rounded derivatives of this member's rows, and the rows node by node.
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #rows: Uint32Array;
  readonly #aside: Uint32Array;
  readonly #nodes = new Map<number, readonly [from: number, to: number]>();
  readonly #blockFirst = new Float64Array(BLOCK_ROWS);
  readonly #blockSecond = new Float64Array(BLOCK_ROWS);

  constructor(setup: BoostingSetup) {
    const count = setup.to - setup.from;
    this.#setup = setup;
    this.#scores = new Float64Array(count * setup.outputs);
    for (let row = 0; row < count; row += 1) this.#scores.set(setup.base, row * setup.outputs);
    this.#gradients = new Float64Array(count * setup.outputs);
    this.#hessians = new Float64Array(count * setup.outputs);
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(count);
    this.#rows = new Uint32Array(count);
    this.#aside = new Uint32Array(count);
  }

  derive(): DerivedSums {
    const {loss, target, weights, from, to, outputs} = this.#setup;
    const sum = derivativesOf(loss, this.#scores, target, weights, from, to, outputs, this.#gradients, this.#hessians);
    const hessians = new Float64Array(outputs);
    for (let at = 0; at < this.#hessians.length; at += 1) {
      const k = at % outputs;
      hessians[k] = (hessians[k] as number) + Math.ceil((this.#hessians[at] as number) * HESSIAN_UNIT);
    }
    return {hessians: hessians.map((value) => value / HESSIAN_UNIT), loss: sum};
  }

  begin({output, hessianScale}: {readonly output: number; readonly hessianScale: number}): void {
    const {outputs, gradientScale} = this.#setup;
    const count = this.#rows.length;
    for (let row = 0, at = output; row < count; row += 1, at += outputs) {
      this.#first[row] = Math.round((this.#gradients[at] as number) * gradientScale);
      this.#second[row] = Math.round((this.#hessians[at] as number) * hessianScale) + ROWS_UNIT;
      this.#rows[row] = row;
    }
    this.#nodes.clear();
    this.#nodes.set(0, [0, count]);
    this.#addUp(0, count);
  }

  split({node, column, bin, missingLeft, left, histogramOf}: SplitOrder): void {
    const {values, rowStep, columnStep} = this.#setup.bins;
    const [from, to] = this.#nodes.get(node) ?? [0, 0];
    const first = this.#setup.from * rowStep + column * columnStep;
    const middle = partition(this.#rows, this.#aside, from, to, values, first, rowStep, bin, missingLeft);
    this.#nodes.delete(node);
    this.#nodes.set(left, [from, middle]);
    this.#nodes.set(left + 1, [middle, to]);
    if (histogramOf !== undefined) this.#addUp(...(this.#nodes.get(histogramOf) ?? [0, 0]));
  }

  end({output, values}: {readonly output: number; readonly values: readonly (readonly [number, number])[]}): void {
    const {outputs} = this.#setup;
    for (const [node, value] of values) {
      const [from, to] = this.#nodes.get(node) ?? [0, 0];
      for (let at = from; at < to; at += 1) {
        const into = (this.#rows[at] as number) * outputs + output;
        this.#scores[into] = (this.#scores[into] as number) + value;
      }
    }
  }

  /** Writes the histogram of the rows from..to of this tree's order. */
  #addUp(from: number, to: number): void {
    const {bins, histogram} = this.#setup;
    histogram.fill(0);
    const {columns, rowStep, columnStep, values} = bins;
    const first = this.#setup.from * rowStep;
    for (let start = from; start < to; start += BLOCK_ROWS) {
      const end = Math.min(to, start + BLOCK_ROWS);
      for (let at = start, i = 0; at < end; at += 1, i += 1) {
        const row = this.#rows[at] as number;
        this.#blockFirst[i] = this.#first[row] as number;
        this.#blockSecond[i] = this.#second[row] as number;
      }
      for (let column = 0; column < columns; column += 1)
        addColumn(
          histogram,
          column * 512,
          values,
          first + column * columnStep,
          rowStep,
          this.#rows,
          start,
          end,
          this.#blockFirst,
          this.#blockSecond,
        );
    }
  }
}

function addColumn(
  histogram: Float64Array,
  into: number,
  bins: Uint8Array,
  first: number,
  rowStep: number,
  rows: Uint32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  let at = from;
  let i = 0;
  // Four rows a turn: twice as fast, since V8 checks for interrupts at each turn.
  for (; at + 3 < to; at += 4, i += 4) {
    const one = into + 2 * (bins[first + (rows[at] as number) * rowStep] as number);
    const two = into + 2 * (bins[first + (rows[at + 1] as number) * rowStep] as number);
    const three = into + 2 * (bins[first + (rows[at + 2] as number) * rowStep] as number);
    const four = into + 2 * (bins[first + (rows[at + 3] as number) * rowStep] as number);
    histogram[one] = (histogram[one] as number) + (gradients[i] as number);
    histogram[one + 1] = (histogram[one + 1] as number) + (hessians[i] as number);
    histogram[two] = (histogram[two] as number) + (gradients[i + 1] as number);
    histogram[two + 1] = (histogram[two + 1] as number) + (hessians[i + 1] as number);
    histogram[three] = (histogram[three] as number) + (gradients[i + 2] as number);
    histogram[three + 1] = (histogram[three + 1] as number) + (hessians[i + 2] as number);
    histogram[four] = (histogram[four] as number) + (gradients[i + 3] as number);
    histogram[four + 1] = (histogram[four + 1] as number) + (hessians[i + 3] as number);
  }
  for (; at < to; at += 1, i += 1) {
    const slot = into + 2 * (bins[first + (rows[at] as number) * rowStep] as number);
    histogram[slot] = (histogram[slot] as number) + (gradients[i] as number);
    histogram[slot + 1] = (histogram[slot + 1] as number) + (hessians[i] as number);
  }
}
