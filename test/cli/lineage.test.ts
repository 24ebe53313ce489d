/** `mlp lineage`: up to raw data, down to everything made from it, in every format. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {renameSync, rmSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Lineage} from '../../src/model/lineage.ts';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function lineage(rig: Rig, ...argv: readonly string[]): Promise<Lineage> {
  const {code, out, talk} = await rig.mlp('lineage', ...argv, '--json');
  expect(code, talk).toBe(0);
  return JSON.parse(out) as Lineage;
}

/** `file <- stage` and `file -> stage` for every edge of the graph. */
function edges({files, results}: Lineage): readonly string[] {
  const stage = (id: number): string => results.find((result) => result.id === id)?.stage ?? '?';
  const path = (id: number): string => files[id]?.path ?? '?';
  return [
    ...files.flatMap(({id, madeBy = []}) => madeBy.map((one) => `${path(id)} <- ${stage(one)}`)),
    ...files.flatMap(({id, readBy = []}) => readBy.map((one) => `${path(id)} -> ${stage(one)}`)),
    ...results.flatMap(({id, inputs = []}) => inputs.map((one) => `${stage(id)} reads ${path(one)}`)),
    ...results.flatMap(({id, outputs = []}) => outputs.map((one) => `${stage(id)} writes ${path(one)}`)),
  ];
}

