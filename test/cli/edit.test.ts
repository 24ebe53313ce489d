/** `mlp edit`: names, tags, notes and pins; and how a run is named from then on. */
import {expect, it} from 'vitest';
import {project} from '../rules/project.ts';
import type {Rig} from '../rig/rig.ts';

async function twoRuns(): Promise<Rig> {
  const rig = project();
  await rig.run();
  await rig.run();
  return rig;
}

const labels = async (rig: Rig, ...argv: string[]): Promise<unknown> =>
  JSON.parse((await rig.mlp('edit', ...argv, '--json')).out);

it('sets and takes away, and keeps every earlier name', async () => {
  await using rig = await twoRuns();
  expect(
    (await rig.mlp('edit', '1', '--name', 'a "name"\nβ', '--tag', 'b', '--tag', 'a', '--note', 'x', '--pin')).out,
  ).toBe('run 1: name "a \\"name\\"\\nβ"; tags a, b; note x; pinned\n');
  expect(await labels(rig, 'a "name"\nβ', '--name', 'other', '--untag', 'b', '--unpin', '--note', '')).toMatchObject({
    schema_version: 1,
    type: 'edit',
    id: 1,
    name: 'other',
    tags: ['a'],
    note: null,
    pinned: false,
    earlier_names: [{name: 'a "name"\nβ'}],
  });
  // The old name still leads to it while nobody else has it.
  expect(await labels(rig, 'a "name"\nβ', '--name', '')).toMatchObject({id: 1, name: null});
  expect((await rig.mlp('edit', 'a', '--untag', 'a', '--untag', 'never')).out).toBe(
    'run 1: no name, tag or note\nit had no tag never\n',
  );
});

it('a name means the newest run that has it; `last` is the newest run', async () => {
  await using rig = await twoRuns();
  await rig.mlp('edit', 'last', '--name', 'best');
  expect((await rig.mlp('edit', '1', '--name', 'best')).out).toBe(
    'run 1: name best\nrun 2 has this name too: best means run 2, the newer\n',
  );
  expect(await labels(rig, 'best', '--tag', 't')).toMatchObject({id: 2});
});

it.each([
  [['1'], /nothing to change/],
  [['1', '--name', '17'], /`17` cannot be a name/],
  [['1', '--tag', '3..9'], /`3\.\.9` cannot be a tag/],
  [['1', '--name', 'last'], /meaning of its own/],
  [['1', '--name', 'run:x'], /meaning of its own/],
  [['1', '--pin', '--unpin'], /exclude each other/],
  [['1', '--tag', ''], /at least one character/],
  [['1', '--tag', 'x', '--untag', 'x'], /added and taken away/],
  [['9', '--tag', 'x'], /^mlp: there is no run 9\nhint: `mlp runs --all`/],
  [['tunas', '--tag', 'x'], /^mlp: no run has the number, name or tag `tunas`\nhint: did you mean `tuna`\? /],
])('edit %j is refused', async (argv, message) => {
  await using rig = await twoRuns();
  await rig.mlp('edit', '1', '--name', 'tuna');
  const result = await rig.mlp('edit', ...argv);
  expect(result).toMatchObject({code: 2, out: ''});
  expect(result.talk).toMatch(message);
});
