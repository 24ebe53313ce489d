/** `mlp restore`: outputs of any run back on disk, all or nothing, and never over edits that nothing else holds. */
import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {project} from '../rules/project.ts';
import type {Rig} from '../rig/rig.ts';

const FOLDER = `mlp: 1
params: [params.yaml]
stages:
  make:
    cmd: |
      mkdir -p out/empty out/deep && cat raw.txt > 'out/deep/a b.txt' && printf '#!/bin/sh\\n' > out/tool
      chmod +x out/tool && ln -s 'deep/a b.txt' out/link && cp raw.txt "odd \\"name\\".txt"
    deps: [raw.txt]
    outs: [out, 'odd "name".txt']
  score:
    cmd: wc -l < raw.txt > lines.txt; echo "{\\"lines\\":$(cat lines.txt)}" > m.json; test ! -s extra.in || cp extra.in extra.txt; cp raw.txt big.bin
    deps: [raw.txt, {path: extra.in, optional: true}]
    outs: [lines.txt, {path: extra.txt, optional: true}, {path: big.bin, cache: false}]
    metrics: [m.json]
`;

/** Two runs: 1 with an extra output, 2 without it and with other data. */
async function twoRuns(): Promise<Rig> {
  const rig = project(FOLDER);
  rig.write('extra.in', 'extra');
  await rig.run();
  rig.remove('extra.in');
  rig.write('raw.txt', 'other\n');
  await rig.run();
  return rig;
}

const restored = async (rig: Rig, ...argv: readonly string[]) =>
  JSON.parse((await rig.mlp('restore', '--json', ...argv)).out) as Record<string, never>;

/** Drops the objects that hold these bytes. */
function loseFromCache(rig: Rig, bytes: string): void {
  const folder = rig.path('.mlp/cache/objects');
  for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'})) {
    const path = join(folder, name);
    if (statSync(path).isFile() && rig.read(`.mlp/cache/objects/${name}`) === bytes) rmSync(path);
  }
}

