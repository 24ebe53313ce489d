/** `mlp run` in one folder from two containers, which do not see each other's processes. */
import {readdirSync} from 'node:fs';
import {expect, it} from 'vitest';
import {canTestContainers, container} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';
import {pipelineText, SpawnedCli} from './spawned-cli.ts';

const stages = {
  a: {
    cmd: 'echo x >> starts; touch at-work; while [ -e hang ]; do sleep 0.05; done; cat in.txt > a.txt',
    deps: ['in.txt'],
    outs: ['a.txt'],
  },
};
const starts = (rig: Rig): number => rig.read('starts').length / 2;
const presences = (rig: Rig): readonly string[] =>
  readdirSync(rig.path('.mlp')).filter((name) => name.endsWith('.engine'));

/** Its stage hangs, inside of a container. */
async function hanging(rig: Rig): Promise<SpawnedCli> {
  rig.write('pipeline.yaml', pipelineText(stages));
  rig.write('in.txt', 'in\n');
  rig.write('hang', '');
  const inside = new SpawnedCli(rig, ['run', '--json'], {}, container);
  await inside.file(rig.path('at-work'));
  return inside;
}

const waits = (event: {readonly type: string}): boolean => event.type === 'stage.wait';

it.runIf(canTestContainers)('the one outside waits for the one inside, whose process it cannot see', async () => {
  await using rig = new Rig();
  const inside = await hanging(rig);
  expect(presences(rig)).toHaveLength(1);
  const outside = new SpawnedCli(rig, ['run', '--json']);
  await outside.event('it waits', waits);
  const another = new SpawnedCli(rig, ['run', '--json'], {}, container);
  await another.event('it waits, too', waits);
  rig.remove('hang');
  for (const cli of [inside, outside, another]) expect(await cli.ended).toMatchObject({code: 0});
  expect([starts(rig), rig.read('a.txt')]).toEqual([1, 'in\n']);
  expect(outside.outcomes()).toEqual({a: 'skipped'});
  expect((await rig.run()).events.filter(({type}) => type === 'notice')).toEqual([]);
  expect(presences(rig)).toEqual([]);
});

it.runIf(canTestContainers)(
  'a container that is killed is found dead: its stage is repaired and runs again',
  async () => {
    await using rig = new Rig();
    const inside = await hanging(rig);
    const outside = new SpawnedCli(rig, ['run', '--json']);
    await outside.event('it waits', waits);
    inside.kill('SIGKILL');
    await inside.ended;
    rig.remove('hang');
    expect(await outside.ended).toMatchObject({code: 0});
    expect(outside.events()).toContainEqual(expect.objectContaining({type: 'notice', code: 'recovered', stage: 'a'}));
    expect([starts(rig), rig.read('a.txt')]).toEqual([2, 'in\n']);
    expect(presences(rig)).toEqual([]);
  },
);
