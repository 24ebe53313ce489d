/** `sandbox: strict`: a stage sees of the project only what it declares. */
import {chmodSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {canTestPython, canTestSandbox} from '../rig/needs.ts';
import {Rig, type RunResult} from '../rig/rig.ts';
import {pipelineText} from '../safety/spawned-cli.ts';

type Stage = Readonly<Record<string, unknown>>;

async function strict(rig: Rig, stage: Stage): Promise<RunResult> {
  rig.write(
    'pipeline.yaml',
    pipelineText({s: {sandbox: 'strict', ...stage}}, 'params' in stage ? {params: ['params.yaml']} : {}),
  );
  return rig.run();
}

const failureOf = ({events}: RunResult) =>
  events.flatMap((event) => (event.type === 'stage.end' && event.failure !== undefined ? [event.failure] : []))[0];
const codes = ({events}: RunResult) => events.flatMap((event) => (event.type === 'notice' ? [event.code] : []));

/** Each way to make the box, where it is here: without bwrap on PATH the other one is taken. */
const WAYS = ['bwrap', 'unshare'] as const;

function withWay(rig: Rig, way: (typeof WAYS)[number]): void {
  const fake = rig.path('.bin/bwrap');
  if (way === 'bwrap') return;
  rig.write('.bin/bwrap', '#!/bin/sh\nexit 1\n', 0o755);
  chmodSync(fake, 0o755);
  rig.env['PATH'] = `${rig.path('.bin')}:${rig.env['PATH'] ?? ''}`;
}

describe.runIf(canTestSandbox)('sandbox: strict', () => {
  it.each(WAYS)('%s: shows inputs, code and params, keeps outputs, exit codes and what is read back', async (way) => {
    await using rig = new Rig();
    withWay(rig, way);
    rig.write('in put/"a"\n.csv', '1');
    rig.write('g/1.csv', '1');
    rig.write(
      'lib/tool.sh',
      'cat "$1" > out/dir/x; cat out/dir/x >> o.txt; cat "$MLP_PARAMS" >> o.txt; printf \'{"name": "m", "value": 1}\\n\' >> "$MLP_METRICS"',
    );
    const stage = {
      cmd: 'mkdir -p out/dir; ls > o.txt; sh lib/tool.sh in*/*; touch gone; rm gone',
      deps: ['in put', 'g/*.csv'],
      outs: ['o.txt', 'out/dir'],
    };
    rig.write('secret.csv', '2');
    const result = await strict(rig, stage);
    expect(result.outcomes, result.out).toEqual({s: 'ran'});
    expect(codes(result)).toEqual([]);
    expect(rig.read('o.txt')).toBe('g\nin put\nlib\no.txt\nout\n1{}');
    expect(rig.read('out/dir/x')).toBe('1');
    expect(result.events.find(({type}) => type === 'stage.end')).toMatchObject({metrics: [{name: 'm', value: 1}]});
    expect((await rig.run()).outcomes).toEqual({s: 'skipped'});
  });

  it.each(WAYS)('%s: a file that is not declared is not there, and the failure names it', async (way) => {
    await using rig = new Rig();
    withWay(rig, way);
    rig.write('data/extra file.csv', '2');
    const result = await strict(rig, {cmd: "cat 'data/extra file.csv' > o || exit 3", outs: ['o']});
    expect(result.outcomes).toEqual({s: 'failed'});
    expect(failureOf(result)).toMatchObject({
      message: expect.stringContaining(
        'exit 3: `sandbox: strict` hides `data/extra file.csv`, which is not declared',
      ) as string,
      hint: 'declare what it needs: `deps: ["data/extra file.csv"]`',
    });
  });

  it('does not change inputs, nor write beside its outputs', async () => {
    await using rig = new Rig();
    rig.write('in.txt', 'before');
    rig.write('old.txt', 'old');
    const result = await strict(rig, {
      cmd: 'echo x >> in.txt || echo refused > o; echo new > old.txt; echo y > beside.txt',
      deps: ['in.txt'],
      outs: ['o'],
    });
    expect(result.outcomes, result.out).toEqual({s: 'ran'});
    expect([rig.read('o'), rig.read('in.txt'), rig.read('old.txt')]).toEqual(['refused\n', 'before', 'old']);
    expect(rig.exists('beside.txt')).toBe(false);
    expect(codes(result)).toEqual(['undeclared-output']);
  });

  it('is no part of the key, keeps persistent outputs and the folder of the stage, and brings old outputs back', async () => {
    await using rig = new Rig();
    const stage = {
      cmd: 'echo line >> log.txt; ls ..',
      cwd: 'sub/folder',
      outs: [{path: 'sub/folder/log.txt', persist: true}],
    };
    rig.write('sub/folder/log.txt', 'first\n');
    expect((await strict(rig, {...stage, sandbox: 'off'})).outcomes).toEqual({s: 'ran'});
    expect((await strict(rig, stage)).outcomes).toEqual({s: 'skipped'});
    expect((await strict(rig, {...stage, version: 2})).outcomes).toEqual({s: 'ran'});
    expect(rig.read('sub/folder/log.txt')).toBe('first\nline\nline\n');
    expect((await strict(rig, {...stage, cmd: 'echo bad >> log.txt; exit 1'})).outcomes).toEqual({s: 'failed'});
    expect(rig.read('sub/folder/log.txt')).toBe('first\nline\nline\n');
  });

  it('many single inputs are there too', async () => {
    await using rig = new Rig();
    for (let index = 0; index < 450; index++) writeFileSync(rig.path(`f${index}.csv`), 'x');
    const result = await strict(rig, {
      cmd: 'ls *.csv | wc -l > o; cat *.csv | wc -c >> o',
      deps: ['*.csv'],
      outs: ['o'],
    });
    expect(result.outcomes, result.out).toEqual({s: 'ran'});
    expect(rig.read('o').split(/\s+/).filter(Boolean)).toEqual(['450', '450']);
    expect(codes(result)).toEqual([]);
  });

  it.runIf(canTestPython)('a Python stage finds its modules, and is told of what it tried to read', async () => {
    await using rig = new Rig();
    rig.write('lib/__init__.py', '');
    rig.write('lib/helper.py', 'X = "x"\n');
    rig.write('extra.csv', '1');
    rig.write('s.py', 'from lib.helper import X\nopen("o", "w").write(X)\nopen("extra.csv")\n');
    const result = await strict(rig, {cmd: 'python3 s.py', outs: ['o']});
    expect(failureOf(result)?.message).toContain('hides `extra.csv`');
    const mended = await strict(rig, {cmd: 'python3 s.py', deps: ['extra.csv'], outs: ['o']});
    expect(mended.outcomes, mended.out).toEqual({s: 'ran'});
  });

  it.runIf(canTestPython)('code and linked inputs outside the project are reached as always', async () => {
    await using outer = new Rig();
    outer.write('shared/helper.py', 'X = "shared"\n');
    outer.write('data.csv', '1');
    outer.write(
      'project/s.py',
      'import sys; sys.path.append("..")\nfrom shared.helper import X\nopen("o", "w").write(X + open("in.csv").read())\n',
    );
    symlinkSync('../data.csv', outer.path('project/in.csv'));
    const rig = new Rig(outer.path('project'));
    const result = await strict(rig, {cmd: 'python3 s.py', deps: ['in.csv'], outs: ['o']});
    expect(result.outcomes, result.out).toEqual({s: 'ran'});
    expect(rig.read('o')).toBe('shared1');
  });

  it('a function reads its inputs and nothing else; it throws, logs and counts as everywhere', async () => {
    await using rig = new Rig();
    rig.write('in.txt', 'in');
    rig.write('extra.csv', '1');
    rig.write(
      's.ts',
      "import fs from 'node:fs';\nexport default async ({inputs, outputs, metric, params}) => { console.log('hello', params.n); metric('log loss', NaN); fs.writeFileSync(outputs.o, fs.readFileSync(inputs.i) + String(fs.existsSync('extra.csv'))); if (params.n === 2) fs.readFileSync('extra.csv'); };\n",
    );
    rig.write('params.yaml', 'n: 1\n');
    const stage = {run: 's.ts', deps: {i: 'in.txt'}, outs: {o: 'o.txt'}, params: ['n']};
    const result = await strict(rig, stage);
    expect(result.outcomes, result.out).toEqual({s: 'ran'});
    expect(rig.read('o.txt')).toBe('infalse');
    expect(result.out).toContain('hello 1');
    expect(result.events.find(({type}) => type === 'stage.end')).toMatchObject({
      metrics: [{name: 'log loss', value: 'NaN'}],
    });
    rig.write('params.yaml', 'n: 2\n');
    const failed = await rig.run();
    expect(failureOf(failed)).toMatchObject({
      class: 'threw',
      message: expect.stringContaining('hides `extra.csv`') as string,
    });
    expect(rig.read('o.txt')).toBe('infalse');
  });
});

it('where the machine cannot, the stage runs and says so', async () => {
  await using rig = new Rig();
  for (const program of ['bwrap', 'unshare']) rig.write(`.bin/${program}`, '#!/bin/sh\nexit 1\n', 0o755);
  rig.env['PATH'] = `${rig.path('.bin')}:${rig.env['PATH'] ?? ''}`;
  rig.write('extra.csv', '1');
  const result = await strict(rig, {cmd: 'cat extra.csv > o', outs: ['o']});
  expect(result.outcomes).toEqual({s: 'ran'});
  expect(codes(result)).toContain('sandbox-not-possible');
  const doctor = await rig.mlp('doctor');
  expect(doctor.code).toBe(0);
  expect(doctor.out).toMatch(/warn.*sandbox/);
});
