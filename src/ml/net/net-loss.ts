/** The losses of nets, with their derivatives for the last layer's sums. */
import {sigmoid} from '../link.ts';
import type {Link} from '../model.ts';
import {weightOf, type TrainingSet} from '../training.ts';

/**
 * Of a batch: writes derivatives of the mean loss, and gives the sum of losses. Scores and derivatives are rows × width, of
 * which the first columns are used.
 */
export type NetLoss = (rows: Uint32Array, scores: Float32Array, width: number, deltas: Float32Array) => number;

/** @param meanWeight what weights are divided by. */
export function netLoss(link: Link, {target, weights}: TrainingSet, meanWeight: number): NetLoss {
  const outputs = target.kind === 'classification' && link === 'softmax' ? target.classes.length : 1;
  return (rows, scores, width, deltas) => {
    let sum = 0;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] as number;
      const weight = weightOf(weights, row) / meanWeight;
      const first = at * width;
      const share = weight / rows.length;
      if (target.kind === 'regression') {
        const error = (scores[first] as number) - (target.values[row] as number);
        sum += 0.5 * weight * error * error;
        deltas[first] = share * error;
      } else if (link === 'logistic') {
        const score = scores[first] as number;
        const isPositive = target.codes[row] === 1;
        sum += weight * (Math.max(0, isPositive ? -score : score) + Math.log(1 + Math.exp(-Math.abs(score))));
        deltas[first] = share * (sigmoid(score) - (isPositive ? 1 : 0));
      } else sum += weight * softmaxLoss(scores, first, outputs, target.codes[row] as number, share, deltas);
    }
    return sum;
  };
}

function softmaxLoss(
  scores: Float32Array,
  first: number,
  outputs: number,
  own: number,
  share: number,
  deltas: Float32Array,
): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < outputs; k += 1) most = Math.max(most, scores[first + k] as number);
  let sum = 0;
  for (let k = 0; k < outputs; k += 1) sum += Math.exp((scores[first + k] as number) - most);
  for (let k = 0; k < outputs; k += 1)
    deltas[first + k] = share * (Math.exp((scores[first + k] as number) - most) / sum - (k === own ? 1 : 0));
  return Math.log(sum) + most - (scores[first + own] as number);
}
