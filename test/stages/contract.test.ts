/** What every built-in kind must keep, run over the list; a kind without a setup fails. */
import {describe, expect, it} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host, WorkExit} from '../../src/host/host.ts';
import {moduleEntry} from '../../src/host/module-entry.ts';
import {stageKinds} from '../../src/stages/index.ts';
import {tempHost} from '../host/rig.ts';

interface Setup {
  readonly good: Json;
  readonly bad: readonly Json[];
}

const SETUPS: {readonly [kind: string]: Setup} = {
  'check-drift': {
    good: {reference: 'a.csv', data: 'b.csv', compare: {drift: {warn: 0.2}, columns: {id: 'off'}}},
    bad: [{data: 'b.csv'}, {reference: 'a.csv', data: 'b.csv', compare: {drift: 'kl'}}],
  },
  'check-skew': {good: {train: 'a', serve: 'b', key: 'id'}, bad: [{train: 'a', serve: 'b'}]},
  'check-split': {
    good: {train: 'a', test: 'b', label: 'y', key: ['id'], fail_on: 'never'},
    bad: [
      {train: 'a', test: 'b'},
      {train: 'a', test: 'b', label: 'y', fail_on: 'info'},
    ],
  },
  copy: {good: {}, bad: [{to: 'x'}, 'x']},
  evaluate: {
    good: {gates: [{metric: 'f1_macro', min: 0.8}], slices: ['country', {column: 'amount', bins: 4}, ['a', 'b']]},
    bad: [{gates: [{min: 1}]}, {gates: [{metric: 'a'}]}, {gates: [{metric: 'a', min: '80%'}]}, {slices: [{bins: 2}]}],
  },
  featurize: {
    good: {keep: ['label'], columns: {age: {impute: 'median'}, grams: {n_grams: {analyzer: 'char', range: [1, 2]}}}},
    bad: [{column: {}}, {columns: {a: {one_hot: {}, hashed: 2}}}, {columns: {a: {hashed: 2, scale: 'minmax'}}}],
  },
  ingest: {
    good: {},
    bad: [{url: 'ftp://x'}, {query: 'x'}, {sqlite: 'a.db'}, {max_bad: -1}, {max_bad: 'few'}, {sample: {rows: 0}}],
  },
  package: {
    good: {name: 'names', parity: false, sign: {key_env: 'KEY'}, max_size: '50M'},
    bad: [
      {},
      {name: 'a b'},
      {name: 'a@1'},
      {name: 'a', parity: true},
      {name: 'a', sign: {}},
      {name: 'a', max_size: 'big'},
    ],
  },
  predict: {good: {label: 'y', keep: []}, bad: [{labels: 'y'}, {label: ''}]},
  split: {
    good: {parts: [{train: 0.8}, {test: 0.2}]},
    bad: [{}, {parts: [{train: 0.8}]}, {parts: ['train', 'test']}, {folds: 1}, {folds: 2, group: 'a', time: 'b'}],
  },
  sql: {good: {query: 'SELECT 1 AS one'}, bad: [{}, {query: 'x', query_file: 'y'}, {query: 1}]},
  train: {
    good: {model: 'forest', label: 'y', trees: 5, class_weights: {a: 2}},
    bad: [
      {model: 'forest'},
      {model: 'svm', label: 'y'},
      {model: 'forest', label: 'y', C: 1},
      {model: 'rule', label: 'y'},
    ],
  },
  validate: {
    good: {data: 'a.csv', schema: 's.yaml', role: 'train'},
    bad: [{data: 'a.csv'}, {data: 'a.csv', schema: 's', as_of: 'now'}, {data: 'a.csv', schema: 's', types: {}}],
  },
  write: {good: {text: 'hello\n'}, bad: [{}, {text: 1}, {text: 'a', json: 1}, {txt: 'a'}]},
};

/** Runs a kind as the engine does: in a thread, by the module that is shipped. */
function run(
  host: Host,
  uses: string,
  settings: Json,
  inputs: {readonly [name: string]: string | readonly string[]},
  outputs: readonly string[],
): Promise<WorkExit> {
  const here = (path: string): string => host.files.absolute(path);
  return host.functions.start({
    bundle: moduleEntry('run-kind'),
    exportName: 'runKind',
    env: {},
    logFile: 'log',
    context: {
      stage: 'test',
      runId: 1,
      params: {},
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, paths]) => [
          name,
          typeof paths === 'string' ? here(paths) : paths.map(here),
        ]),
      ),
      outputs: Object.fromEntries(outputs.map((path) => [path, here(path)])),
      seed: 1,
      metricsFile: here('metrics'),
      progressFile: here('progress'),
      settings: {uses, settings},
    },
  }).exited;
}

const messageOf = (host: Host, exit: WorkExit): string => (exit.error?.message ?? '').replaceAll(`${host.root}/`, '');

