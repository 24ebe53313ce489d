import {expect, test} from 'vitest';
import {stageName} from '../../src/model/ids.ts';
import {begin, newTrace, open, output, sha256} from './store-rig.ts';

test('every object that a result names is listed once, with its newest use: made, made again, or left as it was by a run', () => {
  const store = open();
  const shared = output('shared', 'shared');
  const tree = output('folder', 'tree', {type: 'dir', files: 1});
  const early = store.commit(newTrace('a', {createdAtMs: 100, outputs: [shared, output('a', 'only a')]}));
  store.commit(
    newTrace('b', {createdAtMs: 300, outputs: [shared, tree, output('gone', '', {type: 'absent', hash: ''})]}),
  );
  const uses = (): object =>
    Object.fromEntries(
      [...store.referencedObjects()].map(({hash, type, lastUsedMs}) => [hash, `${type} ${lastUsedMs}`]),
    );
  const [only, both, folder] = [sha256('only a'), sha256('shared'), sha256('tree')];
  expect(uses()).toEqual({[only]: 'file 100', [both]: 'file 300', [folder]: 'dir 300'});
  const results = [{stage: stageName('a'), outcome: 'skipped', reason: {kind: 'fresh'}, trace: early.id}] as const;
  store.finishRun(begin(store), {endedAtMs: 2_000, status: 'done', counts: {}, results});
  expect(uses()).toEqual({[only]: 'file 2000', [both]: 'file 2000', [folder]: 'dir 300'});
});

test('a result that is made current again is in use again', () => {
  const store = open();
  const old = store.commit(newTrace('a', {createdAtMs: 100, outputs: [output('m', 'old')]}));
  store.commit(newTrace('a', {createdAtMs: 200, outputs: [output('m', 'new')]}));
  store.setCurrent(stageName('a'), old.id);
  const used = [...store.referencedObjects()].find(({hash}) => hash === sha256('old'));
  expect(used?.lastUsedMs).toBe(5_000);
});

test('every path that a stage ever wrote is listed with what it wrote there, each content once', () => {
  const store = open();
  store.commit(newTrace('a', {outputs: [output('m', 'one')]}));
  store.commit(newTrace('a', {outputs: [output('m', 'two'), output('gone', '', {type: 'absent', hash: ''})]}));
  store.commit(newTrace('a', {key: sha256('other key'), outputs: [output('m', 'one')]}));
  const found = [...store.writtenPaths()].map(({path, stage, hash}) => `${stage} ${path} ${hash}`);
  expect(found.sort()).toEqual(['a gone ', `a m ${sha256('one')}`, `a m ${sha256('two')}`].sort());
});

test('a sound database is ok', () => {
  expect(open().integrity()).toBe('ok');
});
