import type {FeatureMatrix} from '../matrix.ts';
import type {NetPredictor} from '../model.ts';
import {applyLink} from '../link.ts';
import {columnCount, fillRows} from '../matrix.ts';

const BLOCK_ROWS = 256;

/** @returns rows × outputs: probabilities, or values */
export function predictNet(
  {link, means, scales, layers}: NetPredictor,
  matrix: FeatureMatrix,
  outputs: number,
): Float64Array {
  const {rows} = matrix;
  const width = columnCount(matrix);
  const scores = new Float64Array(rows * (layers.at(-1)?.outputs ?? 0));
  const block = new Float32Array(BLOCK_ROWS * width);
  for (let from = 0, to = 0; from < rows; from = to) {
    to = Math.min(rows, from + BLOCK_ROWS);
    fillRows(matrix, from, to, block);
    standardiseRows(block, means, scales, to - from);
    let values: Float32Array = block;
    layers.forEach((layer, depth) => {
      values = forward(layer, values, to - from, depth + 1 < layers.length);
    });
    for (let at = 0, into = (from * scores.length) / rows; into < (to * scores.length) / rows; at += 1, into += 1)
      scores[into] = values[at] as number;
  }
  return applyLink(link, scores, outputs);
}

/** In place: (x - mean) / scale of each column. */
export function standardiseRows(block: Float32Array, means: Float32Array, scales: Float32Array, rows: number): void {
  const width = means.length;
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let j = 0; j < width; j += 1, at += 1)
      block[at] = ((block[at] as number) - (means[j] as number)) / (scales[j] as number);
}

/** ReLU of inputs · weights + biases, or without ReLU for the last layer. */
function forward(
  {inputs, outputs, weights, biases}: NetPredictor['layers'][number],
  values: Float32Array,
  rows: number,
  isHidden: boolean,
): Float32Array {
  const sums = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) {
    const into = sums.subarray(row * outputs, (row + 1) * outputs);
    into.set(biases);
    for (let i = 0; i < inputs; i += 1) {
      const value = values[row * inputs + i] as number;
      if (value === 0) continue;
      for (let o = 0, at = i * outputs; o < outputs; o += 1, at += 1)
        into[o] = (into[o] as number) + value * (weights[at] as number);
    }
    if (isHidden) for (let o = 0; o < outputs; o += 1) if ((into[o] as number) < 0) into[o] = 0;
  }
  return sums;
}
