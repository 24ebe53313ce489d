/** `mlp verify`: runs again, compares bytes and then metrics, and leaves on disk what was there. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

/** What `next` holds, which is no input, decides what the stage gives. */
const RANDOM = `mlp: 1
stages:
  score:
    cmd: cat next/m.json > m.json; cat next/text > 'a text.txt'; mkdir -p tree && cp next/text tree/$(cat next/name) && echo x > tree/same
    outs: [a text.txt, tree]
    metrics: [m.json]
  after:
    cmd: cat 'a text.txt' > copy.txt
    deps: [a text.txt]
    outs: [copy.txt]
`;

async function scored(): Promise<Rig> {
  const rig = new Rig();
  rig.write('pipeline.yaml', RANDOM);
  next(rig, '{"f1": 0.91, "loss": NaN, "n": 5}', 'one\ntwo\n', 'first');
  await rig.run();
  return rig;
}

function next(rig: Rig, metrics: string, text: string, name: string): void {
  rig.write('next/m.json', metrics);
  rig.write('next/text', text);
  rig.write('next/name', name);
}

const verified = async (rig: Rig, ...argv: readonly string[]) => {
  const {code, out} = await rig.mlp('verify', '--json', ...argv);
  return {code, ...(JSON.parse(out) as {stages: readonly Record<string, unknown>[]})};
};

describe('mlp verify', () => {
  it('the same bytes again: exit 0, and a run has nothing to do', async () => {
    await using rig = project();
    await rig.run();
    const result = await rig.mlp('verify');
    expect(result.code).toBe(0);
    expect(result.out).toBe(
      'prepare gave the same bytes again\ntrain gave the same bytes again\n2 of 2 stages verified\n',
    );
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
  });

  it('other bytes and metrics: exit 1, where they differ is shown, disk and mlp.lock stay as they were', async () => {
    await using rig = await scored();
    const before = [rig.read('a text.txt'), rig.read('m.json'), rig.read('mlp.lock')];
    next(rig, '{"f1": 0.92, "loss": NaN, "extra": 1}', 'one\nTWO\n', 'second');
    const result = await rig.mlp('verify', 'score');
    expect(result.code).toBe(1);
    expect(result.out).toContain('score gave something else\n');
    expect(result.out).toContain('  a text.txt differs (8 B)\n    line 2: `two` → `TWO`\n');
    expect(result.out).toContain('    removed first\n    added second\n');
    expect(result.out).toContain('  metric f1 (m.json): 0.91 → 0.92\n');
    expect(result.out).toContain('  metric n (m.json): 5 → none\n');
    expect(result.out).toContain('  metric extra (m.json): none → 1\n');
    expect(result.out).not.toContain('metric loss');
    expect([rig.read('a text.txt'), rig.read('m.json'), rig.read('mlp.lock')]).toEqual(before);
    expect(rig.exists('tree/second')).toBe(false);
    expect((await rig.run()).outcomes).toEqual({score: 'skipped', after: 'skipped'});
    rig.remove('tree');
    expect((await rig.run()).outcomes).toEqual({score: 'restored', after: 'skipped'});
  });

  it('other bytes and metrics within tolerance: exit 0 with a note', async () => {
    await using rig = await scored();
    next(rig, '{"f1": 0.92, "loss": NaN, "n": 5}', 'one\ntwo\n', 'first');
    for (const argv of [
      ['--atol', '0.01'],
      ['--rtol', '0.011'],
      ['--tolerance', 'f1=0.01'],
      ['--tolerance', 'f*=0.2'],
    ])
      expect(await verified(rig, 'score', ...argv)).toMatchObject({
        code: 0,
        stages: [{verdict: 'near', compared: 3, metrics: [{name: 'f1', before: '0.91', after: '0.92'}]}],
      });
    for (const argv of [[], ['--atol', '0.009'], ['--atol', '1', '--tolerance', 'f1=0.001'], ['--tolerance', 'n=1']])
      expect(await verified(rig, 'score', ...argv)).toMatchObject({code: 1, stages: [{verdict: 'different'}]});
    expect((await rig.mlp('verify', 'score', '--atol', '0.01')).out).toContain('the same metrics within tolerance');
  });

  it('NaN is only NaN, infinities are only themselves, whatever the tolerance', async () => {
    await using rig = await scored();
    next(rig, '{"f1": Infinity, "loss": 0, "n": 5}', 'one\ntwo\n', 'first');
    expect(await verified(rig, 'score', '--atol', '1e300')).toMatchObject({
      code: 1,
      stages: [
        {
          metrics: [
            {name: 'f1', after: 'Infinity', verdict: 'different'},
            {name: 'loss', before: 'NaN'},
          ],
        },
      ],
    });
  });

  it('other bytes of a stage without metrics are different, even when it says that it is deterministic', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  s: {cmd: cp next out.bin, outs: [out.bin], deterministic: true}\n');
    rig.write('next', new Uint8Array([0, 1]));
    await rig.run();
    rig.write('next', new Uint8Array([0, 2]));
    expect(await verified(rig)).toMatchObject({
      code: 1,
      stages: [{verdict: 'different', outputs: [{path: 'out.bin'}]}],
    });
    expect(rig.read('out.bin')).toBe('\u0000\u0001');
  });

  it('a stage that fails this time: exit 1, its outputs are back, the others are verified', async () => {
    await using rig = project();
    edit(rig, 'pipeline.yaml', 'cmd: cat clean.txt >', 'cmd: test ! -e stop && cat clean.txt >');
    await rig.run();
    const before = rig.read('model.txt');
    rig.write('stop', '');
    expect(await verified(rig)).toMatchObject({
      code: 1,
      stages: [
        {stage: 'prepare', verdict: 'same'},
        {stage: 'train', verdict: 'failed', message: expect.any(String)},
      ],
    });
    expect(rig.read('model.txt')).toBe(before);
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
  });

  it('what is stale, edited or was never run has nothing to be compared with, and is not run', async () => {
    await using rig = project();
    expect(await verified(rig)).toMatchObject({code: 1, stages: [{verdict: 'stale'}, {verdict: 'stale'}]});
    expect(rig.exists('clean.txt')).toBe(false);
    await rig.run();
    rig.write('model.txt', 'edited');
    expect(await verified(rig)).toMatchObject({code: 1, stages: [{verdict: 'same'}, {verdict: 'stale'}]});
    expect(rig.read('model.txt')).toBe('edited');
  });

  it('branches, named and all', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  list: {cmd: 'echo "[1,2]" > list.json', outs: {list: list.json}}
  each: {foreach: '\${stages.list.outs.list}', cmd: 'cat next > out-\${item}.txt', outs: ['out-\${item}.txt']}
`,
    );
    rig.write('next', 'a');
    await rig.run();
    rig.write('next', 'b');
    expect(await verified(rig, 'each@2')).toMatchObject({code: 1, stages: [{stage: 'each@2', verdict: 'different'}]});
    expect((await verified(rig)).stages.map(({verdict}) => verdict)).toEqual(['same', 'different', 'different']);
    expect([rig.read('out-1.txt'), rig.read('out-2.txt')]).toEqual(['a', 'a']);
  });

  it.each([
    [['nothing'], 'no stage matches'],
    [['--rtol', '-1'], 'from 0'],
    [['--tolerance', 'f1'], 'METRIC=NUMBER'],
    [['--tolerance', 'f1=x'], 'from 0'],
  ])('%j: exit 2', async (argv, said) => {
    await using rig = project();
    const wrong = await rig.mlp('verify', ...argv);
    expect([wrong.code, wrong.talk.includes(said)]).toEqual([2, true]);
  });
});
