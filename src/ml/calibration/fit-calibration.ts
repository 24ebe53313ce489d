/** Fits a calibration to probabilities of rows that the predictor has not learnt from. */
import type {Calibration} from '../model.ts';
import {logOdds} from './calibrate.ts';
import {fitIsotonic} from './fit-isotonic.ts';
import {fitPlatt} from './fit-platt.ts';

export interface CalibrationRows {
  /** rows × classes. */
  readonly probabilities: Float64Array;
  readonly codes: Int32Array;
  readonly classes: readonly string[];
  readonly weights?: Float64Array;
}

/** @throws Error when a class has no row: its curve would be made up */
export function fitCalibration(kind: Calibration['kind'], rows: CalibrationRows): Calibration {
  const {classes, codes, weights} = rows;
  const counts = new Uint32Array(classes.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const absent = classes.filter((_, k) => counts[k] === 0);
  if (absent.length > 0) {
    throw new Error(
      `the rows kept for calibration have no row of ${absent.map((name) => `\`${name}\``).join(', ')}: ` +
        'give a `validation` input with all classes, or leave `calibrate` away',
    );
  }
  const curves = (classes.length === 2 ? [1] : classes.map((_, k) => k)).map((k) => ({
    scores: Float64Array.from(codes, (_, row) => logOdds(rows.probabilities[row * classes.length + k] ?? 0)),
    isPositive: Uint8Array.from(codes, (code) => (code === k ? 1 : 0)),
  }));
  if (kind === 'isotonic')
    return {kind, curves: curves.map(({scores, isPositive}) => fitIsotonic(scores, isPositive, weights))};
  const fitted = curves.map(({scores, isPositive}) => fitPlatt(scores, isPositive, weights));
  return {kind, a: Float64Array.from(fitted, ({a}) => a), b: Float64Array.from(fitted, ({b}) => b)};
}
