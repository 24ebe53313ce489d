/** Ctrl-C and its relatives: everything ends, nothing is lost, and the exit code says so. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText, SpawnedCli, temporaryFiles} from './spawned-cli.ts';

const EXIT = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;
type StopSignal = keyof typeof EXIT;

/** A stage that writes half an output, tells that it is at work, and never ends of itself while `hang` is there. */
const WORKERS: Readonly<Record<string, {readonly file: string; readonly text: string; readonly action: object}>> = {
  'a shell script': {
    file: 'src/work.sh',
    text: 'echo half > out.txt; [ -e hang ] && { touch at-work; while :; do sleep 0.05; done; }; cat in.txt > out.txt\n',
    action: {cmd: 'sh src/work.sh', code: ['src/work.sh']},
  },
  'a shell script that does not listen': {
    file: 'src/work.sh',
    text: "trap '' INT TERM HUP\necho half > out.txt; [ -e hang ] && { touch at-work; while :; do sleep 0.05; done; }; cat in.txt > out.txt\n",
    action: {cmd: 'sh src/work.sh', code: ['src/work.sh']},
  },
  'a Python program': {
    file: 'src/work.py',
    text: [
      'import os, time',
      'open("out.txt", "w").write("half")',
      'while os.path.exists("hang"):',
      '    open("at-work", "w").close()',
      '    time.sleep(0.05)',
      'open("out.txt", "w").write(open("in.txt").read())',
      '',
    ].join('\n'),
    action: {cmd: 'python3 src/work.py'},
  },
  'a TypeScript function in a tight loop': {
    file: 'src/work.ts',
    text: [
      "import {existsSync, readFileSync, writeFileSync} from 'node:fs';",
      'export default function (): void {',
      "  writeFileSync('out.txt', 'half');",
      "  if (existsSync('hang')) { writeFileSync('at-work', ''); for (;;); }",
      "  writeFileSync('out.txt', readFileSync('in.txt', 'utf8'));",
      '}',
      '',
    ].join('\n'),
    action: {run: 'src/work.ts'},
  },
};

async function withOldOutput(worker: string): Promise<Rig> {
  const rig = new Rig();
  const {file, text, action} = WORKERS[worker] ?? {file: '', text: '', action: {}};
  rig.write('pipeline.yaml', pipelineText({work: {...action, deps: ['in.txt'], outs: ['out.txt']}}));
  rig.write(file, text);
  rig.write('in.txt', 'first\n');
  const first = await new SpawnedCli(rig, ['run', '--json']).ended;
  expect(first).toMatchObject({code: 0});
  rig.write('in.txt', 'second\n');
  rig.write('hang', '');
  return rig;
}

const cases = Object.keys(WORKERS).flatMap((worker) =>
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal): [StopSignal, string] => [signal, worker]),
);

describe('one signal', () => {
  it.each(cases)('%s ends %s; the old output is back and the next run does it again', async (signal, worker) => {
    await using rig = await withOldOutput(worker);
    const cli = new SpawnedCli(rig, ['run', '--json', '--grace', '0.2']);
    await cli.file(rig.path('at-work'));
    cli.kill(signal);
    expect(await cli.ended).toMatchObject({code: EXIT[signal], signal: null});
    await cli.marker.allGone();
    expect(rig.read('out.txt')).toBe('first\n');
    expect(cli.outcomes()).toEqual({work: 'stopped'});
    expect(cli.events().at(-1)).toMatchObject({type: 'summary', status: 'interrupted', exitCode: EXIT[signal]});
    expect(temporaryFiles(rig)).toEqual([]);
    const attempts = await rig.mlp('logs', 'work', '--list', '--json');
    expect(JSON.stringify(JSON.parse(attempts.out))).toContain('interrupted');

    rig.remove('hang');
    expect(await rig.run()).toMatchObject({code: 0, ran: ['work']});
    expect(rig.read('out.txt')).toBe('second\n');
  });
});

describe('a second signal', () => {
  it.each(['a shell script that does not listen', 'a TypeScript function in a tight loop'])(
    'kills %s at once, however long the grace',
    async (worker) => {
      await using rig = await withOldOutput(worker);
      const cli = new SpawnedCli(rig, ['run', '--json', '--grace', '100000']);
      await cli.file(rig.path('at-work'));
      cli.kill('SIGINT');
      await cli.event('the first Ctrl-C is heard', (event) => event.type === 'interrupt' && !event.kill);
      cli.kill('SIGINT');
      expect(await cli.ended).toMatchObject({code: 130, signal: null});
      await cli.marker.allGone();
      expect(rig.read('out.txt')).toBe('first\n');
    },
  );
});

