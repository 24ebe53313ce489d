/** Forests and boosting against scikit-learn, for any number of threads, and on odd tables. */
import {describe, expect, it} from 'vitest';
import {soloCrew, type Crew} from '../../../src/ml/crew.ts';
import {crc32} from '../../../src/ml/crc32.ts';
import {encodeModel} from '../../../src/ml/model-file.ts';
import type {Model} from '../../../src/ml/model.ts';
import {predictModel} from '../../../src/ml/predict.ts';
import {trainingScores} from '../../../src/ml/scores.ts';
import {trainModel} from '../../../src/ml/train-model.ts';
import type {ModelSettings} from '../../../src/ml/train-settings.ts';
import type {TrainingSet} from '../../../src/ml/training.ts';
import {threadCrew} from '../../../src/stages/shared/thread-crew.ts';
import {Random} from '../../../src/stats/random.ts';
import {tempHost} from '../../host/rig.ts';
import {classification, denseMatrix, distance, quiet, reference, regression, sparseMatrix} from '../models/sets.ts';

const FOREST: ModelSettings = {
  model: 'forest',
  trees: 100,
  max_features: 'sqrt',
  min_leaf: 1,
  min_split: 2,
  bootstrap: true,
  engine: 'mlp',
};
const BOOSTING: ModelSettings = {
  model: 'boosting',
  iterations: 50,
  learning_rate: 0.1,
  max_leaves: 31,
  min_leaf: 20,
  l2: 0,
  patience: 10,
};

const train = (set: TrainingSet, settings: ModelSettings, crew: Crew = soloCrew, validation?: TrainingSet) =>
  trainModel(
    {
      set,
      ...(validation === undefined ? {} : {validation}),
      settings,
      earlyStopping: validation !== undefined,
      validationShare: 0.1,
      seed: 7,
      described: null,
    },
    crew,
    quiet,
  );

const {trees} = reference;
const [learnt, held] = [trees.x.slice(0, trees.trained_on), trees.x.slice(trees.trained_on)];
const classes = (from: number, to?: number) => trees.classes.slice(from, to);
const scoresOf = (model: Model, set: TrainingSet) => trainingScores(set, predictModel(model, set.matrix));

