/** `approval: true`: what waits, what a decision is about, what does not count, and what gates decide. */
import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {ANNA, approve, BEN, commit, decisions, git, project, requestOf} from './review-project.ts';

describe('a stage that asks for an approval', () => {
  it('waits with all that needs it, everything else runs, exit 3 and the command to type', async () => {
    await using rig = project();
    const result = await rig.run();
    expect(result.code).toBe(3);
    expect(result.outcomes).toEqual({train: 'ran', review: 'waiting', ship: 'waiting', other: 'ran'});
    expect(result.events.at(-1)).toMatchObject({type: 'summary', status: 'waiting', exitCode: 3});
    const id = await requestOf(rig);
    expect(result.events).toContainEqual(
      expect.objectContaining({code: 'approval-needed', hint: expect.stringContaining(`mlp approve ${id}`)}),
    );
    expect(JSON.parse(rig.read(`.mlp/requests/${id}.json`))).toMatchObject({version: 1, id, stage: 'review'});
    const again = await rig.mlp('run');
    expect(again.code).toBe(3);
    expect(again.talk).toMatch(/review +waiting +needs an approval by anna@firm\.lt/);
    expect(again.talk).toContain(`mlp approve ${id}`);
    expect((await rig.mlp('plan')).out).toMatch(/review +waiting/);
    expect((await rig.mlp('plan')).out).toMatch(/ship +waiting +needs review/);
    rig.env = {...rig.env, GITHUB_ACTIONS: 'true'};
    const inCi = await rig.mlp('run', '--reporter', 'github');
    expect(inCi.out + inCi.talk).toContain(
      '::notice file=pipeline.yaml,title=review::needs an approval by anna@firm.lt',
    );
    expect((await rig.mlp('review', 'show')).out).toContain('may decide: anna@firm.lt');
    expect((await rig.mlp('status', '--check')).code).toBe(3);
    expect((await rig.mlp('why', 'review')).out).toContain('waits for a person');
    expect((await rig.mlp('dag')).code).toBe(0);
    expect((await rig.mlp('runs')).out).toContain('waiting');
  });

  it('goes on after an approval, is remembered, and asks anew when what it shows changes', async () => {
    await using rig = project({keys: 'ask: ["Looked at it?"]'});
    await rig.run();
    const first = await requestOf(rig);
    expect((await approve(rig, first)).talk).toContain('1 questions are asked and 0 answered');
    const approved = await approve(rig, first.slice(0, 8), '--note', 'fine', '--answer', 'yes');
    expect(approved.code).toBe(0);
    expect(approved.out).toContain('a claim');
    expect(decisions(rig)).toEqual([`${first}.anna@firm-lt.yaml`]);
    const result = await rig.run();
    expect(result.code).toBe(0);
    expect(result.outcomes).toEqual({train: 'skipped', review: 'ran', ship: 'ran', other: 'skipped'});
    expect(JSON.parse(rig.read('approval.json'))).toMatchObject({
      version: 1,
      request: first,
      state: 'approved',
      by: 'people',
      decisions: [{who: ANNA, note: 'fine', answers: {'Looked at it?': 'yes'}, levels: ['claim']}],
    });
    expect((await rig.run('--expect-noop')).code).toBe(0);
    rig.write('data.csv', 'two\n');
    const other = await rig.run();
    expect(other.outcomes).toMatchObject({train: 'ran', review: 'waiting', ship: 'waiting'});
    expect(await requestOf(rig)).not.toBe(first);
    expect((await rig.mlp('review', 'show')).out).toMatch(/model\.txt .*changed/);
    // Back again: the approval is still there.
    rig.write('data.csv', 'one\n');
    expect((await rig.run()).outcomes).toMatchObject({train: 'restored', review: 'skipped', ship: 'skipped'});
  });

  it('fails when it was rejected, and the newest word of a reviewer counts', async () => {
    await using rig = project({by: `[${ANNA}, ${BEN}]`});
    git(rig, 'init', '-q');
    await rig.run();
    const id = await requestOf(rig);
    await approve(rig, id);
    commit(rig, ANNA, 'approve', '2026-01-01T00:00:00Z');
    await rig.mlp('reject', id, '--as', BEN, '--note', 'no');
    commit(rig, BEN, 'reject', '2026-01-02T00:00:00Z');
    const rejected = await rig.run();
    expect(rejected.code).toBe(1);
    expect(rejected.outcomes).toMatchObject({review: 'failed', ship: 'not-run'});
    expect((await rig.mlp('run')).talk).toContain('ben@firm.lt rejected it: no');
    const shown = (await rig.mlp('review', 'show', id)).out;
    expect(shown).toContain('anna@firm.lt approved it');
    expect(shown).toContain('ben@firm.lt rejected it');
    expect(shown).toContain('reviewers disagree');
    // Ben thinks better of it: his file changes, and the commit is newer.
    await rig.mlp('approve', id, '--as', BEN);
    commit(rig, BEN, 'approve after all', '2026-01-03T00:00:00Z');
    expect((await rig.run()).outcomes).toMatchObject({review: 'ran', ship: 'ran'});
    // A rejection by somebody who is no reviewer does not count.
    rig.write(
      `reviews/review/${id}.eve.yaml`,
      rig.read(`reviews/review/${id}.anna@firm-lt.yaml`).replace(ANNA, 'eve@x').replace('approved', 'rejected'),
    );
    commit(rig, 'eve@x', 'reject', '2026-01-04T00:00:00Z');
    const eve = await rig.run();
    expect(eve.code).toBe(0);
    rig.remove('approval.json');
    expect((await rig.run()).code).toBe(0);
  });

  it('takes as many different people as it says', async () => {
    await using rig = project({
      by: '["@leads"]',
      keys: 'count: 2',
      reviewers: `version: 1\ngroups: {"@leads": [${ANNA}, ${BEN}]}\n`,
    });
    await rig.run();
    const id = await requestOf(rig);
    await approve(rig, id);
    await approve(rig, id, '--note', 'twice');
    expect((await rig.mlp('run')).talk).toContain('needs an approval by @leads besides anna@firm.lt');
    expect((await rig.mlp('approve', id, '--as', 'eve@x')).talk).toContain('was no reviewer');
    expect(decisions(rig)).toHaveLength(1);
    // An address is the same in capitals.
    await rig.mlp('approve', id, '--as', 'Anna@Firm.lt');
    expect((await rig.mlp('run')).talk).toContain('needs an approval by @leads besides');
    await rig.mlp('approve', id, '--as', 'Ben@Firm.lt');
    expect((await rig.run()).code).toBe(0);
  });

  it('expires without being part of the key', async () => {
    await using rig = project({keys: 'expires: 30d'});
    await rig.run();
    await approve(rig, await requestOf(rig));
    expect((await rig.run()).code).toBe(0);
    const [file] = decisions(rig);
    const path = rig.path(`reviews/review/${String(file)}`);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^at: .*$/m, 'at: 2020-01-01T00:00:00Z'));
    const result = await rig.run();
    expect(result.outcomes).toMatchObject({review: 'waiting', ship: 'waiting'});
    expect(result.events).toContainEqual(
      expect.objectContaining({code: 'decision-void', message: expect.stringContaining('it has expired')}),
    );
  });

  it('`--no-review` asks nobody, and is refused where CI is set', async () => {
    await using rig = project({keys: 'outs: []'.replace('outs: []', 'description: x')});
    await rig.run();
    const local = await rig.run('--no-review');
    expect(local.outcomes).toMatchObject({review: 'skipped'});
    expect((await rig.run()).outcomes).toMatchObject({review: 'waiting'});
    for (const value of ['true', '1']) {
      rig.env = {...rig.env, CI: value};
      const refused = await rig.mlp('run', '--no-review');
      expect(refused.code).toBe(2);
      expect(refused.talk).toContain('`--no-review` is refused where CI is set');
    }
    rig.env = {...rig.env, CI: 'false'};
    expect((await rig.run('--no-review')).outcomes).toMatchObject({review: 'skipped'});
  });

  it('is neither accepted nor verified', async () => {
    await using rig = project();
    await rig.run();
    expect((await rig.mlp('accept', 'review', '--because', 'x')).talk).toContain('people decide it');
    expect((await rig.mlp('verify', 'review')).code).not.toBe(0);
  });
});