describe('a function that waits for a process of its own', () => {
  async function interrupted(options: string): Promise<readonly [Rig, SpawnedCli]> {
    const rig = new Rig();
    rig.write(
      'src/native.ts',
      [
        "import {execSync} from 'node:child_process';",
        "import {existsSync, writeFileSync} from 'node:fs';",
        'export default function (): void {',
        `  if (existsSync('hang')) { writeFileSync('at-work', ''); execSync('sleep 30', ${options}); }`,
        "  writeFileSync('out.txt', 'done');",
        '}',
      ].join('\n'),
    );
    rig.write('pipeline.yaml', pipelineText({a: {run: 'src/native.ts', outs: ['out.txt']}}));
    rig.write('hang', '');
    const cli = new SpawnedCli(rig, ['run', '--json']);
    await cli.file(rig.path('at-work'));
    cli.kill('SIGINT');
    await cli.event('the first Ctrl-C is heard', (event) => event.type === 'interrupt');
    cli.kill('SIGINT');
    return [rig, cli];
  }

  it('ends with it at the second Ctrl-C', async () => {
    const [folder, cli] = await interrupted('{}');
    await using rig = folder;
    expect(await cli.ended).toMatchObject({code: 130, signal: null});
    await cli.marker.allGone();
    rig.remove('hang');
    expect(await rig.run()).toMatchObject({code: 0, outcomes: {a: 'ran'}});
  });

  it('keeps mlp no longer than five seconds where that process hides, and the next run repairs', async () => {
    const [folder, cli] = await interrupted("{env: {PATH: '/usr/bin:/bin'}}");
    await using rig = folder;
    const {code, signal} = await cli.ended;
    // Only a newer Node keeps the exit code.
    expect([code, signal]).toEqual('execve' in process ? [130, null] : [null, 'SIGKILL']);
    rig.remove('hang');
    const next = await rig.run();
    expect(next).toMatchObject({code: 0, outcomes: {a: 'ran'}});
    expect(next.events).toContainEqual(expect.objectContaining({type: 'notice', code: 'recovered', stage: 'a'}));
  });
});

it('`--grace 0` kills with the first signal', async () => {
  await using rig = await withOldOutput('a shell script that does not listen');
  const cli = new SpawnedCli(rig, ['run', '--grace', '0']);
  await cli.file(rig.path('at-work'));
  cli.kill('SIGTERM');
  expect(await cli.ended).toMatchObject({code: 143});
  await cli.marker.allGone();
  expect(rig.read('out.txt')).toBe('first\n');
});

it('a stage that ends well after Ctrl-C is not taken for a result, and nothing new starts', async () => {
  await using rig = new Rig();
  const first =
    "trap 'exit 0' INT; echo half > a.txt; touch at-work; while [ -e hang ]; do sleep 0.05; done; echo all > a.txt";
  rig.write(
    'pipeline.yaml',
    pipelineText({
      first: {cmd: first, outs: ['a.txt']},
      second: {cmd: 'cat a.txt > b.txt', deps: ['a.txt'], outs: ['b.txt']},
    }),
  );
  rig.write('hang', '');
  const cli = new SpawnedCli(rig, ['run', '--json']);
  await cli.file(rig.path('at-work'));
  cli.kill('SIGINT');
  expect(await cli.ended).toMatchObject({code: 130});
  expect(cli.outcomes()).toEqual({first: 'stopped', second: 'not-run'});
  expect([rig.exists('a.txt'), rig.exists('b.txt')]).toEqual([false, false]);
  rig.remove('hang');
  expect(await rig.run()).toMatchObject({code: 0, ran: ['first', 'second']});
  expect(rig.read('b.txt')).toBe('all\n');
});

it('Ctrl-C while stages are being looked at ends with 130 and starts nothing', async () => {
  await using rig = new Rig();
  const stages = Object.fromEntries(
    Array.from({length: 400}, (_, at) => [`s${at}`, {cmd: `echo ${at} > o${at}; touch at-work`, outs: [`o${at}`]}]),
  );
  rig.write('pipeline.yaml', pipelineText(stages));
  const cli = new SpawnedCli(rig, ['run', '--json', '-j', '2']);
  await cli.file(rig.path('at-work'));
  cli.kill('SIGINT');
  expect(await cli.ended).toMatchObject({code: 130});
  await cli.marker.allGone();
  const outcomes = Object.values(cli.outcomes());
  expect(outcomes).toHaveLength(400);
  expect(outcomes).toContain('not-run');
  expect(await rig.run()).toMatchObject({code: 0});
});
