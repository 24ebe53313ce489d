import {join} from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {stageName} from '../../src/model/ids.ts';
import type {Digest, RunId} from '../../src/model/ids.ts';
import type {StageResult, Trace} from '../../src/model/run.ts';
import type {Store} from '../../src/store/store.ts';
import {
  attemptStart,
  begin,
  committed,
  newTrace,
  open,
  otherOwner,
  output,
  owner,
  sha256,
  tempFolder,
} from './store-rig.ts';

/** A run that made `text` in the stage `train`, or left a result as it is. */
function run(store: Store, made: string | Trace): {readonly run: RunId; readonly trace: Trace} {
  const id = begin(store);
  const attempt = attemptStart(id, 'train', {key: sha256(`key of ${String(made)}`)});
  let trace: Trace;
  if (typeof made === 'string') {
    store.claim(attempt, owner, () => true);
    const outputs = [output('model.bin', made), output('shared.txt', 'the same in all')];
    const metrics = [{name: `metric of ${made}`, value: 1, source: 'm.json'}];
    const parts = {outputs, metrics, run: id, attempt: attempt.id, key: attempt.key};
    trace = store.commit(newTrace('train', parts), {attempt: attempt.id, end: committed});
  } else trace = made;
  const outcome = typeof made === 'string' ? 'ran' : 'skipped';
  const results: readonly StageResult[] = [
    {stage: stageName('train'), outcome, reason: {kind: 'new'}, trace: trace.id},
  ];
  store.finishRun(id, {endedAtMs: 2_000, status: 'done', counts: {}, results});
  return {run: id, trace};
}

const forget = (store: Store, runs: readonly RunId[], lockedKeys: readonly Digest[] = [], dryRun = false) =>
  store.forgetRuns({runs, lockedKeys: new Set(lockedKeys), dryRun});

describe('a run that is forgotten', () => {
  test('takes its attempts, results and objects with it, but nothing that another run has too', () => {
    const store = open();
    const [one, two] = [run(store, 'one'), run(store, 'two')];
    const forgotten = forget(store, [one.run]);
    expect(forgotten).toEqual({
      runs: [one.run],
      attempts: [{id: '1-train-1', logFile: '.mlp/logs/1-train.log', workFolder: '.mlp/work/1-train'}],
      traces: 1,
      kept: 0,
      objects: [{hash: sha256('one'), type: 'file'}],
    });
    expect([store.run(one.run), store.trace(one.trace.id), store.attempts({run: one.run})]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(store.trace(two.trace.id)).toEqual(two.trace);
    expect(forget(store, [one.run])).toEqual({runs: [], attempts: [], traces: 0, kept: 0, objects: []});
    expect(store.integrity()).toBe('ok');
  });

  test.each([
    ['another run left it as it is', (store: Store, made: Trace) => void run(store, made), []],
    ['the stage has it now', (store: Store, made: Trace) => void store.setCurrent(stageName('train'), made.id), []],
    ['mlp.lock names its key', () => undefined, [sha256('key of one')]],
  ])('leaves a result where %s', (_, hold, locked) => {
    const store = open();
    const one = run(store, 'one');
    run(store, 'two');
    hold(store, one.trace);
    expect(forget(store, [one.run], locked)).toMatchObject({runs: [one.run], traces: 0, kept: 1, objects: []});
    expect(store.trace(one.trace.id)).toEqual(one.trace);
  });

  test('that left a result of a run that is forgotten already takes it along', () => {
    const store = open();
    const one = run(store, 'one');
    const again = run(store, one.trace);
    run(store, 'two');
    expect(forget(store, [one.run]).traces).toBe(0);
    expect(forget(store, [again.run])).toMatchObject({traces: 1, objects: [{hash: sha256('one')}]});
  });

  test('leaves what a run made that was killed and so has no results of its own', () => {
    const store = open();
    const killed = begin(store);
    const trace = store.commit(newTrace('train', {run: killed, outputs: [output('m', 'killed')]}));
    const after = run(store, trace);
    run(store, 'two');
    expect(forget(store, [after.run]).traces).toBe(0);
    expect(forget(store, [killed]).traces).toBe(1);
  });

  test('asked only: everything stays', () => {
    const store = open();
    const one = run(store, 'one');
    run(store, 'two');
    const asked = forget(store, [one.run], [], true);
    expect(store.trace(one.trace.id)).toEqual(one.trace);
    expect(forget(store, [one.run])).toEqual(asked);
  });
});

test('names, hashes, states and texts of what was forgotten go, and no row is left without what it points at', () => {
  const file = join(tempFolder(), 'mlp.db');
  const store = open(file);
  const kept = [run(store, 'kept one'), run(store, 'kept two')];
  const sqlite = new SqliteDatabase(file, {readonly: true});
  const tables = sqlite
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .pluck()
    .all();
  const counts = (): unknown =>
    Object.fromEntries(
      tables.map((name) => [
        name,
        sqlite
          .prepare(`SELECT count(*) FROM ${String(name)}`)
          .pluck()
          .get(),
      ]),
    );
  const before = counts();
  const runs = ['x', 'y', 'z'].map((text) => run(store, text).run);
  store.setCurrent(stageName('train'), kept[1]?.trace.id ?? 0);
  expect(counts()).not.toEqual(before);
  forget(store, runs);
  store.removeLostRows();
  expect(counts()).toEqual(before);
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.prepare("SELECT count(*) FROM texts WHERE name = 'metric of x'").pluck().get()).toBe(0);
  sqlite.close();
  expect(
    store.commit(newTrace('train', {key: sha256('after'), outputs: [output('model.bin', 'x')]})).outputs,
  ).toHaveLength(1);
});

test('a process that remembers the names of rows which another one removed writes them anew', () => {
  const file = join(tempFolder(), 'mlp.db');
  const store = open(file);
  const first = run(store, 'first');
  run(store, 'second');
  const other = open(file);
  other.forgetRuns({runs: [first.run], lockedKeys: new Set(), dryRun: false});
  other.removeLostRows();
  const again = begin(store, 1, otherOwner);
  const made = store.commit(
    newTrace('train', {
      run: again,
      key: sha256('k'),
      outputs: [output('model.bin', 'first')],
      metrics: [{name: 'metric of first', value: 2, source: 'm.json'}],
    }),
  );
  expect(other.metrics(made.id)).toEqual([{name: 'metric of first', value: 2, source: 'm.json'}]);
  expect(store.integrity()).toBe('ok');
});
