/** Applies a calibration to the probabilities of a predictor. */
import {sigmoid} from '../link.ts';
import type {Calibration} from '../model.ts';

/** Probabilities are taken to be at least this far from 0 and 1: a forest gives both, whose log-odds are infinite. */
export const LOG_ODDS_MARGIN = 1e-6;

/** log(p / (1 - p)): what the curves of a calibration are over. */
export function logOdds(probability: number): number {
  const p = Math.min(1 - LOG_ODDS_MARGIN, Math.max(LOG_ODDS_MARGIN, probability));
  return Math.log(p) - Math.log1p(-p);
}

/** @param probabilities rows × classes. @returns new ones of the same shape, each row with the sum 1 */
export function calibrate(calibration: Calibration, probabilities: Float64Array, classes: number): Float64Array {
  const calibrated = new Float64Array(probabilities.length);
  for (let from = 0; from < probabilities.length; from += classes) {
    if (classes === 2) {
      const p = curveAt(calibration, 0, logOdds(probabilities[from + 1] ?? 0));
      calibrated[from] = 1 - p;
      calibrated[from + 1] = p;
      continue;
    }
    let sum = 0;
    for (let k = 0; k < classes; k += 1) {
      const p = curveAt(calibration, k, logOdds(probabilities[from + k] ?? 0));
      calibrated[from + k] = p;
      sum += p;
    }
    // No class is possible by the curves: all are equally so.
    for (let at = from; at < from + classes; at += 1)
      calibrated[at] = sum > 0 ? (calibrated[at] ?? 0) / sum : 1 / classes;
  }
  return calibrated;
}

function curveAt(calibration: Calibration, k: number, score: number): number {
  if (calibration.kind === 'platt') return sigmoid(-((calibration.a[k] ?? 0) * score + (calibration.b[k] ?? 0)));
  const curve = calibration.curves[k];
  return curve === undefined ? 0 : interpolate(curve.x, curve.y, score);
}

/** Straight lines between the points, constant outside of them. */
export function interpolate(x: Float64Array, y: Float64Array, at: number): number {
  const last = x.length - 1;
  if (at <= (x[0] ?? 0)) return y[0] ?? 0;
  if (at >= (x[last] ?? 0)) return y[last] ?? 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [x[low] ?? 0, x[high] ?? 0, y[low] ?? 0, y[high] ?? 0];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
