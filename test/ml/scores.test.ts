/** The scores that training tells. */
import {expect, it} from 'vitest';
import {trainingScores} from '../../src/ml/scores.ts';

it('of a constant label R² is 1 or 0, however its sum rounds', () => {
  const set = {
    matrix: {rows: 3, names: [], dense: []},
    target: {kind: 'regression', values: Float64Array.of(0.1, 0.1, 0.1)},
  } as const;
  expect(trainingScores(set, {values: Float64Array.of(0.2, 0.2, 0.3)})['r2']).toBe(0);
  expect(trainingScores(set, {values: Float64Array.of(0.1, 0.1, 0.1)})['r2']).toBe(1);
});
