/** Trees in their stored form give what they gave while they grew; for any number of rows and columns. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {decodeModel, encodeModel} from '../../../src/ml/model-file.ts';
import type {Model, TreesPredictor} from '../../../src/ml/model.ts';
import {predictModel} from '../../../src/ml/predict.ts';
import {binMatrix, rowByRow} from '../../../src/ml/trees/bins.ts';
import {TreeBuilder, assembleTrees, leafOfBins} from '../../../src/ml/trees/grown-tree.ts';
import {predictTrees} from '../../../src/ml/trees/predict-trees.ts';
import {Random} from '../../../src/stats/random.ts';
import {denseMatrix} from '../models/sets.ts';

/** A matrix with ties, missing values, infinities and zeros of both signs. */
function matrixOf(random: Random, rows: number, columns: number) {
  const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, 3.4e38];
  const value = (): number => (random.below(4) === 0 ? (odd[random.below(odd.length)] ?? 0) : random.below(9) - 4);
  return denseMatrix(
    Array.from({length: rows}, () => Array.from({length: columns}, value)),
    columns,
  );
}

function treeOf(random: Random, columns: number, splits: number, outputs: number) {
  const builder = new TreeBuilder(outputs);
  const leaves = [0];
  for (let split = 0; split < splits; split += 1) {
    const [node = 0] = leaves.splice(random.below(leaves.length), 1);
    const left = builder.split(node, random.below(columns), random.below(8), random.below(2) === 1);
    leaves.push(left, left + 1);
  }
  for (const leaf of leaves)
    for (let k = 0; k < outputs; k += 1) builder.setValue(leaf, k, Math.fround(random.normal()));
  return builder.end();
}

describe('stored trees', () => {
  it('lead each row to the leaf that its bins lead to', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          rows: fc.integer({min: 0, max: 23}),
          columns: fc.constantFrom(1, 3, 40_000),
          splits: fc.integer({min: 0, max: 12}),
          outputs: fc.constantFrom(1, 3),
        }),
        ({seed, rows, columns, splits, outputs}) => {
          const random = new Random(seed);
          const used = Math.min(columns, 3);
          const matrix = matrixOf(random, rows, used);
          const bins = binMatrix(matrix, 'columns');
          const byRow = rowByRow(bins);
          const trees = Array.from({length: 3}, () => treeOf(random, used, splits, outputs));
          // More columns than there are make the numbers of columns wider.
          const starts = new Uint32Array(columns + 1).fill(bins.edges.values.length);
          starts.set(bins.edges.starts);
          const edges = {starts, values: bins.edges.values};
          const base = new Float64Array(outputs);
          const stored = assembleTrees({trees, edges, link: 'identity', outputs, leafOutputs: outputs, base});
          expect(stored.columns).toBeInstanceOf(columns > 32_766 ? Uint32Array : Uint16Array);
          const predicted = predictTrees(stored, matrix, outputs);
          for (let row = 0; row < rows; row += 1) {
            for (let k = 0; k < outputs; k += 1) {
              const sum = trees.reduce(
                (total, tree) => total + (tree.values[leafOfBins(tree, byRow.values, row * used) * outputs + k] ?? 0),
                0,
              );
              expect(predicted[row * outputs + k]).toBe(sum);
            }
          }
        },
      ),
      {numRuns: 60},
    );
  });

  it('that do not fit together are refused, not walked for ever', () => {
    const predictor: TreesPredictor = {
      kind: 'trees',
      link: 'identity',
      outputs: 1,
      starts: Uint32Array.of(0, 3),
      columns: Uint16Array.of(0, 0, 0xffff),
      values: Float32Array.of(0, 0, 0),
      base: Float64Array.of(0),
    };
    const model: Model = {features: ['x0'], task: {kind: 'regression'}, settings: null, predictor};
    const read = decodeModel(encodeModel(model));
    expect(() => predictModel(read, denseMatrix([[1]]))).toThrow('the nodes of a tree do not fit together');
    const far = {...model, predictor: {...predictor, columns: Uint16Array.of(7, 0xffff, 0xffff)}};
    expect(() => predictModel(far, denseMatrix([[1]]))).toThrow('the nodes of a tree do not fit together');
  });
});
