import {describe, expect, it} from 'vitest';
import {calibrate, interpolate, logOdds} from '../../../src/ml/calibration/calibrate.ts';
import {fitCalibration} from '../../../src/ml/calibration/fit-calibration.ts';
import {fitIsotonic} from '../../../src/ml/calibration/fit-isotonic.ts';
import {fitPlatt} from '../../../src/ml/calibration/fit-platt.ts';
import {distance, reference} from '../models/sets.ts';

const {scores, truth, weights, platt, platt_weighted: plattWeighted, grid, isotonic} = reference.calibration;

describe('fits', () => {
  it('Platt as scikit-learn', () => {
    const fit = (given?: Float64Array) => fitPlatt(Float64Array.from(scores), Uint8Array.from(truth), given);
    const {a, b} = fit();
    expect(distance([a, b], platt)).toBeLessThan(1e-4);
    const weighted = fit(Float64Array.from(weights));
    expect(distance([weighted.a, weighted.b], plattWeighted)).toBeLessThan(1e-4);
  });

  it('isotonic as scikit-learn', () => {
    const {x, y} = fitIsotonic(Float64Array.from(scores), Float64Array.from(truth), Float64Array.from(weights));
    expect(
      distance(
        grid.map((at) => interpolate(x, y, at)),
        isotonic,
      ),
    ).toBeLessThan(1e-9);
  });

  it('of one score for all, and of scores that all rise', () => {
    expect(fitIsotonic(Float64Array.of(2, 2, 2), Uint8Array.of(0, 1, 1), undefined)).toEqual({
      x: Float64Array.of(2),
      y: Float64Array.of(2 / 3),
    });
    expect(fitIsotonic(Float64Array.of(1, 2), Uint8Array.of(1, 0), undefined)).toEqual({
      x: Float64Array.of(1, 2),
      y: Float64Array.of(0.5, 0.5),
    });
  });
});

describe('calibrate', () => {
  const classes = ['a', 'b', 'c'];
  const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0, 1, 0, 0.2, 0.3, 0.5, 0.4, 0.4, 0.2);
  const codes = Int32Array.of(0, 1, 2, 0);
  it.each(['platt', 'isotonic'] as const)('gives rows that sum to 1: %s', (kind) => {
    const fitted = fitCalibration(kind, {probabilities, codes, classes});
    const out = calibrate(fitted, probabilities, 3);
    for (let row = 0; row < 4; row += 1)
      expect((out[3 * row] ?? 0) + (out[3 * row + 1] ?? 0) + (out[3 * row + 2] ?? 0)).toBeCloseTo(1, 12);
    expect(out.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('names a class without rows', () => {
    expect(() => fitCalibration('platt', {probabilities, codes: Int32Array.of(0, 1, 0, 1), classes})).toThrow(
      'the rows kept for calibration have no row of `c`',
    );
  });

  it('takes 0 and 1', () => {
    expect(logOdds(0)).toBeCloseTo(-13.8155, 3);
    expect(logOdds(1)).toBeCloseTo(13.8155, 3);
    expect(logOdds(0.5)).toBeCloseTo(0, 12);
  });
});
