/** The numbers against scikit-learn's, and what must hold of them. */
import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {residualDeciles} from '../../../src/ml/evaluation/regression-metrics.ts';
import {expectClose, golden} from '../../stats/golden.ts';
import {estimateOf, read, run} from './rig.ts';

const valueOf = (evaluation: ReturnType<typeof run>, name: string): number | undefined =>
  estimateOf(evaluation, name).value;

describe.each(golden.classification.map((one, index) => [index, one] as const))('classification %d', (_, one) => {
  const text = (values: readonly (string | number)[]): string[] => values.map(String);
  const evaluation = run(read({y_true: text(one.y_true), y_pred: text(one.y_pred)}, {task: 'classification'}));
  it('has scikit-learn’s confusion matrix and metrics', () => {
    const {classification} = evaluation;
    expect(classification?.classes.map(({name}) => name)).toEqual(one.labels.map(String));
    expect(classification?.confusion).toEqual(one.confusion);
    expect(classification?.classes.map(({support}) => support)).toEqual(one.support);
    expectClose(valueOf(evaluation, 'accuracy'), one.accuracy, 'accuracy');
    expectClose(valueOf(evaluation, 'mcc'), one.mcc, 'mcc');
    expectClose(valueOf(evaluation, 'balanced_accuracy'), one.balanced_accuracy, 'balanced accuracy');
    expectClose(valueOf(evaluation, 'f1_macro'), one.macro[2], 'f1 macro');
    expectClose(valueOf(evaluation, 'precision_macro'), one.macro[0], 'precision macro');
    expectClose(valueOf(evaluation, 'recall_macro'), one.macro[1], 'recall macro');
    expectClose(valueOf(evaluation, 'f1_weighted'), one.weighted[2], 'f1 weighted');
    // scikit-learn says NaN, or 0 where nothing can be divided; here it is nothing, with the reason.
    const kappa = estimateOf(evaluation, 'kappa');
    if (one.kappa === null)
      expect(kappa).toMatchObject({value: undefined, why: expect.stringContaining('one and the same')});
    else expectClose(kappa.value, one.kappa, 'kappa');
    classification?.classes.forEach(({precision, recall, f1}, label) => {
      expectClose(precision?.value ?? 0, one.precision[label] ?? 0, 'precision');
      expectClose(recall?.value ?? 0, one.recall[label] ?? 0, 'recall');
      expectClose(f1?.value ?? 0, one.f1[label] ?? 0, 'f1');
    });
  });
});

it('a division by nothing is no number, and says why', () => {
  const {classification} = run(read({y_true: ['a', 'a', 'b'], y_pred: ['a', 'c', 'b']}));
  expect(classification?.classes[2]).toMatchObject({
    name: 'c',
    recall: {value: undefined, why: 'no row is `c`'},
    precision: {value: 0},
  });
});

describe.each(golden.scores.map((one, index) => [index, one] as const))('scores %d', (_, one) => {
  const predictions = read({y_true: one.y, y_pred: one.score.map((score) => Number(score >= 0.5)), y_score: one.score});
  const evaluation = run(predictions, {recalls: [0.9], costs: {falsePositive: 1, falseNegative: 1}});
  it('ranks as scikit-learn', () => {
    expectClose(valueOf(evaluation, 'auc'), one.auc, 'auc');
    expectClose(valueOf(evaluation, 'average_precision'), one.average_precision, 'AP');
    expectClose(valueOf(evaluation, 'brier'), one.brier, 'Brier');
    // The reference was clipped at 1e-15 beforehand: a score of 0 or 1 gives another number.
    if (!one.score.some((score) => score === 0 || score === 1))
      expectClose(valueOf(evaluation, 'log_loss'), one.log_loss, 'log loss');
  });
  it('has an operating point for each wish', () => {
    const {operating = [], points = []} = evaluation.classification?.thresholds ?? {};
    expect(operating.map(({name}) => name)).toEqual(['max F1', 'recall >= 0.9', 'lowest cost']);
    for (const {threshold, recall, precision, f1, cost} of operating) {
      const called = one.score.map((score) => score >= threshold);
      const right = called.filter((is, row) => is && one.y[row] === 1).length;
      const positives = one.y.filter((y) => y === 1).length;
      const wrong = called.filter((is) => is).length - right;
      expectClose(recall, right / positives, 'recall');
      expectClose(precision, right / (right + wrong), 'precision');
      expectClose(f1, (2 * right) / (right + wrong + positives), 'F1');
      expectClose(cost, (wrong + positives - right) / one.y.length, 'cost');
    }
    const best = Math.max(...points.map(({f1}) => f1));
    expect(operating[0]?.f1).toBeGreaterThanOrEqual(best);
    expect(operating[1]?.recall).toBeGreaterThanOrEqual(0.9);
    expect(operating[2]?.cost).toBeLessThanOrEqual(Math.min(...points.map(({cost}) => cost ?? 1)));
    expect(points.at(-1)).toMatchObject({recall: 1, fpr: 1});
  });
});

