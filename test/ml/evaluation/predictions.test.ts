/** What a predictions file may be, and what is refused with a sentence. */
import {describe, expect, it} from 'vitest';
import {read, run, estimateOf} from './rig.ts';

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
};

describe('classes', () => {
  it('are sorted as numbers when they are numbers, else by code units', () => {
    expect(read({y_true: ['10', '9', '2'], y_pred: ['2', '9', '2']})).toMatchObject({classes: ['2', '9', '10']});
    expect(read({y_true: ['b', 'B', 'a'], y_pred: ['b', 'é', 'a']})).toMatchObject({classes: ['B', 'a', 'b', 'é']});
  });
  it('outside the declared ones are an error', () => {
    expect(messageOf(() => read({y_true: ['a', 'b'], y_pred: ['a', 'x']}, {labels: ['a', 'b']}))).toBe(
      '`y_pred` of `p.csv` has the class `x`, which is not among `labels`: `a`, `b`',
    );
    expect(messageOf(() => read({y_true: ['a'], y_pred: ['a'], p_a: [1], p_c: [0]}, {labels: ['a', 'b']}))).toBe(
      '`p.csv` has the column `p_c`, but `c` is not among `labels`',
    );
  });
  it('that are declared but do not occur stay', () => {
    const evaluation = run(read({y_true: ['a', 'a'], y_pred: ['a', 'a']}, {labels: ['a', 'b'], positive: 'b'}));
    expect(evaluation.classification?.confusion).toEqual([
      [2, 0],
      [0, 0],
    ]);
    expect(estimateOf(evaluation, 'recall')).toMatchObject({value: undefined, why: 'no row is `b`'});
    expect(estimateOf(evaluation, 'f1_macro').value).toBe(1);
  });
  it('that the model never saw have no chance, and that is said', () => {
    const predictions = read({
      y_true: ['a', 'b', 'c'],
      y_pred: ['a', 'b', 'a'],
      p_a: [0.8, 0.1, 0.7],
      p_b: [0.2, 0.9, 0.3],
    });
    expect(predictions.notices).toEqual(['the class `c` has no column `p_c`: its probability counts as 0']);
    expect(estimateOf(run(predictions), 'log_loss').value).toBeGreaterThan(10);
  });
  it('of two the second is positive, unless said', () => {
    const columns = {y_true: ['B2B', 'B2C'], y_pred: ['B2B', 'B2B'], p_B2B: [0.9, 0.6]};
    expect(read(columns)).toMatchObject({positive: 1, notices: ['`positive` is not set: `B2C` was taken']});
    const chosen = read(columns, {positive: 'B2B'});
    expect(chosen).toMatchObject({positive: 0, notices: []});
    // One column of two classes tells both.
    expect(chosen.task === 'classification' && [...(chosen.probabilities?.[1] ?? [])].map((p) => p.toFixed(1))).toEqual(
      ['0.1', '0.4'],
    );
    expect(messageOf(() => read(columns, {positive: 'B2b'}))).toContain(
      '`positive: B2b` is no class of `p.csv`, which has `B2B`, `B2C`; did you mean `B2B`?',
    );
    expect(messageOf(() => read({y_true: ['a', 'b', 'c'], y_pred: ['a', 'b', 'c']}, {positive: 'a'}))).toContain(
      'is for two classes, but `p.csv` has 3',
    );
    expect(read({y_true: [0, 1], y_pred: [1, 1]})).toMatchObject({positive: 1, notices: []});
  });
});

