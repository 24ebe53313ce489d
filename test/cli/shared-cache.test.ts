/** A cache folder that several projects share: what one has made the others need not make. */
import {mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {Rig} from '../rig/rig.ts';

vi.mock('../../src/stages/index.ts', async () => ({stageKinds: [(await import('../fakes/apply-kind.ts')).applyKind]}));
vi.mock('../../src/host/module-entry.ts', async (original) =>
  (await import('../fakes/apply-kind.ts')).withFakeKinds(await original()),
);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true});
});

function sharedFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-shared-')));
  folders.push(folder);
  return folder;
}

function project(folder: string, stages: string, files: Readonly<Record<string, string>> = {}, name = 'one'): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', `mlp: 1\nname: ${name}\ncache: {folder: ${folder}}\nstages:\n${stages}`);
  for (const [path, text] of Object.entries(files)) rig.write(path, text);
  return rig;
}

/** Paths of files below a folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, {recursive: true, withFileTypes: true, encoding: 'utf8'})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const CHAIN = `  clean: {cmd: "echo run >> log; sort raw.csv > clean.csv", deps: [raw.csv], outs: [clean.csv]}
  count: {cmd: "wc -l < clean.csv > n.json", deps: [clean.csv], metrics: [n.json]}
`;

describe('two projects with one cache folder', () => {
  it('the second runs nothing, has the bytes and the metrics, and says where they come from', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n'});
    expect((await one.run()).ran).toEqual(['clean', 'count']);
    await using two = project(folder, CHAIN.replace('clean:', 'tidy:'), {'raw.csv': 'b\na\n'}, 'two');
    expect((await two.mlp('plan')).out).toMatch(/tidy +restore/);
    const why = await two.mlp('why', 'tidy');
    expect(why.out).toContain('in the shared cache');
    const result = await two.run();
    expect(result.outcomes).toEqual({tidy: 'restored', count: 'restored'});
    expect(two.read('clean.csv')).toBe('a\nb\n');
    expect(two.exists('log')).toBe(false);
    const end = result.events.find((event) => event.type === 'stage.end' && event.stage === 'count');
    expect(end).toMatchObject({from: {shared: true}, metrics: [{name: 'value', value: 2, source: 'n.json'}]});
    expect((await two.run('--expect-noop')).code).toBe(0);
    two.remove('clean.csv');
    expect((await two.mlp('run')).talk).toMatch(/tidy +restored.*shared cache/);
    expect((await two.mlp('lineage', 'clean.csv')).out).toContain('from the shared cache');
    // Other data are another question.
    two.write('raw.csv', 'c\n');
    expect((await two.run()).ran).toEqual(['tidy', 'count']);
  });

  it('without `cache.folder` nothing is shared', async () => {
    await using one = new Rig();
    one.write('pipeline.yaml', `mlp: 1\nstages:\n${CHAIN}`);
    one.write('raw.csv', 'a');
    await one.run();
    expect(one.exists('.mlp/cache/traces')).toBe(false);
  });

  it('results are never taken without their objects, nor from a torn, forged or foreign file', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n'});
    await one.run();
    const traces = filesIn(join(folder, 'traces'));
    expect(traces).toHaveLength(2);
    const texts = traces.map((path) => readFileSync(path, 'utf8'));
    const broken: readonly ((text: string) => string)[] = [
      (text) => text.slice(0, 40),
      () => '',
      (text) => text.replace('"trace_version":1', '"trace_version":2'),
      (text) => text.replace(/"size":\d+/, '"size":7'),
      () => 'null',
    ];
    for (const breaking of broken) {
      traces.forEach((path, index) => writeFileSync(path, breaking(texts[index] as string)));
      await using two = project(folder, CHAIN, {'raw.csv': 'b\na\n'}, 'two');
      expect((await two.run()).ran).toEqual(['clean', 'count']);
    }
    // One result in the place of another.
    writeFileSync(traces[0] as string, texts[1] as string);
    writeFileSync(traces[1] as string, texts[0] as string);
    await using swapped = project(folder, CHAIN, {'raw.csv': 'b\na\n'}, 'swapped');
    expect((await swapped.run()).ran).toEqual(['clean', 'count']);
    traces.forEach((path, index) => writeFileSync(path, texts[index] as string));
    rmSync(join(folder, 'objects'), {recursive: true});
    await using three = project(folder, CHAIN, {'raw.csv': 'b\na\n'}, 'three');
    expect((await three.run()).ran).toEqual(['clean', 'count']);
    // An object of the right size with other bytes is found out before anything is replaced.
    for (const path of filesIn(join(folder, 'objects'))) {
      const {length} = readFileSync(path);
      rmSync(path);
      writeFileSync(path, '?'.repeat(length));
    }
    await using four = project(folder, CHAIN, {'raw.csv': 'b\na\n'}, 'four');
    expect((await four.run()).ran).toEqual(['clean', 'count']);
    expect(four.read('clean.csv')).toBe('a\nb\n');
  });

  it('a stage whose output is not kept in the cache is run in each', async () => {
    const folder = sharedFolder();
    const stages = '  a: {cmd: echo x > a; echo y > b, outs: [{path: a, cache: false}, b]}\n'.replace(
      'echo x > a; echo y > b',
      '"echo x > a; echo y > b"',
    );
    await using one = project(folder, stages);
    await one.run();
    await using two = project(folder, stages);
    expect((await two.run()).ran).toEqual(['a']);
  });

  it('what a person edited and kept is not taken for what the stage makes', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\n'});
    await one.run();
    one.write('clean.csv', 'edited\n');
    expect((await one.run('--keep')).code).toBe(0);
    expect(filesIn(join(folder, 'traces'))).toHaveLength(4);
    await using two = project(folder, CHAIN, {'raw.csv': 'b\n'}, 'two');
    expect((await two.run()).ran).toEqual([]);
    expect(two.read('clean.csv')).toBe('b\n');
  });

  it('one that may not write there runs as ever and says so', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\n'});
    one.write('x', '');
    writeFileSync(join(folder, 'traces'), 'no folder');
    const result = await one.run();
    expect(result.code).toBe(0);
    expect(result.ran).toEqual(['clean', 'count']);
    expect(result.events).toContainEqual(
      expect.objectContaining({type: 'notice', code: 'not-shared', level: 'warning'}),
    );
  });
});

describe('garbage collection in a shared folder', () => {
  /** Everything in the folder was written `days` ago. */
  function age(folder: string, days: number): void {
    const then = Date.now() / 1000 - days * 86_400;
    for (const path of filesIn(folder)) utimesSync(path, then, then);
  }
  const objectsIn = (folder: string): number => filesIn(join(folder, 'objects')).length;

  it('takes nothing that another project knows, has added, or may just be writing', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n', 'source.bin': 'only copy'});
    await one.run();
    await one.mlp('add', 'source.bin');
    const before = objectsIn(folder);
    await using two = project(folder, CHAIN, {'raw.csv': 'z\n'}, 'two');
    await two.run();
    age(folder, 30);
    expect((await two.mlp('gc')).out).toContain('nothing to free');
    expect((await two.mlp('gc', '--older-than', '60d')).code).toBe(0);
    one.remove('clean.csv');
    one.remove('source.bin');
    expect((await one.run()).outcomes).toEqual({clean: 'restored', count: 'skipped'});
    expect((await one.mlp('restore', 'source.bin')).code).toBe(0);
    expect(one.read('source.bin')).toBe('only copy');
    expect(objectsIn(folder)).toBeGreaterThan(before);
  });

  it('takes old results of all with `--older-than`, their records too, never added sources, and old objects of nobody', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n', 'source.bin': 'only copy'});
    await one.run();
    await one.mlp('add', 'source.bin');
    await using two = project(folder, CHAIN, {'raw.csv': 'z\n'}, 'two');
    await two.run();
    age(folder, 30);
    // Of use again, and so not old.
    await using three = project(folder, CHAIN, {'raw.csv': 'z\n'}, 'three');
    expect((await three.run()).ran).toEqual([]);
    expect((await three.mlp('gc', '--older-than', '20d', '--dry-run')).out).toContain('objects of old results');
    expect(filesIn(join(folder, 'traces'))).toHaveLength(4);
    expect((await three.mlp('gc', '--older-than', '20d')).out).toContain('shared results');
    expect(filesIn(join(folder, 'traces'))).toHaveLength(2);
    one.remove('clean.csv');
    expect((await one.run()).ran).toEqual(['clean']);
    one.remove('source.bin');
    expect((await one.mlp('restore', 'source.bin')).code).toBe(0);
  });

  it('removes objects that nobody names after a week, and stops before results of a newer mlp', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n'});
    await one.run();
    for (const path of filesIn(join(folder, 'traces'))) rmSync(path);
    await using two = project(folder, CHAIN, {'raw.csv': 'z\n'}, 'two');
    await two.run();
    expect((await two.mlp('gc')).out).toContain('nothing to free');
    age(folder, 8);
    expect((await two.mlp('gc')).out).toContain('objects of no known result');
    expect((await two.run('--expect-noop')).code).toBe(0);
    const [trace] = filesIn(join(folder, 'traces'));
    writeFileSync(trace as string, '{"trace_version": 2}');
    expect((await two.mlp('gc')).talk).toContain('results of a newer mlp');
  });

  it('`mlp rm` leaves the objects', async () => {
    const folder = sharedFolder();
    await using one = project(folder, CHAIN, {'raw.csv': 'b\na\n'});
    await one.run();
    one.write('raw.csv', 'c\n');
    await one.run();
    const before = objectsIn(folder);
    expect((await one.mlp('rm', '1')).out).toContain('another project');
    expect(objectsIn(folder)).toBe(before);
  });
});