describe('decisions that do not count', () => {
  it('about something that was never here', async () => {
    await using rig = project();
    await rig.run();
    const never = await approve(rig, 'deadbeef');
    expect(never.code).toBe(2);
    expect(never.talk).toContain('nothing that is here has the request `deadbeef`');
    const id = await requestOf(rig);
    await approve(rig, id);
    const text = rig.read(`reviews/review/${id}.anna@firm-lt.yaml`);
    rig.remove('reviews');
    rig.write('reviews/review/deadbeefdeadbeefdead.yaml', text.replace(id, 'deadbeefdeadbeefdead'));
    expect((await rig.run()).outcomes).toMatchObject({review: 'waiting'});
    // One that says another id than its name is told.
    rig.write(`reviews/review/${id}.yaml`, text.replace(id, 'deadbeefdeadbeefdead'));
    const renamed = await rig.run();
    expect(renamed.outcomes).toMatchObject({review: 'waiting'});
    expect(renamed.talk + renamed.out).toContain('about something else than its name says');
  });

  it('that cannot be read, each with why', async () => {
    await using rig = project();
    await rig.run();
    const id = await requestOf(rig);
    await approve(rig, id);
    const good = rig.read(`reviews/review/${id}.anna@firm-lt.yaml`);
    rig.remove('reviews');
    const bad: Readonly<Record<string, string>> = {
      'is no YAML': 'a: [',
      'is no map': '- 1\n',
      'is of version 2': good.replace('version: 1', 'version: 2'),
      '`who` is missing': good.replace(/^who:.*\n/m, ''),
      '`decision` must be one of': good.replace('decision: approved', 'decision: maybe'),
      '`at` is no time': good.replace(/^at:.*$/m, 'at: soon'),
      '`inputs` is no list': good.replace(/^inputs:[^]*?(?=^mlp)/m, 'inputs: 3\n'),
    };
    for (const [problem, text] of Object.entries(bad)) {
      rig.write(`reviews/review/${id}.yaml`, text);
      const result = await rig.run();
      expect(result.outcomes, problem).toMatchObject({review: 'waiting'});
      expect(result.out, problem).toContain(problem);
    }
  });
});

