/** Permutation importance over a matrix, whatever the model. */
import {expect, it} from 'vitest';
import {permutationImportance} from '../../../src/ml/evaluation/importance.ts';
import {Random} from '../../../src/stats/random.ts';

it('of many features that hang together some pairs are named, and how many more there are', () => {
  const random = new Random('features');
  const base = Float32Array.from({length: 50}, () => random.uniform());
  const dense = Array.from({length: 30}, (_, column) => base.map((value) => value * (column + 1)));
  const names = dense.map((_, column) => `f${column}`);
  const groups = names.map((name, column) => ({name, columns: [column]}));
  const options = {groups, metric: 'accuracy', better: 'up', repeats: 1, rows: 50} as const;
  const {notices} = permutationImportance({rows: 50, names, dense}, () => 1, options, random);
  expect(notices).toHaveLength(21);
  expect(notices[0]).toBe(
    '`f0` and `f1` hang together (rank correlation 1.00) and were shuffled apart: put them into one group.',
  );
  expect(notices.at(-1)).toBe('415 more pairs hang together.');
});
