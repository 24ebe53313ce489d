/** R2: skip, restore or run, by the set of results that are known for the key. */
import {rmSync} from 'node:fs';
import {expect, it} from 'vitest';
import {edit, project} from './project.ts';

it('R2 a manifest equals what is on disk: skip', async () => {
  await using rig = project();
  await rig.run();
  expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
});

it('R2 undo: a param that is set back restores the earlier result, 0 stages run', async () => {
  await using rig = project();
  await rig.run();
  const first = rig.read('model.txt');
  edit(rig, 'params.yaml', 'trees: 200', 'trees: 300');
  expect((await rig.run()).ran).toEqual(['train']);
  edit(rig, 'params.yaml', 'trees: 300', 'trees: 200');
  const undo = await rig.run();
  expect(undo.outcomes).toEqual({prepare: 'skipped', train: 'restored'});
  expect(rig.read('model.txt')).toBe(first);
  expect((await rig.run()).ran).toEqual([]);
});

it('R2 undo of an input brings the whole chain back, 0 stages run', async () => {
  await using rig = project();
  await rig.run();
  edit(rig, 'raw.txt', 'two', 'three');
  expect((await rig.run()).ran).toEqual(['prepare', 'train']);
  edit(rig, 'raw.txt', 'three', 'two');
  const undo = await rig.mlp('run');
  expect(undo.talk).toMatch(/prepare +restored .*same inputs as run 1/);
  expect(rig.read('model.txt')).toContain('two');
});

it('R2 objects that are gone: the stage runs, and its result is known again', async () => {
  await using rig = project();
  await rig.run();
  rmSync(rig.path('.mlp/cache'), {recursive: true});
  rig.remove('model.txt');
  expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'ran'});
  rig.remove('model.txt');
  expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'restored'});
});

it('R2 a restore that is one file of several leaves the others alone', async () => {
  await using rig = project(`mlp: 1
stages:
  two:
    cmd: cat raw.txt > a.txt; cat raw.txt raw.txt > b.txt
    deps: [raw.txt]
    outs: [a.txt, b.txt]
`);
  await rig.run();
  rig.remove('b.txt');
  expect((await rig.run()).outcomes).toEqual({two: 'restored'});
  expect(rig.read('b.txt')).toBe(rig.read('raw.txt').repeat(2));
});

it('R2 restored outputs are independent of the cache: writing to one does not change the other', async () => {
  await using rig = project();
  await rig.run();
  const clean = rig.read('clean.txt');
  rig.remove('clean.txt');
  await rig.run();
  rig.write('clean.txt', 'scribbled');
  expect((await rig.run()).outcomes).toMatchObject({prepare: 'restored'});
  expect(rig.read('clean.txt')).toBe(clean);
});
