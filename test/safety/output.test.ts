/** What stages print, however much and whatever it is, and how soon it is seen. */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {mlpBin, pipelineText, SpawnedCli} from './spawned-cli.ts';

function printing(cmd: string | readonly string[]): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd, outs: [{path: 'none', optional: true}]}}));
  return rig;
}

const peakBytes = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;

it('the first line of a stage is seen while the stage goes on', async () => {
  await using rig = printing('echo first line; while [ ! -e seen ]; do sleep 0.05; done; echo last line');
  await using cli = new SpawnedCli(rig, ['run', '--json']);
  // The stage does not end before this was seen.
  await cli.event(
    'the first line',
    (event) => event.type === 'stage.output' && JSON.stringify(event).includes('first line'),
  );
  rig.write('seen', '');
  expect(await cli.ended).toMatchObject({code: 0});
  expect((await rig.mlp('logs', 'a')).out).toContain('first line\nlast line\n');
});

it('so is that of a function, and of Python without a flush', async () => {
  await using rig = new Rig();
  const wait =
    "import {existsSync} from 'node:fs';\nexport default async function ({log}: {log: (text: string) => void}): Promise<void> {\n  console.log('first of function');\n  while (!existsSync('seen')) await new Promise((resolve) => setTimeout(resolve, 50));\n}\n";
  rig.write('src/wait.ts', wait);
  rig.write(
    'src/wait.py',
    'import os, time\nprint("first of python")\nwhile not os.path.exists("seen"):\n    time.sleep(0.05)\n',
  );
  rig.write(
    'pipeline.yaml',
    pipelineText({
      f: {run: 'src/wait.ts', resources: {cpu: 0.1}},
      p: {cmd: 'python3 src/wait.py', resources: {cpu: 0.1}},
    }),
  );
  await using cli = new SpawnedCli(rig, ['run', '--json']);
  for (const text of ['first of function', 'first of python'])
    await cli.event(text, (event) => event.type === 'stage.output' && JSON.stringify(event).includes(text));
  rig.write('seen', '');
  expect(await cli.ended).toMatchObject({code: 0});
});

it('`mlp logs --follow` shows the first line while the stage goes on', async () => {
  await using rig = printing('echo first line; touch at-work; while [ ! -e seen ]; do sleep 0.05; done');
  await using cli = new SpawnedCli(rig, ['run', '--json']);
  await cli.file(rig.path('at-work'));
  await using follow = new SpawnedCli(rig, ['logs', 'a', '--follow']);
  while (!follow.out.includes('first line')) await new Promise((resolve) => setTimeout(resolve, 20));
  rig.write('seen', '');
  expect(await cli.ended).toMatchObject({code: 0});
  expect(await follow.ended).toMatchObject({code: 0});
});

it('100 MB of output stay on the disk: memory is bounded, and the last lines are told when the stage fails', async () => {
  await using rig = printing(
    'yes "a line of output that is repeated very often" | head -c 100000000; echo; echo the end; exit 3',
  );
  for (const reporter of ['plain', 'json']) {
    await using cli = new SpawnedCli(rig, ['run', '--reporter', reporter]);
    let peak = 0;
    const watch = setInterval(() => {
      try {
        peak = Math.max(peak, peakBytes(cli.pid));
      } catch {
        // It has ended.
      }
    }, 20);
    const {code, talk, out} = await cli.ended;
    clearInterval(watch);
    expect(code).toBe(1);
    expect(talk + out).toContain('the end');
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(400 * 2 ** 20);
  }
});

it.each([
  ['bytes that are no text', "printf '\\377\\376\\000\\001binary\\n'", 'binary'],
  ['no line end', "printf 'no line end'", 'no line end'],
  ['progress that overwrites itself', "for i in 1 2 3; do printf '\\rdone %s' $i; done; echo", 'done 3'],
  ['a character that is cut in two writes', "printf 'caf\\303'; sleep 0.2; printf '\\251 au lait\\n'", 'café au lait'],
  ['control sequences', "printf '\\033[2J\\033[31mred\\033[0m\\n'", 'red'],
  ['one line of 5 MB', "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end", 'end'],
])('a stage may print %s', async (_, cmd, expected) => {
  await using rig = printing(`${cmd}; exit 1`);
  const plain = await rig.mlp('run');
  expect(plain.code).toBe(1);
  expect(plain.talk).toContain(expected);
  // eslint-disable-next-line no-control-regex
  expect(plain.talk).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  const {code, events} = await rig.run();
  expect(code).toBe(1);
  expect(JSON.stringify(events)).toContain(expected);
});

it('a stage that writes beside its outputs leaves those files alone, and does not own them', async () => {
  await using rig = new Rig();
  rig.write('notes.txt', 'mine\n');
  rig.write(
    'pipeline.yaml',
    pipelineText(
      {
        a: {
          cmd: 'echo a > a.txt; echo extra >> notes.txt; echo new > beside.txt; exit ${params.code}',
          outs: ['a.txt'],
        },
      },
      {params: ['params.yaml']},
    ),
  );
  rig.write('params.yaml', 'code: 0\n');
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
  rig.write('params.yaml', 'code: 1\n');
  expect((await rig.run()).code).toBe(1);
  expect(rig.read('notes.txt')).toBe('mine\nextra\nextra\n');
  await rig.mlp('clean', '--all');
  expect([rig.exists('a.txt'), rig.exists('beside.txt'), rig.exists('notes.txt')]).toEqual([false, true, true]);
});

it('a full disk behind stdout is said at the end, and the run is recorded', async () => {
  await using rig = printing('echo hello');
  const words = ['-c', '"$0" "$1" run --json > /dev/full', process.execPath, mlpBin];
  const {status, stderr} = spawnSync('/bin/sh', words, {cwd: rig.folder, encoding: 'utf8'});
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^mlp: not all of the output could be written to stdout \(ENOSPC/),
  ]);
  expect((await rig.mlp('runs')).out).toMatch(/^\W*1 .*(?:done|ran)/m);
});