describe('gates', () => {
  const outcome = async (rig: Rig): Promise<string | undefined> => (await rig.run()).outcomes['review'];

  it('`when: inconclusive` asks a person only then', async () => {
    for (const [state, expected] of [
      ['pass', 'ran'],
      ['inconclusive', 'waiting'],
      ['unjudged', 'waiting'],
      ['fail', 'failed'],
    ] as const) {
      await using rig = project({gates: state, keys: 'when: inconclusive'});
      expect(await outcome(rig), state).toBe(expected);
    }
    await using rig = project({gates: 'pass', keys: 'when: inconclusive'});
    await rig.run();
    expect(JSON.parse(rig.read('approval.json'))).toMatchObject({by: 'gates', gates: 'pass', decisions: []});
  });

  it('`when: never` leaves it to them, `when: always` asks although they pass', async () => {
    for (const [state, when, expected] of [
      ['pass', 'never', 'ran'],
      ['inconclusive', 'never', 'failed'],
      ['pass', 'always', 'waiting'],
    ] as const) {
      await using rig = project({gates: state, keys: `when: ${when}`});
      expect(await outcome(rig), `${state} ${when}`).toBe(expected);
    }
  });

  it('that failed are passed only by an approval that says why', async () => {
    await using rig = project({gates: 'fail', keys: 'when: inconclusive'});
    await rig.run();
    const id = await requestOf(rig);
    expect((await approve(rig, id)).talk).toContain('the gates failed: an approval must say why');
    expect((await approve(rig, id, '--override', 'known outlier')).code).toBe(0);
    expect(await outcome(rig)).toBe('ran');
    expect(JSON.parse(rig.read('approval.json'))).toMatchObject({gates: 'fail', override: 'known outlier'});
    await using fine = project({gates: 'inconclusive', keys: 'when: inconclusive'});
    await fine.run();
    expect((await approve(fine, await requestOf(fine), '--override', 'x')).talk).toContain('for gates that failed');
  });

  it('that are missing or no gates are a failure that says so', async () => {
    await using none = project({keys: 'when: inconclusive'});
    expect((await none.mlp('run')).talk).toContain('needs the gates of an evaluation');
    await using odd = project({gates: 'fine', keys: 'when: inconclusive'});
    expect((await odd.mlp('run')).talk).toContain('is no gates file of version 1');
    expect((await odd.mlp('review')).out).toContain('not ready');
  });

  it('are found in a folder that is shown, and where `gates` says', async () => {
    for (const [shows, keys] of [
      ['[out]', ''],
      ['[data.csv]', '\n    gates: out/gates.json'],
    ] as const) {
      await using rig = new Rig();
      rig.write('data.csv', 'x');
      rig.write('out/gates.json', '{"version": 1, "state": "pass"}');
      rig.write(
        'pipeline.yaml',
        `mlp: 1\nstages:\n  review:\n    approval: true\n    shows: ${shows}\n    when: never${keys}\n`,
      );
      expect(await outcome(rig), shows).toBe('ran');
      expect((await rig.run('--expect-noop')).code).toBe(0);
      rig.write('out/gates.json', '{"version": 1, "state": "fail"}');
      expect(await outcome(rig), shows).toBe('failed');
    }
  });
});

it('every branch of an approval is asked for on its own', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  train: {matrix: {m: [a, b]}, cmd: 'echo \${matrix.m} > \${matrix.m}.txt', outs: ['\${matrix.m}.txt']}
  review: {matrix: {m: [a, b]}, approval: true, shows: ['\${matrix.m}.txt'], by: [${ANNA}]}
  ship: {cmd: cat a.txt > out.txt, deps: [a.txt], after: [review@a], outs: [out.txt]}
`,
  );
  expect((await rig.run()).outcomes).toMatchObject({'review@a': 'waiting', 'review@b': 'waiting', ship: 'waiting'});
  expect((await approve(rig, 'review@a')).code).toBe(0);
  expect((await rig.run()).outcomes).toMatchObject({'review@a': 'ran', 'review@b': 'waiting', ship: 'ran'});
  expect((await rig.run()).outcomes).toMatchObject({'review@a': 'skipped', 'review@b': 'waiting', ship: 'skipped'});
});
