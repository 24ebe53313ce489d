/** mlp.lock under real Git: merges of different stages go by themselves, and `mlp run` settles what does not. */
import {cpSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {
  chainText,
  cloneWithCache,
  expectSettled,
  FOUR,
  gitProject,
  hasMarkers,
  independentText,
  set,
  type GitRig,
} from './git-rig.ts';

// The machine that merges has made all results itself, or has only the cache of those who did.
describe.each([
  ['where the results were made', () => undefined],
  ['where only the cache is known', (rig: GitRig) => rig.forgetHistory()],
] as const)('%s', (_, prepare) => {
  it.each([
    ['far apart', ['ingest'], ['evaluate']],
    ['neighbours', ['featurize'], ['train']],
    ['interleaved', ['ingest', 'train'], ['featurize', 'evaluate']],
  ])('stages that two branches change merge without conflict: %s', async (_case, ours, theirs) => {
    await using rig = await gitProject(independentText(FOUR), FOUR);
    expect(await rig.branch('ours', (one) => ours.forEach((name) => set(name, 2)(one)))).toHaveLength(ours.length);
    expect(await rig.branch('theirs', (one) => theirs.forEach((name) => set(name, 3)(one)))).toHaveLength(
      theirs.length,
    );
    rig.git('merge', '--quiet', 'ours');
    rig.git('merge', '--quiet', '--no-edit', 'theirs');
    prepare(rig);
    expect(await rig.run()).toMatchObject({code: 0, ran: []});
    for (const name of ours) expect(rig.read(`out/${name}.txt`)).toBe(`${name} 2\n`);
    for (const name of theirs) expect(rig.read(`out/${name}.txt`)).toBe(`${name} 3\n`);
    await expectSettled(rig, FOUR);
  });

  it('what both branches reach runs once more, and nothing else', async () => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    await rig.branch('ours', set('ingest', 2));
    await rig.branch('theirs', set('train', 3));
    rig.git('merge', '--quiet', 'ours');
    expect(rig.tryGit('merge', '--no-edit', 'theirs').code).toBe(1);
    expect(rig.conflicts()).toEqual(['mlp.lock']);
    prepare(rig);
    expect((await rig.run()).ran).toEqual(['train', 'evaluate']);
    expect(rig.read('out/evaluate.txt')).toBe('evaluate 1\ntrain 3\nfeaturize 1\ningest 2\n');
    await expectSettled(rig, FOUR);
  });

  it('of a stage that both branches ran with other inputs, whichever is kept is not run again', async () => {
    for (const [side, value] of [
      ['--ours', 2],
      ['--theirs', 3],
    ] as const) {
      await using rig = await gitProject(chainText(FOUR), FOUR);
      await rig.branch('ours', set('train', 2));
      await rig.branch('theirs', set('train', 3));
      rig.git('merge', '--quiet', 'ours');
      expect(rig.tryGit('merge', '--no-edit', 'theirs').code).toBe(1);
      expect([...rig.conflicts()].sort()).toEqual(['mlp.lock', 'params/train.txt']);
      rig.git('checkout', side, 'params/train.txt');
      expect(hasMarkers(rig)).toBe(true);
      prepare(rig);
      expect((await rig.run()).ran).toEqual([]);
      expect(rig.read('out/train.txt')).toContain(`train ${value}\n`);
      await expectSettled(rig, FOUR);
    }
  });

  it('three branches that change different stages merge at once', async () => {
    await using rig = await gitProject(independentText(FOUR), FOUR);
    for (const [index, name] of ['ingest', 'train', 'evaluate'].entries()) await rig.branch(name, set(name, index + 2));
    rig.git('merge', '--quiet', '--no-edit', 'ingest', 'train', 'evaluate');
    prepare(rig);
    expect((await rig.run()).ran).toEqual([]);
    await expectSettled(rig, FOUR);
  });

  it.each([
    ['added in two places', ['ingest', 'clean', 'featurize', 'train', 'evaluate'], [...FOUR, 'report']],
    ['added by one, removed by the other', ['ingest', 'clean', 'featurize', 'train', 'evaluate'], FOUR.slice(0, 3)],
    ['removed by both', ['featurize', 'train', 'evaluate'], FOUR.slice(0, 3)],
  ])('stages that are %s', async (_case, ours, theirs) => {
    await using rig = await gitProject(independentText(FOUR), FOUR);
    const become = (names: readonly string[]) => (one: GitRig) => {
      one.write('pipeline.yaml', independentText(names));
      for (const name of names) if (!one.exists(`params/${name}.txt`)) set(name, 1)(one);
    };
    await rig.branch('ours', become(ours));
    await rig.branch('theirs', become(theirs));
    rig.git('merge', '--quiet', 'ours');
    rig.git('merge', '--quiet', '--no-edit', 'theirs');
    prepare(rig);
    expect((await rig.run()).ran).toEqual([]);
    const merged = ['ingest', 'clean', 'featurize', 'train', 'evaluate', 'report'].filter(
      (name) =>
        (FOUR.includes(name) && ours.includes(name) && theirs.includes(name)) ||
        (!FOUR.includes(name) && (ours.includes(name) || theirs.includes(name))),
    );
    await expectSettled(rig, merged);
  });

  it('stages that both branches add at the same place: pipeline.yaml is for the person, mlp.lock is not', async () => {
    await using rig = await gitProject(independentText(FOUR), FOUR);
    const add = (name: string) => (one: GitRig) => {
      one.write('pipeline.yaml', independentText([...FOUR, name]));
      set(name, 1)(one);
    };
    await rig.branch('ours', add('report'));
    await rig.branch('theirs', add('publish'));
    rig.git('merge', '--quiet', 'ours');
    expect(rig.tryGit('merge', '--no-edit', 'theirs').code).toBe(1);
    rig.write('pipeline.yaml', independentText([...FOUR, 'report', 'publish']));
    prepare(rig);
    expect((await rig.run()).ran).toEqual([]);
    await expectSettled(rig, [...FOUR, 'report', 'publish']);
  });

  it.each(['ours', 'theirs'])('a merge that prefers %s in every conflict', async (side) => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    await rig.branch('ours', set('train', 2));
    await rig.branch('theirs', (one) => {
      set('train', 3)(one);
      set('ingest', 3)(one);
    });
    rig.git('merge', '--quiet', 'ours');
    rig.git('merge', '--quiet', '--no-edit', `-X${side}`, 'theirs');
    prepare(rig);
    const {code, ran} = await rig.run();
    expect(code).toBe(0);
    // `theirs` took all that theirs ran; `ours` has a combination that nobody ran.
    expect(ran).toEqual(side === 'theirs' ? [] : ['train', 'evaluate']);
    expect(rig.read('out/train.txt')).toBe(`train ${side === 'theirs' ? 3 : 2}\nfeaturize 1\ningest 3\n`);
    await expectSettled(rig, FOUR);
  });

  it('a rebase, stopped by the lock alone, goes on after `mlp run`', async () => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    await rig.branch('feature', set('train', 2));
    await rig.branch('upstream', set('ingest', 3));
    rig.git('merge', '--quiet', 'upstream');
    rig.git('switch', '--quiet', 'feature');
    expect(rig.tryGit('rebase', 'main').code).toBe(1);
    expect(rig.conflicts()).toEqual(['mlp.lock']);
    prepare(rig);
    expect((await rig.run()).ran).toEqual(['train', 'evaluate']);
    rig.git('add', 'mlp.lock');
    rig.git('rebase', '--continue');
    await expectSettled(rig, FOUR);
  });

  it('a commit that is picked from another branch', async () => {
    await using rig = await gitProject(independentText(FOUR), FOUR);
    await rig.branch('ours', set('ingest', 2));
    await rig.branch('theirs', set('train', 3));
    rig.git('merge', '--quiet', 'ours');
    rig.git('cherry-pick', 'theirs');
    prepare(rig);
    expect((await rig.run()).ran).toEqual([]);
    await expectSettled(rig, FOUR);
  });

  it('a run of some stages, or one that fails, forgets no side of the conflict', async () => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    await rig.branch('ours', set('train', 2));
    await rig.branch('theirs', set('train', 3));
    rig.git('merge', '--quiet', 'ours');
    rig.tryGit('merge', '--no-edit', 'theirs');
    prepare(rig);
    const conflict = /^<{7}[^]*^>{7}.*$/m.exec(rig.read('mlp.lock'))?.[0];
    const partial = await rig.mlp('run', 'ingest');
    expect(partial).toMatchObject({code: 0, talk: expect.stringContaining('did not decide train and evaluate')});
    // The person resolves the params to nonsense first.
    rig.remove('params/train.txt');
    expect((await rig.run()).code).toBe(1);
    expect(rig.read('mlp.lock')).toContain(conflict);
    rig.git('checkout', '--theirs', 'params/train.txt');
    rig.forgetHistory();
    expect(await rig.run()).toMatchObject({code: 0, ran: []});
    await expectSettled(rig, FOUR);
  });
});

