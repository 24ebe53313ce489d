/** Models as ONNX files, judged by onnxruntime: the same predictions within 1e-5. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {soloCrew} from '../../../src/ml/crew.ts';
import {fitFeaturizer, openFeaturizer} from '../../../src/ml/features/featurizer.ts';
import type {FeaturizerSpec} from '../../../src/ml/features/spec.ts';
import type {Model} from '../../../src/ml/model.ts';
import {onnxOfModel} from '../../../src/ml/onnx/onnx-of-model.ts';
import {likeliest, predictModel} from '../../../src/ml/predict.ts';
import {trainModel, type TrainRequest} from '../../../src/ml/train-model.ts';
import type {ModelSettings} from '../../../src/ml/train-settings.ts';
import type {TrainingSet} from '../../../src/ml/training.ts';
import type {Table} from '../../../src/data/table.ts';
import {Random} from '../../../src/stats/random.ts';
import {canTestOnnx} from '../../rig/needs.ts';
import {classification, denseMatrix, distance, quiet, reference, regression} from '../models/sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlp-onnx-'));
afterAll(() => {
  rmSync(folder, {recursive: true});
});

interface Input {
  readonly type: 'float' | 'double' | 'string';
  readonly values: readonly (readonly (number | string | null)[])[];
}

interface Answer {
  readonly label?: string[];
  readonly probabilities?: number[][];
  readonly prediction?: number[][];
}

function runOnnx(requests: readonly {bytes: Uint8Array; inputs: Record<string, Input>}[]): readonly Answer[] {
  const files = requests.map(({bytes, inputs}, at) => {
    const file = join(folder, `${at}.onnx`);
    writeFileSync(file, bytes);
    return {file, inputs};
  });
  const script = join(import.meta.dirname, 'run-onnx.py');
  const ran = spawnSync('python3', [script], {input: JSON.stringify(files), maxBuffer: 2 ** 28, encoding: 'utf8'});
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Answer[];
}

const train = async (set: TrainingSet, settings: ModelSettings, more: Partial<TrainRequest> = {}): Promise<Model> => {
  const common = {earlyStopping: false, validationShare: 0.2, seed: 3, described: null};
  return (await trainModel({set, settings, ...common, ...more}, soloCrew, quiet)).model;
};

const forest = {
  model: 'forest',
  trees: 12,
  max_features: 'sqrt',
  min_leaf: 2,
  min_split: 2,
  bootstrap: true,
  engine: 'mlp',
} as const;
const boosting = {
  model: 'boosting',
  iterations: 15,
  learning_rate: 0.2,
  max_leaves: 8,
  min_leaf: 5,
  l2: 0,
  patience: 5,
} as const;
const net = {model: 'net', layers: [12, 7], learning_rate: 0.01, batch: 32, epochs: 5, l2: 0, patience: 5} as const;
const iterations = {standardise: false, max_iterations: 200, tolerance: 1e-6} as const;
const logistic = {model: 'logistic', C: 1, penalty: 'l2', l1_ratio: 0, engine: 'mlp', ...iterations} as const;
const linear = {model: 'linear', alpha: 0, l1_ratio: 0, ...iterations} as const;

const {x, classes, values} = reference.trees;
const random = new Random(4);
const holes = x.slice(0, 300).map((row) => row.map((value) => (random.below(12) === 0 ? Number.NaN : value)));

/** The model's own answer beside that of onnxruntime. */
function compare(model: Model, set: TrainingSet, {label, probabilities, prediction}: Answer): void {
  const own = predictModel(model, set.matrix);
  if (model.task.kind === 'regression') {
    const spread = Math.max(1, ...(own.values ?? []).map(Math.abs));
    expect(distance((prediction ?? []).flat(), own.values ?? []) / spread).toBeLessThan(1e-5);
    return;
  }
  const width = model.task.classes.length;
  expect(distance((probabilities ?? []).flat(), own.probabilities ?? [])).toBeLessThan(1e-5);
  const {classes: names} = model.task;
  label?.forEach((name, row) => {
    const shares = (own.probabilities ?? new Float64Array()).subarray(row * width, (row + 1) * width);
    // Ties are broken by the last digit.
    const [first = 0, second = 0] = [...shares].sort((one, other) => other - one);
    if (first - second > 1e-5) expect(name).toBe(names[likeliest(shares, width, 0)]);
  });
}

const ofFeatures = (set: TrainingSet): Record<string, Input> => ({
  features: {
    type: 'float',
    values: Array.from({length: set.matrix.rows}, (_, row) =>
      set.matrix.dense.map((column) => (Number.isNaN(column[row]) ? null : (column[row] ?? 0))),
    ),
  },
});

