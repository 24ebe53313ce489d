import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parse as parseYaml} from 'yaml';
import type {Json} from '../../src/base/json.ts';
import type {OutputEntry} from '../../src/model/artifact.ts';
import {digest, stageName} from '../../src/model/ids.ts';
import type {ProjectPath} from '../../src/model/ids.ts';
import {parseLock, writeLock} from '../../src/model/lock-file.ts';
import type {Lock, LockStage} from '../../src/model/lock-file.ts';

const hash = (character: string) => digest(character.repeat(64));

function output(path: string, character: string): OutputEntry {
  const content = {type: 'file', exec: false, hash: hash(character), size: 120} as const;
  return {...content, path: path as ProjectPath, role: 'out', cached: true};
}

function stage(name: string, changes: Partial<LockStage> = {}): LockStage {
  return {
    name: stageName(name),
    key: hash('a'),
    deps: [{path: `data/${name}.csv`, type: 'file', exec: false, hash: hash('b'), size: 7}],
    outs: [output(`models/${name}.bin`, 'c')],
    params: {train: {depth: 3, words: ['x', 'y']}},
    metrics: [{name: 'log loss', value: 0.25, source: `metrics/${name}.json`}],
    ...changes,
  };
}

describe('the text of mlp.lock', () => {
  test('says one fact a line, in the order of the stages, and names no time, host or user', () => {
    const outs: readonly OutputEntry[] = [
      {...output('b dir', 'd'), type: 'dir', files: 3, role: 'plots', cached: false},
      {...output('a.sh', 'e'), exec: true},
    ];
    expect(writeLock({stages: [stage('train@forest', {outs}), stage('evaluate', {deps: [], metrics: []})]}))
      .toMatchInlineSnapshot(`
        "# Written by mlp: commit it. \`mlp run\` settles a merge conflict in it.
        mlp-lock: 1
        stages:

          train@forest:
            check: cbc7a7009-522
            key: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            deps:
              data/train@forest.csv: file bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb 7
            outs:
              a.sh: file eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee 120 exec
              "b dir": dir dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd 120 files=3 plots uncached
            params:
              train:
                depth: 3
                words: ["x","y"]
            metrics:
              metrics/train@forest.json:
                "log loss": 0.25

          evaluate:
            check: c2bd7c17b-245
            key: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            outs:
              models/evaluate.bin: file cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc 120
            params:
              train:
                depth: 3
                words: ["x","y"]
        "
      `);
  });

  test('is the same whatever order the facts of a stage come in', () => {
    const outs = [output('a', 'd'), output('b', 'e')];
    const metrics = ['x', 'y'].map((name, value) => ({name, value, source: 'm.json'}));
    const forwards = writeLock({stages: [stage('train', {outs, metrics, params: {a: 1, b: 2}})]});
    const backwards = stage('train', {outs: outs.toReversed(), metrics: metrics.toReversed(), params: {b: 2, a: 1}});
    expect(writeLock({stages: [backwards]})).toBe(forwards);
  });

  test('an empty lock is read back as one', () => {
    expect(parseLock(writeLock({stages: []}))).toEqual({candidates: [{stages: []}]});
  });

  test('numbers that JSON lacks come back exactly', () => {
    const metrics = [NaN, Infinity, -Infinity, 1e-300, 0.1].map((value, index) => ({
      name: `m${index}`,
      value,
      source: 's',
    }));
    const [lock] = parseLock(writeLock({stages: [stage('train', {metrics})]})).candidates;
    expect(lock?.stages[0]?.metrics).toEqual(metrics);
  });

  test('any path, metric, param and stage name comes back, and any YAML parser can read the file', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyStage, {selector: (one) => one.name, maxLength: 4}), (stages) => {
        const text = writeLock({stages});
        const parsed = parseLock(text);
        expect(parsed.problem).toBeUndefined();
        expect(parsed.candidates).toEqual([{stages}]);
        expect(parsed.candidates.map(writeLock)).toEqual([text]);
        const yaml = parseYaml(text) as {readonly stages: object};
        expect(Object.keys(yaml.stages).sort()).toEqual(stages.map(({name}) => name as string).sort());
      }),
      {numRuns: 300},
    );
  });

  test('a path of 4,000 characters is still YAML', () => {
    const lock: Lock = {stages: [stage('train', {outs: [output('d/'.repeat(2_000), 'c')]})]};
    expect(parseLock(writeLock(lock)).candidates).toEqual([lock]);
    expect(Object.keys(parseYaml(writeLock(lock)).stages.train.outs)).toEqual(['d/'.repeat(2_000)]);
  });
});

