/** `baseline: approved` of `evaluate`: the newest packaged model that people approved, on the same rows. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {ANNA, requestOf} from './review-project.ts';

interface Setup {
  readonly baseline?: string;
  /** The dep of `evaluate` that has the rows as a request has them. */
  readonly rows?: string;
  readonly deps?: string;
  readonly more?: string;
}

const pipeline = ({
  baseline = 'approved',
  rows = 'rows: test.csv',
  deps = 'predictions: predictions.csv',
  more = '',
}: Setup = {}): string => `mlp: 1
stages:
  train:
    uses: train
    deps: {features: train.csv}
    with: {model: logistic, label: y}
    outs: {model: model.bin}
  predict:
    uses: predict
    deps: {model: model.bin, features: test.csv}
    with: {label: y}
    outs: {predictions: predictions.csv}
  evaluate:
    uses: evaluate
    deps: {predictions: predictions.csv, ${rows}}
    with: {baseline: ${baseline}, on_fail: continue, gates: [{metric: accuracy, drop_max: 0.1}], slices: [side]}
    outs: {report: report}
  review:
    approval: true
    shows: [report]
    by: [${ANNA}]
    outs: {record: approval.json}
  package:
    uses: package
    deps: {model: model.bin, rows: test.csv, ${deps}, approval: approval.json}
    with: {name: names${deps === '' ? ', parity: false' : ''}}
    outs: {bundle: bundle}
${more}`;

/** Whether x is above the cut, by 60 rows: a cut at 30 is what is true. */
const table = (cut: number, isFlipped = false): string =>
  `x,z,side,y\n${Array.from({length: 60}, (_, x) => `${x},${(x * 7) % 5},${x % 2 === 0 ? 'even' : 'odd'},${x >= cut !== isFlipped ? 'B2B' : 'B2C'}`).join('\n')}\n`;

function project(setup?: Setup): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipeline(setup));
  rig.write('train.csv', table(30));
  rig.write('test.csv', table(30));
  return rig;
}

async function approve(rig: Rig): Promise<void> {
  const said = await rig.mlp('approve', await requestOf(rig), '--as', ANNA, '--note', 'seen');
  expect(said.talk).toBe('');
}

/** Runs, approves what it shows, runs: one more version. */
async function release(rig: Rig): Promise<void> {
  const first = await rig.run();
  expect(first.outcomes).toMatchObject({evaluate: 'ran', review: 'waiting'});
  await approve(rig);
  const second = await rig.run();
  expect(second.outcomes).toMatchObject({evaluate: 'skipped', review: 'ran', package: 'ran'});
  expect(second.code).toBe(0);
}

interface Gates {
  readonly state: string;
  readonly baseline: string;
}

const gates = (rig: Rig): Gates => JSON.parse(rig.read('report/gates.json')) as Gates;
const logOf = async (rig: Rig): Promise<string> => (await rig.mlp('logs', 'evaluate')).out;

