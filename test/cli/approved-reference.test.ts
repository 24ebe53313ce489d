/** `reference: approved`: data is compared with that of the newest packaged model that people approved. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {ANNA, requestOf} from './review-project.ts';

const pipeline = (reference = 'approved', packed = ', profile: profile.json, data: data.csv'): string => `mlp: 1
stages:
  check:
    uses: validate
    with: {data: data.csv, schema: schema.yaml, reference: ${reference}, fail_on: never}
    outs: {findings: findings.json, profile: profile.json, page: page.html}
  train:
    uses: train
    deps: {features: data.csv}
    after: [check]
    with: {model: logistic, label: y}
    outs: {model: model.bin}
  review:
    approval: true
    shows: [model.bin, findings.json]
    by: [${ANNA}]
    outs: {record: approval.json}
  package:
    uses: package
    deps: {model: model.bin, approval: approval.json${packed}}
    with: {name: names, parity: false}
    outs: {bundle: bundle}
`;

const SCHEMA =
  'columns: {x: {type: integer}, y: {type: string}}\nrows: {change: 50%}\ncompare: {drift: {warn: 0.1, error: 0.25}}\n';

/** 200 rows, of which `moved` say by how much x is larger. */
const table = (moved: number): string =>
  `x,y\n${Array.from({length: 200}, (_, row) => `${(row % 50) + moved},${row % 2 === 0 ? 'a' : 'b'}`).join('\n')}\n`;

function project(text = pipeline()): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', text);
  rig.write('schema.yaml', SCHEMA);
  rig.write('data.csv', table(0));
  return rig;
}

/** Runs, approves what it shows, runs: one more version. */
async function release(rig: Rig): Promise<void> {
  expect((await rig.run()).outcomes).toMatchObject({review: 'waiting'});
  expect((await rig.mlp('approve', await requestOf(rig), '--as', ANNA, '--note', 'seen')).talk).toBe('');
  const second = await rig.run();
  expect(second.outcomes).toMatchObject({check: 'skipped', review: 'ran', package: 'ran'});
  expect(second.code).toBe(0);
}

interface Found {
  readonly code: string;
  readonly level: string;
}

const driftOf = (text: string): readonly string[] =>
  (JSON.parse(text) as {readonly findings: readonly Found[]}).findings
    .filter(({code}) => code.startsWith('drift.'))
    .map(({level}) => level);
const logOf = async (rig: Rig): Promise<string> => (await rig.mlp('logs', 'check')).out;

