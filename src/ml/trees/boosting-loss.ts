/** The losses that boosting lowers, with their first and second derivatives for the scores. */
import {sigmoid} from '../link.ts';

/** `squares`: half the squared error. `logistic`: of two classes, one score. `softmax`: one score a class. */
export type BoostingLoss = 'squares' | 'logistic' | 'softmax';

/** Writes derivatives × weight of rows from..to; scores and derivatives are counted from the row `from`, rows × outputs. */
export function derivativesOf(
  loss: BoostingLoss,
  scores: Float64Array,
  target: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  outputs: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  if (loss === 'softmax') {
    softmaxDerivatives(scores, target, weights, from, to, outputs, gradients, hessians);
    return;
  }
  for (let row = from, at = 0; row < to; row += 1, at += 1) {
    const weight = weights[row] as number;
    if (loss === 'squares') {
      gradients[at] = weight * ((scores[at] as number) - (target[row] as number));
      hessians[at] = weight;
    } else {
      const probability = sigmoid(scores[at] as number);
      gradients[at] = weight * (probability - (target[row] as number));
      hessians[at] = weight * probability * (1 - probability);
    }
  }
}

function softmaxDerivatives(
  scores: Float64Array,
  target: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  outputs: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let row = from, first = 0; row < to; row += 1, first += outputs) {
    const weight = weights[row] as number;
    const total = logOfSum(scores, first, outputs);
    for (let k = 0; k < outputs; k += 1) {
      const probability = Math.exp((scores[first + k] as number) - total);
      gradients[first + k] = weight * (probability - (target[row] === k ? 1 : 0));
      hessians[first + k] = weight * probability * (1 - probability);
    }
  }
}

/** The loss of one row, whose scores begin at `first`. */
export function lossOf(
  loss: BoostingLoss,
  scores: Float64Array,
  first: number,
  outputs: number,
  target: number,
): number {
  const score = scores[first] as number;
  if (loss === 'squares') return 0.5 * (score - target) ** 2;
  if (loss === 'softmax') return logOfSum(scores, first, outputs) - (scores[first + target] as number);
  const against = target === 1 ? -score : score;
  return Math.max(0, against) + Math.log(1 + Math.exp(-Math.abs(score)));
}

/** log Σ exp(score) of one row, without overflow. */
function logOfSum(scores: Float64Array, first: number, outputs: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = first; at < first + outputs; at += 1) most = Math.max(most, scores[at] as number);
  let sum = 0;
  for (let at = first; at < first + outputs; at += 1) sum += Math.exp((scores[at] as number) - most);
  return most + Math.log(sum);
}