describe('mlp lineage of a file', () => {
  it('shows the results above it with params and sources, and those below', async () => {
    await using rig = project();
    await rig.run();
    const {out, code} = await rig.mlp('lineage', 'clean.txt');
    expect(code).toBe(0);
    expect(out.replaceAll(/ [0-9a-f]{12}\b/g, ' HASH').replaceAll(/<?\d+\.\ds/g, 'TIME')).toMatchInlineSnapshot(`
      "clean.txt · sha256 HASH

      came from
      clean.txt  8 B  HASH  ← prepare  run 1 · just now · TIME
      │  command grep -v '^#' raw.txt > clean.txt
      └─ raw.txt  20 B  HASH  source

      went into
      clean.txt  8 B  HASH
      └─ train  run 1 · just now · TIME
         └─ model.txt  31 B  HASH  nothing read it
      "
    `);
  });

  it('names Git, commit and branch where there is a repository', async () => {
    await using rig = project();
    const git = (...argv: string[]): void => void execFileSync('git', argv, {cwd: rig.folder, stdio: 'ignore'});
    git('init', '-q', '-b', 'main');
    git('add', 'raw.txt', 'pipeline.yaml');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'one');
    await rig.run();
    const {out} = await rig.mlp('lineage', 'model.txt', '--up');
    expect(out).toMatch(/model\.txt .*← train {2}run 1 · just now · .*main [0-9a-f]{7}\n/);
    expect(out).toMatch(/raw\.txt .*source, in Git/);
    expect(out).not.toContain('went into');
  });

  it('goes by content: each content of a path has its own history, and a file that was edited its last known one', async () => {
    await using rig = project();
    await rig.run();
    const first = sha256(rig.read('model.txt'));
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    const second = await lineage(rig, 'model.txt', '--up');
    expect(second.results.map(({stage, run, params}) => [stage, run, params])).toEqual([
      ['train', 2, {'train.trees': 300}],
      ['prepare', 1, {}],
    ]);
    const old = await lineage(rig, first.slice(0, 10), '--up');
    expect(old.results[0]).toMatchObject({stage: 'train', run: 1, params: {'train.trees': 200}});
    rig.write('model.txt', 'by hand');
    const edited = await lineage(rig, 'model.txt');
    expect(edited.notes).toEqual([
      '`model.txt` was edited since `train` wrote it in run 2; this is the lineage of its content then',
    ]);
    expect(edited.results[0]).toMatchObject({stage: 'train', run: 2});
    rig.remove('model.txt');
    expect((await lineage(rig, 'model.txt')).notes[0]).toContain('`model.txt` is not there now');
    rig.write('raw.txt', 'new\n');
    expect((await lineage(rig, 'raw.txt')).notes[0]).toContain('`raw.txt` was edited since `prepare` read it in run 1');
  });

  it('finds a file inside a folder that a stage wrote, also when the listing is gone, and who read it there', async () => {
    await using rig = project(
      'mlp: 1\nstages:\n' +
        '  split: {cmd: "mkdir -p parts && cp raw.txt parts/a && echo x > parts/b", deps: [raw.txt], outs: [parts/]}\n' +
        '  one: {cmd: cp parts/a a.txt, deps: [parts/a], outs: [a.txt]}\n' +
        '  all: {cmd: cat parts/* > all.txt, deps: [parts], outs: [all.txt]}\n',
    );
    await rig.run();
    const expected = ['parts/a <- split', 'split reads raw.txt', 'parts/a -> all', 'parts/a -> one'];
    const found = await lineage(rig, 'parts/a');
    expect(edges(found)).toEqual(expect.arrayContaining(expected));
    expect(found.files[found.startFiles[0] ?? 0]).toMatchObject({inFolder: 'parts'});
    expect(edges(await lineage(rig, 'a.txt', '--up'))).toEqual(
      expect.arrayContaining(['one reads parts/a', 'parts/a <- split', 'split reads raw.txt']),
    );
    expect(edges(await lineage(rig, 'raw.txt', '--down'))).toEqual(
      expect.arrayContaining(['split writes parts', 'parts -> all', 'parts -> one', 'all writes all.txt']),
    );
    rmSync(rig.path('.mlp/cache'), {recursive: true});
    const assumed = await lineage(rig, 'a.txt', '--up');
    expect(edges(assumed)).toContain('parts/a <- split');
    expect(assumed.files.find(({path}) => path === 'parts/a')).toMatchObject({assumed: true});
  });

  it('finds what stages wrote into a folder that another reads as a whole', async () => {
    await using rig = project(
      'mlp: 1\nstages:\n  a: {cmd: echo a > d/a, outs: [d/a]}\n  b: {cmd: echo b > d/b, outs: [d/b]}\n' +
        '  c: {cmd: cat d/* > c, deps: [d], outs: [c], after: [a, b]}\n',
    );
    rig.write('d/own', 'x\n');
    await rig.run();
    expect(edges(await lineage(rig, 'c', '--up'))).toEqual(expect.arrayContaining(['d <- a', 'd <- b', 'c reads d']));
    expect(edges(await lineage(rig, 'd/a', '--down'))).toContain('d/a -> c');
    expect(edges(await lineage(rig, 'd/own', '--down'))).toContain('d/own -> c');
  });

  it('a copy with the same bytes does not go round in a circle', async () => {
    await using rig = project(
      'mlp: 1\nstages:\n  copy: {cmd: cp raw.txt same.txt, deps: [raw.txt], outs: [same.txt]}\n',
    );
    await rig.run();
    const source = await lineage(rig, 'raw.txt');
    expect(source.files[source.startFiles[0] ?? 0]).toMatchObject({origin: 'source'});
    renameSync(rig.path('same.txt'), rig.path('moved.txt'));
    expect((await lineage(rig, 'moved.txt')).notes[0]).toContain('it has the bytes of `same.txt`');
  });

  it('names with spaces, quotes, line ends and other scripts are safe in every format', async () => {
    await using rig = new Rig();
    const odd = 'a "b"\n→ é.txt';
    rig.write(odd, 'x');
    const text = JSON.stringify(odd);
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n  s: {cmd: echo 1 > o.txt, deps: [${text}], outs: [o.txt]}\n`);
    await rig.run();
    expect((await rig.mlp('lineage', odd)).out).toContain('a "b"\\n→ é.txt');
    expect((await rig.mlp('lineage', 'o.txt', '--format', 'dot')).out).toContain('label="a \\"b\\"\\\\n→ é.txt"');
    expect((await rig.mlp('lineage', 'o.txt', '--format', 'mermaid')).out).toContain(
      '(["a #34;b#34;#92;n#8594; é.txt"])',
    );
    expect((await lineage(rig, 'o.txt')).files.map(({path}) => path)).toContain(odd);
  });
});

describe('mlp lineage of a run, a stage, a content', () => {
  it('a run: everything above its last results', async () => {
    await using rig = project();
    await rig.run();
    const found = await lineage(rig, '1');
    expect(found.subject).toEqual({kind: 'run', run: 1});
    expect(edges(found)).toEqual(
      expect.arrayContaining([
        'train reads clean.txt',
        'clean.txt <- prepare',
        'prepare reads raw.txt',
        'train writes model.txt',
      ]),
    );
    expect((await rig.mlp('lineage', 'run:last')).out).toMatch(/^run 1\n/);
  });

  it('a run by its name, and one that was deleted while its results live on', async () => {
    await using rig = project();
    await rig.run();
    expect((await rig.mlp('edit', '1', '--name', 'base line')).code).toBe(0);
    expect((await lineage(rig, 'base line')).subject).toEqual({kind: 'run', run: 1});
    await rig.run();
    const removed = await rig.mlp('rm', '1');
    expect(removed.code, removed.talk).toBe(0);
    expect((await rig.mlp('lineage', '1')).talk).toContain('run 1 was deleted');
    const {out, code} = await rig.mlp('lineage', 'model.txt', '--up');
    expect(code).toBe(0);
    expect(out).toContain('train  run 1 (deleted)');
  });

  it('a source that mlp add versions is in mlp.lock', async () => {
    await using rig = project();
    const added = await rig.mlp('add', 'raw.txt');
    expect(added.code, added.talk).toBe(0);
    await rig.run();
    expect((await rig.mlp('lineage', 'model.txt', '--up')).out).toMatch(/raw\.txt .*source, in mlp\.lock/);
  });

  it('of several results of a stage the newest is shown, and how many there are besides', async () => {
    await using rig = new Rig();
    rig.write('in', 'x');
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  s:\n    cmd: touch o-${item}\n    foreach: [1, 2, 3]\n    deps: [in]\n    outs: ["o-${item}"]\n',
    );
    await rig.run();
    rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('touch', 'echo >'));
    await rig.run();
    const found = await lineage(rig, 'in', '--down');
    expect(found.files[0]).toMatchObject({
      alsoRead: 3,
      readBy: [expect.anything(), expect.anything(), expect.anything()],
    });
    expect(found.files[0]).not.toHaveProperty('alsoReadAtLeast');
    expect((await rig.mlp('lineage', 'in', '--down')).out).toContain('and 3 older results of the same stages');
  });

  it('--depth stops after so many results and says so', async () => {
    await using rig = project();
    await rig.run();
    const {out} = await rig.mlp('lineage', 'model.txt', '--up', '--depth', '1');
    expect(out).toMatch(/clean\.txt .*made by a stage beyond the depth/);
    expect(out).not.toContain('raw.txt');
  });

  it('what is shown above is only named', async () => {
    await using rig = project(
      'mlp: 1\nstages:\n  s: {cmd: touch a b, deps: [raw.txt], outs: [a, b]}\n  t: {cmd: touch c, deps: [a, b], outs: [c]}\n',
    );
    await rig.run();
    const {out} = await rig.mlp('lineage', 'stage:t', '--up');
    expect(out.match(/raw\.txt/g)).toHaveLength(1);
    expect(out).toMatch(/ b {2}.*← s {2}\(shown above\)/);
  });

  it('what is not known is a mistake with a way out', async () => {
    await using rig = project();
    const tell = async (word: string): Promise<string> => {
      const {code, talk} = await rig.mlp('lineage', word);
      expect(code).toBe(2);
      return talk;
    };
    expect(await tell('model.txt')).toContain('there was no run yet');
    await rig.run();
    expect(await tell('modle.txt')).toContain('did you mean `model.txt`?');
    expect(await tell('7')).toContain('there is no run 7');
    expect(await tell('../elsewhere')).toContain('outside the project');
    expect(await tell('sha256:00000000')).toContain('no content that mlp knows');
    expect(await tell('sha256:xyz')).toContain('is no sha256');
    expect(await tell('stage:nothing')).toContain('no result of a stage `nothing`');
    const {code, talk} = await rig.mlp('lineage', 'model.txt', '--format', 'png');
    expect([code, talk]).toEqual([2, expect.stringContaining('openlineage')]);
  });
});
