/** Conflict markers in mlp.lock: every command works, the next whole run settles them. */
import {describe, expect, it} from 'vitest';
import {chainText, cloneWithCache, expectSettled, FOUR, gitProject, hasMarkers, set, type GitRig} from './git-rig.ts';

describe('with conflict markers in mlp.lock', () => {
  const conflicted = async (style = 'merge'): Promise<GitRig> => {
    const rig = await gitProject(chainText(FOUR), FOUR);
    rig.git('config', 'merge.conflictStyle', style);
    await rig.branch('ours', set('train', 2));
    await rig.branch('theirs', set('train', 3));
    rig.git('merge', '--quiet', 'ours');
    rig.tryGit('merge', '--no-edit', 'theirs');
    rig.git('checkout', '--ours', 'params/train.txt');
    return rig;
  };

  it('commands that only look work, and leave the file alone', async () => {
    await using rig = await conflicted();
    rig.forgetHistory();
    const before = rig.read('mlp.lock');
    const commands = [
      ['plan'],
      ['status'],
      ['why', 'train'],
      ['dag', '--stale'],
      ['diff', 'HEAD'],
      ['diff'],
      ['metrics'],
      ['doctor'],
      ['runs'],
      ['clean', '--dry-run'],
      ['gc', '--dry-run'],
    ];
    for (const argv of commands) {
      const {code, talk} = await rig.mlp(...argv);
      expect({argv, code, talk}).toEqual({argv, code: 0, talk: expect.not.stringContaining('bug in mlp')});
      expect(rig.read('mlp.lock')).toBe(before);
    }
  });

  it.each(['merge', 'diff3', 'zdiff3'])('of the style %s', async (style) => {
    await using rig = await conflicted(style);
    rig.forgetHistory();
    expect(await rig.run()).toMatchObject({code: 0, ran: []});
    await expectSettled(rig, FOUR);
  });

  it('committed by mistake, the next run still settles it', async () => {
    await using rig = await conflicted();
    rig.commit('with markers');
    await using clone = cloneWithCache(rig);
    expect(await clone.run()).toMatchObject({code: 0, ran: []});
    expect(hasMarkers(clone)).toBe(false);
  });

  it('nested, as a second merge over the first leaves them, everything known to one side still counts', async () => {
    await using rig = await conflicted();
    rig.commit('with markers');
    await rig.branch('third', set('evaluate', 5), 'HEAD~1');
    rig.tryGit('merge', '--no-edit', 'third');
    rig.forgetHistory();
    const {code, ran} = await rig.run();
    expect(code).toBe(0);
    expect(ran.filter((name) => name !== 'evaluate')).toEqual([]);
    await expectSettled(rig, FOUR);
  });
});
