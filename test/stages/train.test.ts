/** The kinds `train` and `predict` together, as a pipeline uses them. */
import {describe, expect, it} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {predict} from '../../src/stages/predict.ts';
import {train} from '../../src/stages/train.ts';
import {tempHost} from '../host/rig.ts';
import {rowsOf, runKind} from './kind-rig.ts';

/** Points left and right of a line; some are on the wrong side. */
function points(rows: number, from = 0): string {
  const lines = Array.from({length: rows}, (_, at) => {
    const row = at + from;
    const [x, y] = [(row * 37) % 101, (row * 53) % 89];
    const side = x + y > 95 !== (row % 29 === 0) ? 'right, "odd"' : 'left';
    return `${row},${x},${y},"${side.replaceAll('"', '""')}",${row % 3 === 0 ? 'north' : 'south'},${(row % 4) + 1},${x * 2 - y}`;
  });
  return `row_id,x,y,side,region,w,z\n${lines.join('\n')}\n`;
}

function project(files: Readonly<Record<string, string>> = {}): Host {
  const host = tempHost();
  const all = {'train.csv': points(400), 'test.csv': points(100, 400), ...files};
  for (const [path, text] of Object.entries(all)) host.files.writeAtomic(path, text);
  return host;
}

const fit = (
  host: Host,
  settings: Json,
  inputs: {readonly [name: string]: string} = {},
  outputs = {model: 'm.model'},
) => runKind(host, train, settings, {inputs: {features: 'train.csv', ...inputs}, outputs});

const SIDE = {label: 'side', features: ['x', 'y']};
const apply = (host: Host, settings: Json = {}, out = 'p.csv') =>
  runKind(host, predict, settings, {inputs: {model: 'm.model', features: 'test.csv'}, outputs: {predictions: out}});

describe('train and predict', () => {
  it.each([
    [{model: 'logistic'}, 0.9],
    [{model: 'logistic', penalty: 'l1', C: 0.1, class_weights: 'balanced'}, 0.85],
    [{model: 'logistic', engine: 'ml-logistic-regression'}, 0.9],
    [{model: 'forest', trees: 30, weight: 'w'}, 0.85],
    [{model: 'forest', trees: 5, engine: 'ml-random-forest'}, 0.8],
    [{model: 'forest', trees: 30, calibrate: 'platt'}, 0.85],
    [{model: 'boosting', iterations: 30, class_weights: {left: 2}}, 0.85],
    [{model: 'boosting', iterations: 30, early_stopping: true, calibrate: 'isotonic'}, 0.85],
    [{model: 'net', layers: [16], epochs: 40, learning_rate: 0.01}, 0.85],
    [{model: 'rule', rules: [{feature: 'x', operator: '>', value: 47, then: 'right, "odd"'}], otherwise: 'left'}, 0.6],
    [{model: 'majority'}, 0.4],
  ] as const)('%j', async (settings, atLeast) => {
    const host = project();
    await fit(host, {...SIDE, ...settings});
    await apply(host);
    const [header, ...rows] = host.files.readText('p.csv').trim().split('\n');
    expect(header).toBe('row_id,y_true,y_pred,p_left,"p_right, ""odd""",region,w,z');
    expect(rows).toHaveLength(100);
    const cells = await rowsOf(host, 'p.csv');
    const right = cells.filter(([, truth, answer]) => truth === answer).length;
    expect(right / 100).toBeGreaterThan(atLeast);
    for (const [id, , answer, left, other] of cells) {
      expect(Number(id)).toBeGreaterThanOrEqual(400);
      expect(Number(left) + Number(other)).toBeCloseTo(1, 9);
      if (Number(left) !== Number(other)) expect(answer === 'left').toBe(Number(left) > Number(other));
    }
  });

  it('of numbers', async () => {
    for (const settings of [
      {model: 'linear'},
      {model: 'forest', task: 'regression', trees: 50},
      {model: 'boosting', task: 'regression'},
    ]) {
      const host = project();
      const {metrics} = await fit(host, {label: 'z', features: ['x', 'y'], ...settings});
      expect(metrics[settings.model === 'forest' ? 'out_of_bag_r2' : 'train_r2']).toBeGreaterThan(0.9);
      await apply(host, {keep: []});
      const rows = await rowsOf(host, 'p.csv');
      expect(host.files.readText('p.csv').split('\n')[0]).toBe('row_id,y_true,y_pred');
      expect(Math.max(...rows.map(([, truth, answer]) => Math.abs(Number(truth) - Number(answer))))).toBeLessThan(25);
    }
  });

  it('writes importances, scores and ONNX beside the model', async () => {
    const host = project();
    const outputs = {model: 'out/m.model', importances: 'i.csv', metrics: 'm.json', onnx: 'm.onnx'};
    const {metrics, log} = await runKind(
      host,
      train,
      {...SIDE, model: 'boosting', iterations: 20},
      {
        inputs: {features: 'train.csv', validation: 'test.csv'},
        outputs,
      },
    );
    expect(JSON.parse(host.files.readText('m.json'))).toMatchObject({
      validation_accuracy: metrics['validation_accuracy'],
    });
    expect(metrics['validation_accuracy']).toBeGreaterThan(0.85);
    expect(host.files.readText('i.csv')).toMatch(/^feature,importance\n[xy],0\.\d+\n[xy],0\.\d+\n$/);
    expect(host.files.stat('m.onnx')?.size).toBeGreaterThan(500);
    expect(log[0]).toBe('400 rows, 2 features, classes left, right, "odd"');
  });

  it('labels that are numbers and truths are classes by their texts; ids and weights get their names', async () => {
    const host = project({
      'train.csv': 'id,a,flag,num\nr1,1,true,10\nr2,2,false,9\nr3,3,true,10\nr4,4,false,9\n',
      'test.csv': 'id,a,flag,num\nr9,1,false,7\n',
    });
    for (const [label, classes] of [
      ['flag', 'p_false,p_true'],
      ['num', 'p_10,p_9'],
    ] as const) {
      await fit(host, {label, model: 'majority', features: ['a']});
      await apply(host, {id: 'id', weight: 'num', keep: []});
      const [header, row] = host.files.readText('p.csv').split('\n');
      expect(header).toBe(`row_id,y_true,y_pred,${classes},weight`);
      expect(row).toMatch(label === 'flag' ? /^r9,"false","false",0\.5,0\.5,7$/ : /^r9,"7","10",0\.5,0\.5,7$/);
    }
  });

  it('the same inputs give the same bytes', async () => {
    const [one, two] = [project(), project()];
    for (const host of [one, two]) await fit(host, {...SIDE, model: 'forest', trees: 5});
    expect(two.files.readBytes('m.model')).toEqual(one.files.readBytes('m.model'));
  });
});

