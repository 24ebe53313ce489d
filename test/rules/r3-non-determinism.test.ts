/** R3: two results for one key. */
import {expect, it} from 'vitest';
import {project} from './project.ts';

/** Writes the content of a file that is no input: the same key, other bytes. */
const pipeline = (more: string): string => `mlp: 1
stages:
  dice:
    cmd: cat ../luck.txt > dice.txt 2>/dev/null || cat luck.txt > dice.txt
    outs: [dice.txt]
${more}  after:
    cmd: cat dice.txt > after.txt
    deps: [dice.txt]
    outs: [after.txt]
`;

it('R3 two manifests under one key: both are kept, the one on disk stays, and it is said', async () => {
  await using rig = project(pipeline(''));
  rig.write('luck.txt', '1');
  await rig.run();
  rig.write('luck.txt', '2');
  const forced = await rig.mlp('run', 'dice', '--force');
  expect(forced.code).toBe(0);
  expect(forced.talk).toContain(
    'dice gave different bytes for the same inputs (2 results known); downstream follows the one on disk',
  );
  expect((await rig.run()).outcomes).toEqual({dice: 'skipped', after: 'ran'});
  expect(rig.read('after.txt')).toBe('2');
  rig.write('dice.txt', '1');
  expect((await rig.run()).outcomes).toEqual({dice: 'skipped', after: 'restored'});
});

it('R3 of several results the newest comes back when none is on disk', async () => {
  await using rig = project(pipeline(''));
  rig.write('luck.txt', '1');
  await rig.run();
  rig.write('luck.txt', '2');
  await rig.run('dice', '--force');
  rig.remove('dice.txt');
  expect((await rig.run('dice')).outcomes).toEqual({dice: 'restored'});
  expect(rig.read('dice.txt')).toBe('2');
});

it('R3 with `deterministic: true` it is an error, and the old outputs come back', async () => {
  await using rig = project(pipeline('    deterministic: true\n'));
  rig.write('luck.txt', '1');
  await rig.run();
  rig.write('luck.txt', '2');
  const forced = await rig.mlp('run', 'dice', '--force');
  expect(forced.code).toBe(1);
  expect(forced.talk).toContain('gave different bytes for the same inputs although it says `deterministic: true`');
  expect(forced.talk).toContain('MLP_SEED');
  expect(rig.read('dice.txt')).toBe('1');
  rig.write('luck.txt', '1');
  expect((await rig.run()).code).toBe(0);
});