describe('what a colleague ran, pulled without conflict,', () => {
  it.each([
    ['a run of other stages', async (rig: GitRig) => expect((await rig.run('ingest')).code).toBe(0)],
    [
      'a run that fails before it gets there',
      async (rig: GitRig) => {
        rig.remove('params/ingest.txt');
        expect((await rig.run()).code).toBe(1);
        rig.git('checkout', 'params/ingest.txt');
      },
    ],
  ])('is kept in the lock by %s', async (_case, disturb) => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    await using colleague = cloneWithCache(rig);
    set('train', 2)(colleague);
    expect((await colleague.run()).ran).toEqual(['train', 'evaluate']);
    colleague.commit('train 2');
    rig.git('pull', '--quiet', colleague.folder, 'main');
    const pulled = rig.read('mlp.lock');
    await disturb(rig);
    expect(rig.read('mlp.lock')).toBe(pulled);
    // A shared cache would have the objects; here they come along by hand.
    cpSync(colleague.path('.mlp/cache'), rig.path('.mlp/cache'), {recursive: true});
    expect((await rig.run()).ran).toEqual([]);
    await expectSettled(rig, FOUR);
  });

  it('gives way to what the workspace says in a whole run', async () => {
    await using rig = await gitProject(chainText(FOUR), FOUR);
    const mine = rig.read('mlp.lock');
    await rig.branch('theirs', set('train', 2));
    rig.git('merge', '--quiet', 'theirs');
    await rig.run('ingest');
    set('train', 1)(rig);
    expect((await rig.run()).ran).toEqual([]);
    expect(rig.read('mlp.lock')).toBe(mine);
  });
});