describe('baseline: approved', () => {
  it('is nothing at first, then the newest approved version, and approving changes no report', async () => {
    await using rig = project();
    await release(rig);
    expect(gates(rig)).toMatchObject({state: 'unjudged', baseline: 'none'});
    expect(await logOf(rig)).toContain('no baseline: `approved` is no packaged model yet');
    expect((await rig.run('--expect-noop')).code).toBe(0);
    expect((await rig.mlp('status', '--check')).code).toBe(0);

    // A worse model: it is held against version 1, and nobody approves it.
    rig.write('train.csv', table(30, true));
    expect((await rig.mlp('plan')).out).toMatch(/evaluate +may/);
    expect((await rig.run()).outcomes).toMatchObject({evaluate: 'ran', review: 'failed'});
    expect(gates(rig)).toMatchObject({state: 'fail', baseline: 'paired'});
    expect(await logOf(rig)).toContain('baseline: names@1');

    // Another good one becomes version 2.
    rig.write('train.csv', table(29));
    await release(rig);
    expect(gates(rig)).toMatchObject({baseline: 'paired'});
    expect((await rig.mlp('models')).out).toMatch(/names +2 .*yes.*\nnames +1 .*yes/);
    expect((await rig.run('--expect-noop')).code).toBe(0);
    expect((await rig.mlp('plan')).out).not.toMatch(/evaluate +run/);

    // And is what the next one is compared with.
    rig.write('train.csv', table(31));
    await rig.run();
    expect(await logOf(rig)).toContain('baseline: names@2');
    const predicted = await rig.mlp('predict', 'names@approved', 'test.csv');
    expect(predicted.out).toBe((await rig.mlp('predict', 'names@2', 'test.csv')).out);
    expect((await rig.mlp('models', 'names@approved')).out).toMatch(/^names@2/);

    // What has gone since is made again from what is kept.
    rig.remove('report');
    expect((await rig.run()).outcomes).toMatchObject({evaluate: 'restored'});
    expect((await rig.mlp('gc', '--older-than', '0d')).code).toBe(0);
    expect((await rig.mlp('predict', 'names@1', 'test.csv')).code).toBe(0);
    // The model that it was compared with, and what that one was made of, belong to its lineage.
    const lineage = JSON.parse((await rig.mlp('lineage', 'report', '--json')).out) as {
      readonly files: readonly {readonly path: string; readonly madeBy?: readonly number[]}[];
      readonly results: readonly {readonly id: number; readonly stage: string}[];
    };
    const maker = lineage.files.find(({path}) => path === 'bundle')?.madeBy?.[0];
    expect(lineage.results.find(({id}) => id === maker)?.stage).toBe('package');
    expect(await rig.mlp('verify', 'evaluate')).toMatchObject({code: 0});
  });

  it('counts no version that nobody approved', async () => {
    await using rig = project();
    rig.write('pipeline.yaml', pipeline().replace(', approval: approval.json', ''));
    await rig.run();
    expect((await rig.mlp('models')).out).toMatch(/names +1 /);
    expect((await rig.mlp('predict', 'names@approved', 'test.csv')).talk).toContain(
      'no version of `names` is approved',
    );
    rig.write('train.csv', table(29));
    await rig.run();
    expect(gates(rig).baseline).toBe('none');
  });

  it('counts no version whose approval somebody wrote by hand', async () => {
    await using rig = project();
    await release(rig);
    rig.write('by-hand.json', rig.read('approval.json').replace('"approved"', ' "approved"'));
    rig.write('pipeline.yaml', pipeline().replace('approval: approval.json', 'approval: by-hand.json'));
    rig.write('train.csv', table(29));
    await rig.run('package');
    expect((await rig.mlp('models')).out).toMatch(/names +2 +none +just now .*\nnames +1 +none +yes/);
  });

  it('is no alias', async () => {
    await using rig = project();
    await release(rig);
    for (const words of [
      ['promote', 'names', 'approved'],
      ['rollback', 'names', 'approved'],
    ])
      expect((await rig.mlp(...words)).talk).toContain('`approved` is no alias');
  });

  it.each([
    ['an alias', 'names@champion', 'names@1'],
    ['a number', 'names@1', 'names@1'],
  ])('may be %s', async (_, baseline, version) => {
    await using rig = project();
    await release(rig);
    expect((await rig.mlp('promote', 'names@1')).code).toBe(0);
    rig.write('train.csv', table(29));
    await release(rig);
    rig.write('pipeline.yaml', pipeline({baseline}));
    await rig.run();
    expect(await logOf(rig)).toContain(`baseline: ${version}`);
    // Promoting what was judged does not change its report; going back neither.
    expect((await rig.mlp('promote', 'names@2')).code).toBe(0);
    expect((await rig.run()).outcomes).toMatchObject({evaluate: 'skipped'});
    expect((await rig.mlp('rollback', 'names')).code).toBe(0);
    expect((await rig.run()).outcomes).toMatchObject({evaluate: 'skipped'});
  });

  it('says in `why` which version came in its place', async () => {
    await using rig = project({baseline: 'names@champion'});
    await release(rig);
    rig.write('train.csv', table(29));
    await release(rig);
    expect((await rig.mlp('why', 'evaluate')).out).not.toContain('version 1');
    await rig.mlp('promote', 'names@1');
    expect((await rig.mlp('why', 'evaluate')).out).toMatch(/input +names@champion +none (→|->) version 1/);
    expect((await rig.mlp('plan')).out).toMatch(/evaluate +run .*names@champion/);
  });

  it('says what is missing: rows, a version, which of several models, predictions', async () => {
    await using rig = project({rows: 'other: test.csv'});
    expect((await rig.mlp('run')).talk).toContain('name them as `rows` in `deps`');
    rig.write('pipeline.yaml', pipeline({baseline: 'names@7'}));
    expect((await rig.mlp('run')).talk).toContain('the model `names` has no version `7`');
    rig.write('pipeline.yaml', pipeline({baseline: 'nmaes@approved'}));
    await rig.run();
    expect(await logOf(rig)).toContain('no baseline: `nmaes@approved` is no packaged model yet');
    const other = '  other: {uses: package, deps: {model: model.bin}, with: {name: two, parity: false}, outs: [two]}\n';
    rig.write('pipeline.yaml', pipeline({more: other, deps: ''}).replace(', ,', ','));
    await release(rig);
    rig.write('train.csv', table(29));
    expect((await rig.mlp('run')).talk).toContain('say which, `names@approved`, `two@approved`');
    rig.write('pipeline.yaml', pipeline({baseline: 'names@approved'}));
    expect((await rig.mlp('run')).talk).toContain('it was packaged without the dep `predictions`');
  });

  it('fails with what the packaged model says of rows that it cannot take, or are others', async () => {
    await using rig = project();
    await release(rig);
    rig.write('train.csv', table(29));
    rig.write('other.csv', 'x\n1\n');
    rig.write('pipeline.yaml', pipeline({rows: 'rows: other.csv'}));
    expect((await rig.mlp('run')).talk).toContain('`names@1`, the baseline, cannot predict `rows`');
    rig.write('other.csv', 'x,z\n1,2\n');
    expect((await rig.mlp('run')).talk).toContain('`rows` has 1 rows and `predictions` 60');
  });
});
