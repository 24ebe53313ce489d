import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {runId, stageName} from '../../src/model/ids.ts';
import type {Metric} from '../../src/model/metric.ts';
import {
  attemptStart,
  begin,
  committed,
  keyDocument,
  newTrace,
  open,
  output,
  owner,
  sha256,
  tempFolder,
} from './store-rig.ts';

const train = stageName('train');

describe('a result that is committed', () => {
  test('comes back whole: by its key, its number and its stage', () => {
    const store = open();
    const run = begin(store);
    const start = attemptStart(run, 'train');
    store.claim(start, owner, () => true);
    const outputs = [
      output('z.bin', 'z', {exec: true, role: 'plots', cached: false}),
      output('a folder', 'tree', {type: 'dir', files: 12, size: 5e9}),
      output('m.json', '', {type: 'absent', hash: '', size: 0, role: 'metrics'}),
    ];
    const made = newTrace('train', {outputs, run, attempt: start.id, durationMs: 12.5});
    const trace = store.commit(made, {attempt: start.id, end: committed});
    expect(trace).toEqual({
      id: 1,
      key: made.key,
      stage: 'train',
      createdAtMs: 1_200,
      run,
      attempt: start.id,
      origin: 'ran',
      durationMs: 12.5,
      outputs: [outputs[1], outputs[2], outputs[0]],
    });
    expect(store.traces(made.key)).toEqual([trace]);
    for (const found of [
      store.trace(1),
      store.latestTrace(train),
      store.currentTrace(train),
      store.tracesOf(train, 9)[0],
    ]) {
      expect(found).toEqual(trace);
    }
    expect(store.attempt(start.id)).toMatchObject({state: 'committed', endedAtMs: 1_200});
  });

  test('keeps its key document, its inputs and its pieces of code', () => {
    const store = open();
    const inputs = [
      {name: 'b', path: 'data/b', type: 'dir', exec: false, hash: sha256('b'), size: 9, files: 3},
      {name: 'a', path: 'data/a', type: 'absent', exec: false, hash: '', size: 0},
      {name: 'https://x', path: 'https://x', type: 'file', exec: true, hash: sha256('c'), size: 2 ** 40},
    ] as const;
    const document = {...keyDocument, params: {long: 'x'.repeat(5_000), null: null, nested: {a: [1, 'ü']}}};
    const pieces = {'src/train.py#fit': sha256('fit'), ['__proto__']: 'odd'};
    const {id} = store.commit(newTrace('train', {inputs, document, pieces}));
    expect(store.document(id)).toEqual(document);
    expect(store.inputs(id)).toEqual(inputs);
    expect(store.pieces(id)).toEqual(pieces);
    const without = store.commit(newTrace('other'));
    expect(store.pieces(without.id)).toBeUndefined();
  });

  test('keeps metrics of any name and any number exactly, in their order', () => {
    const store = open();
    const names = ['log loss', 'f1@[IoU=0.5], x', 'précision β', '', '\0\n"\'%;--', '👩‍🔬', 'm'.repeat(300)];
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53, 0.1, -1];
    const metrics = names.map((name, index): Metric => ({name, value: values[index] ?? 0, source: 'metrics.json'}));
    const curve = [0, 1, 2.5].map((step): Metric => ({
      name: 'loss',
      value: 1 / (step + 1),
      step,
      source: 'MLP_METRICS',
    }));
    const {id} = store.commit(newTrace('train', {metrics: [...metrics, ...curve]}));
    expect(store.metrics(id)).toEqual([...metrics, ...curve]);
  });
});

describe('results under one key', () => {
  test('that differ are both kept, newest first; what is on disk is current', () => {
    const store = open();
    const first = store.commit(newTrace('train', {outputs: [output('m', 'one')]}));
    const second = store.commit(newTrace('train', {outputs: [output('m', 'two')]}));
    expect(store.traces(first.key).map(({id}) => id)).toEqual([second.id, first.id]);
    expect(store.currentTrace(train)?.id).toBe(second.id);
    store.setCurrent(train, first.id);
    expect(store.currentTrace(train)?.id).toBe(first.id);
    expect(store.latestTrace(train)?.id).toBe(second.id);
    expect(store.tracesOf(train, 1).map(({id}) => id)).toEqual([second.id]);
  });

  test('that are equal are one, and an exec bit alone makes a difference', () => {
    const store = open();
    const first = store.commit(newTrace('train'));
    expect(store.commit(newTrace('train', {createdAtMs: 9_000})).id).toBe(first.id);
    const other = store.commit(
      newTrace('train', {outputs: [output('models/train.bin', 'bytes of train', {exec: true})]}),
    );
    expect(other.id).not.toBe(first.id);
  });

  test('one known from mlp.lock gains what a run adds: its run, wall time, metrics and that it is cached', () => {
    const store = open();
    const outputs = [output('m', 'one')];
    const uncached = outputs.map((one) => ({...one, cached: false}));
    const fromLock = store.commit(newTrace('train', {origin: 'lock', outputs: uncached}));
    const metrics = [{name: 'loss', value: 0.5, source: 'm.json'}];
    const ran = store.commit(newTrace('train', {outputs, run: runId(3), durationMs: 70, metrics, pieces: {a: 'b'}}));
    expect(ran).toMatchObject({id: fromLock.id, origin: 'ran', run: 3, durationMs: 70, outputs});
    expect(store.metrics(ran.id)).toEqual(metrics);
    expect(store.pieces(ran.id)).toEqual({a: 'b'});
    expect(store.commit(newTrace('train', {outputs: uncached})).outputs).toEqual(outputs);
  });
});

test('a stage that was renamed goes on with the results of its old name', () => {
  const store = open();
  const made = store.commit(newTrace('train'));
  const renamed = stageName('fit');
  expect(store.latestTrace(renamed)).toBeUndefined();
  store.setCurrent(renamed, made.id);
  expect(store.latestTrace(renamed)?.id).toBe(made.id);
  expect(store.commit(newTrace('fit', {key: made.key, outputs: made.outputs})).stage).toBe('train');
});

test('what is not known is undefined or empty', () => {
  const store = open();
  expect(store.traces(sha256('none'))).toEqual([]);
  for (const found of [
    store.trace(1),
    store.latestTrace(train),
    store.currentTrace(train),
    store.document(1),
    store.pieces(1),
  ]) {
    expect(found).toBeUndefined();
  }
  expect([store.inputs(1), store.metrics(1), store.tracesOf(train, 5)]).toEqual([[], [], []]);
});

test('a commit that fails leaves nothing behind', () => {
  const store = open();
  const broken = newTrace('train', {
    metrics: [{name: 'ok', value: 1, source: 's', step: 'no number' as unknown as number}],
  });
  expect(() => store.commit(broken)).toThrow();
  expect(store.traces(broken.key)).toEqual([]);
  expect([...store.referencedObjects()]).toEqual([]);
  const made = store.commit(newTrace('train'));
  expect(store.inputs(made.id)).toHaveLength(1);
});

test('another process sees a commit as soon as its own event loop turns', async () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  const key = sha256('key of train');
  expect(two.traces(key)).toEqual([]);
  one.commit(newTrace('train'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(two.traces(key)).toHaveLength(1);
});
