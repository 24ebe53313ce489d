/** The coordinates in which linear models are searched, and passes over the rows in them. */
import type {FeatureMatrix} from '../matrix.ts';
import {cholesky} from './cholesky.ts';
import {BLOCK_ROWS} from './product-kernels.ts';
import {BlockProducts} from './products.ts';

/** Coordinates v_j = β_j · scale_j and b' = b + Σ β_j · mean_j; x holds for each output the columns' v, then b'. */
export class ScaledSpace {
  readonly #matrix: FeatureMatrix;
  readonly #means: Float64Array;
  readonly #scales: Float64Array;
  readonly #outputs: number;
  readonly #products: BlockProducts;
  readonly #sums: Float64Array;

  constructor(matrix: FeatureMatrix, means: Float64Array, scales: Float64Array, outputs: number) {
    this.#matrix = matrix;
    this.#means = means;
    this.#scales = scales;
    this.#outputs = outputs;
    this.#products = new BlockProducts(matrix, outputs);
    this.#sums = new Float64Array(outputs * scales.length);
  }

  natural(x: Float64Array): {readonly weights: Float64Array; readonly intercepts: Float64Array} {
    const columns = this.#scales.length;
    const weights = new Float64Array(this.#outputs * columns);
    const intercepts = new Float64Array(this.#outputs);
    for (let k = 0; k < this.#outputs; k += 1) {
      let intercept = x[k * (columns + 1) + columns] as number;
      for (let j = 0; j < columns; j += 1) {
        const weight = (x[k * (columns + 1) + j] as number) / (this.#scales[j] as number);
        weights[k * columns + j] = weight;
        intercept -= weight * (this.#means[j] as number);
      }
      intercepts[k] = intercept;
    }
    return {weights, intercepts};
  }

  /**
   * One pass over the rows, or over every `every`-th block of them, scaled up.
   * @param residuals turns scores of a block into derivatives and gives the loss
   */
  evaluate(
    x: Float64Array,
    gradient: Float64Array,
    residuals: (scores: readonly Float64Array[], from: number, to: number) => number,
    every: number,
  ): number {
    const columns = this.#scales.length;
    const products = this.#products;
    const {weights, intercepts} = this.natural(x);
    const sums = this.#sums.fill(0);
    const offsets = new Float64Array(this.#outputs);
    let value = 0;
    let seen = 0;
    for (let from = 0; from < this.#matrix.rows; from += BLOCK_ROWS * every) {
      const to = Math.min(this.#matrix.rows, from + BLOCK_ROWS);
      products.load(from, to);
      products.scores.forEach((scores, k) => {
        scores.fill(intercepts[k] as number);
        products.addProduct(weights, k * columns, k);
      });
      seen += to - from;
      value += residuals(products.scores, from, to);
      products.scores.forEach((scores, k) => {
        for (let row = 0; row < to - from; row += 1) offsets[k] = (offsets[k] as number) + (scores[row] as number);
        products.addTransposedProduct(k, sums, k * columns);
      });
    }
    const up = this.#matrix.rows / seen;
    for (let k = 0; k < this.#outputs; k += 1) {
      const offset = up * (offsets[k] as number);
      for (let j = 0; j < columns; j += 1)
        gradient[k * (columns + 1) + j] =
          (up * (sums[k * columns + j] as number) - (this.#means[j] as number) * offset) / (this.#scales[j] as number);
      gradient[k * (columns + 1) + columns] = offset;
    }
    return up * value;
  }

  /**
   * Of one output and dense columns: solves by the second derivatives Σ_i d_i · x_i x_iᵀ + ridge of every `every`-th block.
   * @param derivatives turns scores of a block into d
   */
  inverseCurvature(
    x: Float64Array,
    derivatives: (scores: Float64Array, from: number, to: number) => void,
    ridge: Float64Array,
    every: number,
  ): (direction: Float64Array) => void {
    const {dense, rows} = this.#matrix;
    const size = dense.length + 1;
    const {weights, intercepts} = this.natural(x);
    const hessian = new Float64Array(size * size);
    const products = this.#products;
    const scores = products.scores[0] as Float64Array;
    const scaled = Array.from({length: size}, () => new Float64Array(BLOCK_ROWS).fill(1));
    const weighted = new Float64Array(BLOCK_ROWS);
    let seen = 0;
    for (let from = 0; from < rows; from += BLOCK_ROWS * every) {
      const to = Math.min(rows, from + BLOCK_ROWS);
      const count = to - from;
      seen += count;
      products.load(from, to);
      scores.fill(intercepts[0] as number);
      products.addProduct(weights, 0, 0);
      derivatives(scores, from, to);
      dense.forEach((column, j) => {
        const [mean, scale, into] = [this.#means[j] as number, this.#scales[j] as number, scaled[j] as Float64Array];
        for (let row = 0; row < count; row += 1) into[row] = ((column[from + row] as number) - mean) / scale;
      });
      for (let i = 0; i < size; i += 1) {
        const one = scaled[i] as Float64Array;
        for (let row = 0; row < count; row += 1) weighted[row] = (one[row] as number) * (scores[row] as number);
        for (let j = 0; j <= i; j += 1)
          hessian[i * size + j] = (hessian[i * size + j] as number) + dotOf(weighted, scaled[j] as Float64Array, count);
      }
    }
    for (let at = 0; at < hessian.length; at += 1) hessian[at] = ((hessian[at] as number) * rows) / seen;
    for (let j = 0; j < size; j += 1) hessian[j * size + j] = (hessian[j * size + j] as number) + (ridge[j] as number);
    const factor = cholesky(hessian, size);
    return (direction) => {
      factor.solve(direction);
    };
  }
}

function dotOf(a: Float64Array, b: Float64Array, count: number): number {
  let sum = 0;
  for (let row = 0; row < count; row += 1) sum += (a[row] as number) * (b[row] as number);
  return sum;
}
