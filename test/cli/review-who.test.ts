/** `approval: true`: who may decide, and how much is known of them. */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';
import {ANNA, approve, BEN, commit, decisions, git, project, requestOf} from './review-project.ts';

describe('who is who', () => {
  it('a reviewer who was removed later stays one for what they decided before', async () => {
    await using rig = project({by: '["@leads"]', reviewers: `version: 1\ngroups: {"@leads": [${ANNA}]}\n`});
    git(rig, 'init', '-q');
    await rig.run();
    await approve(rig, await requestOf(rig));
    commit(rig, ANNA, 'approve');
    rig.write('reviewers.yaml', `version: 1\ngroups: {"@leads": [${BEN}]}\n`);
    commit(rig, BEN, 'Anna left');
    expect((await rig.run()).outcomes).toMatchObject({review: 'ran'});
    // What she decides from now on does not count.
    rig.write('data.csv', 'two\n');
    await rig.run();
    expect((await approve(rig, await requestOf(rig))).talk).toContain('was no reviewer');
  });

  it('a decision about other contents than are shown does not count, whatever id it has', async () => {
    await using rig = project();
    await rig.run();
    await approve(rig, await requestOf(rig));
    const file = `reviews/review/${String(decisions(rig)[0])}`;
    rig.write(file, rig.read(file).replace(/hash: \w+/, `hash: ${'f'.repeat(64)}`));
    const result = await rig.run();
    expect(result.outcomes).toMatchObject({review: 'waiting'});
    expect(result.out).toContain('it lists other contents than those that are shown');
  });

  it('an approval of a time to come would never expire, and does not count', async () => {
    await using rig = project({keys: 'expires: 30d'});
    await rig.run();
    await approve(rig, await requestOf(rig));
    const file = `reviews/review/${String(decisions(rig)[0])}`;
    rig.write(file, rig.read(file).replace(/^at: .*$/m, 'at: 2999-01-01T00:00:00Z'));
    expect((await rig.run()).outcomes).toMatchObject({review: 'waiting'});
  });

  it('the newest word counts also of those that are not committed yet', async () => {
    await using rig = project({by: `[${ANNA}, ${BEN}]`});
    git(rig, 'init', '-q');
    await rig.run();
    const id = await requestOf(rig);
    const write = (who: string, word: string, at: string): void => {
      const text = rig.read(`reviews/review/${id}.anna@firm-lt.yaml`);
      rig.write(
        `reviews/review/${id}.${who.replace('.', '-')}.yaml`,
        text
          .replace(/^who: .*$/m, `who: ${who}`)
          .replace(/^decision: .*$/m, `decision: ${word}`)
          .replace(/^at: .*$/m, `at: ${at}`),
      );
    };
    await approve(rig, id);
    write(BEN, 'approved', '2026-01-01T00:00:00Z');
    write(ANNA, 'rejected', '2026-01-02T00:00:00Z');
    expect((await rig.run()).outcomes).toMatchObject({review: 'failed'});
    write(BEN, 'approved', '2026-01-03T00:00:00Z');
    expect((await rig.run()).outcomes).toMatchObject({review: 'ran'});
  });

  it('nobody approves what they changed since the last approval', async () => {
    await using rig = project({by: `[${ANNA}, ${BEN}]`, keys: 'not_author: true'});
    await rig.run();
    expect((await approve(rig, await requestOf(rig))).talk).toContain('needs Git');
    git(rig, 'init', '-q');
    rig.write('README.md', 'hello');
    commit(rig, ANNA, 'begin');
    const own = await approve(rig, await requestOf(rig));
    expect(own.code).toBe(2);
    expect(own.talk).toContain('changed what is shown');
    expect((await rig.mlp('approve', await requestOf(rig), '--as', BEN)).code).toBe(0);
    commit(rig, BEN, 'approve');
    expect((await rig.run()).code).toBe(0);
    // Ben changes the data: now Anna may, and he may not.
    rig.write('data.csv', 'two\n');
    expect((await rig.run()).code).toBe(3);
    expect((await approve(rig, await requestOf(rig))).talk).toContain('`data.csv` is not committed');
    commit(rig, BEN, 'new data');
    rig.write('README.md', 'no part of it');
    commit(rig, ANNA, 'words');
    expect((await rig.mlp('approve', await requestOf(rig), '--as', BEN)).talk).toContain('changed what is shown');
    expect((await approve(rig, await requestOf(rig))).code).toBe(0);
    expect((await rig.run()).code).toBe(0);
  });

  it('nor do they by naming a commit before their changes, or by approving something else first', async () => {
    await using rig = project({by: `[${ANNA}, ${BEN}]`, keys: 'not_author: true'});
    git(rig, 'init', '-q');
    commit(rig, 'carl@firm.lt', 'begin');
    const before = git(rig, 'rev-parse', 'HEAD').trim();
    rig.write('data.csv', 'two\n');
    commit(rig, ANNA, 'new data');
    await rig.run();
    const id = await requestOf(rig);
    await rig.mlp('approve', id, '--as', BEN);
    const [file] = decisions(rig);
    const text = rig.read(`reviews/review/${String(file)}`).replace(BEN, ANNA);
    rig.remove(`reviews/review/${String(file)}`);
    // By hand, as the command would not write it.
    rig.write(`reviews/review/${id}.anna.yaml`, text.replace(/^commit: .*$/m, `commit: ${before}`));
    expect((await rig.run()).out).toContain('`anna@firm.lt` changed what is shown');
    rig.write(`reviews/review/${id}.anna.yaml`, text);
    rig.write('reviews/review/0123456789abcdef0123.anna.yaml', text.replaceAll(id, '0123456789abcdef0123'));
    const result = await rig.run();
    expect(result.outcomes).toMatchObject({review: 'waiting'});
    expect(result.out).toContain('`anna@firm.lt` changed what is shown');
  });

  it('a shallow clone says what it cannot tell instead of guessing', async () => {
    await using rig = project({
      by: '["@leads"]',
      keys: 'not_author: true',
      reviewers: `version: 1\ngroups: {"@leads": [${BEN}]}\n`,
    });
    git(rig, 'init', '-q');
    commit(rig, ANNA, 'begin');
    await rig.run();
    await rig.mlp('approve', await requestOf(rig), '--as', BEN);
    commit(rig, BEN, 'approve');
    rig.write('reviewers.yaml', 'version: 1\n');
    commit(rig, ANNA, 'Ben left');
    await using clone = new Rig();
    git(clone, 'clone', '-q', '--depth', '1', `file://${rig.folder}`, 'c');
    const shallow = new Rig(clone.path('c'));
    const result = await shallow.run();
    expect(result.outcomes).toMatchObject({review: 'waiting'});
    expect(result.out).toContain('git fetch --unshallow');
    git(shallow, 'fetch', '-q', '--unshallow');
    expect((await shallow.run()).outcomes).toMatchObject({review: 'ran'});
  });

  it('`require: signed` takes a signature by the key of that person, and no other', async () => {
    await using rig = project({by: `[${ANNA}, ${BEN}]`, keys: 'require: signed'});
    git(rig, 'init', '-q');
    await using keys = new Rig();
    for (const name of ['anna', 'eve']) execFileSync('ssh-keygen', ['-qt', 'ed25519', '-N', '', '-f', keys.path(name)]);
    rig.write('allowed_signers', `${ANNA} ${keys.read('anna.pub')}`);
    commit(rig, ANNA, 'keys');
    await rig.run();
    const id = await requestOf(rig);
    expect((await approve(rig, id)).talk).toContain('must be signed, and there is no key');
    expect((await approve(rig, id, '--key', keys.path('eve'))).talk).toContain('is not in `allowed_signers`');
    expect((await rig.mlp('approve', id, '--as', BEN, '--key', keys.path('anna'))).talk).toContain(
      'it says `ben@firm.lt` and is signed by `anna@firm.lt`',
    );
    expect((await approve(rig, id, '--key', keys.path('anna'))).out).toContain('It is signed.');
    expect((await rig.run()).code).toBe(0);
    expect(JSON.parse(rig.read('approval.json'))).toMatchObject({decisions: [{levels: ['claim', 'signed']}]});
    expect((await rig.mlp('review', 'show', id)).out).toContain('signed by SHA256:');
    // One word changed, and the signature is not good any more.
    edit(rig, `reviews/review/${id}.anna@firm-lt.yaml`, 'how: local', 'how: github');
    const tampered = await rig.run();
    expect(tampered.outcomes).toMatchObject({review: 'waiting'});
    expect(tampered.out).toContain('its signature is not good');
    // A claim is none.
    edit(
      rig,
      `reviews/review/${id}.anna@firm-lt.yaml`,
      /^signature: [^]*$/m.exec(rig.read(`reviews/review/${id}.anna@firm-lt.yaml`))?.[0] ?? '',
      '',
    );
    expect((await rig.run()).out).toContain('it is not signed');
  });

  it('a key in the environment signs, too', async () => {
    await using rig = project({keys: 'require: signed'});
    await using keys = new Rig();
    execFileSync('ssh-keygen', ['-qt', 'ed25519', '-N', '', '-f', keys.path('anna')]);
    rig.write('allowed_signers', `${ANNA} ${keys.read('anna.pub')}`);
    await rig.run();
    rig.env = {...rig.env, MLP_SIGNING_KEY: keys.read('anna')};
    expect((await approve(rig, await requestOf(rig))).code).toBe(0);
    expect((await rig.run()).code).toBe(0);
  });

  it('the environment of a forge gives a name and no more', async () => {
    await using rig = project({by: '[octocat]'});
    await rig.run();
    rig.env = {...rig.env, GITHUB_ACTOR: 'octocat'};
    const told = await rig.mlp('approve', await requestOf(rig), '--from', 'github');
    expect(told.out).toContain('a claim');
    expect((await rig.run()).code).toBe(0);
    expect(JSON.parse(rig.read('approval.json'))).toMatchObject({
      decisions: [{who: 'octocat', how: 'github', levels: ['claim']}],
    });
  });

  it('`require: forge` wants the decision in the protected branch, as it is here', async () => {
    await using rig = project({keys: 'require: forge'});
    git(rig, 'init', '-q', '-b', 'main');
    commit(rig, ANNA, 'begin');
    git(rig, 'branch', 'protected');
    rig.env = {...rig.env, MLP_REVIEW_POLICY: 'protected'};
    await rig.run();
    const id = await requestOf(rig);
    expect((await approve(rig, id)).code).toBe(0);
    commit(rig, ANNA, 'approve');
    const before = await rig.run();
    expect(before.outcomes).toMatchObject({review: 'waiting'});
    expect(before.out).toContain('not in protected as it is here');
    git(rig, 'branch', '-f', 'protected', 'main');
    expect((await rig.run()).code).toBe(0);
  });

  it('a change cannot choose its own reviewers where the protected branch is named', async () => {
    await using rig = project({by: '["@leads"]', reviewers: `version: 1\ngroups: {"@leads": [${ANNA}]}\n`});
    git(rig, 'init', '-q', '-b', 'main');
    commit(rig, ANNA, 'begin');
    git(rig, 'branch', 'protected');
    await rig.run();
    rig.write('reviewers.yaml', `version: 1\ngroups: {"@leads": [eve@x]}\n`);
    const id = await requestOf(rig);
    expect((await rig.mlp('approve', id, '--as', 'eve@x')).code).toBe(0);
    commit(rig, 'eve@x', 'me');
    rig.env = {...rig.env, MLP_REVIEW_POLICY: 'protected'};
    expect((await rig.run()).outcomes).toMatchObject({review: 'waiting'});
  });
});
