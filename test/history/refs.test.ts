/** What a word on the command line means, through `mlp params REF`, which says of what it shows them. */
import {describe, expect, it} from 'vitest';
import {openHost} from '../../src/host/open-host.ts';
import {resolveRef} from '../../src/history/refs.ts';
import {GitRig} from '../safety/git-rig.ts';
import {Rig} from '../rig/rig.ts';
import {open, owner} from '../store/store-rig.ts';
import {PARAMS, PIPELINE, edit, project} from '../rules/project.ts';

async function of(rig: Rig, ref: string): Promise<string> {
  const {out, talk} = await rig.mlp('params', ref, '--json');
  return out === '' ? talk : (JSON.parse(out) as {of: string}).of;
}

async function repository(): Promise<GitRig> {
  const rig = new GitRig();
  rig.git('init', '--quiet', '--initial-branch=main');
  rig.write('.gitignore', '.mlp/\n');
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('params.yaml', PARAMS);
  rig.write('raw.txt', 'one\n');
  await rig.run();
  rig.commit('first');
  edit(rig, 'params.yaml', '200', '300');
  await rig.run();
  rig.commit('second');
  return rig;
}

describe('runs', () => {
  it('by number, name, tag and from the end', async () => {
    await using rig = project();
    await rig.run();
    await rig.run();
    await rig.run();
    await rig.mlp('edit', '1', '--name', 'base line', '--tag', 'good');
    expect(await of(rig, '2')).toBe('run 2');
    expect(await of(rig, 'run:2')).toBe('run 2');
    expect(await of(rig, 'last')).toBe('run 3');
    expect(await of(rig, 'last~2')).toBe('run 1 (base line)');
    expect(await of(rig, 'base line')).toBe('run 1 (base line)');
    expect(await of(rig, 'run:good')).toBe('run 1 (base line)');
    expect(await of(rig, 'last~3')).toContain('only 3 have ended');
    expect(await of(rig, '4')).toContain('there is no run 4');
    expect(await of(rig, 'godo')).toContain('did you mean `good`?');
  });

  it('of many, how many have ended', async () => {
    const store = open();
    const end = {endedAtMs: 1, status: 'done', counts: {}, results: []} as const;
    for (let run = 0; run < 230; run++) store.recordRun({startedAtMs: 0, argv: [], facts: {}}, owner, end);
    const refused = await resolveRef('last~230', {host: openHost('/'), store, cwd: '/'});
    expect(refused).toMatchObject({ok: false, error: {message: expect.stringContaining('only 230 have ended')}});
  });

  it('none yet', async () => {
    await using rig = project();
    expect(await of(rig, 'last')).toContain('no run has ended yet');
    expect(await of(rig, 'workspace')).toBe('workspace');
  });
});

describe('what the workspace is compared with when nothing is said', () => {
  it('is the main branch of the origin, also where it was never checked out', async () => {
    await using rig = await repository();
    rig.git('update-ref', 'refs/remotes/origin/develop', 'HEAD~1');
    rig.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
    rig.git('checkout', '--quiet', '-b', 'feature');
    expect((await rig.mlp('diff', '--only', 'params')).out).toMatch(
      /^origin\/develop \([0-9a-f]{7}\) → workspace; compared with what develop committed\n/,
    );
  });
});

describe('revisions', () => {
  it('HEAD, its ancestors, a branch, a tag with another name than ASCII, a commit', async () => {
    await using rig = await repository();
    rig.git('tag', 'größe/v1', 'HEAD~1');
    rig.git('tag', '--annotate', '--message', 'x', 'v2');
    const [second = '', first = ''] = rig.git('log', '--format=%H').split('\n');
    expect(await of(rig, 'HEAD')).toBe(`HEAD (${second.slice(0, 7)})`);
    expect(await of(rig, 'HEAD~1')).toBe(`HEAD~1 (${first.slice(0, 7)})`);
    expect(await of(rig, 'main')).toBe(`main (${second.slice(0, 7)})`);
    expect(await of(rig, 'größe/v1')).toBe(`größe/v1 (${first.slice(0, 7)})`);
    expect(await of(rig, 'v2')).toBe(`v2 (${second.slice(0, 7)})`);
    expect(await of(rig, first)).toBe(`commit ${first.slice(0, 7)}`);
    expect(await of(rig, `git:${first.slice(0, 10)}`)).toBe(`commit ${first.slice(0, 7)}`);
    const params = async (ref: string) => JSON.parse((await rig.mlp('params', ref, '--json')).out) as {params: unknown};
    expect((await params('HEAD~1')).params).toEqual([{stage: 'train', path: 'train.trees', value: 200}]);
    expect((await params('HEAD')).params).toEqual([{stage: 'train', path: 'train.trees', value: 300}]);
  });

  it('what means nothing: suggestions, options of git, lines, no repository', async () => {
    await using rig = await repository();
    expect(await of(rig, 'mian')).toContain('did you mean `main`?');
    expect(await of(rig, 'HEAD~9')).toContain('names nothing');
    expect(await of(rig, 'main\nHEAD')).toContain('names nothing');
    expect(await of(rig, 'a b')).toContain('"a b" names nothing');
    const option = await rig.mlp('params', '--', '--all');
    expect(option.talk).toContain('`--all` names nothing');
    await using plain = project();
    expect(await of(plain, 'HEAD')).toContain('Git finds no repository here');
  });
});

describe('a word that means two things', () => {
  it('is refused with the ways to write it', async () => {
    await using rig = await repository();
    await rig.mlp('edit', '1', '--name', 'main');
    const refused = await of(rig, 'main');
    expect(refused).toMatch(/`main` means run 1 \(main\) and the Git revision [0-9a-f]{7}/);
    expect(refused).toContain('write `run:1` or `git:main`');
    expect(await of(rig, 'run:main')).toBe('run 1 (main)');
    expect(await of(rig, 'git:main')).toMatch(/^main \(/);
    rig.git('tag', 'old.json', 'HEAD~1');
    rig.write('old.json', '{"f1": 1}');
    expect(await of(rig, 'old.json')).toContain('write `git:old.json` or `file:old.json`');
    expect(await of(rig, 'file:old.json')).toBe('old.json');
    expect(await of(rig, 'file:nope')).toContain('there is no file `file:nope`');
  });
});
