/** Products against plain loops, to the last bit. */
import {describe, expect, it} from 'vitest';
import {BLOCK_ROWS} from '../../../src/ml/linear/product-kernels.ts';
import {BlockProducts} from '../../../src/ml/linear/products.ts';
import {predictLinear} from '../../../src/ml/linear/predict-linear.ts';
import {valueAt} from '../../../src/ml/matrix.ts';
import {Random} from '../../../src/stats/random.ts';
import {denseMatrix, sparseMatrix} from '../models/sets.ts';

const random = new Random('products');
const numbers = (count: number): number[] => Array.from({length: count}, () => random.normal());

describe('products of a block of rows', () => {
  it.each([
    ['dense', 1, 1],
    ['dense', 13, 11],
    ['dense', BLOCK_ROWS, 8],
    ['sparse', 13, 5],
  ] as const)('are the sums of plain loops: %s, %i rows, %i columns', (kind, rows, columns) => {
    // The rows of a first, full block must leave nothing in the second one.
    const cells = Array.from({length: BLOCK_ROWS + rows}, () => numbers(columns));
    const matrix = kind === 'dense' ? denseMatrix(cells) : sparseMatrix(cells);
    const weights = Float64Array.from(numbers(2 * columns));
    const products = new BlockProducts(matrix, 2);
    products.load(0, BLOCK_ROWS);
    products.load(BLOCK_ROWS, BLOCK_ROWS + rows);
    for (const output of [0, 1]) {
      const values = products.scores[output]?.fill(0.5) ?? new Float64Array();
      products.addProduct(weights, output * columns, output);
      const scores = cells.slice(BLOCK_ROWS).map((_, row) => {
        let sum = kind === 'dense' ? 0.5 : 0;
        for (let j = 0; j < columns; j += 1)
          sum += (weights[output * columns + j] ?? 0) * valueAt(matrix, BLOCK_ROWS + row, j);
        return kind === 'dense' ? sum : sum + 0.5;
      });
      expect([...values.subarray(0, rows)]).toEqual(scores);
      const sums = new Float64Array(2 * columns).fill(1);
      products.addTransposedProduct(output, sums, output * columns);
      const expected = Array.from({length: columns}, (_, j) => {
        let sum = kind === 'dense' ? 0 : 1;
        for (let row = 0; row < rows; row += 1) sum += (scores[row] ?? 0) * valueAt(matrix, BLOCK_ROWS + row, j);
        return kind === 'dense' ? sum + 1 : sum;
      });
      expect([...sums.subarray(output * columns, (output + 1) * columns)]).toEqual(expected);
    }
  });
});

describe('probabilities of two classes', () => {
  const of = (scores: readonly number[]): Float64Array =>
    predictLinear(
      {kind: 'linear', link: 'logistic', weights: Float64Array.of(1), intercepts: Float64Array.of(0)},
      denseMatrix(scores.map((score) => [score])),
      2,
    );

  it('are those of Math.exp', () => {
    const scores = [...numbers(5000).map((value) => Math.fround(8 * value)), 0, -0, 36.5, -36.5, -700, 700];
    const probabilities = of(scores);
    scores.forEach((score, row) => {
      const small = Math.exp(-Math.abs(score));
      const expected = (score >= 0 ? 1 : small) / (1 + small);
      expect(Math.abs((probabilities[2 * row + 1] ?? 0) - expected)).toBeLessThanOrEqual(2.3e-16 * expected);
      expect(probabilities[2 * row]).toBe(1 - (probabilities[2 * row + 1] ?? 0));
    });
  });

  it('of far scores are 0 and 1, and too small for a double before', () => {
    const [infinity, far, near] = [Number.POSITIVE_INFINITY, 800, 740].map((score) => [...of([score, -score])]);
    expect(infinity).toEqual([0, 1, 1, 0]);
    expect(far).toEqual([0, 1, 1, 0]);
    expect(near).toEqual([0, 1, 1, Math.exp(-740)]);
    expect([...of([Number.NaN])]).toEqual([Number.NaN, Number.NaN]);
  });
});
