/** R9: upgrades never invalidate. */
import {expect, it} from 'vitest';
import {olderKeys} from '../../src/engine/key.ts';
import {KEY_SCHEME, type KeyDocument} from '../../src/model/key-document.ts';
import {openHost} from '../../src/host/open-host.ts';
import {loadProject} from '../../src/project/load-project.ts';
import {wire} from '../../src/project/wire.ts';
import {decide} from '../../src/engine/staleness.ts';
import type {StageSpec} from '../../src/model/stage.ts';
import {Rig} from '../rig/rig.ts';

const document: KeyDocument = {
  ...{scheme: 3, salt: '', action: {kind: 'argv', argv: ['a']}, cwd: '.', code: {}, params: {size: 1}},
  ...{env: {}, runtime: {node: '20.20'}, seed: null, deps: [], outs: []},
};

it('R9 on a miss under scheme n the question is asked as scheme n-1 and n-2 would have asked it', async () => {
  await using rig = new Rig();
  const host = openHost(rig.folder);
  const downgrades = [
    (newer: KeyDocument): KeyDocument => ({...newer, scheme: 2}),
    (newer: KeyDocument): KeyDocument => ({...newer, scheme: 1, runtime: {}}),
  ];
  const older = olderKeys(document, host, downgrades);
  expect(older.map(({document: {scheme, runtime}}) => ({scheme, runtime}))).toEqual([
    {scheme: 2, runtime: {node: '20.20'}},
    {scheme: 1, runtime: {}},
  ]);
  const again = olderKeys({...document, scheme: 2}, host, downgrades.slice(1));
  expect(again[0]?.key).toBe(older[1]?.key);
  expect(new Set(older.map(({key}) => key)).size).toBe(2);
});

it("R9 mlp's version is not in the key, and with one scheme there is nothing older to ask", async () => {
  await using rig = new Rig();
  expect(KEY_SCHEME).toBe(1);
  expect(olderKeys(document, openHost(rig.folder))).toEqual([]);
  expect(JSON.stringify(document)).not.toContain('version');
});

it('R9 a result that an older scheme knew is copied to the present key, and nothing runs', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: cp in.txt a.txt, deps: [in.txt], outs: [a.txt]}\n');
  rig.write('in.txt', 'x');
  await rig.run();
  const host = openHost(rig.folder);
  const loaded = await loadProject({argv: [], cwd: rig.folder, version: 'test', build: 'other', openHost}, host, []);
  if (!loaded.ok) throw new Error('the pipeline does not load');
  const {store, world} = wire(loaded.project, {paranoid: true, graceMs: 0});
  const stage = loaded.project.pipeline.nodes[0] as StageSpec;
  // What ran is held for the old scheme: today's documents have another salt, which the old one did not know.
  const today = {...world, salt: 'scheme 2'};
  const options = {force: false, readCache: true, settled: false, deep: false};
  expect((await decide(stage, today, options)).kind).toBe('run');
  const upgraded = {...today, olderSchemes: [(newer: KeyDocument): KeyDocument => ({...newer, salt: ''})]};
  expect((await decide(stage, upgraded, options)).kind).toBe('skip');
  // The copy stands under the new key: the old scheme need not be asked again.
  expect((await decide(stage, today, options)).kind).toBe('skip');
  store.close();
});