describe('reference: approved', () => {
  it('is nothing at first, then the data of the newest approved version, never the very data that is judged', async () => {
    await using rig = project();
    await release(rig);
    expect(driftOf(rig.read('findings.json'))).toEqual([]);
    expect(await logOf(rig)).toContain('no reference: `approved` is no packaged model with a profile yet');
    expect((await rig.run('--expect-noop')).code).toBe(0);
    expect((await rig.mlp('status', '--check')).code).toBe(0);

    // Another table is held against the one that version 1 was made of, and is what version 2 is made of.
    rig.write('data.csv', table(40));
    await release(rig);
    expect(driftOf(rig.read('findings.json'))).toContain('error');
    expect(await logOf(rig)).toContain('reference: names@1');
    expect(rig.read('page.html')).toContain('names@1');
    expect((await rig.mlp('lineage', 'findings.json')).out).toMatch(/profile.json/);
    expect((await rig.run('--expect-noop')).code).toBe(0);

    rig.write('data.csv', table(42));
    expect((await rig.mlp('plan')).out).toMatch(/check +run/);
    await rig.run();
    expect(await logOf(rig)).toContain('reference: names@2');
    expect(driftOf(rig.read('findings.json'))).not.toContain('error');
    expect((await rig.mlp('gc', '--older-than', '0d')).code).toBe(0);
    expect((await rig.run('--force', 'check')).outcomes).toMatchObject({check: 'ran'});
  });

  it('passes over versions that were packaged without a profile', async () => {
    await using rig = project(pipeline('approved', ''));
    await release(rig);
    rig.write('data.csv', table(40));
    await rig.run();
    expect(await logOf(rig)).toContain('no reference: ');
    rig.write('pipeline.yaml', pipeline('names@1', ''));
    expect((await rig.mlp('run')).talk).toContain(
      'there is no profile in `names@1`: it was packaged without the deps `profile` and `data`',
    );
    expect((await rig.mlp('drift', 'names@1', 'data.csv')).talk).toContain('there is no profile in `names@1`');
  });

  it('needs the table that the profile is of', async () => {
    await using rig = project(pipeline('approved', ', profile: profile.json'));
    await rig.run();
    await rig.mlp('approve', await requestOf(rig), '--as', ANNA, '--note', 'seen');
    expect((await rig.mlp('run')).talk).toContain(
      'the `profile` is of a table: name that table in `deps`, too, as `data`',
    );
    rig.write('pipeline.yaml', pipeline('approved', ', profile: schema.yaml, data: data.csv'));
    expect((await rig.mlp('run')).talk).toContain('`schema.yaml` is no profile: ');
  });

  it('may be a version by its number or alias, and the same holds for `check-drift`', async () => {
    await using rig = project();
    await release(rig);
    await rig.mlp('promote', 'names@1', 'champion');
    rig.write('data.csv', table(40));
    rig.write(
      'pipeline.yaml',
      `${pipeline('names@1')}  drift:
    uses: check-drift
    with: {reference: names@champion, data: data.csv, fail_on: never}
    outs: {findings: drift.json, page: drift.html, profile: now.json}
  nobody:
    uses: check-drift
    with: {reference: names@shadow, data: data.csv}
    outs: {findings: nobody.json, page: nobody.html, profile: nobody-profile.json}
`,
    );
    expect((await rig.run()).outcomes).toMatchObject({check: 'ran', drift: 'ran', nobody: 'ran'});
    expect(driftOf(rig.read('findings.json'))).toContain('error');
    expect(driftOf(rig.read('drift.json'))).toContain('error');
    expect(rig.read('drift.html')).toContain('names@1');
    expect(rig.read('now.json')).toBe(rig.read('profile.json'));
    expect(driftOf(rig.read('nobody.json'))).toEqual([]);
    expect(rig.read('nobody-profile.json')).toBe(rig.read('profile.json'));
  });
});

describe('a packaged model on the command line', () => {
  it('is what tables are compared with, and prints its files', async () => {
    await using rig = project();
    await release(rig);
    const printed = await rig.mlp('models', 'names@approved', '--file', 'profile.json');
    expect(printed).toEqual({code: 0, out: rig.read('bundle/profile.json'), talk: ''});
    expect(printed.out).toBe(rig.read('profile.json'));

    rig.write('new.csv', table(40));
    expect((await rig.mlp('drift', 'names@approved', 'data.csv')).code).toBe(0);
    const far = await rig.mlp('drift', 'names@1', 'new.csv', '--json');
    expect(far.code).toBe(1);
    expect(driftOf(far.out)).toContain('error');
    const words = ['validate', 'new.csv', '--schema', 'schema.yaml', '--json', '--reference'];
    expect(driftOf((await rig.mlp(...words, 'names@1')).out)).toContain('error');
    // A file of that name comes first.
    rig.write('names@1', table(40));
    expect((await rig.mlp('drift', 'names@1', 'new.csv')).code).toBe(0);
  });

  it('says what is wrong', async () => {
    await using rig = project();
    await release(rig);
    for (const [words, message] of [
      ['models names@1 --file profil.json', 'did you mean `profile.json`?'],
      ['models names@1 --file zzzzzzzz', 'there is no file `zzzzzzzz` in `names@1`'],
      ['models names@1 --file model.bin', '`model.bin` is no text'],
      ['models --file profile.json', '`--file` is of one version'],
      ['models names@7 --file profile.json', 'has no version or alias `7`'],
      ['drift names@7 data.csv', 'has no version or alias `7`'],
      ['validate data.csv --schema schema.yaml --reference nams@1', 'there is no model `nams`: `names`?'],
    ] as const) {
      const {code, talk} = await rig.mlp(...words.split(' '));
      expect([code, talk]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
