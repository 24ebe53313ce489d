import {expect, test} from 'vitest';
import {stageName} from '../../src/model/ids.ts';
import type {RunId} from '../../src/model/ids.ts';
import type {StageResult} from '../../src/model/run.ts';
import type {Store} from '../../src/store/store.ts';
import {begin, keyDocument, newTrace, open, sha256} from './store-rig.ts';

type Values = Readonly<Record<string, number>>;

/** A run that ends with these results: stage -> metrics, or a trace that was there before. */
function finished(store: Store, stages: Readonly<Record<string, Values | number>>): RunId {
  const run = begin(store);
  const results = Object.entries(stages).map(([stage, made]): StageResult => {
    if (typeof made === 'number')
      return {stage: stageName(stage), outcome: 'skipped', reason: {kind: 'fresh'}, trace: made};
    const metrics = Object.entries(made).map(([name, value]) => ({name, value, source: 'm.json'}));
    const trace = store.commit(newTrace(stage, {metrics, run, key: sha256(`${run} ${stage}`)}));
    return {stage: stageName(stage), outcome: 'ran', reason: {kind: 'new'}, trace: trace.id};
  });
  store.finishRun(run, {endedAtMs: 2_000, status: 'done', counts: {ran: results.length}, results});
  return run;
}

test('a metric is found in every run whose state has it, made there or not, with its stage', () => {
  const store = open();
  const one = finished(store, {prepare: {}, train: {'log loss': 0.5, f1: 0.9}, eval: {f1: 0.8}});
  const trace = store.runStages(one).find(({stage}) => stage === 'train')?.trace ?? 0;
  const two = finished(store, {prepare: {}, train: trace});
  finished(store, {prepare: {}});
  const search = store.searchRuns();
  expect([...search.metric('log loss')]).toEqual([
    [one, [0.5]],
    [two, [0.5]],
  ]);
  expect(search.metric('f1').get(one)).toEqual([0.9, 0.8]);
  expect([...search.metric('f1', 'eval')]).toEqual([[one, [0.8]]]);
  expect([...search.metric('f1', 'eva')]).toEqual([]);
  expect(search.metricIn('f1', one)).toEqual([
    {stage: 'train', value: 0.9},
    {stage: 'eval', value: 0.8},
  ]);
  expect(search.metricNamesIn(one)).toEqual(['log loss', 'f1']);
  expect([...search.metric('F1')]).toEqual([]);
  expect(search.metricNames()).toEqual(['f1', 'log loss']);
  expect(search.stageNames()).toEqual(['eval', 'prepare', 'train']);
});

test('numbers that SQLite has not, and the last step of a curve', () => {
  const store = open();
  const values = {nan: Number.NaN, up: Infinity, down: -Infinity, zero: 0};
  const run = finished(store, {train: values});
  for (const [name, value] of Object.entries(values)) expect(store.searchRuns().metric(name).get(run)?.[0]).toBe(value);
  const metrics = [3, 1, 2].map((step) => ({name: 'curve', value: step * 10, step, source: 'log'}));
  const trace = store.commit(newTrace('train', {metrics, key: sha256('curve')}));
  const later = finished(store, {train: trace.id});
  expect(store.searchRuns().metric('curve').get(later)?.[0]).toBe(30);
});

test('a result that is seen again has the metrics of its last time', () => {
  const store = open();
  const metric = (value: number) => [{name: 'm', value, source: 's'}];
  store.commit(newTrace('train', {metrics: metric(1)}));
  const trace = store.commit(newTrace('train', {metrics: metric(2)}));
  const run = finished(store, {train: trace.id});
  expect(store.searchRuns().metric('m').get(run)?.[0]).toBe(2);
});

test('params are found by their leaves, whatever they are', () => {
  const store = open();
  const params = {'train.lr': 0.1, model: {kind: 'gb', on: true, none: null, sizes: [1, 2], empty: {}}, 'a "b"\n': 'ä'};
  const trace = store.commit(newTrace('train', {document: {...keyDocument, params}}));
  const run = finished(store, {train: trace.id});
  const search = store.searchRuns();
  const values = search.paramNames().map((name) => [name, search.param(name).get(run)?.[0]]);
  expect(Object.fromEntries(values)).toEqual({
    'train.lr': 0.1,
    'model.kind': 'gb',
    'model.on': true,
    'model.none': null,
    'model.sizes': [1, 2],
    'model.empty': {},
    'a "b"\n': 'ä',
  });
});

test('outcomes, facts and heads; a run that goes on or died has no results', () => {
  const store = open();
  const one = finished(store, {prepare: 1, train: {}});
  const running = begin(store);
  store.labelRun(one, {name: 'n', tag: ['b', 'a'], note: 'x', pinned: true, atMs: 1});
  const search = store.searchRuns();
  expect([...search.outcomes(stageName('prepare'))]).toEqual([[one, 'skipped']]);
  expect([...search.outcomes(stageName('train'))]).toEqual([[one, 'ran']]);
  expect([...search.outcomes(stageName('absent'))]).toEqual([]);
  expect(search.facts().get(running)).toEqual({os: 'linux', cores: 2});
  expect(search.count()).toBe(2);
  const [{argv: _, facts: __, ...newest}, {argv: ___, facts: ____, ...oldest}] = store.runs(2) as [
    ReturnType<Store['runs']>[0],
    ReturnType<Store['runs']>[0],
  ];
  expect(search.heads()).toEqual([newest, oldest]);
  expect(search.heads(1)).toEqual([newest]);
});
