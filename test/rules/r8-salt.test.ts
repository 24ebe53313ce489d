/** R8: `cache.salt` disowns all earlier results. */
import {expect, it} from 'vitest';
import {edit, project} from './project.ts';

it('R8 another `cache.salt` disowns all earlier results, and the first one owns them again', async () => {
  await using rig = project();
  await rig.run();
  edit(rig, 'pipeline.yaml', 'mlp: 1\n', 'mlp: 1\ncache: {salt: x}\n');
  const salted = await rig.mlp('run');
  expect(salted.talk).toMatch(/prepare +ran .*`cache\.salt`/);
  expect(salted.talk).toMatch(/2 ran/);
  edit(rig, 'pipeline.yaml', 'cache: {salt: x}\n', '');
  expect((await rig.run()).ran).toEqual([]);
});
