/** The losses of linear models: of a block of rows, the sum of losses and the derivative for each score. */
import {sigmoid} from '../link.ts';
import type {Link} from '../model.ts';
import {weightOf, type TrainingSet} from '../training.ts';

export interface LinearLoss {
  readonly link: Link;
  readonly outputs: number;
  /** Intercepts of the best constant. */
  readonly start: Float64Array;
  /** An upper limit of the second derivative for a score. */
  readonly curvature: number;
  /** Overwrites the scores of rows from..to by the derivatives of the averaged loss, and gives its part of these rows. */
  residuals(scores: readonly Float64Array[], from: number, to: number): number;
  /** Overwrites scores by second derivatives of the averaged loss; only of one output. */
  secondDerivatives(scores: Float64Array, from: number, to: number): void;
}

/** @param total sum of all weights */
export function linearLoss(set: TrainingSet, total: number): LinearLoss {
  const {target, weights} = set;
  if (target.kind === 'regression') return squaredLoss(target.values, weights, total);
  const shares = new Float64Array(target.classes.length);
  target.codes.forEach((code, row) => {
    shares[code] = (shares[code] ?? 0) + weightOf(weights, row) / total;
  });
  return shares.length === 2
    ? logisticLoss(target.codes, weights, total, shares)
    : softmaxLoss(target.codes, weights, total, shares);
}

const logOf = (share: number | undefined): number => Math.log(Math.max(share ?? 0, 1e-12));

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** log(1 + exp(-z)) with z the score, negative for class 0. */
function logisticLoss(
  codes: Int32Array,
  weights: Float64Array | undefined,
  total: number,
  shares: Float64Array,
): LinearLoss {
  return {
    link: 'logistic',
    outputs: 1,
    start: Float64Array.of(logOf(shares[1]) - logOf(shares[0])),
    curvature: 0.25,
    residuals: ([scores], from, to) => {
      let sum = 0;
      if (scores === undefined) return sum;
      for (let row = from, at = 0; row < to; row += 1, at += 1) {
        const score = scores[at] as number;
        const weight = (weights === undefined ? 1 : (weights[row] as number)) / total;
        // exp of a negative number only: no overflow.
        const small = Math.exp(-Math.abs(score));
        const probability = score >= 0 ? 1 / (1 + small) : small / (1 + small);
        const isPositive = codes[row] === 1;
        const agreeing = isPositive ? score : -score;
        sum += weight * (Math.log(1 + small) + (agreeing < 0 ? -agreeing : 0));
        scores[at] = weight * (isPositive ? probability - 1 : probability);
      }
      return sum;
    },
    secondDerivatives: (scores, from, to) => {
      for (let row = from, at = 0; row < to; row += 1, at += 1) {
        const probability = sigmoid(scores[at] as number);
        scores[at] = (weightOf(weights, row) / total) * probability * (1 - probability);
      }
    },
  };
}

function softmaxLoss(
  codes: Int32Array,
  weights: Float64Array | undefined,
  total: number,
  shares: Float64Array,
): LinearLoss {
  return {
    link: 'softmax',
    outputs: shares.length,
    // Intercepts are known up to a constant: the sum 0 is the choice of scikit-learn.
    start: centred(shares.map(logOf)),
    curvature: 0.25,
    residuals: (scores, from, to) => {
      let sum = 0;
      for (let row = from, at = 0; row < to; row += 1, at += 1) {
        const weight = (weights === undefined ? 1 : (weights[row] as number)) / total;
        let most = Number.NEGATIVE_INFINITY;
        for (const of of scores) most = Math.max(most, of[at] as number);
        let sumOfExp = 0;
        for (const of of scores) sumOfExp += Math.exp((of[at] as number) - most);
        const own = scores[codes[row] as number]?.[at] as number;
        sum += weight * (Math.log(sumOfExp) + most - own);
        for (let k = 0; k < scores.length; k += 1) {
          const of = scores[k] as Float64Array;
          of[at] = weight * (Math.exp((of[at] as number) - most) / sumOfExp - (k === codes[row] ? 1 : 0));
        }
      }
      return sum;
    },
    secondDerivatives: () => {
      throw new Error('second derivatives of several outputs are a block matrix');
    },
  };
}

/** Half the squared error. */
function squaredLoss(values: Float64Array, weights: Float64Array | undefined, total: number): LinearLoss {
  let mean = 0;
  values.forEach((value, row) => {
    mean += (weightOf(weights, row) / total) * value;
  });
  return {
    link: 'identity',
    outputs: 1,
    start: Float64Array.of(mean),
    curvature: 1,
    residuals: ([scores], from, to) => {
      let sum = 0;
      if (scores === undefined) return sum;
      for (let row = from, at = 0; row < to; row += 1, at += 1) {
        const weight = (weights === undefined ? 1 : (weights[row] as number)) / total;
        const error = (scores[at] as number) - (values[row] as number);
        sum += 0.5 * weight * error * error;
        scores[at] = weight * error;
      }
      return sum;
    },
    secondDerivatives: (scores, from, to) => {
      for (let row = from, at = 0; row < to; row += 1, at += 1) scores[at] = weightOf(weights, row) / total;
    },
  };
}