describe('what does not fit is said', () => {
  const complaint = async (action: Promise<unknown>): Promise<string> => {
    try {
      await action;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return 'nothing was said';
  };

  it('of settings', async () => {
    const {schema} = await train.settings();
    const messages = (settings: Json) =>
      (schema.safeParse(settings).error?.issues ?? []).map(({path, message}) => `${path.join('.')}: ${message}`);
    expect(messages({model: 'net', label: 'y', trees: 3})).toEqual([
      'trees: `trees` is a setting of `model: forest`; `net` has `layers`, `learning_rate`, `batch`, `epochs`, `l2`, `patience`, `early_stopping`',
    ]);
    expect(messages({model: 'majority', label: 'y', C: 3})[0]).toContain('`majority` has none of its own');
    expect(messages({model: 'linear', label: 'y', calibrate: 'platt'})[0]).toContain(
      'probabilities of classes, not for regression',
    );
    expect(messages({model: 'logistic', label: 'y', engine: 'ml-random-forest'})[0]).toContain(
      'use `ml-logistic-regression` or `mlp`',
    );
    expect(messages({model: 'rule', label: 'y', otherwise: 'a'})[0]).toContain('`model: rule` needs `rules`');
  });

  it('of inputs and outputs', async () => {
    const host = project({
      'one.csv': 'x,side\n1,a\n2,a\n',
      'none.csv': 'x,side\n',
      'holes.csv': 'x,side\n1,a\n2,\n3,b\n',
    });
    const settings = {label: 'side', model: 'forest', features: ['x']};
    const said = (input: string, more: Json = {}) =>
      complaint(fit(host, {...settings, ...(more as object)}, {features: input}));
    expect(await said('one.csv')).toContain('all 2 rows have the label `a`: there is nothing to tell apart');
    const rule = {model: 'rule', rules: [{feature: 'x', operator: '>', value: 1, then: 'a'}], otherwise: 'a'};
    expect(await said('one.csv', rule)).toContain('there is nothing to tell apart');
    expect(await said('none.csv')).toBe('there are no rows to learn from');
    expect(await said('holes.csv')).toContain('the label `side` is missing in row 2');
    expect(await said('train.csv', {label: 'sides'})).toContain('the label `sides` is not among the columns');
    expect(await said('train.csv', {weight: 'region'})).toContain(
      'the weight `region` in row 1 must be a number from 0 up, not north',
    );
    expect(await said('train.csv', {class_weights: {top: 1}})).toContain(
      '`class_weights` name `top`, and there is no such class',
    );
    expect(await said('train.csv', {task: 'regression'})).toContain(
      'the label `side` is of type string, and regression learns numbers',
    );
    const unseen = project({'test.csv': 'x,y,side\n1,2,middle\n'});
    const validated = fit(unseen, {...SIDE, model: 'boosting'}, {validation: 'test.csv'});
    expect(await complaint(validated)).toContain(
      'the validation rows have the label `middle` (row 1), which no training row has',
    );
    const odd = runKind(host, train, settings, {inputs: {features: 'train.csv'}, outputs: {model: 'a', plot: 'b'}});
    expect(await complaint(odd)).toContain('`train` writes the outs `model`, `importances`, `metrics`, `onnx`');
    const important = runKind(
      host,
      train,
      {...settings, model: 'majority'},
      {
        inputs: {features: 'train.csv'},
        outputs: {model: 'a', importances: 'b'},
      },
    );
    expect(await complaint(important)).toContain('only `forest` and `boosting` of mlp tell importances');
    // Said before the training, which can take hours.
    expect(host.files.exists('a')).toBe(false);
  });

  it('of models', async () => {
    const host = project();
    await fit(host, {...SIDE, model: 'majority'});
    const bytes = host.files.readBytes('m.model');
    host.files.writeAtomic('m.model', bytes.slice(0, -3));
    expect(await complaint(apply(host))).toMatch(/^`m.model` is damaged: it should have \d+ bytes/);
    host.files.writeAtomic('m.model', 'x\n');
    expect(await complaint(apply(host))).toContain('`m.model` is no model file of mlp');
    host.files.writeAtomic('m.model', bytes);
    host.files.writeAtomic('test.csv', 'x,side\n1,left\n');
    expect(await complaint(apply(host))).toContain('`y`');
    host.files.writeAtomic('test.csv', points(3));
    expect(await complaint(apply(host, {keep: ['row_id']}))).toContain(
      '`row_id` has the name of a column of predictions',
    );
    expect(await complaint(apply(host, {}, 'p.xyz'))).toContain('does not say its format');
  });
});
