import {join} from 'node:path';
import {expect, test} from 'vitest';
import {attemptId, stageName} from '../../src/model/ids.ts';
import {attemptStart, begin, committed, newTrace, open, otherOwner, owner, tempFolder} from './store-rig.ts';

const everyone = (): boolean => true;
const nobody = (): boolean => false;

test('a claimed stage is held until its attempt ends, and the other process is told by whom', () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  const run = begin(one);
  const start = attemptStart(run, 'train');
  expect(one.claim(start, owner, everyone)).toEqual({claimed: true});
  const holder = {...owner, attempt: start.id, run, sinceMs: 1_100};
  const again = attemptStart(begin(two), 'train');
  expect(two.claim(again, otherOwner, everyone)).toEqual({claimed: false, holder});
  expect(two.runningAttempt(start.stage)).toEqual(holder);
  expect(two.claim(attemptStart(again.run, 'evaluate'), otherOwner, everyone)).toEqual({claimed: true});
  one.endAttempt(start.id, {...committed, state: 'failed'});
  expect(two.claim(again, otherOwner, everyone)).toEqual({claimed: true});
});

test('a stage whose holder died can be claimed when the dead attempt was repaired, by one process', () => {
  const store = open();
  const run = begin(store);
  const dead = attemptStart(run, 'train');
  store.claim(dead, owner, everyone);
  const isAlive = ({pid}: {readonly pid: number}): boolean => pid !== owner.pid;
  const next = attemptStart(run, 'train', {id: attemptId('next'), number: 2});
  expect(store.claim(next, otherOwner, isAlive)).toEqual({claimed: false});
  expect(store.deadAttempts(isAlive)).toEqual([{...dead, state: 'running'}]);
  expect(store.takeOver(dead.id, otherOwner, isAlive)).toEqual(owner);
  expect(store.takeOver(dead.id, {...otherOwner, pid: otherOwner.pid + 1}, isAlive)).toBeUndefined();
  expect(store.deadAttempts(isAlive)).toEqual([]);
  expect(store.claim(next, otherOwner, isAlive)).toMatchObject({claimed: false, holder: otherOwner});
  store.endAttempt(dead.id, {...committed, state: 'interrupted'});
  expect(store.takeOver(dead.id, owner, () => false)).toBeUndefined();
  expect(store.claim(next, otherOwner, isAlive)).toEqual({claimed: true});
  expect(store.runningAttempt(dead.stage)?.attempt).toBe('next');
});

test('what has not ended is found however much came after it', () => {
  const store = open();
  const run = begin(store);
  const long = attemptStart(run, 'train');
  store.claim(long, owner, everyone);
  for (let number = 0; number < 3; number++) {
    const short = attemptStart(run, `evaluate@${String(number)}`);
    store.claim(short, owner, everyone);
    store.endAttempt(short.id, committed);
  }
  expect(store.attempts({running: true, limit: 1}).map(({id}) => id)).toEqual([long.id]);
  store.endAttempt(long.id, committed);
  expect(store.attempts({running: true, limit: 1})).toEqual([]);
});

test('an attempt keeps why it ran, what it used and how it failed', () => {
  const store = open();
  const change = {part: 'params', path: 'train.words', before: 'x'.repeat(2_000), after: ['y', null]} as const;
  const start = attemptStart(begin(store), 'train', {reason: {kind: 'changed', changes: [change]}});
  store.claim(start, owner, nobody);
  const failure = {class: 'exit', message: 'it ended with 3', exitCode: 3} as const;
  const end = {
    state: 'failed',
    endedAtMs: 9,
    wallMs: 8.5,
    cpuMs: 7.5,
    peakRssBytes: 6e9,
    failure,
    logBytes: 5e9,
  } as const;
  store.endAttempt(start.id, end);
  expect(store.attempt(start.id)).toEqual({...start, ...end});
  expect(store.attempt(attemptId('none'))).toBeUndefined();
});

test('attempts are listed newest first: of one stage, of one run, of both, up to a limit', () => {
  const store = open();
  const [first, second] = [begin(store), begin(store)];
  for (const run of [first, second]) {
    for (const start of [attemptStart(run, 'train'), attemptStart(run, 'test')]) {
      store.claim(start, owner, nobody);
      store.endAttempt(start.id, {...committed, state: 'failed'});
    }
  }
  const ids = (filter: Parameters<typeof store.attempts>[0]): readonly string[] =>
    store.attempts(filter).map(({id}) => id);
  expect(ids({})).toEqual(['2-test-1', '2-train-1', '1-test-1', '1-train-1']);
  expect(ids({stage: stageName('train')})).toEqual(['2-train-1', '1-train-1']);
  expect(ids({run: first})).toEqual(['1-test-1', '1-train-1']);
  expect(ids({run: second, stage: stageName('test')})).toEqual(['2-test-1']);
  expect(ids({limit: 1})).toEqual(['2-test-1']);
  expect(ids({stage: stageName('unknown')})).toEqual([]);
});

test('the expected time of a stage is that of its newest attempt that succeeded', () => {
  const store = open();
  const run = begin(store);
  const attempt = (id: string): typeof start.id => {
    store.claim({...start, id: attemptId(id)}, owner, nobody);
    return attemptId(id);
  };
  const start = attemptStart(run, 'train');
  store.commit(newTrace('train'), {attempt: attempt('one'), end: {...committed, wallMs: 40}});
  store.endAttempt(attempt('two'), {...committed, wallMs: 60.5});
  store.endAttempt(attempt('three'), {...committed, state: 'failed', wallMs: 1});
  expect([...store.durations()]).toEqual([['train', 60.5]]);
});

test('a stage whose outputs are brought back is held as one that runs is, by the living', async () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  const [train, start] = [stageName('train'), attemptStart(begin(two), 'train')];
  const by = {...owner, run: begin(one), sinceMs: 1_200};
  expect(one.hold(train, by, everyone)).toEqual({claimed: true});
  expect(two.claim(start, otherOwner, everyone)).toEqual({claimed: false, holder: by});
  expect(two.hold(train, {...by, ...otherOwner}, everyone)).toEqual({claimed: false, holder: by});
  expect(two.holder(train, everyone)).toEqual(by);
  expect([two.holder(train, nobody), two.holder(stageName('evaluate'), everyone)]).toEqual([undefined, undefined]);
  one.release(train);
  // What was read stays as it was until the next turn.
  await new Promise(setImmediate);
  expect(two.holder(train, everyone)).toBeUndefined();
  expect(two.claim(start, otherOwner, everyone)).toEqual({claimed: true});
  expect(one.hold(train, by, everyone)).toMatchObject({claimed: false, holder: {attempt: start.id}});
  // What a dead process ran must be repaired before anything is brought back.
  expect(one.hold(train, by, nobody)).toEqual({claimed: false});
});

test('a hold that was never released is nothing once its owner is dead', () => {
  const store = open();
  const train = stageName('train');
  store.hold(train, {...otherOwner, run: begin(store), sinceMs: 1_200}, everyone);
  const isAlive = ({pid}: {readonly pid: number}): boolean => pid !== otherOwner.pid;
  expect(store.claim(attemptStart(begin(store), 'train'), owner, isAlive)).toEqual({claimed: true});
});