describe('merging mlp.lock', () => {
  const base = ['ingest', 'featurize', 'train', 'evaluate'].map((name) => stage(name));
  const changed = (names: readonly string[], character: string): Lock => ({
    stages: base.map((one) =>
      names.includes(one.name)
        ? {...one, key: hash(character), outs: [output(`models/${one.name}.bin`, character)], metrics: []}
        : one,
    ),
  });

  test('Git merges changes of different stages, neighbours too, into the lock that a person would write', () => {
    const merged = gitMerge({stages: base}, changed(['featurize'], 'd'), changed(['ingest', 'train'], 'e'));
    expect(merged.conflicts).toBe(0);
    const expected = changed(['featurize'], 'd').stages.map((one, index) =>
      one.name === 'featurize' ? one : changed(['ingest', 'train'], 'e').stages[index],
    );
    expect(parseLock(merged.text)).toEqual({candidates: [{stages: expected}]});
  });

  test('Git merges a stage that one branch adds beside one that the other branch removes', () => {
    const added = {stages: [...base.slice(0, 1), stage('clean'), ...base.slice(1)]};
    const merged = gitMerge({stages: base}, added, {stages: base.slice(0, 3)});
    expect(merged.conflicts).toBe(0);
    expect(parseLock(merged.text).candidates[0]?.stages.map(({name}) => name)).toEqual([
      'ingest',
      'clean',
      'featurize',
      'train',
    ]);
  });

  test('of a conflict both sides are read, ours first, in both of Git’s styles', () => {
    const ours = changed(['train'], 'd');
    const theirs = changed(['train'], 'e');
    for (const style of [[], ['--diff3']]) {
      const merged = gitMerge({stages: base}, ours, theirs, style);
      expect(merged.conflicts).toBeGreaterThan(0);
      expect(parseLock(merged.text)).toEqual({candidates: [ours, theirs]});
    }
  });

  test('a stage whose lines come from two sides is left out, the others are used', () => {
    const text = writeLock({stages: base}).replace(
      `models/train.bin: file ${hash('c')}`,
      `models/train.bin: file ${hash('f')}`,
    );
    const parsed = parseLock(text);
    expect(parsed.candidates).toEqual([{stages: base.filter(({name}) => name !== 'train')}]);
    expect(parsed.problem).toBe(
      '`mlp.lock` is not used for `train`: its lines do not belong together, as after a merge by hand; `mlp run` writes it anew',
    );
  });
});

describe('a lock that cannot be used', () => {
  test('of a later version says so', () => {
    expect(parseLock('mlp-lock: 3\nstages: {}\n')).toEqual({
      candidates: [],
      problem: '`mlp.lock` has the version 3, this mlp reads 1 and 2: update mlp, or remove the file to begin anew',
      isNewer: true,
    });
  });

  test('that is no lock at all says where', () => {
    expect(parseLock('mlp-lock: 1\nhello\n')).toEqual({
      candidates: [],
      problem: '`mlp.lock` cannot be read, line 2 is not of the form `key: value`: `hello`; `mlp run` writes it anew',
    });
  });

  test('whatever bytes it has, reading it does not throw', () => {
    const lines = writeLock({stages: [stage('train')]}).split('\n');
    fc.assert(
      fc.property(fc.shuffledSubarray(lines), fc.string(), (kept, noise) => {
        expect(parseLock([...kept, noise].join('\n')).candidates.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('with the line ends of Windows is read all the same', () => {
    const lock = {stages: [stage('train')]};
    expect(parseLock(writeLock(lock).replaceAll('\n', '\r\n')).candidates).toEqual([lock]);
  });
});

const anyText = fc.oneof(
  fc.string({unit: 'binary', minLength: 1}),
  fc.constantFrom('__proto__', 'yes', '~', '-', '? a', 'a: b', '<<', '#', '\u2028', '\u00a0'),
);
const anyHash = fc.constantFrom(hash('0'), hash('9'), hash('f'));
const byPath = {selector: (entry: {readonly path: string}) => entry.path, maxLength: 4};
const sorted = <T extends {readonly path: string}>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
const anyContent = fc.oneof(
  fc.record({type: fc.constant('file' as const), exec: fc.boolean(), hash: anyHash, size: fc.maxSafeNat()}),
  fc.record({
    type: fc.constant('dir' as const),
    exec: fc.constant(false),
    hash: anyHash,
    size: fc.maxSafeNat(),
    files: fc.nat(),
  }),
  fc.constant({type: 'absent', exec: false, hash: '', size: 0} as const),
);
const anyJson = fc.jsonValue({maxDepth: 2}).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const anyStage: fc.Arbitrary<LockStage> = fc.record({
  name: anyText.map(stageName),
  key: anyHash,
  deps: fc
    .uniqueArray(
      fc.tuple(anyText, anyContent).map(([path, content]) => ({path, ...content})),
      byPath,
    )
    .map(sorted),
  outs: fc
    .uniqueArray(
      fc
        .record({
          path: anyText,
          content: anyContent,
          role: fc.constantFrom('out', 'metrics', 'plots'),
          cached: fc.boolean(),
        })
        .map(({path, content, role, cached}) => ({path: path as ProjectPath, ...content, role, cached})),
      byPath,
    )
    .map(sorted),
  params: fc.dictionary(anyText, anyJson, {maxKeys: 4, noNullPrototype: true}),
  metrics: fc
    .uniqueArray(
      fc.tuple(
        anyText,
        fc.double().map((value) => value + 0),
      ),
      {selector: ([name]) => name, maxLength: 4},
    )
    .map((pairs) =>
      pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({name, value, source: 'm 1.json'})),
    ),
});

function gitMerge(
  base: Lock,
  ours: Lock,
  theirs: Lock,
  style: readonly string[] = [],
): {readonly conflicts: number; readonly text: string} {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-lock-'));
  try {
    const paths = [ours, base, theirs].map((lock, index) => {
      const path = join(folder, String(index));
      writeFileSync(path, writeLock(lock));
      return path;
    });
    const git = spawnSync('git', ['merge-file', ...style, ...paths]);
    return {conflicts: git.status ?? -1, text: readFileSync(String(paths[0]), 'utf8')};
  } finally {
    rmSync(folder, {recursive: true});
  }
}