describe('regression', () => {
  const {y, pred, ...expected} = golden.regression;
  it('is scikit-learn’s', () => {
    const evaluation = run(read({y_true: y, y_pred: pred}), {quantile: 0.9});
    for (const [name, reference] of [
      ['mae', expected.mae],
      ['mse', expected.mse],
      ['rmse', expected.rmse],
      ['r2', expected.r2],
      ['median_ae', expected.medae],
      ['mape', expected.mape],
      ['max_error', expected.max_error],
      ['explained_variance', expected.explained_variance],
      ['pinball', expected['pinball_.9']],
    ] as const) {
      expectClose(valueOf(evaluation, name), reference, name);
    }
  });
  it('of a constant truth R² is 1 or 0, of one row nothing, and no percentage is taken of 0', () => {
    const of = (truth: number[], prediction: number[]) =>
      run(read({y_true: truth, y_pred: prediction}, {task: 'regression'}));
    expect(valueOf(of([2, 2], [2, 2]), 'r2')).toBe(1);
    expect(valueOf(of([2, 2], [2, 3]), 'r2')).toBe(0);
    // The mean of three times 0.1 is not quite 0.1.
    expect(valueOf(of([0.1, 0.1, 0.1], [0.2, 0.2, 0.25]), 'r2')).toBe(0);
    expect(valueOf(of([0.1, 0.1, 0.1], [0.3, 0.3, 0.3]), 'explained_variance')).toBe(1);
    expect(estimateOf(of([2], [2.5]), 'r2')).toMatchObject({value: undefined, why: 'one row has no spread to explain'});
    expect(estimateOf(of([0, 1, 0], [1, 1, 1]), 'mape')).toMatchObject({
      value: undefined,
      why: '2 of the 3 rows have the truth 0, by which it would divide',
    });
    expect(estimateOf(of([2], [2.5]), 'mae').interval(0.95)).toEqual({lo: 0, hi: Infinity});
  });
  it('a large bias takes no digits of the explained variance', () => {
    const evaluation = run(read({y_true: [1, 2, 3, 4.5], y_pred: [1e9 + 1, 1e9 + 2.5, 1e9 + 3, 1e9 + 4]}));
    expect(valueOf(evaluation, 'explained_variance')).toBeCloseTo(1 - 0.5 / 6.6875, 6);
  });
  it('deciles hold every row', () => {
    const predictions = read({y_true: y, y_pred: pred});
    if (predictions.task !== 'regression') throw new Error(predictions.task);
    const deciles = residualDeciles(predictions);
    expect(deciles.map(({rows}) => rows)).toEqual(Array.from({length: 10}, () => 4));
    expect(deciles.map(({predicted}) => predicted)).toEqual(
      deciles.map(({predicted}) => predicted).sort((a, b) => a - b),
    );
  });
});

const labels = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), {
  minLength: 2,
  maxLength: 30,
});

it('a weight of two is the row twice, in every metric', () => {
  fc.assert(
    fc.property(labels, (pairs) => {
      const weights = pairs.map((_, row) => (row % 2) + 1);
      const twice = pairs.flatMap((pair, row) => (row % 2 === 1 ? [pair, pair] : [pair]));
      const of = (list: typeof pairs) => ({y_true: list.map(([truth]) => truth), y_pred: list.map(([, pred]) => pred)});
      const [weighted, repeated] = [run(read({...of(pairs), weight: weights})), run(read(of(twice)))];
      expect(weighted.isWeighted).toBe(true);
      for (const {name, estimate} of repeated.metrics) {
        const other = estimateOf(weighted, name);
        if (estimate.value === undefined) expect(other.value).toBeUndefined();
        else expect(Math.abs((other.value ?? 9) - estimate.value)).toBeLessThan(1e-12);
      }
    }),
    {numRuns: 8, seed: 1},
  );
});

it('metrics and intervals are within their range, and hold their value', () => {
  fc.assert(
    fc.property(labels, (pairs) => {
      const evaluation = run(read({y_true: pairs.map(([truth]) => truth), y_pred: pairs.map(([, pred]) => pred)}));
      for (const {estimate} of evaluation.metrics) {
        const interval = estimate.interval(0.95);
        if (estimate.value === undefined || interval === undefined) continue;
        expect(interval.lo).toBeGreaterThanOrEqual(-1);
        expect(interval.hi).toBeLessThanOrEqual(1);
        expect(interval.lo).toBeLessThanOrEqual(interval.hi);
      }
      const accuracy = estimateOf(evaluation, 'accuracy').interval(0.95);
      const narrow = estimateOf(evaluation, 'accuracy').interval(0.5);
      expect((narrow?.hi ?? 9) - (narrow?.lo ?? 0)).toBeLessThan((accuracy?.hi ?? 0) - (accuracy?.lo ?? 0));
    }),
    {numRuns: 15, seed: 1},
  );
});

it('the order of rows changes no number', () => {
  const y = golden.scores[1]?.y ?? [];
  const score = golden.scores[1]?.score ?? [];
  const of = (order: number[]) =>
    run(
      read({
        y_true: order.map((row) => y[row] ?? 0),
        y_pred: order.map((row) => Number((score[row] ?? 0) > 0.5)),
        y_score: order.map((row) => score[row] ?? 0),
      }),
    );
  const rows = [...y.keys()];
  const [forth, back] = [of(rows), of(rows.toReversed())];
  for (const {name, estimate} of forth.metrics) {
    const other = estimateOf(back, name);
    expectClose(other.value, estimate.value ?? Number.NaN, name);
    expectClose(other.interval(0.95)?.lo ?? 0, estimate.interval(0.95)?.lo ?? 0, `${name} lo`);
  }
});
