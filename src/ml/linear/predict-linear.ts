import {applyLink} from '../link.ts';
import {columnCount, type FeatureMatrix} from '../matrix.ts';
import type {LinearPredictor} from '../model.ts';
import {BLOCK_ROWS} from './product-kernels.ts';
import {BlockProducts} from './products.ts';

/** @returns rows × outputs: probabilities, or values */
export function predictLinear(
  {link, weights, intercepts}: LinearPredictor,
  matrix: FeatureMatrix,
  outputs: number,
): Float64Array {
  const {rows} = matrix;
  const columns = columnCount(matrix);
  const products = new BlockProducts(matrix, intercepts.length);
  const result = new Float64Array(rows * outputs);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    products.load(from, to);
    products.scores.forEach((scores, k) => {
      scores.fill(intercepts[k] as number);
      products.addProduct(weights, k * columns, k);
    });
    const block =
      link === 'logistic' ? products.probabilities(0) : applyLink(link, rowByRow(products.scores, to - from), outputs);
    result.set(block, from * outputs);
  }
  return result;
}

function rowByRow(scores: readonly Float64Array[], rows: number): Float64Array {
  const [only] = scores;
  if (only !== undefined && scores.length === 1) return only.subarray(0, rows);
  const together = new Float64Array(rows * scores.length);
  scores.forEach((of, k) => {
    for (let row = 0, at = k; row < rows; row += 1, at += scores.length) together[at] = of[row] as number;
  });
  return together;
}