describe.skipIf(!canTestOnnx)('in onnxruntime', () => {
  it('every sort of model says the same', async () => {
    const three = classification(denseMatrix(x.slice(0, 300)), classes.slice(0, 300));
    const two = classification(
      denseMatrix(x.slice(0, 300)),
      classes.slice(0, 300).map((code) => Math.min(code, 1)),
    );
    const numbers = regression(denseMatrix(x.slice(0, 300)), values.slice(0, 300));
    const holed = {three: {...three, matrix: denseMatrix(holes)}, numbers: {...numbers, matrix: denseMatrix(holes)}};
    const cases: readonly (readonly [TrainingSet, ModelSettings, Partial<TrainRequest>?])[] = [
      [two, logistic],
      [three, logistic],
      [numbers, linear],
      [two, forest],
      [holed.three, forest],
      [holed.numbers, forest],
      [two, boosting],
      [holed.three, boosting],
      [holed.numbers, boosting],
      [two, net],
      [three, net],
      [numbers, net],
      [three, {model: 'majority'}],
      [numbers, {model: 'majority'}],
      // Of trees the last digit of a sum may fall on the other side of a steep step.
      [two, logistic, {calibrate: 'isotonic'}],
      [three, logistic, {calibrate: 'isotonic'}],
      [two, forest, {calibrate: 'platt'}],
      [two, logistic, {calibrate: 'platt'}],
      [three, net, {calibrate: 'platt'}],
    ];
    const models = await Promise.all(cases.map(([set, settings, more]) => train(set, settings, more)));
    const answers = runOnnx(
      models.map((model, at) => ({bytes: onnxOfModel(model), inputs: ofFeatures(cases[at]?.[0] ?? two)})),
    );
    cases.forEach(([set], at) => {
      compare(models[at] as Model, set, answers[at] ?? {});
    });
  });

  it('the featurizer goes in front', async () => {
    const rows = 200;
    const words = ['red', 'green', 'blue', 'rare "odd", né'];
    const codes = Int32Array.from({length: rows}, (_, row) => (row % 9 === 0 ? -1 : row % 97 === 0 ? 3 : row % 3));
    const missing = Uint8Array.from(codes, (code) => (code < 0 ? 1 : 0));
    const age = Float64Array.from({length: rows}, (_, row) =>
      row % 7 === 0 ? Number.NaN : Math.abs(random.normal()) * 40,
    );
    const table: Table = {
      rowCount: rows,
      columns: [
        {name: 'colour', type: 'string', words, codes, missing},
        {
          name: 'age',
          type: 'number',
          values: age,
          missing: Uint8Array.from(age, (value) => (Number.isNaN(value) ? 1 : 0)),
        },
      ],
    };
    const spec: FeaturizerSpec = {
      columns: {
        colour: {one_hot: {other: true, missing: true, min_count: 5}},
        known: {from: 'colour', one_hot: {sparse: true}},
        rank: {from: 'colour', ordinal: {order: ['red', 'green', 'blue']}, impute: 'median'},
        age: {impute: 'mean', clip: [1, 60], log1p: true, scale: 'standard', indicator: true},
        band: {from: 'age', bins: {quantiles: 4, as: 'one_hot'}},
        step: {from: 'age', bins: {edges: [10, 20, 40]}},
        raw: {from: 'age', scale: 'robust'},
      },
    };
    const {featurizer} = fitFeaturizer(spec, table, {seed: 1});
    const matrix = openFeaturizer(featurizer).apply(table);
    const set = classification(
      matrix,
      Array.from(codes, (code, row) => (code === 1 || row % 5 === 0 ? 1 : 0)),
    );
    const model = await train(set, boosting);
    const inputs: Record<string, Input> = {
      colour: {type: 'string', values: Array.from(codes, (code) => [words[code] ?? ''])},
      age: {type: 'double', values: Array.from(age, (value) => [Number.isNaN(value) ? null : value])},
    };
    const [answer] = runOnnx([{bytes: onnxOfModel(model, JSON.stringify(featurizer)), inputs}]);
    compare(model, set, answer ?? {});
  });
});

describe('what ONNX has no operators for is named', () => {
  const table: Table = {
    rowCount: 3,
    columns: [{name: 'name', type: 'string', words: ['ab', 'c', 'ade'], codes: Int32Array.of(0, 1, 2)}],
  };
  it('a feature, a model, another featurizer', async () => {
    const {featurizer, matrix} = fitFeaturizer({columns: {length: {from: 'name', measure: 'length'}}}, table, {
      seed: 1,
    });
    const model = await train(classification(matrix, [0, 1, 0]), logistic);
    expect(() => onnxOfModel(model, JSON.stringify(featurizer))).toThrow(
      'the feature `length` (`measure`) cannot be written as ONNX',
    );
    const rule: ModelSettings = {
      model: 'rule',
      rules: [{feature: 'length', operator: '>', value: 1, then: 'class 1'}],
      otherwise: 'class 0',
    };
    const ruled = await train(classification(matrix, [0, 1, 0]), rule);
    expect(() => onnxOfModel(ruled)).toThrow('`model: rule` is not written as ONNX');
    expect(() => onnxOfModel({...model, features: ['other']}, JSON.stringify(featurizer))).toThrow(
      'the model did not learn from',
    );
  });
});
