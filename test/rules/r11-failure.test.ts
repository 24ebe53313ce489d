/** R11: failure is remembered, not cached. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const pipeline = 'mlp: 1\nstages:\n  flaky:\n    cmd: echo x > a.txt; test -e ok\n    outs: [a.txt]\n';

it('R11 a stage whose last attempt failed is stale, says so, and runs again with nothing changed', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  expect((await rig.run()).outcomes).toEqual({flaky: 'failed'});
  const plan = await rig.mlp('plan');
  expect(plan.out).toMatch(/flaky +run +failed the last time/);
  expect((await rig.mlp('status', '--check')).code).toBe(3);
  rig.write('ok', '');
  const again = await rig.mlp('run');
  expect(again.talk).toMatch(/flaky +ran .*failed the last time/);
  expect((await rig.run()).outcomes).toEqual({flaky: 'skipped'});
});

it('R11 a forced run that fails leaves a stage whose good result is still known', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  rig.write('ok', '');
  await rig.run();
  rig.remove('ok');
  expect((await rig.run('flaky', '--force')).outcomes).toEqual({flaky: 'failed'});
  expect(rig.read('a.txt')).toBe('x\n');
  // The result was made by the same inputs and is on disk: the disk decides, not the failure.
  expect((await rig.run()).code).toBe(0);
});
