/** Coefficients against scikit-learn's. */
import {describe, expect, it} from 'vitest';
import {trainLinear, type LinearSettings} from '../../../src/ml/linear/train-linear.ts';
import {predictorOutputs} from '../../../src/ml/predict.ts';
import type {TrainingSet} from '../../../src/ml/training.ts';
import {classification, denseMatrix, distance, quiet, reference, regression, sparseMatrix} from '../models/sets.ts';

const EXACT: LinearSettings = {
  C: 1,
  alpha: 0,
  l1Ratio: 0,
  standardise: false,
  maxIterations: 10_000,
  tolerance: 1e-9,
};

const train = (set: TrainingSet, settings: Partial<LinearSettings>) =>
  trainLinear(set, {...EXACT, ...settings}, quiet).predictor;

const {binary, three, regression: numbers} = reference;

describe('logistic regression', () => {
  const standardised = denseMatrix(binary.standardised);
  it.each([
    ['l2', {C: 0.5}, undefined],
    ['l2_weighted', {C: 2}, binary.weights],
    ['l1', {C: 0.05, l1Ratio: 1}, undefined],
    ['elastic', {C: 0.1, l1Ratio: 0.5}, undefined],
  ] as const)('has the coefficients of scikit-learn: %s', (name, settings, weights) => {
    const {weights: coefficients, intercepts} = train(classification(standardised, binary.y, weights), settings);
    const expected = binary[name];
    expect(distance(coefficients, expected.coef[0] ?? [])).toBeLessThan(1e-4);
    expect(distance(intercepts, expected.intercept)).toBeLessThan(1e-4);
    if (name === 'l1') {
      // The same columns are left out, exactly.
      expect([...coefficients].map((value) => value === 0)).toEqual(expected.coef[0]?.map((value) => value === 0));
      expect(coefficients.filter((value) => value === 0).length).toBeGreaterThan(1);
    }
  });

  it('needs no scaling of the columns, and can penalise as if they were scaled', () => {
    const raw = train(classification(denseMatrix(binary.x), binary.y), {C: 0.5});
    expect(distance(raw.weights, binary.l2_raw.coef[0] ?? [])).toBeLessThan(1e-4);
    const as = train(classification(denseMatrix(binary.x), binary.y), {C: 0.5, standardise: true});
    const own = train(classification(standardised, binary.y), {C: 0.5});
    const scores = (set: typeof standardised, model: typeof own) => predictorOutputs(model, set, 2);
    expect(distance(scores(denseMatrix(binary.x), as), scores(standardised, own))).toBeLessThan(1e-5);
  });

  it('has the coefficients of scikit-learn for three classes, dense and sparse', () => {
    for (const matrix of [denseMatrix(three.x), sparseMatrix(three.x)]) {
      const {weights, intercepts, link} = train(classification(matrix, three.y), {});
      expect(link).toBe('softmax');
      expect(distance(weights, three.l2.coef.flat())).toBeLessThan(1e-4);
      expect(distance(intercepts, three.l2.intercept)).toBeLessThan(1e-4);
    }
  });

  it('finds the same from a sample of a large table and its curvature', () => {
    const rows = Array.from({length: 60_000}, (_, row) => binary.standardised[(row * 7) % 240] ?? []);
    const codes = rows.map((_, row) => binary.y[(row * 7) % 240] ?? 0);
    const {weights} = train(classification(denseMatrix(rows), codes), {C: 0.5 / 250});
    expect(distance(weights, binary.l2.coef[0] ?? [])).toBeLessThan(1e-4);
  });

  it('names the feature and row of a missing value', () => {
    const set = classification(
      denseMatrix([
        [1, 2],
        [3, Number.NaN],
      ]),
      [0, 1],
    );
    expect(() => train(set, {})).toThrow('the feature `x1` is missing (NaN) in row 2 and logistic regression');
    const sparse = sparseMatrix([
      [0, 1],
      [0, 0],
      [Number.POSITIVE_INFINITY, 0],
    ]);
    expect(() => train(classification(sparse, [0, 1, 1]), {})).toThrow('the feature `x0` is Infinity in row 3');
  });

  it('learns from two rows, and from weights of 0 nothing', () => {
    const set = classification(denseMatrix([[0], [1], [5]]), [0, 1, 0], [1, 1, 0]);
    const probabilities = predictorOutputs(train(set, {C: 1000}), set.matrix, 2);
    expect(probabilities[1]).toBeLessThan(0.1);
    expect(probabilities[3]).toBeGreaterThan(0.9);
  });

  it('takes 70,000 sparse columns without making them dense', () => {
    const columns = 70_000;
    const rows = 3000;
    const indices = Uint32Array.from({length: rows * 2}, (_, at) =>
      at % 2 === 0 ? (at / 2) % 2 : 2 + (((at * 7919) % (columns - 2)) | 0),
    );
    const set: TrainingSet = classification(
      {
        rows,
        names: Array.from({length: columns}, (_, j) => `t${j}`),
        dense: [],
        sparse: {
          columns,
          starts: Uint32Array.from({length: rows + 1}, (_, row) => row * 2),
          indices,
          values: new Float32Array(rows * 2).fill(1),
        },
      },
      Array.from({length: rows}, (_, row) => row % 2),
    );
    const {weights} = train(set, {tolerance: 1e-4});
    expect((weights[1] ?? 0) - (weights[0] ?? 0)).toBeGreaterThan(5);
  });
});

describe('linear regression', () => {
  const set = regression(denseMatrix(numbers.x), numbers.y);
  it.each([
    ['ols', {}],
    // Ridge of scikit-learn sums the squares, this one averages them.
    ['ridge20', {alpha: 20 / 250}],
    ['elastic', {alpha: 0.3, l1Ratio: 0.7}],
  ] as const)('has the coefficients of scikit-learn: %s', (name, settings) => {
    const {weights, intercepts} = train(set, settings);
    expect(distance(weights, numbers[name].coef)).toBeLessThan(1e-4);
    expect(distance(intercepts, [numbers[name].intercept])).toBeLessThan(1e-4);
  });

  it('of a constant target and of constant columns is the constant', () => {
    const {weights, intercepts} = train(
      regression(
        denseMatrix([
          [1, 7],
          [1, 7],
          [1, 7],
        ]),
        [4, 4, 4],
      ),
      {},
    );
    expect([...weights]).toEqual([0, 0]);
    expect(intercepts[0]).toBeCloseTo(4);
  });
});