describe('mlp restore', () => {
  it('brings the present results back, with modes, links and empty folders; a run then has nothing to do', async () => {
    await using rig = await twoRuns();
    for (const path of ['out', 'lines.txt', 'odd "name".txt', 'm.json']) rig.remove(path);
    const result = await rig.mlp('restore');
    expect(result.code).toBe(0);
    expect(result.out).toContain('4 restored, 2 as they should be (mlp.lock)');
    expect(rig.read('out/deep/a b.txt')).toBe('other\n');
    expect(statSync(rig.path('out/tool')).mode & 0o111).not.toBe(0);
    expect(lstatSync(rig.path('out/link')).isSymbolicLink()).toBe(true);
    expect(statSync(rig.path('out/empty')).isDirectory()).toBe(true);
    expect((await rig.run()).outcomes).toEqual({make: 'skipped', score: 'skipped'});
    expect((await rig.mlp('restore')).out).toBe('6 as they should be (mlp.lock)\n');
  });

  it('of an earlier run: what it had not is removed and what was not kept is said; `mlp run` says the truth', async () => {
    await using rig = await twoRuns();
    const back = await restored(rig, '1');
    expect(back).toMatchObject({from: 'run 1', done: true, same: 0, uncached: [{path: 'big.bin', stage: 'score'}]});
    expect([rig.read('extra.txt'), rig.read('out/deep/a b.txt')]).toEqual(['extra', '# a comment\none\ntwo\n']);
    expect(rig.read('m.json')).toContain('3');
    const forth = await restored(rig, 'last');
    expect(forth).toMatchObject({from: 'run 2', removed: ['extra.txt'], done: true});
    expect(rig.exists('extra.txt')).toBe(false);
    expect((await rig.run()).outcomes).toEqual({make: 'skipped', score: 'skipped'});
    await rig.mlp('restore', '1');
    expect((await rig.mlp('why', 'make')).out).not.toContain('edited');
    expect((await rig.run()).outcomes).toEqual({make: 'restored', score: 'restored'});
    expect(rig.read('out/deep/a b.txt')).toBe('other\n');
  });

  it('what was restored becomes the result with `mlp run --keep`', async () => {
    await using rig = await twoRuns();
    await rig.mlp('restore', '1', 'out');
    expect((await rig.run('--keep')).outcomes).toEqual({make: 'skipped', score: 'skipped'});
    expect(rig.read('out/deep/a b.txt')).toBe('# a comment\none\ntwo\n');
  });

  it('by path: a file, a folder, a file and a folder in a folder output, a stage; from a folder below', async () => {
    await using rig = await twoRuns();
    expect(await restored(rig, '1', 'lines.txt')).toMatchObject({restored: [{path: 'lines.txt'}]});
    expect(await restored(rig, '1', 'out/deep/a b.txt')).toMatchObject({restored: [{path: 'out/deep/a b.txt'}]});
    expect(rig.read('out/deep/a b.txt')).toBe('# a comment\none\ntwo\n');
    expect(rig.read('odd "name".txt')).toBe('other\n');
    expect(await restored(rig, 'out/deep')).toMatchObject({from: 'mlp.lock', restored: [{path: 'out/deep'}]});
    expect(rig.read('out/deep/a b.txt')).toBe('other\n');
    expect(await restored(rig, '1', 'make')).toMatchObject({restored: [{path: 'odd "name".txt'}, {path: 'out'}]});
    mkdirSync(rig.path('sub'));
    const below = await rig.mlp('-C', 'sub', 'restore', '--run', '2', '../out', '--json');
    expect(JSON.parse(below.out)).toMatchObject({from: 'run 2', restored: [{path: 'out'}]});
  });

  it('never over edits: all of them are listed, nothing is changed, exit 1; --force overwrites', async () => {
    await using rig = await twoRuns();
    rig.write('lines.txt', 'edited');
    rig.write('out/deep/mine', 'mine');
    rig.write('out/tool', 'edited too');
    const refused = await rig.mlp('restore', '1');
    expect(refused.code).toBe(1);
    expect(refused.talk).toMatch(
      /3 files would be lost[^]*out\/deep\/mine\n[^]*out\/tool\n[^]*lines\.txt\n[^]*--force/,
    );
    expect([rig.read('lines.txt'), rig.read('out/deep/a b.txt')]).toEqual(['edited', 'other\n']);
    expect(await restored(rig, '1', '--dry-run')).toMatchObject({
      done: false,
      unsaved: ['out/deep/mine', 'out/tool', 'lines.txt'],
    });
    const forced = await rig.mlp('restore', '1', '--force');
    expect(forced.code).toBe(0);
    expect(rig.exists('out/deep/mine')).toBe(false);
    expect(rig.read('lines.txt').trim()).toBe('3');
  });

  it('what only looks like a known file is protected as well: a damaged copy in the cache saves nothing', async () => {
    await using rig = await twoRuns();
    loseFromCache(rig, 'other\n');
    expect((await rig.mlp('restore', '1', 'odd "name".txt')).code).toBe(1);
    expect(rig.read('odd "name".txt')).toBe('other\n');
  });

  it('a dangling link, a folder and a file in the way are edits or blocks, and stay', async () => {
    await using rig = await twoRuns();
    rig.remove('lines.txt');
    symlinkSync('nowhere', rig.path('lines.txt'));
    expect((await rig.mlp('restore', 'lines.txt')).talk).toContain('  lines.txt\n');
    expect(lstatSync(rig.path('lines.txt')).isSymbolicLink()).toBe(true);
    rig.remove('lines.txt');
    rig.write('lines.txt/inner', 'x');
    expect((await rig.mlp('restore', 'lines.txt')).talk).toContain('  lines.txt/inner\n');
    rig.remove('out');
    rig.write('out', 'a file');
    const blocked = await rig.mlp('restore', 'out/deep', '--force');
    expect(blocked.code).toBe(1);
    expect(blocked.talk).toContain('a file stands where its folder must be');
    expect((await rig.mlp('restore', '--force')).code).toBe(0);
    expect(rig.read('out/deep/a b.txt')).toBe('other\n');
  });

  it('an output that is a link to a known file is replaced, and its target stays', async () => {
    await using rig = await twoRuns();
    rig.write('elsewhere.txt', rig.read('odd "name".txt'));
    rig.remove('odd "name".txt');
    symlinkSync('elsewhere.txt', rig.path('odd "name".txt'));
    expect((await rig.mlp('restore', '1')).code).toBe(0);
    expect(lstatSync(rig.path('odd "name".txt')).isFile()).toBe(true);
    expect(rig.read('elsewhere.txt')).toBe('other\n');
  });

  it('says which run of which stage makes what the cache has lost, and changes nothing', async () => {
    await using rig = await twoRuns();
    loseFromCache(rig, 'extra');
    const lost = await rig.mlp('restore', '1');
    expect(lost.code).toBe(1);
    expect(lost.talk).toMatch(/extra\.txt is no longer in the cache: run 1 made it; `mlp run score` with the code/);
    expect(rig.read('out/deep/a b.txt')).toBe('other\n');
    expect((await rig.mlp('restore', '1', 'out')).code).toBe(0);
    const object = join('.mlp/cache/objects', ...(await hashOf(rig, 'm.json')));
    chmodSync(rig.path(object), 0o644);
    rig.write(object, rig.read(object).replace('1', '9'));
    expect((await rig.mlp('restore', '2', 'm.json')).talk).toBe('');
    rig.remove('m.json');
    expect((await rig.mlp('restore', '2', 'm.json')).talk).toContain('m.json is damaged in the cache: run 2 made it');
  });

  it('--to writes elsewhere, keeps what is there, and leaves the workspace alone; --dry-run changes nothing', async () => {
    await using rig = await twoRuns();
    expect((await rig.mlp('restore', '1', '--to', 'old', '--dry-run')).out).toContain('would restore');
    expect(rig.exists('old')).toBe(false);
    expect((await rig.mlp('restore', '1', '--to', 'old')).code).toBe(0);
    expect([rig.read('old/out/link'), rig.read('out/link')]).toEqual(['# a comment\none\ntwo\n', 'other\n']);
    rig.write('old/extra.txt', 'mine');
    expect((await rig.mlp('restore', '1', 'extra.txt', '--to', 'old')).code).toBe(1);
    expect(rig.read('old/extra.txt')).toBe('mine');
    expect((await rig.mlp('restore', '1', 'extra.txt', '--to', 'old', '--force')).code).toBe(0);
    expect(rig.read('old/extra.txt')).toBe('extra');
  });

  it('a Git revision by its mlp.lock, a lock file, added sources, and after a checkout what that lock says', async () => {
    await using rig = project();
    const git = (...argv: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], {cwd: rig.folder, encoding: 'utf8'});
    git('init', '-qb', 'main');
    rig.write('.gitignore', 'clean.txt\nmodel.txt\n');
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    git('add', '-A');
    git('commit', '-qm', 'one');
    rig.write('old.lock', rig.read('mlp.lock'));
    rig.write('raw.txt', 'new\n');
    await rig.mlp('add', 'raw.txt');
    await rig.run();
    git('commit', '-qam', 'two');
    expect(await restored(rig, 'HEAD~1')).toMatchObject({
      done: true,
      restored: [{path: 'raw.txt'}, {path: 'clean.txt'}, {path: 'model.txt'}],
    });
    expect(rig.read('clean.txt')).toBe('one\ntwo\n');
    expect(await restored(rig)).toMatchObject({from: 'mlp.lock', done: true});
    expect(rig.read('raw.txt')).toBe('new\n');
    expect(await restored(rig, 'old.lock', 'clean.txt')).toMatchObject({from: 'old.lock', done: true});
    git('checkout', '-q', 'HEAD~1');
    expect(await restored(rig)).toMatchObject({done: true});
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
    rig.write('raw.txt', 'unsaved\n');
    expect((await rig.mlp('restore')).code).toBe(1);
  });

  it.each([
    ['a word that is nothing', ['nothing'], 'nothing'],
    ['a run that is not there', ['77'], '77'],
    ['a path that the run does not have', ['1', 'line.txt'], 'did you mean `lines.txt`?'],
    ['a path outside', ['../../etc'], 'etc'],
    ['an empty word', [''], 'present results'],
  ])('%s: exit 2', async (_, argv, said) => {
    await using rig = await twoRuns();
    const wrong = await rig.mlp('restore', ...argv);
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toContain(said);
  });

  it('in a project that never ran there is nothing to restore', async () => {
    await using rig = project();
    expect(await rig.mlp('restore')).toMatchObject({code: 0, out: 'nothing to restore (mlp.lock)\n'});
  });

  it('a merge conflict in mlp.lock is no state; a run by its number still is', async () => {
    await using rig = await twoRuns();
    const lock = rig.read('mlp.lock');
    rig.write('mlp.lock', `<<<<<<< ours\n${lock}=======\n${lock}>>>>>>> theirs\n`);
    expect((await rig.mlp('restore')).talk).toContain('merge conflict');
    expect((await rig.mlp('restore', 'run:1')).code).toBe(0);
  });

  it('a folder that may not be written to: the trouble is named, the old content stays', async () => {
    await using rig = project(FOLDER.replaceAll('lines.txt', 'ro/lines.txt'));
    await rig.run();
    rig.write('raw.txt', 'other\n');
    await rig.run();
    const before = rig.read('ro/lines.txt');
    chmodSync(rig.path('ro'), 0o555);
    const result = await rig.mlp('restore', '1', 'ro/lines.txt');
    chmodSync(rig.path('ro'), 0o755);
    if (process.getuid?.() === 0) return expect(result.code).toBe(0);
    expect(result.code).toBe(1);
    expect(rig.read('ro/lines.txt')).toBe(before);
    expect(existsSync(rig.path('.mlp/tmp')) ? readdirSync(rig.path('.mlp/tmp')) : []).toEqual([]);
  });
});

/** The two parts of the name of the object that an output of run 2 has. */
async function hashOf(rig: Rig, path: string): Promise<readonly [string, string]> {
  const line =
    rig
      .read('mlp.lock')
      .split('\n')
      .find((text) => text.trim().startsWith(`${path}: file `)) ?? '';
  const hash = line.trim().split(' ')[2] ?? '';
  return Promise.resolve([hash.slice(0, 2), hash.slice(2)]);
}
