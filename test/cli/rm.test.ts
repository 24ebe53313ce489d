/** `mlp rm`: deleting means deleting, and nothing that something else needs. */
import {execFileSync} from 'node:child_process';
import {readdirSync, rmSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

/** Three runs whose `train` differs: run 1 with 200 trees, 2 with 300, 3 with 400. */
async function threeRuns(): Promise<Rig> {
  const rig = project();
  await rig.run();
  edit(rig, 'params.yaml', '200', '300');
  await rig.run();
  edit(rig, 'params.yaml', '300', '400');
  await rig.run();
  return rig;
}

const files = (rig: Rig, folder: string): readonly string[] =>
  readdirSync(rig.path(folder), {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
const objects = (rig: Rig): number => files(rig, '.mlp/cache/objects').length;

async function removed(rig: Rig, ...argv: string[]): Promise<Record<string, unknown>> {
  const result = await rig.mlp('rm', '--json', ...argv);
  expect(result).toMatchObject({code: 0, talk: ''});
  return JSON.parse(result.out) as Record<string, unknown>;
}

describe('mlp rm', () => {
  it('removes rows, logs and objects that nothing else needs; a second time there is no such run', async () => {
    await using rig = await threeRuns();
    const before = {objects: objects(rig), logs: files(rig, '.mlp/logs').length};
    const dry = await removed(rig, '2', '--dry-run');
    expect(objects(rig)).toBe(before.objects);
    expect(dry).toMatchObject({
      dryRun: true,
      runs: [2],
      results: 1,
      resultsKept: 1,
      objects: {count: 1},
      logs: {count: 1},
    });
    expect((await rig.mlp('rm', '2')).out).toMatch(
      /^removed run 2 with 1 result, 1 object and 1 log: \d+ B freed\n1 result stays: other runs, `mlp\.lock` or the workspace need them\n$/,
    );
    expect(objects(rig)).toBe(before.objects - 1);
    expect(files(rig, '.mlp/logs')).toHaveLength(before.logs - 1);
    expect(JSON.parse((await rig.mlp('runs', '--json')).out)).toMatchObject({runs: [{id: 3}, {id: 1}]});
    expect(await rig.mlp('rm', '2')).toMatchObject({
      code: 2,
      talk: 'mlp: there is no run 2\nhint: `mlp runs --all` lists all\n',
    });
    expect(JSON.parse((await rig.mlp('gc', '--json')).out)).toMatchObject({freed: []});
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
    edit(rig, 'params.yaml', '400', '200');
    expect((await rig.run()).outcomes).toMatchObject({train: 'restored'});
    edit(rig, 'params.yaml', '200', '300');
    expect((await rig.run()).outcomes).toMatchObject({train: 'ran'});
  });

  it('works when a log and an object are gone already', async () => {
    await using rig = await threeRuns();
    for (const folder of ['.mlp/logs', '.mlp/cache/objects'])
      for (const path of files(rig, folder)) rmSync(path, {force: true});
    expect(await removed(rig, '1..2')).toMatchObject({
      runs: [1, 2],
      results: 1 + 1,
      objects: {count: 0},
      logs: {count: 0},
    });
    expect((await rig.mlp('doctor')).out).toContain('.mlp/mlp.db is sound');
  });

  it('keeps what the workspace needs when all runs go, and everything can run again', async () => {
    await using rig = await threeRuns();
    expect(await removed(rig, '1..99')).toMatchObject({runs: [1, 2, 3], results: 2, resultsKept: 2});
    expect((await rig.mlp('runs')).out).toBe('no runs yet: `mlp run` makes the first\n');
    rig.remove('model.txt');
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'restored'});
    expect((await rig.mlp('runs', '--json')).out).toContain('"id":4');
  });

  it('keeps what the mlp.lock of another branch needs, and frees it when the branch is gone', async () => {
    await using rig = project();
    const git = (...argv: string[]): void => {
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', ...argv], {cwd: rig.folder, stdio: 'ignore'});
    };
    rig.write('.gitignore', 'model.txt\nclean.txt\n');
    git('init', '-b', 'main');
    await rig.run();
    git('add', '.');
    git('commit', '-m', 'one');
    git('branch', 'ältere/version');
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    git('commit', '-am', 'two');
    git('checkout', '--detach');
    expect(await removed(rig, '1')).toMatchObject({results: 0, objects: {count: 0}});
    const gc = async (): Promise<unknown> =>
      (JSON.parse((await rig.mlp('gc', '--max-size', '1', '--json')).out) as {freed: unknown}).freed;
    expect(await gc()).toEqual([]);
    git('branch', '-D', 'ältere/version');
    expect(await gc()).toMatchObject([{what: 'objects of old results', count: 1}]);
  });

  it('a file that is part of a folder of another run stays', async () => {
    await using rig = project(`mlp: 1
params: [params.yaml]
stages:
  file: {cmd: 'cp params.yaml file.txt', deps: [params.yaml], outs: [file.txt]}
  folder: {cmd: 'mkdir -p d && cp extra.txt d/a && cp params.yaml d/b', deps: [extra.txt, params.yaml], outs: [d]}
`);
    rig.write('extra.txt', 'x');
    const versions = [rig.read('params.yaml'), 'train: {trees: 1}\n', 'train: {trees: 2}\n'];
    for (const text of versions) {
      rig.write('params.yaml', text);
      await rig.run();
    }
    // The bytes of run 2 are those of a file in the folder of run 4, and no file of its own there.
    rig.write('extra.txt', 'train: {trees: 1}\n');
    await rig.run();
    await removed(rig, '2');
    rig.remove('d');
    expect((await rig.run()).outcomes).toMatchObject({folder: 'restored'});
    expect(rig.read('d/a')).toBe('train: {trees: 1}\n');
    const before = objects(rig);
    expect(await removed(rig, '1')).toMatchObject({results: 2, objects: {count: 2}});
    expect(objects(rig)).toBe(before - 2);
  });

  it('pinned runs need --force, expressions need --yes, and one must be named', async () => {
    await using rig = await threeRuns();
    await rig.mlp('edit', '1', '--pin', '--name', 'kept');
    expect(await rig.mlp('rm', '1..3')).toMatchObject({
      code: 2,
      talk: expect.stringContaining('run 1 (kept) is pinned'),
    });
    const asked = await rig.mlp('rm', '--where', 'id < 3');
    expect(asked).toMatchObject({code: 2, out: ''});
    expect(asked.talk).toContain('2 runs would be removed: run 2 and run 1 (kept)');
    expect((await rig.mlp('rm', '--where', 'not pinned and id < 3', '--yes')).code).toBe(0);
    expect((await rig.mlp('rm', '--where', 'status = failed', '--yes')).out).toBe('no run matches\n');
    expect((await rig.mlp('rm')).code).toBe(2);
    expect((await rig.mlp('rm', '9..1')).talk).toContain('write `1..9`');
    expect(await removed(rig, 'kept', '--force')).toMatchObject({runs: [1]});
  });
});
