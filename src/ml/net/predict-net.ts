import type {FeatureMatrix} from '../matrix.ts';
import type {NetPredictor} from '../model.ts';
import {applyLink} from '../link.ts';
import {columnCount, fillRows} from '../matrix.ts';
import {NetMemory} from './net-memory.ts';

const BLOCK_ROWS = 256;

/** @returns rows × outputs: probabilities, or values */
export function predictNet(
  {link, means, scales, layers}: NetPredictor,
  matrix: FeatureMatrix,
  outputs: number,
): Float64Array {
  const columns = columnCount(matrix);
  const memory = new NetMemory(BLOCK_ROWS, [columns, ...layers.map((layer) => layer.outputs)]);
  memory.setLayers(layers);
  return applyLink(link, netScores(memory, means, scales, matrix, columns), outputs);
}

/** Scores of all rows: rows × outputs of the last layer. */
export function netScores(
  memory: NetMemory,
  means: Float32Array,
  scales: Float32Array,
  matrix: FeatureMatrix,
  columns: number,
): Float64Array {
  const each = memory.layers.at(-1)?.outputs ?? 0;
  const batch = memory.input.rows;
  const scores = new Float64Array(matrix.rows * each);
  const block = new Float32Array(batch * columns);
  for (let from = 0, to = 0; from < matrix.rows; from = to) {
    to = Math.min(matrix.rows, from + batch);
    fillRows(matrix, from, to, block);
    standardiseRows(block, means, scales, to - from);
    memory.load(block, to - from, columns);
    const {values, width} = memory.forward(to - from);
    for (let row = from; row < to; row += 1)
      for (let k = 0; k < each; k += 1) scores[row * each + k] = values[(row - from) * width + k] as number;
  }
  return scores;
}

/** In place: (x - mean) / scale of each column. */
export function standardiseRows(block: Float32Array, means: Float32Array, scales: Float32Array, rows: number): void {
  const width = means.length;
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let j = 0; j < width; j += 1, at += 1)
      block[at] = ((block[at] as number) - (means[j] as number)) / (scales[j] as number);
}
