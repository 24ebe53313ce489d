/** `mlp run`: which stages, how many at a time, and what happens when one fails. */
import {describe, expect, it} from 'vitest';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';

const DIAMOND = `mlp: 1
stages:
  raw: {cmd: echo raw > raw.txt, outs: [raw.txt], tags: [data]}
  left: {cmd: cat raw.txt > left.txt, deps: [raw.txt], outs: [left.txt], tags: [side]}
  right: {cmd: cat raw.txt > right.txt, deps: [raw.txt], outs: [right.txt], tags: [side]}
  end: {cmd: cat left.txt right.txt > end.txt, deps: [left.txt, right.txt], outs: [end.txt]}
  fit:
    matrix: {model: [logistic, forest]}
    cmd: echo \${matrix.model} > \${matrix.model}.txt
    outs: ['\${matrix.model}.txt']
`;

function diamond(): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', DIAMOND);
  return rig;
}

const sorted = (names: readonly string[]): readonly string[] => [...names].sort();

describe('mlp run: selection', () => {
  const chosen: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['nothing named: everything', [], ['end', 'fit@forest', 'fit@logistic', 'left', 'raw', 'right']],
    ['a stage and what it needs', ['left'], ['left', 'raw']],
    ['a group of branches', ['fit'], ['fit@forest', 'fit@logistic']],
    ['one branch', ['fit@forest'], ['fit@forest']],
    ['a glob', ['*ight'], ['raw', 'right']],
    ['a tag', ['tag:side'], ['left', 'raw', 'right']],
    ['several', ['left', 'fit@logistic'], ['fit@logistic', 'left', 'raw']],
    ['--downstream, with what that needs', ['left', '--downstream'], ['end', 'left', 'raw', 'right']],
  ];
  it.each(chosen)('%s', async (_, argv, expected) => {
    await using rig = diamond();
    const result = await rig.run(...argv);
    expect(result.code).toBe(0);
    expect(sorted(result.ran)).toEqual(expected);
  });

  it('--only trusts what is on disk before the named stages', async () => {
    await using rig = diamond();
    const early = await rig.mlp('run', 'left', '--only');
    expect(early.code).toBe(1);
    expect(early.talk).toContain('`raw.txt`');
    rig.write('raw.txt', 'mine');
    expect((await rig.run('left', '--only')).ran).toEqual(['left']);
    expect(rig.read('left.txt')).toBe('mine');
  });

  it('--from runs a stage and what comes after it, nothing before', async () => {
    await using rig = diamond();
    await rig.run();
    rig.write('raw.txt', 'edited');
    const result = await rig.run('--from', 'left');
    expect(sorted(Object.keys(result.outcomes))).toEqual(['end', 'left']);
    expect(rig.read('left.txt')).toBe('edited');
  });

  it('an unknown stage: what there is near it, exit 2, nothing runs', async () => {
    await using rig = diamond();
    const result = await rig.mlp('run', 'rigth');
    expect(result.code).toBe(2);
    expect(result.talk).toContain('no stage matches `rigth`; did you mean `right`?');
    expect(rig.exists('raw.txt')).toBe(false);
  });

  it('braces that stand for too many names are refused, not cut', async () => {
    await using rig = diamond();
    const result = await rig.mlp('run', 'left@{1..2000}');
    expect([result.code, result.talk]).toEqual([2, expect.stringContaining('stand for more than 1000 names')]);
  });

  it('-C and a sub-folder find the project', async () => {
    await using rig = diamond();
    rig.write('a/b/.keep', '');
    await using elsewhere = new Rig();
    expect((await elsewhere.mlp('-C', rig.path('a/b'), 'run', 'raw')).code).toBe(0);
    expect(rig.read('raw.txt')).toBe('raw\n');
    expect((await elsewhere.mlp('run', '-C', rig.folder, 'raw')).talk).toContain('1 stage up to date');
    const lost = await elsewhere.mlp('run');
    expect(lost.code).toBe(2);
    expect(lost.talk).toContain('there is no pipeline.yaml in');
  });

  it('--force runs the named stages only, and without names all', async () => {
    await using rig = diamond();
    await rig.run();
    expect((await rig.run('left', '--force')).outcomes).toEqual({raw: 'skipped', left: 'ran'});
    expect((await rig.run('--force')).ran).toHaveLength(6);
  });

  it('--expect-noop exits with 3 when anything ran or was restored', async () => {
    await using rig = diamond();
    expect((await rig.mlp('run', '--expect-noop')).code).toBe(3);
    expect((await rig.mlp('run', '--expect-noop')).code).toBe(0);
    rig.remove('end.txt');
    expect((await rig.mlp('run', '--expect-noop')).code).toBe(3);
  });

  it('--dry-run changes nothing', async () => {
    await using rig = diamond();
    const dry = await rig.mlp('run', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/raw +run /);
    expect(rig.exists('raw.txt')).toBe(false);
    expect(rig.exists('mlp.lock')).toBe(false);
  });
});

describe('mlp run: resources', () => {
  it.each([['{gpu: 1}'], ['{cpu: 4}'], ['{memory: 100000G}']])(
    'two stages with resources %s never overlap',
    async (resources) => {
      await using rig = new Rig();
      const use = (name: string): string =>
        `  ${name}: {cmd: 'mkdir busy; for i in 1 2 3 4 5 6 7 8 9; do ls > /dev/null; done; rmdir busy; echo > ${name}', outs: [${name}], resources: ${resources}}\n`;
      rig.write('pipeline.yaml', `mlp: 1\nstages:\n${['a', 'b', 'c', 'd'].map(use).join('')}`);
      const result = await rig.run('-j', '4');
      expect(sorted(result.ran)).toEqual(['a', 'b', 'c', 'd']);
    },
  );

  it('a token that there is twice is used twice at the same time', async () => {
    await using rig = new Rig();
    const [one, two] = [gate(rig, 'one'), gate(rig, 'two')];
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nresources: {gpu: 2}\nstages:\n  a: {cmd: "${one.command}; echo > a", outs: [a], resources: {gpu: 1}}\n  b: {cmd: "${two.command}; echo > b", outs: [b], resources: {gpu: 1}}\n`,
    );
    const running = rig.run('-j', '4');
    await Promise.all([one.begun(running), two.begun(running)]);
    await Promise.all([one.open(), two.open()]);
    expect(sorted((await running).ran)).toEqual(['a', 'b']);
  });

  it('threads of numeric libraries follow `cpu`', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: "echo $OMP_NUM_THREADS > a", outs: [a], resources: {cpu: 3}}\n',
    );
    await rig.run();
    expect(rig.read('a')).toBe('3\n');
  });
});
