/** `mlp show` and `mlp logs` of any run: what ran there, what was only used there, what is gone. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';

const PIPELINE = `mlp: 1
params: [params.yaml]
stages:
  prepare:
    cmd: echo preparing && cp raw.txt clean.txt
    deps: [raw.txt]
    outs: [clean.txt]
  train:
    cmd: >-
      echo training && printf '{"log loss": NaN, "f1": 0.9123456}' > m.json && cat clean.txt "$MLP_PARAMS" > model.txt &&
      for step in 1 2 3; do echo "{\\"step\\": $step, \\"loss\\": 0.$step}" >> "$MLP_METRICS"; done
    deps: [clean.txt]
    params: [train, seed]
    outs: [model.txt]
    metrics: [m.json]
`;

/** Run 1 makes everything, run 2 another train, run 3 restores the first one. */
async function threeRuns(): Promise<Rig> {
  const rig = new Rig();
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('params.yaml', 'train: {lr: 0.1, sizes: [1, 2]}\nseed: "7"\n');
  rig.write('raw.txt', 'one\n');
  expect((await rig.run()).ran).toEqual(['prepare', 'train']);
  edit(rig, 'params.yaml', '0.1', '0.2');
  expect((await rig.run()).ran).toEqual(['train']);
  edit(rig, 'params.yaml', '0.2', '0.1');
  expect((await rig.run('--keep-going')).outcomes).toMatchObject({prepare: 'skipped'});
  return rig;
}

describe('mlp show', () => {
  it('says what a run was, did and measured, the last one by default', async () => {
    await using rig = await threeRuns();
    await rig.mlp('edit', '2', '--name', 'a "first"', '--tag', 'x y', '--note', 'two\nlines', '--pin');
    await rig.mlp('edit', '2', '--name', 'tuned');
    const {out} = await rig.mlp('show', 'tuned');
    for (const line of [
      /^run 2 tuned {2}done\n/,
      /\n {2}started +\d{4}-\d\d-\d\dT.*Z \(just now\), took /,
      /\n {2}tags +"x y"\n {2}note +two\\nlines\n {2}pinned +yes\n {2}was named +"a \\"first\\"" \(until just now\)\n/,
      /\n {2}command +mlp run --json\n/,
      /\n {2}stages +1 ran, 1 skipped\n/,
      /\n.* skipped +prepare .*made in run 1\n/,
      /\n.* ran +train .*params/,
      /\nmetrics\n {2}train +"log loss" +NaN\n {2}train +f1 +0\.912346\n {2}train +loss +0\.3 +3 points, last at step 3\n/,
      /\nparams\n {2}train\.lr +0\.2 +train\n {2}train\.sizes +\[1,2\] +train\n {2}seed +7 +train\n/,
    ])
      expect(out).toMatch(line);
    expect((await rig.mlp('show')).out).toMatch(/^run 3 /);
    expect((await rig.mlp('show', 'last~2')).out).toMatch(/^run 1 /);
  });

  it('--json holds all of it, with the numbers that JSON has not', async () => {
    await using rig = await threeRuns();
    const view = JSON.parse((await rig.mlp('show', '1', '--json')).out) as Record<string, unknown>;
    expect(view).toMatchObject({
      schema_version: 1,
      type: 'show',
      run: {id: 1, status: 'done', counts: {ran: 2}, argv: ['run', '--json']},
      stages: [
        {name: 'prepare', outcome: 'ran', attempts: 1, bytes: 4, reason: {kind: 'new'}},
        {name: 'train', outcome: 'ran', attempts: 1},
      ],
    });
    expect(view['metrics']).toEqual([
      {stage: 'train', name: 'log loss', value: 'NaN'},
      {stage: 'train', name: 'f1', value: 0.9123456},
      {stage: 'train', name: 'loss', value: 0.3, step: 3, points: 3},
    ]);
    expect(view['params']).toContainEqual({name: 'train.sizes', value: [1, 2], stages: ['train']});
  });

  it('a failed run shows why, and no run at all is said', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  bad: {cmd: exit 3, outs: [x]}\n  after: {cmd: cp x y, deps: [x], outs: [y]}\n',
    );
    expect(await rig.mlp('show')).toMatchObject({code: 2, talk: expect.stringMatching(/no run has ended yet/)});
    await rig.run();
    const {out} = await rig.mlp('show');
    expect(out).toMatch(/^run 1 {2}failed\n/);
    expect(out).toMatch(/failed +bad .*exit(ed with)?( code)? 3/);
    expect(out).toMatch(/not run +after +needs bad\n/);
  });
});

describe('mlp logs of any run', () => {
  it('of a stage that was only used there: the log of its making, and says so', async () => {
    await using rig = await threeRuns();
    await rig.mlp('edit', '3', '--name', 'third');
    for (const run of ['2', '3', 'third', 'last']) {
      expect(await rig.mlp('logs', 'prepare', '--run', run)).toEqual({
        code: 0,
        out: 'preparing\n',
        talk: `prepare was skipped in run ${run === '2' ? 2 : 3}: this is from run 1, which made its result\n`,
      });
    }
    expect(await rig.mlp('logs', 'train', '--run', '3')).toMatchObject({
      out: 'training\n',
      talk: 'train was restored in run 3: this is from run 1, which made its result\n',
    });
    expect(await rig.mlp('logs', 'train', '--run', '2')).toMatchObject({out: 'training\n', talk: ''});
    expect((await rig.mlp('logs', 'train', '--list')).out.trimEnd().split('\n')).toHaveLength(2);
  });

  it('of a run that was deleted, of no such run, stage or attempt: a sentence', async () => {
    await using rig = await threeRuns();
    await rig.mlp('rm', '1');
    expect((await rig.mlp('show', '3')).out).toMatch(/prepare .*made in run 1, which was deleted\n/);
    const talk = async (...argv: string[]): Promise<string> => {
      const result = await rig.mlp('logs', ...argv);
      expect(result).toMatchObject({code: 2, out: ''});
      return result.talk;
    };
    expect(await talk('prepare', '--run', '3')).toContain('was made in run 1, which was deleted with its logs');
    expect(await talk('prepare', '--run', '1')).toContain('there is no run 1');
    expect(await talk('absent', '--run', '3')).toContain('run 3 did not come to absent');
    expect(await talk('absent')).toContain('never started');
    expect(await talk('train', '--attempt', 'no such')).toContain('there is no attempt "no such"');
    expect(await talk('nobody', '--list')).toContain('there is no attempt of nobody');
  });
});
