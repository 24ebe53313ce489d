/** Products of a FeatureMatrix with vectors, for linear models. Rows are taken in blocks that fit the processor's cache. */
import type {FeatureMatrix} from '../matrix.ts';
import {BLOCK_ROWS, COLUMNS_STEP, ROWS_STEP, createProductKernels, type ProductKernels} from './product-kernels.ts';

const stepped = (count: number, step: number): number => Math.ceil(count / step) * step;

/** One block of rows after the other. */
export class BlockProducts {
  /** Of each output one number a row of the block: what `addProduct` adds to, what `addTransposedProduct` takes. */
  readonly scores: readonly Float64Array[];
  readonly #matrix: FeatureMatrix;
  readonly #kernels: ProductKernels;
  readonly #columns: readonly Float32Array[];
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;
  readonly #probabilities: Float64Array;
  #from = 0;
  #rows = 0;

  constructor(matrix: FeatureMatrix, outputs: number) {
    const dense = matrix.dense.length;
    const columns = stepped(dense, COLUMNS_STEP);
    const columnBytes = 4 * BLOCK_ROWS;
    const weights = columnBytes * columns;
    const sums = weights + 8 * columns;
    const scores = sums + 8 * columns;
    const probabilities = scores + 8 * BLOCK_ROWS * outputs;
    this.#matrix = matrix;
    this.#kernels = createProductKernels(probabilities + 16 * BLOCK_ROWS);
    const {memory} = this.#kernels;
    this.#columns = matrix.dense.map((_, j) => new Float32Array(memory, columnBytes * j, BLOCK_ROWS));
    this.#weights = new Float64Array(memory, weights, dense);
    this.#sums = new Float64Array(memory, sums, dense);
    this.#probabilities = new Float64Array(memory, probabilities, 2 * BLOCK_ROWS);
    this.scores = Array.from(
      {length: outputs},
      (_, k) => new Float64Array(memory, scores + 8 * BLOCK_ROWS * k, BLOCK_ROWS),
    );
  }

  /** Takes the rows from..to, at most BLOCK_ROWS. */
  load(from: number, to: number): void {
    this.#from = from;
    this.#rows = to - from;
    this.#matrix.dense.forEach((column, j) => {
      this.#columns[j]?.set(column.subarray(from, to));
    });
  }

  /** Adds X · weights to the scores of an output. `weights` has one number for each column, from `offset` on. */
  addProduct(weights: Float64Array, offset: number, output: number): void {
    const {dense, sparse} = this.#matrix;
    const scores = this.scores[output] as Float64Array;
    if (dense.length > 0) {
      this.#weights.set(weights.subarray(offset, offset + dense.length));
      const pointers = {x: 0, weights: this.#weights.byteOffset, scores: scores.byteOffset};
      this.#kernels.product(pointers, stepped(this.#rows, ROWS_STEP), dense.length);
    }
    if (sparse === undefined) return;
    const {starts, indices, values} = sparse;
    const first = offset + dense.length;
    for (let row = 0; row < this.#rows; row += 1) {
      let sum = 0;
      const end = starts[this.#from + row + 1] as number;
      for (let at = starts[this.#from + row] as number; at < end; at += 1)
        sum += (weights[first + (indices[at] as number)] as number) * (values[at] as number);
      scores[row] = (scores[row] as number) + sum;
    }
  }

  /** Adds Xᵀ · scores of an output to `out`, which has one number for each column, from `offset` on. */
  addTransposedProduct(output: number, out: Float64Array, offset: number): void {
    const {dense, sparse} = this.#matrix;
    const scores = this.scores[output] as Float64Array;
    if (dense.length > 0) {
      const rows = stepped(this.#rows, ROWS_STEP);
      // What is left of an earlier block counts for nothing.
      scores.fill(0, this.#rows, rows);
      const pointers = {x: 0, values: scores.byteOffset, sums: this.#sums.byteOffset};
      this.#kernels.transposedProduct(pointers, rows, stepped(dense.length, COLUMNS_STEP));
      for (let j = 0; j < dense.length; j += 1)
        out[offset + j] = (out[offset + j] as number) + (this.#sums[j] as number);
    }
    if (sparse === undefined) return;
    const {starts, indices, values} = sparse;
    const first = offset + dense.length;
    for (let row = 0; row < this.#rows; row += 1) {
      const of = scores[row] as number;
      if (of === 0) continue;
      const end = starts[this.#from + row + 1] as number;
      for (let at = starts[this.#from + row] as number; at < end; at += 1) {
        const to = first + (indices[at] as number);
        out[to] = (out[to] as number) + of * (values[at] as number);
      }
    }
  }

  /** Two probabilities a row from the scores of one output, of its first and second class; valid up to the next call. */
  probabilities(output: number): Float64Array {
    const pointers = {
      scores: (this.scores[output] as Float64Array).byteOffset,
      probabilities: this.#probabilities.byteOffset,
    };
    this.#kernels.logistic(pointers, stepped(this.#rows, ROWS_STEP));
    return this.#probabilities.subarray(0, 2 * this.#rows);
  }
}
