/** `mlp add`: sources in the cache, in mlp.lock and out of Git; back in a fresh clone; noticed when they change. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, statSync, symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {objectsOfLock, parseLock} from '../../src/model/lock-file.ts';
import {copyOf, edit, project} from '../rules/project.ts';
import type {Rig} from '../rig/rig.ts';

const git = (rig: Rig, ...argv: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], {cwd: rig.folder, encoding: 'utf8'});

const sourcesOf = (rig: Rig): readonly string[] =>
  parseLock(rig.read('mlp.lock')).candidates.flatMap(({sources = []}) => sources.map(({path}) => path));

describe('mlp add', () => {
  it('puts a file into cache, mlp.lock and .gitignore, keeps the lines of the user, and can be repeated', async () => {
    await using rig = project();
    rig.write('.gitignore', 'node_modules/\n# mine');
    await rig.run();
    const added = await rig.mlp('add', 'raw.txt');
    expect(added.code).toBe(0);
    expect(added.out).toMatch(/^raw\.txt +\d+ B +added\n$/);
    expect(rig.read('.gitignore')).toBe('node_modules/\n# mine\n/raw.txt\n');
    const lock = rig.read('mlp.lock');
    expect(lock).toMatch(/^mlp-lock: 2\nsources:\n\n {2}raw\.txt: file [0-9a-f]{64} 20\n\nstages:\n/m);
    expect((await rig.mlp('add', './raw.txt')).out).toContain('as it was added before');
    expect([rig.read('mlp.lock'), rig.read('.gitignore')]).toEqual([lock, 'node_modules/\n# mine\n/raw.txt\n']);
    expect((await rig.run()).ran).toEqual([]);
    expect(rig.read('mlp.lock')).toBe(lock);
  });

  it('a run keeps what was added, whatever else it changes, and the objects of a lock hold it', async () => {
    await using rig = project();
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    const [lock] = parseLock(rig.read('mlp.lock')).candidates;
    expect(lock?.stages.map(({name}) => name)).toEqual(['prepare', 'train']);
    expect(lock?.sources?.map(({path}) => path)).toEqual(['raw.txt']);
    const hash = lock?.sources?.[0]?.hash;
    expect(objectsOfLock(lock ?? {stages: []}).map((object) => object.hash)).toContain(hash);
    expect(objectsOfLock(lock ?? {stages: []})).toHaveLength(3);
  });

  it('a fresh clone with the cache at hand brings it back: plan, run', async () => {
    await using rig = project();
    rig.write('raw.txt', 'one\n# x\n', 0o755);
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    await using clone = copyOf(rig, ['raw.txt', 'clean.txt', 'model.txt', '.mlp/mlp.db']);
    expect(JSON.parse((await clone.mlp('plan', '--json')).out)).toMatchObject({counts: {restore: 2, error: 0}});
    expect(clone.exists('raw.txt')).toBe(false);
    const run = await clone.run();
    expect(run.outcomes).toEqual({prepare: 'restored', train: 'restored'});
    expect(clone.read('raw.txt')).toBe('one\n# x\n');
    expect(statSync(clone.path('raw.txt')).mode & 0o100).toBe(0o100);
    expect(run.events).toContainEqual(expect.objectContaining({type: 'notice', code: 'source-restored'}));
  });

  it('a folder with empty folders and links, read through a file in it, a glob and a missing file elsewhere', async () => {
    await using rig = project();
    edit(rig, 'pipeline.yaml', 'deps: [raw.txt]', "deps: [raw.txt, 'data/*.csv', data/deep/x]");
    rig.write('data/a b.csv', '1');
    rig.write('data/deep/x', 'x');
    mkdirSync(rig.path('data/empty'));
    symlinkSync('a b.csv', rig.path('data/link'));
    const view = JSON.parse((await rig.mlp('add', 'data/', '--json')).out) as object;
    expect(view).toMatchObject({type: 'sources', sources: [{path: 'data', type: 'dir', files: 2, state: 'added'}]});
    await rig.run();
    rig.remove('data');
    const run = await rig.run();
    expect(run.code).toBe(0);
    expect(run.ran).toEqual([]);
    expect(rig.read('data/link')).toBe('1');
    expect(statSync(rig.path('data/empty')).isDirectory()).toBe(true);
  });

  it('an edited source is used as it is, and said by every status and run until it is added again', async () => {
    await using rig = project();
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    const lock = rig.read('mlp.lock');
    rig.write('raw.txt', 'other\n');
    const said = 'raw.txt differs from what was added; `mlp add raw.txt` records it';
    expect((await rig.mlp('status')).talk).toContain(said);
    expect((await rig.run()).ran).toEqual(['prepare', 'train']);
    for (const _ of [1, 2]) {
      const again = await rig.run();
      expect(again.outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
      expect(again.events).toContainEqual(expect.objectContaining({code: 'source-differs', message: said}));
    }
    const source = /raw\.txt: file .* \d+$/m;
    expect(source.exec(rig.read('mlp.lock'))?.[0]).toBe(source.exec(lock)?.[0]);
    expect((await rig.mlp('add', 'raw.txt')).out).toContain('recorded anew');
    expect((await rig.run()).events).not.toContainEqual(expect.objectContaining({code: 'source-differs'}));
  });

  it('what neither disk nor cache has is said, and the stage says what it misses', async () => {
    await using rig = project();
    await rig.mlp('add', 'raw.txt');
    rig.remove('raw.txt');
    rig.remove('.mlp/cache');
    const run = await rig.run();
    expect(run.code).toBe(1);
    expect(run.events).toContainEqual(expect.objectContaining({code: 'source-differs'}));
    expect((await rig.mlp('add', '--list')).out).toContain('neither on disk nor in the cache');
  });

  it.each([
    ['an output', 'clean.txt', 'the stage `prepare` makes'],
    ['a folder above an output', 'out', 'the stage `deep` makes'],
    ['.mlp', '.mlp', 'belongs to the project'],
    ['something in .mlp', '.mlp/cache', 'one inside the other'],
    ['pipeline.yaml', 'pipeline.yaml', 'belongs to the project'],
    ['a params file', 'params.yaml', 'belongs to the project'],
    ['the project', '.', 'the project itself'],
    ['outside', '../x', 'outside of the project'],
    ['outside, absolute', '/etc/passwd', 'outside of the project'],
    ['nothing', 'nothing.csv', 'there is no file'],
    ['a name that is empty', '', 'outside of the project'],
  ])('refuses %s, and changes nothing', async (_, path, said) => {
    await using rig = project();
    edit(
      rig,
      'pipeline.yaml',
      '  train:\n',
      '  deep:\n    cmd: echo 1 > out/deep.txt\n    outs: [out/deep.txt]\n  train:\n',
    );
    await rig.run();
    const lock = rig.read('mlp.lock');
    const refused = await rig.mlp('add', 'raw.txt', path);
    expect(refused.code).toBe(2);
    expect(refused.talk).toContain(said);
    expect([rig.read('mlp.lock'), rig.exists('.gitignore')]).toEqual([lock, false]);
  });

  it('--remove forgets it, --list shows what is left; a file in an added folder is part of that', async () => {
    await using rig = project();
    rig.write('data/a', '1');
    await rig.mlp('add', 'data/a', 'raw.txt');
    await rig.mlp('add', 'data');
    expect(sourcesOf(rig)).toEqual(['data', 'raw.txt']);
    expect(rig.read('.gitignore')).toBe('/raw.txt\n/data\n');
    expect((await rig.mlp('add', 'data/a')).talk).toContain('lies in data, which was added');
    expect((await rig.mlp('add', '--remove', 'data')).code).toBe(0);
    expect((await rig.mlp('add', '--list')).out).toMatch(/^raw\.txt .* as added\n$/);
    expect((await rig.mlp('add', '--remove', 'raw.txt')).code).toBe(0);
    expect(rig.exists('raw.txt') && rig.exists('data/a')).toBe(true);
    expect(rig.exists('.gitignore')).toBe(false);
    expect(rig.read('mlp.lock')).toContain('mlp-lock: 1\n');
    expect((await rig.mlp('add', '--list')).out).toContain('nothing was added');
    expect((await rig.mlp('add', '--remove', 'raw.txt')).code).toBe(2);
    expect((await rig.mlp('add')).code).toBe(2);
  });

  it('from a folder below, with -C, and by an absolute path', async () => {
    await using rig = project();
    rig.write('data/a', '1');
    rig.write('data/b', '1');
    expect((await rig.mlp('-C', 'data', 'add', 'a', '../raw.txt', rig.path('data/b'))).code).toBe(0);
    expect(sourcesOf(rig)).toEqual(['data/a', 'data/b', 'raw.txt']);
  });

  const odd = ['a b.csv', '#x', '!x', '[a]*?', 'back\\slash', 'ü ', 'new\nline', '"q"', 'x:y', '日本'];
  it('odd names: Git ignores exactly what was added', async () => {
    await using rig = project();
    git(rig, 'init', '-q');
    for (const name of odd) {
      rig.write(name, name);
      rig.write(`d/${name}`, name);
    }
    expect((await rig.mlp('add', ...odd)).code).toBe(0);
    expect(sourcesOf(rig)).toEqual([...odd].sort());
    const others = git(rig, 'ls-files', '-z', '--others', '--exclude-standard').split('\0');
    expect(odd.filter((name) => others.includes(name))).toEqual([]);
    expect(odd.filter((name) => !others.includes(`d/${name}`))).toEqual([]);
    for (const name of odd) rig.remove(name);
    expect(JSON.parse((await rig.mlp('add', '--list', '--json')).out)).toMatchObject({
      sources: odd.map(() => ({state: 'absent'})),
    });
    expect((await rig.mlp('add', '--remove', ...odd)).code).toBe(0);
    expect(rig.exists('.gitignore')).toBe(false);
  });

  it('says how to end that Git tracks it', async () => {
    await using rig = project();
    git(rig, 'init', '-q');
    git(rig, 'add', 'raw.txt');
    expect((await rig.mlp('add', 'raw.txt')).out).toContain('`git rm -r --cached raw.txt`');
    git(rig, 'rm', '-q', '--cached', 'raw.txt');
    expect((await rig.mlp('add', 'raw.txt')).out).not.toContain('git rm');
  });

  it('two branches that add and change different files merge, and `mlp run` settles what conflicts', async () => {
    await using rig = project();
    rig.write('b.csv', 'b');
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    git(rig, 'init', '-q', '-b', 'main');
    git(rig, 'add', '-A');
    git(rig, 'commit', '-qm', 'one');
    git(rig, 'checkout', '-qb', 'other');
    rig.write('a.csv', 'a');
    await rig.mlp('add', 'a.csv', 'b.csv');
    git(rig, 'commit', '-qam', 'two');
    git(rig, 'checkout', '-q', 'main');
    rig.write('b.csv', 'mine');
    await rig.mlp('add', 'b.csv');
    git(rig, 'commit', '-qam', 'three');
    expect(() => git(rig, 'merge', '-q', 'other')).toThrow();
    expect((await rig.mlp('add', 'raw.txt')).talk).toContain('merge conflict');
    git(rig, 'checkout', '--theirs', '.gitignore');
    const run = await rig.run();
    expect(run.code).toBe(0);
    expect(rig.read('mlp.lock')).not.toContain('<<<<');
    expect(sourcesOf(rig)).toEqual(['a.csv', 'b.csv', 'raw.txt']);
    expect((await rig.mlp('add', '--list')).out).toMatch(/b\.csv .* as added/);
  });

  it('a lock of a later mlp is left as it is, by add and by run', async () => {
    await using rig = project();
    await rig.run();
    const later = rig.read('mlp.lock').replace('mlp-lock: 1', 'mlp-lock: 3');
    rig.write('mlp.lock', later);
    expect((await rig.mlp('add', 'raw.txt')).talk).toContain('update mlp');
    edit(rig, 'params.yaml', '200', '300');
    expect((await rig.run()).events).toContainEqual(expect.objectContaining({code: 'lock-version'}));
    expect(rig.read('mlp.lock')).toBe(later);
  });

  it('a named pipe is no source, and nothing is recorded', async () => {
    await using rig = project();
    execFileSync('mkfifo', [rig.path('pipe')]);
    expect((await rig.mlp('add', 'raw.txt', 'pipe')).talk).toContain('neither a file nor a folder');
    expect(rig.exists('mlp.lock') || rig.exists('.gitignore')).toBe(false);
  });
});
