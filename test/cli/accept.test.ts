/** `mlp accept`: what is on disk becomes the result of the present key; recorded, and never in place of something missing. */
import {describe, expect, it} from 'vitest';
import {parseLock} from '../../src/model/lock-file.ts';
import {copyOf, edit, project} from '../rules/project.ts';

const BECAUSE = ['--because', 'only a "message" changed'] as const;

describe('mlp accept', () => {
  it('re-keys the outputs without running: in mlp.lock, runs, why and lineage, and a run then skips', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'pipeline.yaml', 'cat clean.txt >', 'true; cat clean.txt >');
    const accepted = await rig.mlp('accept', 'train', ...BECAUSE);
    expect(accepted.code).toBe(0);
    expect(accepted.out).toBe(
      'accepted train: model.txt as the result of its present key\nrecorded as run 2, because: only a "message" changed\n',
    );
    const why = await rig.mlp('why', 'train');
    expect(why.out).toContain('train is up to date');
    expect(why.out).toContain('accepted without a run, because: only a "message" changed');
    expect((await rig.mlp('lineage', 'model.txt')).out).toMatch(/run 2 .*accepted without running .*because: only a/);
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
    expect((await rig.mlp('why', 'train', '--run', '2')).out).toContain('because: only a "message" changed');
    await using clone = copyOf(rig, ['.mlp/mlp.db', 'model.txt']);
    expect((await clone.run()).outcomes).toEqual({prepare: 'skipped', train: 'restored'});
  });

  it('only what is named: a stage after it is decided as ever', async () => {
    await using rig = project();
    await rig.run();
    rig.write('raw.txt', 'three\n');
    rig.write('clean.txt', 'by hand\n');
    expect((await rig.mlp('accept', 'prepare', ...BECAUSE)).code).toBe(0);
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'ran'});
    expect(rig.read('model.txt')).toContain('by hand');
    rig.remove('clean.txt');
    expect((await rig.run()).outcomes).toEqual({prepare: 'restored', train: 'skipped'});
    expect(rig.read('clean.txt')).toBe('by hand\n');
  });

  it('metrics files are read again', async () => {
    await using rig = project(`mlp: 1
params: [params.yaml]
stages:
  score: {cmd: 'echo "{\\"f1\\": 0.5}" > m.json', deps: [raw.txt], metrics: [m.json]}
`);
    await rig.run();
    rig.write('raw.txt', 'x');
    rig.write('m.json', '{"f1": NaN, "a b": 1}');
    expect((await rig.mlp('accept', 'score', ...BECAUSE)).code).toBe(0);
    const [lock] = parseLock(rig.read('mlp.lock')).candidates;
    expect(lock?.stages[0]?.metrics.map(({name, value}) => [name, value])).toEqual([
      ['a b', 1],
      ['f1', Number.NaN],
    ]);
    rig.write('raw.txt', 'y');
    rig.write('m.json', '{"f1": }');
    const broken = await rig.mlp('accept', 'score', ...BECAUSE);
    expect([broken.code, broken.out]).toEqual([1, '']);
    expect(broken.talk).toContain('`m.json` cannot be read');
  });

  it('branches by name, a whole group, and those that only a run can make', async () => {
    await using rig = project(`mlp: 1
stages:
  list: {cmd: 'echo "[1,2]" > list.json', outs: {list: list.json}}
  each:
    foreach: ${'${stages.list.outs.list}'}
    cmd: echo x > out-${'${item}'}.txt
    deps: [raw.txt]
    outs: ['out-${'${item}'}.txt']
  both:
    matrix: {n: [1, 2]}
    cmd: echo x > both-${'${matrix.n}'}.txt
    deps: [raw.txt]
    outs: ['both-${'${matrix.n}'}.txt']
`);
    const first = await rig.run();
    expect(first.code, first.talk).toBe(0);
    rig.write('raw.txt', 'changed');
    expect((await rig.mlp('accept', 'both@1', 'each@2', ...BECAUSE)).code).toBe(0);
    expect([...(await rig.run()).ran].sort()).toEqual(['both@2', 'each@1']);
    rig.write('raw.txt', 'changed again');
    expect((await rig.mlp('accept', 'both', 'each', ...BECAUSE)).code).toBe(0);
    expect((await rig.run()).ran).toEqual([]);
    expect(parseLock(rig.read('mlp.lock')).candidates[0]?.stages).toHaveLength(5);
  });

  it('a stage that is up to date has nothing to accept, and no run is recorded', async () => {
    await using rig = project();
    await rig.run();
    const view = JSON.parse((await rig.mlp('accept', 'train', ...BECAUSE, '--json')).out) as object;
    expect(view).toEqual({schema_version: 1, type: 'accept', because: BECAUSE[1], accepted: [], fresh: ['train']});
    expect((await rig.mlp('runs')).out).not.toContain('accept');
  });

  it.each([
    ['without a reason', ['train'], 2, 'say why'],
    ['with an empty reason', ['train', '--because', ' '], 2, 'say why'],
    ['of no stage', ['trian', ...BECAUSE], 2, 'did you mean `train`?'],
  ])('refuses %s', async (_, argv, code, said) => {
    await using rig = project();
    const refused = await rig.mlp('accept', ...argv);
    expect(refused.code).toBe(code);
    expect(refused.talk).toContain(said);
  });

  it('refuses all when one misses an output or an input', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    edit(rig, 'pipeline.yaml', 'cmd: grep', 'cmd: ": new; grep');
    edit(rig, 'pipeline.yaml', 'raw.txt > clean.txt', 'raw.txt > clean.txt"');
    rig.remove('model.txt');
    const output = await rig.mlp('accept', 'prepare', 'train', ...BECAUSE);
    expect(output.code).toBe(1);
    expect(output.talk).toContain('`train` cannot be accepted: `model.txt` is not there');
    rig.remove('raw.txt');
    const input = await rig.mlp('accept', 'prepare', ...BECAUSE);
    expect(input.talk).toContain('`prepare` cannot be accepted: an input is not there: `raw.txt`');
    rig.write('raw.txt', '# a comment\none\ntwo\n');
    expect((await rig.run()).ran).toEqual(['prepare', 'train']);
  });
});
