import {applyLink} from '../link.ts';
import {columnCount, type FeatureMatrix} from '../matrix.ts';
import type {LinearPredictor} from '../model.ts';
import {BLOCK_ROWS, addProduct} from './products.ts';

/** @returns rows × outputs: probabilities, or values */
export function predictLinear(
  {link, weights, intercepts}: LinearPredictor,
  matrix: FeatureMatrix,
  outputs: number,
): Float64Array {
  const {rows} = matrix;
  const columns = columnCount(matrix);
  const each = intercepts.length;
  const scores = new Float64Array(rows * each);
  const block = new Float64Array(BLOCK_ROWS);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    intercepts.forEach((intercept, k) => {
      block.fill(intercept);
      addProduct(matrix, from, to, weights, k * columns, block);
      for (let row = from; row < to; row += 1) scores[row * each + k] = block[row - from] as number;
    });
  }
  return applyLink(link, scores, outputs);
}
