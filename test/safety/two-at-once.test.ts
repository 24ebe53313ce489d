/** Several `mlp run` in one project at the same time. */
import {spawn} from 'node:child_process';
import {openSync, readdirSync} from 'node:fs';
import {once} from 'node:events';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {withFiles} from '../rig/with-files.ts';
import {mlpBin, pipelineText, SpawnedCli} from './spawned-cli.ts';

/** Counts its starts in a file, and waits while `hang` is there. */
const slow = (stage: string): object => ({
  cmd: `echo x >> starts-${stage}; touch at-work-${stage}; while [ -e hang-${stage} ]; do sleep 0.05; done; cat in.txt > ${stage}.txt`,
  deps: ['in.txt'],
  outs: [`${stage}.txt`],
});
const startsOf = (rig: Rig, stage: string): number => rig.read(`starts-${stage}`).length / 2;
const waits = (stage: string) => (event: {readonly type: string; readonly stage?: string}) =>
  event.type === 'stage.wait' && event.stage === stage;

async function oneAtWork(rig: Rig): Promise<SpawnedCli> {
  rig.write('pipeline.yaml', pipelineText({a: slow('a'), b: slow('b')}));
  rig.write('in.txt', 'in\n');
  rig.write('hang-a', '');
  const first = new SpawnedCli(rig, ['run', 'a', '--json']);
  await first.file(rig.path('at-work-a'));
  return first;
}

it('the second waits for that stage only, says who holds it, and then skips it', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  const second = new SpawnedCli(rig, ['run', '--json']);
  await second.event('b is done while a is held', (event) => event.type === 'stage.end' && event.stage === 'b');
  await second.event('it says that it waits', waits('a'));
  const wait = second.events().find(waits('a'));
  expect(wait).toMatchObject({holder: {pid: first.pid}});
  rig.remove('hang-a');
  expect(await first.ended).toMatchObject({code: 0});
  expect(await second.ended).toMatchObject({code: 0});
  expect(second.outcomes()).toEqual({a: 'skipped', b: 'ran'});
  expect(startsOf(rig, 'a')).toBe(1);
});

it('the words on the screen name the process that is waited for', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  const second = new SpawnedCli(rig, ['run', 'a']);
  while (!second.talk.includes(`process ${first.pid}`)) await new Promise((resolve) => setTimeout(resolve, 20));
  rig.remove('hang-a');
  expect(await first.ended).toMatchObject({code: 0});
  expect(await second.ended).toMatchObject({code: 0});
});

it('the first is killed: the second repairs what it left before it goes on, and its own result stays', async () => {
  await using rig = new Rig();
  const stage = {...slow('a'), outs: [{path: 'a.txt', cache: false}]};
  rig.write('pipeline.yaml', pipelineText({a: stage}));
  rig.write('in.txt', 'old\n');
  expect(await rig.run()).toMatchObject({ran: ['a']});
  rig.write('in.txt', 'in\n');
  rig.write('hang-a', '');
  rig.remove('at-work-a');
  const first = new SpawnedCli(rig, ['run', '--json']);
  await first.file(rig.path('at-work-a'));
  const second = new SpawnedCli(rig, ['run', '--json']);
  await second.event('it says that it waits', waits('a'));
  first.kill('SIGKILL');
  await first.ended;
  rig.remove('hang-a');
  expect(await second.ended).toMatchObject({code: 0});
  expect(second.outcomes()).toEqual({a: 'ran'});
  expect(second.events()).toContainEqual(expect.objectContaining({type: 'notice', code: 'recovered', stage: 'a'}));
  const third = await rig.run();
  expect(third).toMatchObject({code: 0, outcomes: {a: 'skipped'}});
  expect(third.events.filter((event) => event.type === 'notice')).toEqual([]);
  expect(rig.read('a.txt')).toBe('in\n');
});

it('three at once: every stage starts once', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  const others = [new SpawnedCli(rig, ['run', '--json']), new SpawnedCli(rig, ['run', '--json'])];
  for (const other of others) await other.event('it waits', waits('a'));
  rig.remove('hang-a');
  for (const cli of [first, ...others]) expect(await cli.ended).toMatchObject({code: 0});
  expect([startsOf(rig, 'a'), startsOf(rig, 'b')]).toEqual([1, 1]);
});

it('three at once in a new project', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: slow('a'), b: slow('b')}));
  rig.write('in.txt', 'in\n');
  const all = [1, 2, 3].map(() => new SpawnedCli(rig, ['run', '--json']));
  for (const cli of all) expect(await cli.ended).toMatchObject({code: 0});
  expect([startsOf(rig, 'a'), startsOf(rig, 'b')]).toEqual([1, 1]);
});

it('one that waits takes over when the one that runs is killed', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  const second = new SpawnedCli(rig, ['run', 'a', '--json']);
  await second.event('it waits', waits('a'));
  first.kill('SIGKILL');
  await first.ended;
  rig.remove('hang-a');
  expect(await second.ended).toMatchObject({code: 0});
  expect(second.outcomes()).toEqual({a: 'ran'});
  expect(rig.read('a.txt')).toBe('in\n');
  await first.marker.allGone();
  expect((await rig.mlp('run')).talk).not.toContain('bug');
  expect(readdirSync(rig.path('.mlp')).filter((name) => name.endsWith('.engine'))).toEqual([]);
});