describe('a built-in stage whose result does not depend on where files lie', () => {
  const files = {'f.ts': 'export const half = (text) => text.slice(0, 1);\n'};
  const FIRST = `  make:
    uses: apply
    deps: {table: data/raw.csv}
    with: {schema: schemas/s.yaml, size: 2, functions: {h: 'f.ts#half'}}
    outs: {features: build/f.json}
`;
  const SECOND = `  features:
    uses: apply
    deps: {table: elsewhere/t.csv}
    with: {schema: s.yaml, size: 2, functions: {h: 'f.ts#half'}}
    outs: {features: out/features.json}
`;

  it('is shared by projects with other folders, zero stages executed', async () => {
    const folder = sharedFolder();
    await using one = project(folder, FIRST, {...files, 'data/raw.csv': 'abc', 'schemas/s.yaml': 'S'});
    expect((await one.run()).ran).toEqual(['make']);
    const second = {...files, 'elsewhere/t.csv': 'abc', 's.yaml': 'S'};
    await using two = project(folder, SECOND, second, 'two');
    const result = await two.run();
    expect(result.outcomes).toEqual({features: 'restored'});
    expect(two.read('out/features.json')).toBe(one.read('build/f.json'));
    expect(result.events).toContainEqual(
      expect.objectContaining({type: 'stage.end', from: expect.objectContaining({shared: true})}),
    );
    // The same bytes are made when it runs itself: not even the seed depends on the place.
    await using alone = project(sharedFolder(), SECOND, second, 'three');
    expect((await alone.run()).ran).toEqual(['features']);
    expect(alone.read('out/features.json')).toBe(one.read('build/f.json'));
  });

  it('is not shared for other data, other code, another setting, or inputs under other names', async () => {
    const folder = sharedFolder();
    await using one = project(folder, FIRST, {...files, 'data/raw.csv': 'abc', 'schemas/s.yaml': 'S'});
    await one.run();
    const second = {...files, 'elsewhere/t.csv': 'abc', 's.yaml': 'S'};
    const others: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      [SECOND, {...second, 'elsewhere/t.csv': 'abd'}],
      [SECOND, {...second, 'f.ts': 'export const half = (text) => text.slice(0, 2);\n'}],
      [SECOND.replace('size: 2', 'size: 3'), second],
      [SECOND.replace('deps: {', 'deps: {more: s.yaml, '), second],
      [SECOND.replace('features: out', 'other: out'), second],
      [SECOND.replace('features.json', 'features.txt'), second],
      [SECOND.replace('t.csv', 't.tsv'), {...second, 'elsewhere/t.tsv': 'abc'}],
      // The ending says in which format it is written.
      [SECOND.replace('out/features.json', 'out/features.csv'), second],
    ];
    for (const [stages, there] of others) {
      await using two = project(folder, stages, there, 'two');
      expect((await two.run()).ran).toEqual(['features']);
    }
  });
});
