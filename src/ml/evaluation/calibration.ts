/**
 * Whether probabilities are what they say: of the rows given 80 %, 80 % should be right. Ten bins of equally many rows; bins of equal
 * width are dominated by the emptiest. Of two classes it is about the positive one; of more, about the class that was predicted.
 */
import {quantile, sortedCopy} from '../../stats/describe.ts';
import {wilson, type Interval} from '../../stats/intervals.ts';
import type {ClassPredictions} from './predictions.ts';

const BINS = 10;

export interface ReliabilityBin {
  readonly rows: number;
  /** Mean probability given. */
  readonly predicted: number;
  /** Share of the rows that were so. */
  readonly observed: number;
  /** Wilson, of unweighted rows. */
  readonly interval: Interval | undefined;
}

export interface Calibration {
  /** What probabilities are of. */
  readonly of: string;
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error Σ n_b/n·|observed - predicted| over these bins. */
  readonly ece: number;
  /**
   * logit(observed) = intercept + slope·logit(predicted), by maximum likelihood: 0 and 1 when calibrated; a slope below 1 is
   * overconfident. Undefined when all rows came out alike or it does not converge (classes parted perfectly).
   */
  readonly recalibration: {readonly intercept: number; readonly slope: number} | undefined;
}

interface Outcomes {
  readonly of: string;
  readonly chances: Float64Array;
  readonly happened: Uint8Array;
}

function outcomes({
  probabilities,
  scores,
  positive,
  classes,
  truth,
  predicted,
}: ClassPredictions): Outcomes | undefined {
  if (positive !== undefined) {
    const chances = probabilities?.[positive] ?? scores;
    if (chances === undefined) return undefined;
    return {of: classes[positive] ?? '', chances, happened: Uint8Array.from(truth, (one) => Number(one === positive))};
  }
  if (probabilities === undefined) return undefined;
  return {
    of: 'the predicted class',
    chances: Float64Array.from(predicted, (label, row) => probabilities[label]?.[row] ?? 0),
    happened: Uint8Array.from(truth, (one, row) => Number(one === predicted[row])),
  };
}

/** @returns undefined without probabilities */
export function calibrationOf(predictions: ClassPredictions): Calibration | undefined {
  const found = outcomes(predictions);
  if (found === undefined) return undefined;
  const sums = binSums(found, predictions.weights);
  const bins = sums.map(({rows, weight, chance, happened, count}) => ({
    rows,
    predicted: chance / weight,
    observed: happened / weight,
    interval: predictions.weights === undefined ? wilson(count, rows) : undefined,
  }));
  return {of: found.of, bins, ece: eceOf(sums), recalibration: recalibrate(found, predictions.weights)};
}

export function expectedCalibrationError(predictions: ClassPredictions, weights?: Float64Array): number | undefined {
  const found = outcomes(predictions);
  return found === undefined ? undefined : eceOf(binSums(found, weights));
}

interface BinSums {
  rows: number;
  weight: number;
  /** Weighted sums of the probabilities and of what happened; `count` without weights. */
  chance: number;
  happened: number;
  count: number;
}

function binSums({chances, happened}: Outcomes, weights?: Float64Array): readonly BinSums[] {
  const sorted = sortedCopy(chances);
  const edges: number[] = [];
  for (let bin = 1; bin < BINS; bin += 1) {
    const edge = quantile(sorted, bin / BINS);
    // Many equal probabilities share a bin: their edges fall together.
    if (edge > (edges.at(-1) ?? -Infinity)) edges.push(edge);
  }
  const bins = Array.from({length: edges.length + 1}, (): BinSums => ({
    rows: 0,
    weight: 0,
    chance: 0,
    happened: 0,
    count: 0,
  }));
  chances.forEach((chance, row) => {
    let at = 0;
    while (at < edges.length && chance > (edges[at] ?? Infinity)) at += 1;
    const bin = bins[at];
    if (bin === undefined) return;
    const weight = weights?.[row] ?? 1;
    bin.rows += 1;
    bin.weight += weight;
    bin.chance += weight * chance;
    bin.happened += weight * (happened[row] ?? 0);
    bin.count += happened[row] ?? 0;
  });
  return bins.filter(({weight}) => weight > 0);
}

function eceOf(bins: readonly BinSums[]): number {
  const total = bins.reduce((sum, {weight}) => sum + weight, 0);
  return bins.reduce((sum, {chance, happened}) => sum + Math.abs(happened - chance), 0) / total;
}

const MOST_STEPS = 50;
const SMALLEST = 1e-12;

/** Logistic regression on the log-odds of the probability, by Newton's method. */
function recalibrate({chances, happened}: Outcomes, weights?: Float64Array): Calibration['recalibration'] {
  const logits = chances.map((chance) => {
    const clipped = Math.min(1 - SMALLEST, Math.max(SMALLEST, chance));
    return Math.log(clipped / (1 - clipped));
  });
  if (happened.every((one) => one === happened[0]) || logits.every((one) => one === logits[0])) return undefined;
  let [intercept, slope] = [0, 1];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let row = 0; row < logits.length; row += 1) {
      const x = logits[row] ?? 0;
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const weight = weights === undefined ? 1 : (weights[row] ?? 0);
      const residual = weight * ((happened[row] ?? 0) - p);
      const spread = weight * p * (1 - p);
      g0 += residual;
      g1 += residual * x;
      h00 += spread;
      h01 += spread * x;
      h11 += spread * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [change0, change1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    if (!Number.isFinite(change0) || !Number.isFinite(change1)) return undefined;
    intercept += change0;
    slope += change1;
    if (Math.abs(change0) + Math.abs(change1) < 1e-9) return {intercept, slope};
  }
  return undefined;
}
