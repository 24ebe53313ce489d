import {expect, test} from 'vitest';
import {runId, stageName} from '../../src/model/ids.ts';
import type {StageResult} from '../../src/model/run.ts';
import {begin, newTrace, open, otherOwner, output, owner} from './store-rig.ts';

const result = (stage: string, outcome: StageResult['outcome'], trace?: number): StageResult => ({
  stage: stageName(stage),
  outcome,
  reason: {kind: outcome === 'skipped' ? 'fresh' : 'new'},
  ...(trace === undefined ? {} : {trace}),
});

test('a run is numbered from 1 and keeps what was typed, where it ran and the state of Git', () => {
  const store = open();
  const start = {
    startedAtMs: 1_000.25,
    argv: ['mlp', 'run', '--set', 'a=ä'],
    git: {commit: 'abc', branch: 'main', dirty: true},
    facts: {os: 'linux', memory: {bytes: 8e9}},
  };
  expect(store.startRun(start, owner)).toBe(1);
  expect(store.run(runId(1))).toEqual({...start, id: 1, status: 'running', counts: {}});
  expect(store.run(runId(2))).toBeUndefined();
});

test('a finished run says how each stage ended, in the order of the graph, with its trace', () => {
  const store = open();
  const run = begin(store);
  const results = [result('z', 'skipped', 4), result('a', 'ran', 5), result('m', 'failed'), result('b', 'not-run')];
  store.finishRun(run, {endedAtMs: 2_000, status: 'failed', counts: {ran: 1, failed: 1}, results});
  expect(store.run(run)).toMatchObject({endedAtMs: 2_000, status: 'failed', counts: {ran: 1, failed: 1}});
  expect(store.runStages(run)).toEqual([
    {stage: 'z', outcome: 'skipped', trace: 4},
    {stage: 'a', outcome: 'ran', trace: 5},
    {stage: 'm', outcome: 'failed'},
    {stage: 'b', outcome: 'not-run'},
  ]);
});

test('why a stage was not skipped is kept, however long', () => {
  const store = open();
  const run = begin(store);
  const paths = Array.from({length: 100}, (_, index) => `data/part "${String(index)}"\n.csv`);
  const results: StageResult[] = [
    {stage: stageName('a'), outcome: 'ran', reason: {kind: 'outputs-missing', paths}},
    result('b', 'skipped', 4),
  ];
  store.finishRun(run, {endedAtMs: 2_000, status: 'done', counts: {}, results});
  expect([...store.runReasons(run)]).toEqual([['a', {kind: 'outputs-missing', paths}]]);
  expect(store.runReasons(runId(9)).size).toBe(0);
});

test('whether the work tree was dirty can be added once it is known', () => {
  const store = open();
  const git = {commit: 'abc', branch: 'main'};
  const run = store.startRun({startedAtMs: 1, argv: [], git, facts: {}}, owner);
  store.setRunDirty(run, true);
  expect(store.run(run)?.git).toEqual({...git, dirty: true});
  const outsideGit = begin(store);
  store.setRunDirty(outsideGit, true);
  expect(store.run(outsideGit)?.git).toBeUndefined();
});

test('runs are listed newest first, up to a limit', () => {
  const store = open();
  for (let number = 0; number < 3; number++) begin(store, number);
  expect(store.runs(2).map(({id, startedAtMs}) => [id, startedAtMs])).toEqual([
    [3, 2],
    [2, 1],
  ]);
});

test('a run that has not ended has no stages yet', () => {
  const store = open();
  expect(store.runStages(begin(store))).toEqual([]);
  expect(store.runStages(runId(9))).toEqual([]);
});

test('runs whose process died become interrupted, and are told once', () => {
  const store = open();
  const dead = begin(store);
  const alive = begin(store, 1_001, otherOwner);
  const isAlive = ({pid}: {readonly pid: number}): boolean => pid === otherOwner.pid;
  expect(store.closeDeadRuns(isAlive, 3_000)).toEqual([dead]);
  expect(store.run(dead)).toMatchObject({status: 'interrupted', endedAtMs: 3_000});
  expect(store.run(alive)).toMatchObject({status: 'running'});
  expect(store.closeDeadRuns(isAlive, 4_000)).toEqual([]);
});

test('the objects of a run are those of its state and of what is current now', () => {
  const store = open();
  const old = store.commit(newTrace('train', {outputs: [output('m', 'old')]}));
  const run = begin(store);
  store.finishRun(run, {endedAtMs: 2_000, status: 'done', counts: {}, results: [result('train', 'ran', old.id)]});
  const now = store.commit(newTrace('train', {outputs: [output('m', 'new')]}));
  const hashes = [old, now].map(({outputs}) => outputs[0]?.hash);
  expect([...store.objectsOfRuns([run])].sort()).toEqual(hashes.sort());
  expect([...store.objectsOfRuns([])]).toEqual([now.outputs[0]?.hash]);
});
