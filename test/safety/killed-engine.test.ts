/** `kill -9` of mlp itself, and of the machine as far as mlp can tell: no orphan, and the next run puts everything right. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {withFiles} from '../rig/with-files.ts';
import {openPorts, pipelineText, SpawnedCli, temporaryFiles, until} from './spawned-cli.ts';

const HANG = 'while [ -e hang ]; do sleep 0.05; done';

async function killedWhileRunning(rig: Rig, stages: Readonly<Record<string, object>>): Promise<void> {
  rig.write('pipeline.yaml', pipelineText(stages));
  rig.write('in.txt', 'first\n');
  expect(await new SpawnedCli(rig, ['run']).ended).toMatchObject({code: 0});
  rig.write('in.txt', 'second\n');
  rig.write('hang', '');
  const cli = new SpawnedCli(rig, ['run', '--json']);
  await until('all stages are at work', () => Object.keys(stages).every((stage) => rig.exists(`at-work-${stage}`)));
  expect(openPorts(cli.pid)).toEqual([]);
  cli.kill('SIGKILL');
  expect(await cli.ended).toMatchObject({code: null, signal: 'SIGKILL'});
  await cli.marker.allGone();
  rig.remove('hang');
}

/** Also false for one that has ended and that nobody waited for. */
const isAtWork = (pid: number): boolean => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : ') Z';
  return stat[stat.lastIndexOf(')') + 2] !== 'Z';
};

const atWork = (stage: string, out: string, before = ''): string =>
  `${before} if [ -e hang ]; then echo half > ${out}; touch at-work-${stage}; ${HANG}; fi; cat in.txt > ${out}`;

describe('after a SIGKILL of mlp', () => {
  it('no process of any stage is left, and the next run says so in one line a stage and finishes right', async () => {
    await using rig = new Rig();
    await killedWhileRunning(rig, {
      plain: {cmd: atWork('plain', 'plain.txt'), deps: ['in.txt'], outs: ['plain.txt'], resources: {cpu: 0.1}},
      deaf: {
        cmd: atWork('deaf', 'deaf.txt', "trap '' TERM INT HUP;"),
        deps: ['in.txt'],
        outs: ['deaf.txt'],
        resources: {cpu: 0.1},
      },
      piped: {
        cmd: `${atWork('piped', 'piped.txt')} | cat | cat`,
        deps: ['in.txt'],
        outs: ['piped.txt'],
        resources: {cpu: 0.1},
      },
    });
    const next = await rig.mlp('run');
    expect(next.code).toBe(0);
    for (const stage of ['plain', 'deaf', 'piped']) {
      const told = next.talk.split('\n').filter((line) => line.includes(`${stage} was interrupted`));
      expect(told).toHaveLength(1);
      expect(rig.read(`${stage}.txt`)).toBe('second\n');
    }
    expect(temporaryFiles(rig)).toEqual([]);
    expect((await rig.mlp('run')).talk).not.toContain('interrupted');
  });

  it('a process that left the group of its stage is ended before the stage runs again', async () => {
    await using rig = new Rig();
    const escape =
      "setsid sh -c 'echo $$ > escaped; while [ -e hang ]; do sleep 0.05; done; echo late > out.txt' & wait";
    rig.write(
      'pipeline.yaml',
      pipelineText({work: {cmd: `if [ -e hang ]; then ${escape}; fi; echo good > out.txt`, outs: ['out.txt']}}),
    );
    rig.write('hang', '');
    const cli = new SpawnedCli(rig, ['run']);
    await until('it left the group', () => rig.exists('escaped') && rig.read('escaped').endsWith('\n'));
    cli.kill('SIGKILL');
    await cli.ended;
    const pid = Number(rig.read('escaped'));
    expect(isAtWork(pid)).toBe(true);
    // Without a hang the stage itself would end well; the process of before still waits for the file to go.
    rig.write('pipeline.yaml', pipelineText({work: {cmd: 'echo good > out.txt', outs: ['out.txt']}}));
    expect((await rig.mlp('run')).code).toBe(0);
    expect(isAtWork(pid)).toBe(false);
    rig.remove('hang');
    expect(rig.read('out.txt')).toBe('good\n');
  });

  it('what a function was doing ends with it', async () => {
    await using rig = new Rig();
    rig.write(
      'src/work.ts',
      [
        "import {existsSync, readFileSync, writeFileSync} from 'node:fs';",
        'export default function (): void {',
        "  if (existsSync('hang')) { writeFileSync('out.txt', 'half'); writeFileSync('at-work-work', ''); for (;;); }",
        "  writeFileSync('out.txt', readFileSync('in.txt', 'utf8'));",
        '}',
      ].join('\n'),
    );
    await killedWhileRunning(rig, {work: {run: 'src/work.ts', deps: ['in.txt'], outs: ['out.txt']}});
    expect(rig.read('out.txt')).toBe('half');
    expect((await new SpawnedCli(rig, ['run']).ended).code).toBe(0);
    expect(rig.read('out.txt')).toBe('second\n');
  });

  it('old outputs come back when the pipeline is as it was: nothing has to run', async () => {
    await using rig = new Rig();
    await killedWhileRunning(rig, {
      work: {cmd: atWork('work', 'out.txt'), deps: ['in.txt'], outs: ['out.txt']},
    });
    rig.write('in.txt', 'first\n');
    expect(await rig.run()).toMatchObject({code: 0, outcomes: {work: 'skipped'}});
    expect(rig.read('out.txt')).toBe('first\n');
  });

  it('`mlp plan` and `mlp status` judge the project as the next run will find it, and change nothing', async () => {
    await using rig = new Rig();
    await killedWhileRunning(rig, {work: {cmd: atWork('work', 'out.txt'), deps: ['in.txt'], outs: ['out.txt']}});
    expect((await rig.mlp('status', '--check')).code).toBe(3);
    expect(rig.read('out.txt')).toBe('half\n');
    expect(await rig.run()).toMatchObject({code: 0, ran: ['work']});
  });

  it('the work folders of interrupted attempts go with `mlp gc`', async () => {
    await using rig = new Rig();
    await killedWhileRunning(rig, {work: {cmd: atWork('work', 'out.txt'), deps: ['in.txt'], outs: ['out.txt']}});
    await rig.run();
    await rig.mlp('gc');
    const left = existsSync(rig.path('.mlp/work')) ? readdirSync(rig.path('.mlp/work')) : [];
    expect(left.length).toBeLessThanOrEqual(1);
  });
});