describe('forest', () => {
  it('is as good as that of scikit-learn, and knows it out of bag', async () => {
    const {model, scores, importances} = await train(classification(denseMatrix(learnt), classes(0, 800)), FOREST);
    const test = classification(denseMatrix(held), classes(800));
    expect(scoresOf(model, test)['accuracy']).toBeGreaterThan(trees.forest_accuracy - 0.02);
    expect(Math.abs((scores['out_of_bag_accuracy'] ?? 0) - trees.forest_oob)).toBeLessThan(0.025);
    expect(distance(importances ?? [], trees.forest_importances)).toBeLessThan(0.06);
    expect(importances?.[3]).toBe(0);
  });

  it('of numbers is as good as that of scikit-learn', async () => {
    const settings = {...FOREST, max_features: 'all'} as const;
    const {model, scores} = await train(regression(denseMatrix(learnt), trees.values.slice(0, 800)), settings);
    const error = scoresOf(model, regression(denseMatrix(held), trees.values.slice(800)))['mse'] ?? Infinity;
    expect(error).toBeLessThan(trees.forest_mse * 1.15);
    expect(scores['out_of_bag_r2']).toBeGreaterThan(0.9);
  });

  it('learns all rows by heart without bootstrap, and takes columns sparse or dense alike', async () => {
    const rows = trees.x.slice(0, 150).map((row) => row.map((value) => Math.max(0, Math.round(value))));
    const set = (matrix: TrainingSet['matrix']) => classification(matrix, classes(0, 150));
    const settings = {...FOREST, trees: 3, bootstrap: false} as const;
    const [dense, sparse] = await Promise.all(
      [denseMatrix(rows), sparseMatrix(rows)].map((matrix) => train(set(matrix), settings)),
    );
    expect(dense?.model.predictor).toEqual(sparse?.model.predictor);
    const distinct = new Map(rows.map((row, at) => [row.join(), classes(0, 150)[at]]));
    if (distinct.size === 150 && dense) expect(scoresOf(dense.model, set(denseMatrix(rows)))['accuracy']).toBe(1);
  });

  it('leaves no leaf with fewer rows than `min_leaf`, and goes no deeper than `max_depth`', async () => {
    const set = classification(denseMatrix(learnt), classes(0, 800));
    const settings = {...FOREST, trees: 5, min_leaf: 50, max_depth: 3, bootstrap: false} as const;
    const {model} = await train(set, settings);
    if (model.predictor.kind !== 'trees') throw new Error('no trees');
    const {starts} = model.predictor;
    for (let tree = 0; tree < 5; tree += 1)
      expect((starts[tree + 1] ?? 0) - (starts[tree] ?? 0)).toBeLessThanOrEqual(15);
  });

  it('sends missing values where they help', async () => {
    const rows = Array.from({length: 200}, (_, row) => [row % 2 === 0 ? Number.NaN : row, 1]);
    const set = classification(
      denseMatrix(rows),
      Array.from({length: 200}, (_, row) => row % 2),
    );
    const {model} = await train(set, {...FOREST, trees: 10, max_features: 'all'});
    expect(scoresOf(model, set)['accuracy']).toBe(1);
  });

  it('is the same whether rows are counted or weighed', async () => {
    const random = new Random(11);
    const rows = learnt.map((row) => row.map((value, column) => (column === 1 ? Math.sign(value) : value)));
    for (const row of rows) row[random.below(row.length)] = Number.NaN;
    for (const codes of [classes(0, 800), classes(0, 800).map((code) => Math.min(code, 1))]) {
      for (const min_leaf of [1, 7]) {
        const settings = {...FOREST, trees: 5, min_leaf};
        const counted = await train(classification(denseMatrix(rows), codes), settings);
        const twos = classification(
          denseMatrix(rows),
          codes,
          codes.map(() => 2),
        );
        expect(await train(twos, settings)).toEqual(counted);
      }
    }
  });

  it('weighs nothing from rows of weight 0', async () => {
    const rows = Array.from({length: 60}, (_, row) => [row]);
    const codes = rows.map((_, row) => (row < 30 ? 0 : 1));
    const noise = classification(
      denseMatrix([...rows, ...rows]),
      [...codes, ...codes.map((code) => 1 - code)],
      [...codes.map(() => 1), ...codes.map(() => 0)],
    );
    const {model} = await train(noise, FOREST);
    expect(scoresOf(model, classification(denseMatrix(rows), codes))['accuracy']).toBe(1);
  });
});

describe('boosting', () => {
  it('is as good as that of scikit-learn: three classes, two, and numbers', async () => {
    const three = classification(denseMatrix(learnt), classes(0, 800));
    const {model, scores} = await train(three, BOOSTING);
    expect(scores['train_log_loss']).toBeCloseTo(trees.boosting_train_loss, 2);
    const reached = scoresOf(model, classification(denseMatrix(held), classes(800)))['accuracy'] ?? 0;
    expect(reached).toBeGreaterThan(trees.boosting_accuracy - 0.02);
    const two = classification(
      denseMatrix(learnt),
      classes(0, 800).map((code) => (code === 1 ? 1 : 0)),
    );
    const binary = await train(two, BOOSTING);
    expect(Math.abs((binary.scores['train_log_loss'] ?? 1) - trees.boosting_binary_train_loss)).toBeLessThan(0.012);
    const numbers = await train(regression(denseMatrix(learnt), trees.values.slice(0, 800)), BOOSTING);
    expect(numbers.scores['train_mse']).toBeLessThan(trees.boosting_train_mse * 1.05);
    const test = regression(denseMatrix(held), trees.values.slice(800));
    expect(scoresOf(numbers.model, test)['mse']).toBeLessThan(trees.boosting_mse * 1.1);
  });

  it('stops when the validation loss falls no more, and keeps the best', async () => {
    const random = new Random(3);
    const rows = Array.from({length: 400}, () => [random.normal(), random.normal()]);
    const noise = rows.map(() => random.below(2));
    const set = classification(denseMatrix(rows.slice(0, 300)), noise.slice(0, 300));
    const validation = classification(denseMatrix(rows.slice(300)), noise.slice(300));
    const {scores} = await train(set, {...BOOSTING, iterations: 200, patience: 5}, soloCrew, validation);
    expect(scores['iterations']).toBeLessThan(50);
  });

  it('sends missing values where the gain is larger', async () => {
    const rows = Array.from({length: 400}, (_, row) => [row % 4 === 0 ? Number.NaN : row % 4, row]);
    const right = classification(
      denseMatrix(rows),
      rows.map((_, row) => (row % 4 === 0 || row % 4 === 3 ? 1 : 0)),
    );
    const left = classification(
      denseMatrix(rows),
      rows.map((_, row) => (row % 4 === 0 || row % 4 === 1 ? 1 : 0)),
    );
    for (const set of [right, left]) {
      const {model} = await train(set, BOOSTING);
      expect(scoresOf(model, set)['accuracy']).toBe(1);
    }
  });
});