describe.each(stageKinds.map((kind) => [kind.name, kind] as const))('the kind %s', (name, kind) => {
  it('has a name of its own, a summary and a version', () => {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(stageKinds.filter((other) => other.name === name)).toHaveLength(1);
    expect(kind.summary).toMatch(/^[A-Z].*\.$/);
    expect(kind.version).toBeGreaterThanOrEqual(1);
  });

  it('checks its settings', async () => {
    const setup = SETUPS[name];
    if (!setup) throw new Error(`the kind ${name} has no setup in this test`);
    const {schema} = await kind.settings();
    expect(schema.safeParse(setup.good).success).toBe(true);
    for (const bad of setup.bad) expect(schema.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  });

  it('describes its settings as JSON Schema', async () => {
    const z = await import('zod');
    const {schema} = await kind.settings();
    expect(z.toJSONSchema(schema, {io: 'input'})).toMatchObject({type: 'object', additionalProperties: false});
  });

  it('says so when it has nowhere to write to', async () => {
    const host = tempHost();
    host.files.writeAtomic('in', '');
    const exit = await run(host, name, SETUPS[name]?.good ?? {}, {in: 'in'}, []);
    expect(messageOf(host, exit)).toContain(`\`${name}\` does not know where to: name`);
  });
});

describe('copy', () => {
  it('copies each dep to the out at its place, files and folders', async () => {
    const host = tempHost();
    host.files.writeAtomic('tool', 'run me', {mode: 0o555});
    host.files.writeAtomic('folder/a/b', 'deep');
    host.files.makeFolder('folder/empty');
    host.files.makeLink('a/b', 'folder/link');
    expect(await run(host, 'copy', {}, {one: 'tool', two: 'folder'}, ['out/tool', 'out/folder'])).toMatchObject({
      code: 0,
    });
    expect(host.files.stat('out/tool')).toMatchObject({exec: true, size: 6});
    expect([...host.files.walk('out')].map(({path}) => path)).toEqual([
      'folder',
      'folder/a',
      'folder/a/b',
      'folder/empty',
      'folder/link',
      'tool',
    ]);
    expect(host.files.readLink('out/folder/link')).toBe('a/b');
    host.files.append('out/tool', ' and change me');
  });

  it('copies several into one folder, and refuses two of one name', async () => {
    const host = tempHost();
    for (const path of ['x/1', 'x/2', 'y/1']) host.files.writeAtomic(path, path);
    expect(await run(host, 'copy', {}, {all: ['x/1', 'x/2']}, ['out'])).toMatchObject({code: 0});
    expect(host.files.readText('out/2')).toBe('x/2');
    const exit = await run(host, 'copy', {}, {all: ['x/1', 'x/2', 'y/1']}, ['out2']);
    expect(messageOf(host, exit)).toBe('`copy` would write both `x/1` and `y/1` to `out2/1`: copy them in two stages');
    expect(host.files.exists('out2')).toBe(false);
  });

  it('says what does not fit', async () => {
    const host = tempHost();
    for (const path of ['1', '2', '3']) host.files.writeAtomic(path, path);
    const message = async (inputs: {[name: string]: string}, outputs: string[]) =>
      messageOf(host, await run(host, 'copy', {}, inputs, outputs));
    expect(await message({a: '1', b: '2', c: '3'}, ['x', 'y'])).toBe(
      '`copy` has 3 files in `deps` and 2 `outs`: name one out for each, or one folder for all',
    );
    expect(await message({}, ['x'])).toBe('`copy` has nothing to copy: name files or folders in `deps`');
    expect(await message({a: 'gone'}, ['x'])).toBe('`gone` is not there');
  });
});

describe('write', () => {
  it('writes its text letter by letter, and JSON with sorted keys', async () => {
    const host = tempHost();
    await run(host, 'write', {text: 'no line end'}, {}, ['text']);
    await run(host, 'write', {json: {b: [1, null], a: 'ü'}}, {}, ['json']);
    await run(host, 'write', {json: null}, {}, ['null']);
    expect(host.files.readText('text')).toBe('no line end');
    expect(host.files.readText('json')).toBe('{\n  "a": "ü",\n  "b": [\n    1,\n    null\n  ]\n}\n');
    expect(host.files.readText('null')).toBe('null\n');
  });

  it('writes one file only', async () => {
    const host = tempHost();
    const exit = await run(host, 'write', {text: ''}, {}, ['a', 'b']);
    expect(messageOf(host, exit)).toBe('`write` writes one file, but `outs` names 2: use a stage for each');
  });
});

it('a kind that this version does not have is named', async () => {
  const host = tempHost();
  expect(messageOf(host, await run(host, 'forge', {}, {}, ['a']))).toBe(
    'there is no built-in stage `forge` in this version of mlp',
  );
});