it('a stage whose process is killed says so, keeps the old output, and runs again', async () => {
  await using rig = new Rig();
  const kill = '[ -e hang ] && { echo half > out.txt; kill -9 $$; }; cat in.txt > out.txt';
  rig.write('pipeline.yaml', pipelineText({work: {cmd: kill, deps: ['in.txt'], outs: ['out.txt']}}));
  rig.write('in.txt', 'first\n');
  await rig.run();
  rig.write('in.txt', 'second\n');
  rig.write('hang', '');
  const failed = await rig.mlp('run');
  expect(failed.code).toBe(1);
  expect(failed.talk).toContain('SIGKILL');
  expect(rig.read('out.txt')).toBe('first\n');
  rig.remove('hang');
  expect(await rig.run()).toMatchObject({code: 0, ran: ['work']});
});

it('what a stage leaves in the background ends with it, and the log names it', async () => {
  await using rig = new Rig();
  // The shell's child is named only once it has become the program.
  const cmd = 'sleep 1000 & until grep -aq ^sleep /proc/$!/cmdline; do :; done; echo done > out.txt';
  rig.write('pipeline.yaml', pipelineText({work: {cmd, outs: ['out.txt']}}));
  const cli = new SpawnedCli(rig, ['run', '--json']);
  expect(await cli.ended).toMatchObject({code: 0});
  await cli.marker.allGone();
  expect((await rig.mlp('logs', 'work')).out).toContain('left running in the background: sleep 1000');
});

it('a process that lives on after a bug holds nothing: the next run in it repairs and finishes', async () => {
  await using rig = new Rig();
  const stages = {
    a: {cmd: atWork('a', 'a.txt'), deps: ['in.txt'], outs: ['a.txt']},
    // Decided on when the first is at work.
    b: {cmd: 'while [ ! -e at-work-a ]; do sleep 0.02; done; echo b > b.txt', outs: ['b.txt']},
    c: {cmd: 'cat b.txt c-in.txt > c.txt', deps: ['b.txt', 'c-in.txt'], outs: ['c.txt']},
  };
  rig.write('pipeline.yaml', pipelineText(stages));
  rig.write('in.txt', 'in\n');
  rig.write('c-in.txt', '');
  rig.write('hang', '');
  rig.wrap = (host) =>
    withFiles(host, (files) => ({
      stat(path) {
        if (path === 'c-in.txt' && rig.exists('at-work-a')) throw new TypeError('a bug');
        return files.stat(path);
      },
    }));
  const broken = await rig.mlp('run', '-j', '2');
  expect([broken.code, broken.talk]).toEqual([70, expect.stringContaining('a bug')]);
  rig.wrap = (host) => host;
  rig.remove('hang');
  const next = await rig.run();
  expect(next.outcomes, next.talk).toEqual({a: 'ran', b: 'skipped', c: 'ran'});
  expect(next.events).toContainEqual(expect.objectContaining({type: 'notice', code: 'recovered', stage: 'a'}));
  expect(rig.read('a.txt')).toBe('in\n');
});