describe('any number of threads', () => {
  it.each([
    ['forest', FOREST],
    ['boosting', {...BOOSTING, iterations: 10}],
  ] as const)('makes the same model: %s', async (_name, settings) => {
    const random = new Random(5);
    const rows = learnt.map((row) => row.map((value) => (random.below(10) === 0 ? Number.NaN : value)));
    const weights = rows.map(() => random.uniform() * 3);
    for (const set of [
      classification(denseMatrix(rows), classes(0, 800), weights),
      regression(denseMatrix(rows), trees.values.slice(0, 800)),
    ]) {
      const models = [];
      for (const size of [1, 2, 3]) {
        const {model, scores, importances} = await train(set, settings, threadCrew(tempHost(), size));
        models.push({checksum: crc32(encodeModel(model)), scores, importances});
      }
      expect(models[1]).toEqual(models[0]);
      expect(models[2]).toEqual(models[0]);
    }
  });
});

describe('odd tables', () => {
  it.each([
    ['forest', FOREST],
    ['boosting', {...BOOSTING, min_leaf: 1}],
  ] as const)('%s', async (_name, settings) => {
    const two = classification(denseMatrix([[0], [1]]), [0, 1]);
    const small = await train(two, settings);
    expect(predictModel(small.model, two.matrix).probabilities).toHaveLength(4);
    const constant = classification(
      denseMatrix(Array.from({length: 30}, () => [3, 3])),
      Array.from({length: 30}, (_, at) => (at % 3 === 0 ? 1 : 0)),
    );
    const flat = predictModel((await train(constant, settings)).model, constant.matrix).probabilities ?? [];
    expect(flat[1]).toBeGreaterThan(0.2);
    expect(flat[1]).toBeLessThan(0.5);
    const huge = classification(denseMatrix([[-3e38], [3e38], [Infinity], [-Infinity], [0], [1]]), [0, 1, 1, 0, 0, 1]);
    const {model} = await train(huge, {...settings, ...('bootstrap' in settings ? {bootstrap: false} : {})});
    expect(scoresOf(model, huge)['accuracy']).toBe(1);
    const one = classification(denseMatrix([[0], [1]]), [0, 0]);
    await expect(
      train({...one, target: {kind: 'classification', classes: ['a'], codes: new Int32Array(2)}}, settings),
    ).rejects.toThrow('all 2 rows have the label `a`: there is nothing to tell apart');
    await expect(train(classification(denseMatrix([], 2), []), settings)).rejects.toThrow(
      'there are no rows to learn from',
    );
    const wide: TrainingSet['matrix'] = {
      rows: 40_000,
      names: [],
      dense: [],
      sparse: {
        columns: 70_000,
        starts: new Uint32Array(40_001),
        indices: new Uint32Array(),
        values: new Float32Array(),
      },
    };
    await expect(
      train(
        classification(
          wide,
          Array.from({length: 40_000}, (_, at) => at % 2),
        ),
        settings,
      ),
    ).rejects.toThrow('trees need each feature of each row in memory, and 40000 rows × 70000 features are 3 GB');
  });
});