describe('what cannot be judged is refused', () => {
  it.each([
    [
      {y_true: ['a', 'b'], y_pred: ['a', null]},
      'prediction.nan: 1 row of `p.csv` has no `y_pred` (empty, NaN or infinite), the first is row 2: the model must predict every row',
    ],
    [
      {row_id: ['k1', 'k2'], y_true: [1.5, 2], y_pred: [Infinity, Number.NaN]},
      'prediction.nan: 2 rows of `p.csv` have no `y_pred` (empty, NaN or infinite), the first is row 1 (`row_id` k1): the model must predict every row',
    ],
    [
      {y_true: ['a', null], y_pred: ['a', 'a']},
      '1 row of `p.csv` has no `y_true`, the first is row 2: evaluate only rows whose truth is known',
    ],
    [
      {y_true: ['a', 'b'], y_pred: ['a', 'b'], p_a: [0.9, 0.2], p_b: [0.1, 0.9]},
      'the probabilities of row 2 of `p.csv` sum to 1.1, not to 1: write them with all their digits, one `p_` column a class',
    ],
    [
      {y_true: ['a', 'b'], y_pred: ['a', 'b'], p_a: [0.9, null], p_b: [0.1, 0.9]},
      'prediction.nan: in row 2 of `p.csv` a probability is missing: every `p_` column must hold numbers from 0 to 1',
    ],
    [
      {y_true: ['a', 'b'], y_pred: ['a', 'b'], p_a: [1.2, 1], p_b: [-0.2, 0]},
      'prediction.nan: in row 1 of `p.csv` a probability is 1.2: every `p_` column must hold numbers from 0 to 1',
    ],
    [
      {y_true: [0, 1], y_pred: [0, 1], y_score: [0.1, null]},
      'prediction.nan: row 2 of `p.csv` has no `y_score`: the model must score every row',
    ],
    [{y_true: ['a'], y_pred: ['a'], weight: [-1]}, '`weight` of row 1 of `p.csv` is -1: weights are numbers from 0'],
    [{y_true: ['a'], y_pred: ['a'], weight: [0]}, 'every `weight` of `p.csv` is 0: no row counts'],
    [{y_true: [], y_pred: []}, '`p.csv` has no rows, so there is nothing to evaluate'],
    [
      {truth: ['a'], y_pred: ['a']},
      '`p.csv` has no column `y_true` (the truth of each row): name it so, or say in `columns` what it is called',
    ],
    [
      {y_true: ['a'], y_prd: ['a']},
      '`p.csv` has no column `y_pred` (the prediction of each row); there is `y_prd`: name it so, or say in `columns` what it is called',
    ],
  ] as const)('%o', (columns, message) => {
    expect(messageOf(() => read(columns))).toBe(message);
  });
  it('texts are no numbers', () => {
    expect(messageOf(() => read({y_true: ['a'], y_pred: ['a']}, {task: 'regression'}))).toBe(
      '`y_true` of `p.csv` is no column of numbers: set `task: classification`, or mend the file',
    );
  });
});

describe('the task', () => {
  it.each([
    [{y_true: [1.5, 2], y_pred: [1, 2]}, {}, 'regression'],
    [{y_true: [0, 1], y_pred: [0, 1]}, {}, 'classification'],
    [{y_true: [0, 1], y_pred: [0.3, 1.2]}, {}, 'regression'],
    [{y_true: Array.from({length: 40}, (_, row) => row), y_pred: Array.from({length: 40}, () => 3)}, {}, 'regression'],
    [{y_true: [1, 2], y_pred: [1, 2]}, {task: 'regression'}, 'regression'],
    [{y_true: ['a', 'b'], y_pred: ['a', 'a']}, {}, 'classification'],
  ] as const)('%o', (columns, options, task) => {
    expect(read(columns, options).task).toBe(task);
  });
  it('other names of columns', () => {
    expect(
      read({label: ['a'], guess: ['a'], key: ['x']}, {columns: {truth: 'label', prediction: 'guess', id: 'key'}}),
    ).toMatchObject({ids: ['x']});
  });
});

describe('few rows', () => {
  it('two rows, one class, all tied', () => {
    const evaluation = run(read({y_true: [1, 1], y_pred: [1, 1], y_score: [0.7, 0.7]}, {labels: ['0', '1']}));
    expect(estimateOf(evaluation, 'auc')).toMatchObject({
      value: undefined,
      why: 'all rows are of one class, so there is nothing to rank',
    });
    expect(estimateOf(evaluation, 'average_precision').value).toBe(1);
    expect(evaluation.classification?.thresholds).toBeUndefined();
    const tied = run(read({y_true: [0, 1], y_pred: [0, 0], y_score: [0.4, 0.4]}));
    expect(estimateOf(tied, 'auc').value).toBe(0.5);
    // One row of a class has no spread to tell how sure that is.
    expect(estimateOf(tied, 'auc').interval(0.95)).toEqual({lo: 0, hi: 1});
  });
  it('a single row has metrics and no certainty', () => {
    const evaluation = run(read({y_true: ['a'], y_pred: ['a']}));
    expect(estimateOf(evaluation, 'accuracy').interval(0.95)?.lo).toBeLessThan(0.3);
  });
});
