/** From scores to probabilities, in place. */
import type {Link} from './model.ts';

/** 1 / (1 + e^-score), without overflow. */
export function sigmoid(score: number): number {
  const small = Math.exp(-Math.abs(score));
  return score >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/**
 * Turns scores (rows × scores of the predictor) into what a model gives: rows × outputs.
 * `logistic` has one score and two outputs a row.
 */
export function applyLink(link: Link, scores: Float64Array, outputs: number): Float64Array {
  if (link === 'identity') return scores;
  if (link === 'softmax') {
    softmaxRows(scores, outputs);
    return scores;
  }
  const probabilities = new Float64Array(scores.length * 2);
  for (let row = 0; row < scores.length; row += 1) {
    const probability = sigmoid(scores[row] as number);
    probabilities[2 * row] = 1 - probability;
    probabilities[2 * row + 1] = probability;
  }
  return probabilities;
}

function softmaxRows(scores: Float64Array, classes: number): void {
  for (let from = 0; from < scores.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let at = from; at < from + classes; at += 1) most = Math.max(most, scores[at] as number);
    let sum = 0;
    for (let at = from; at < from + classes; at += 1) {
      const share = Math.exp((scores[at] as number) - most);
      scores[at] = share;
      sum += share;
    }
    for (let at = from; at < from + classes; at += 1) scores[at] = (scores[at] as number) / sum;
  }
}
