/** `mlp check`: what stages open and do not declare, from the last runs or by tracing. */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {canTestPython, canTestTrace} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';

const PIPELINE = `mlp: 1
stages:
  # The first.
  clean:
    cmd: python3 clean.py
    deps: [in.csv]
    outs: [clean.csv]
  other:
    cmd: cat in.csv > other.csv
    outs: [other.csv]
`;

function project(): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('in.csv', '1\n');
  rig.write('data/extra.csv', '2\n');
  rig.write('clean.py', 'open("in.csv"); open("data/extra.csv"); open("clean.csv", "w"); open("log.txt", "w")\n');
  return rig;
}

const apply = (rig: Rig, patch: string): void => {
  execFileSync('git', ['apply', '-p0', '-'], {cwd: rig.folder, input: patch});
};

describe.runIf(canTestPython)('mlp check', () => {
  it('lists what the last run opened, with a patch that ends it', async () => {
    await using rig = project();
    expect((await rig.run()).code).toBe(0);
    const checked = await rig.mlp('check');
    expect(checked.code).toBe(1);
    expect(checked.talk).toContain('clean reads `data/extra.csv`');
    expect(checked.talk).toContain('clean writes `log.txt`');
    expect(checked.talk).toContain('mlp check --trace');
    apply(rig, checked.out);
    expect(rig.read('pipeline.yaml')).toBe(
      PIPELINE.replace('[in.csv]\n    outs: [clean.csv]', '[in.csv, data/extra.csv]\n    outs: [clean.csv, log.txt]'),
    );
    const mended = await rig.mlp('check');
    expect(mended).toMatchObject({code: 0, out: ''});
    expect((await rig.run()).outcomes).toEqual({clean: 'ran', other: 'skipped'});
    expect((await rig.mlp('check')).code).toBe(0);
  });

  it('--json holds stages, lines and patch', async () => {
    await using rig = project();
    await rig.run();
    const view = JSON.parse((await rig.mlp('check', '--json')).out) as Record<string, unknown>;
    expect(view).toMatchObject({
      schema_version: 1,
      type: 'check',
      looked: 2,
      stages: [{stage: 'clean', found: {deps: ['data/extra.csv'], code: [], outs: ['log.txt']}}],
      by_hand: [],
    });
    expect(view['patch']).toContain('+    deps: [in.csv, data/extra.csv]');
  });

  it('says which stages it knows nothing of, and refuses a stage that is not there', async () => {
    await using rig = project();
    const checked = await rig.mlp('check', 'clean');
    expect(checked).toMatchObject({code: 0, out: ''});
    expect(checked.talk).toContain('1 stage not seen yet: clean');
    expect((await rig.mlp('check', 'cleam')).code).toBe(2);
  });

  it('gives the lines where the stage cannot be patched', async () => {
    await using rig = project();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: cat in.csv > o, deps: &d [in.csv], outs: [o]}\n  clean:\n    cmd: python3 clean.py\n    deps: *d\n    outs: [clean.csv, log.txt]\n',
    );
    expect((await rig.run()).outcomes).toEqual({a: 'ran', clean: 'ran'});
    const checked = await rig.mlp('check');
    expect(checked).toMatchObject({code: 1, out: ''});
    expect(checked.talk).toContain('deps: [data/extra.csv]');
  });
});

it('mlp check --trace says how to get strace where it is not', async () => {
  await using rig = project();
  rig.env['PATH'] = rig.folder;
  const checked = await rig.mlp('check', '--trace');
  expect(checked.code).toBe(2);
  expect(checked.talk).toMatch(/needs strace.*\n.*install/);
});

describe.runIf(canTestTrace)('mlp check --trace', () => {
  it('sees every program: shell, links, folders that are changed, names that are replaced', async () => {
    await using rig = new Rig();
    rig.write('d/ä "1"\n.csv', '1');
    rig.write('twice.csv', '1');
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  a:\n    cmd: |\n      sh lib/tool.sh *.csv && (cat ./d/../twice.csv; test -e untouched.csv) & wait\n      exec cat < "$(echo twice).csv" > /dev/null\n    outs: [o]\n`,
    );
    rig.write('untouched.csv', '');
    rig.write('lib/tool.sh', 'cd d; cat * > ../tmp; mv ../tmp ../side.txt; cat ../side.txt > ../o\n');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect((await rig.mlp('check')).code).toBe(0);
    const checked = await rig.mlp('check', '--trace', '--json');
    expect(checked.code, checked.talk + checked.out).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({
      traced: 1,
      stages: [{stage: 'a', found: {deps: ['d/ä "1"\n.csv', 'twice.csv'], code: [], outs: ['side.txt']}}],
    });
    // What was seen stays known while the stage is the same, and its patch ends it.
    const again = await rig.mlp('check');
    expect(again.code).toBe(1);
    apply(rig, again.out);
    const mended = await rig.mlp('check', '--trace');
    expect(mended, mended.talk).toMatchObject({code: 0, out: ''});
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });

  it('a stage that fails, fails; exit codes and signals are those of the program', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: exit 7, outs: [o]}\n  b: {cmd: kill -TERM $$, outs: [p]}\n',
    );
    const checked = await rig.mlp('check', '--trace');
    expect(checked.code).toBe(1);
    expect(checked.talk).toContain('exit 7');
    expect(checked.talk).toContain('SIGTERM');
  });
});
