/** The losses that boosting lowers, with their first and second derivatives for the scores. */

/** `squares`: half the squared error. `logistic`: of two classes, one score. `softmax`: one score a class. */
export type BoostingLoss = 'squares' | 'logistic' | 'softmax';

/** Losses are added up in this unit, exactly. */
export const LOSS_UNIT = 2 ** 20;

/**
 * Writes derivatives × weight of rows from..to; scores and derivatives are counted from the row `from`, rows × outputs.
 * @returns the sum of losses × weight, × LOSS_UNIT
 */
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
): number {
  if (loss === 'softmax') return softmaxDerivatives(scores, target, weights, from, to, outputs, gradients, hessians);
  let sum = 0;
  for (let row = from, at = 0; row < to; row += 1, at += 1) {
    const weight = weights[row] as number;
    const score = scores[at] as number;
    if (loss === 'squares') {
      const error = score - (target[row] as number);
      gradients[at] = weight * error;
      hessians[at] = weight;
      sum += Math.round(0.5 * error * error * weight * LOSS_UNIT);
    } else {
      // One exponential for the probability and the loss.
      const small = Math.exp(-Math.abs(score));
      const probability = score >= 0 ? 1 / (1 + small) : small / (1 + small);
      const isPositive = target[row] as number;
      gradients[at] = weight * (probability - isPositive);
      hessians[at] = weight * probability * (1 - probability);
      const against = isPositive === 1 ? -score : score;
      sum += Math.round((Math.max(0, against) + Math.log(1 + small)) * weight * LOSS_UNIT);
    }
  }
  return sum;
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
): number {
  let sum = 0;
  for (let row = from, first = 0; row < to; row += 1, first += outputs) {
    const weight = weights[row] as number;
    const total = logOfSum(scores, first, outputs);
    const own = scores[first + (target[row] as number)] as number;
    sum += Math.round((total - own) * weight * LOSS_UNIT);
    for (let k = 0; k < outputs; k += 1) {
      const probability = Math.exp((scores[first + k] as number) - total);
      gradients[first + k] = weight * (probability - (target[row] === k ? 1 : 0));
      hessians[first + k] = weight * probability * (1 - probability);
    }
  }
  return sum;
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
