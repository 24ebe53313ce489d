/** The packages of others, as oracles: they agree with the engines of mlp where both can be used. */
import {describe, expect, it} from 'vitest';
import {soloCrew} from '../../../src/ml/crew.ts';
import {predictModel} from '../../../src/ml/predict.ts';
import {trainingScores} from '../../../src/ml/scores.ts';
import {trainSmallLogistic} from '../../../src/ml/small/small-logistic.ts';
import {trainModel} from '../../../src/ml/train-model.ts';
import {trainLinear} from '../../../src/ml/linear/train-linear.ts';
import type {ModelSettings} from '../../../src/ml/train-settings.ts';
import type {TrainingSet} from '../../../src/ml/training.ts';
import {classification, denseMatrix, distance, quiet, reference, regression} from '../models/sets.ts';

describe('ml-logistic-regression', () => {
  const {x, y} = reference.binary;
  const set = classification(denseMatrix(x), y);
  it('finds the coefficients of ours without a penalty', async () => {
    const theirs = await trainSmallLogistic(set);
    const options = {C: Infinity, alpha: 0, l1Ratio: 0, standardise: false, maxIterations: 1000, tolerance: 1e-8};
    const ours = trainLinear(set, options, quiet).predictor;
    const relative = theirs.weights.map((weight, j) => (weight === 0 ? 0 : weight / (ours.weights[j] ?? 0) - 1));
    expect(
      distance(
        relative,
        relative.map(() => 0),
      ),
    ).toBeLessThan(0.01);
  });

  it('refuses what is too large, or more than two classes', async () => {
    const large = Array.from({length: 20_001}, (_, row) => [row]);
    await expect(
      trainSmallLogistic(
        classification(
          denseMatrix(large),
          large.map((_, row) => row % 2),
        ),
      ),
    ).rejects.toThrow(
      '`engine: ml-logistic-regression` is for up to 20000 rows, and there are 20001: each of its steps copies the table',
    );
    await expect(trainSmallLogistic(classification(denseMatrix([[1], [2], [3]]), [0, 1, 2]))).rejects.toThrow(
      'two classes',
    );
  });
});

describe('ml-random-forest', () => {
  const SETTINGS: ModelSettings = {
    model: 'forest',
    trees: 10,
    max_features: 'all',
    min_leaf: 1,
    min_split: 2,
    bootstrap: true,
    engine: 'ml-random-forest',
  };
  const train = (set: TrainingSet, settings: ModelSettings = SETTINGS) =>
    trainModel({set, settings, earlyStopping: false, validationShare: 0.1, seed: 1, described: null}, soloCrew, quiet);

  it('is as good as ours on few rows, of classes and of numbers', async () => {
    const {x, classes, values} = reference.trees;
    const part = (from: number, to: number) => classification(denseMatrix(x.slice(from, to)), classes.slice(from, to));
    const test = part(800, 1200);
    const accuracy = async (settings: ModelSettings) =>
      trainingScores(test, predictModel((await train(part(0, 150), settings)).model, test.matrix))['accuracy'] ?? 0;
    const [theirs, ours] = [await accuracy(SETTINGS), await accuracy({...SETTINGS, engine: 'mlp'})];
    expect(Math.abs(theirs - ours)).toBeLessThan(0.08);
    const numbers = regression(denseMatrix(x.slice(0, 80)), values.slice(0, 80));
    const {model} = await train(numbers);
    expect(trainingScores(numbers, predictModel(model, numbers.matrix))['r2']).toBeGreaterThan(0.7);
  });

  it('refuses what is too large', async () => {
    const rows = Array.from({length: 2001}, (_, row) => [row]);
    await expect(
      train(
        classification(
          denseMatrix(rows),
          rows.map((_, row) => row % 2),
        ),
      ),
    ).rejects.toThrow('its time grows with the square of the rows; leave `engine` away');
  });
});