it('one that waits may be killed or interrupted; the one that runs does not notice', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  const killed = new SpawnedCli(rig, ['run', 'a', '--json']);
  const interrupted = new SpawnedCli(rig, ['run', 'a', '--json']);
  await killed.event('it waits', waits('a'));
  await interrupted.event('it waits', waits('a'));
  killed.kill('SIGKILL');
  interrupted.kill('SIGINT');
  expect(await interrupted.ended).toMatchObject({code: 130});
  await killed.ended;
  rig.remove('hang-a');
  expect(await first.ended).toMatchObject({code: 0});
  expect(first.outcomes()).toEqual({a: 'ran'});
  expect(startsOf(rig, 'a')).toBe(1);
});

it('different stages run side by side', async () => {
  await using rig = new Rig();
  const first = await oneAtWork(rig);
  rig.write('hang-b', '');
  const second = new SpawnedCli(rig, ['run', 'b', '--json']);
  await second.file(rig.path('at-work-b'));
  rig.remove('hang-b');
  expect(await second.ended).toMatchObject({code: 0});
  rig.remove('hang-a');
  expect(await first.ended).toMatchObject({code: 0});
  // What both wrote is known.
  expect((await rig.run()).outcomes).toEqual({a: 'skipped', b: 'skipped'});
  expect(rig.read('mlp.lock')).toMatch(/a\.txt[\s\S]*b\.txt/);
});

it('the same stage with another param waits its turn, and both results are known afterwards', async () => {
  await using rig = new Rig();
  const cmd =
    'echo x >> starts; touch at-work-${params.n}; while [ -e hang-${params.n} ]; do sleep 0.05; done; echo ${params.n} > out.txt';
  rig.write('pipeline.yaml', pipelineText({a: {cmd, params: ['n'], outs: ['out.txt']}}, {params: ['params.yaml']}));
  rig.write('params.yaml', 'n: 1\n');
  rig.write('hang-1', '');
  const first = new SpawnedCli(rig, ['run', '--json']);
  await first.file(rig.path('at-work-1'));
  const second = new SpawnedCli(rig, ['run', '--json', '--set', 'n=2']);
  await second.event('it waits', waits('a'));
  expect(rig.exists('at-work-2')).toBe(false);
  rig.remove('hang-1');
  expect(await first.ended).toMatchObject({code: 0});
  expect(await second.ended).toMatchObject({code: 0});
  expect(second.outcomes()).toEqual({a: 'ran'});
  expect(rig.read('out.txt')).toBe('2\n');
  expect(await rig.run()).toMatchObject({outcomes: {a: 'restored'}});
  expect(rig.read('out.txt')).toBe('1\n');
  expect(await rig.run('--set', 'n=2')).toMatchObject({outcomes: {a: 'restored'}});
});

it.each([
  ['restore', 'a.txt'],
  ['accept', 'a', '--because', 'it is the same'],
])('`mlp %s` leaves a stage alone that runs, and says who runs it', async (...argv) => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: slow('a')}));
  rig.write('in.txt', 'old\n');
  await rig.run();
  rig.remove('at-work-a');
  rig.write('in.txt', 'new\n');
  rig.write('hang-a', '');
  const first = new SpawnedCli(rig, ['run', '--json']);
  await first.file(rig.path('at-work-a'));
  const refused = await rig.mlp(...argv);
  expect([refused.code, refused.talk]).toEqual([argv[0] === 'accept' ? 1 : 2, expect.stringContaining('(run 2)')]);
  rig.remove('hang-a');
  expect(await first.ended).toMatchObject({code: 0});
  expect((await rig.mlp(...argv)).code).toBe(0);
});

it.each([['run'], ['restore']])(
  'no process starts a stage whose outputs `mlp %s` is bringing back',
  async (command) => {
    await using rig = new Rig();
    const cmd = 'echo ${params.n} > out.txt';
    rig.write('pipeline.yaml', pipelineText({a: {cmd, params: ['n'], outs: ['out.txt']}}, {params: ['params.yaml']}));
    rig.write('params.yaml', 'n: 1\n');
    await rig.run();
    await rig.run('--set', 'n=2');
    const said = (): string => (rig.exists('said') ? rig.read('said') : '');
    let other: Promise<unknown> | undefined;
    rig.wrap = (host) =>
      withFiles(host, (files) => ({
        copySmall(...request) {
          if (other === undefined) {
            const stdio = ['ignore', openSync(rig.path('said'), 'w'), 'ignore'] as const;
            const argv = [mlpBin, 'run', '--json', '--set', 'n=3'];
            other = once(spawn(process.execPath, argv, {cwd: rig.folder, env: rig.env, stdio: [...stdio]}), 'exit');
            while (!/"stage\.(wait|start)"/.test(said()))
              Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
          }
          return files.copySmall(...request);
        },
      }));
    expect((await rig.mlp(...(command === 'run' ? ['run'] : ['restore', '1', 'out.txt']))).code).toBe(0);
    expect(said()).toContain(`"holder":{"pid":${process.pid}`);
    expect(said()).not.toContain('"stage.start"');
    expect(await other).toEqual([0, null]);
    expect([rig.read('out.txt'), said()]).toEqual(['3\n', expect.stringContaining('"stage.start"')]);
  },
);
