/** The registry of models over a real database. */
import {describe, expect, it} from 'vitest';
import {modelVersion, versionBefore} from '../../src/history/model-refs.ts';
import type {KeyDocument} from '../../src/model/key-document.ts';
import {stageName} from '../../src/model/ids.ts';
import type {ProjectPath} from '../../src/model/ids.ts';
import type {Store} from '../../src/store/store.ts';
import {begin, open, sha256} from './store-rig.ts';

/** The commit of a stage that packaged something. */
function packaged(
  store: Store,
  name: string,
  bytes: string,
  uses = 'package',
  inputs: Readonly<Record<string, string>> = {},
): void {
  const run = begin(store);
  store.commit({
    stage: stageName('pack'),
    key: sha256(`key of ${bytes}`),
    document: {
      action: {kind: 'builtin', uses, with: {name}},
      params: {},
      deps: Object.entries(inputs).map(([input, hash]) => [`${input}.file`, 'file', false, hash]),
      names: Object.keys(inputs).map((input) => ['in', input, `${input}.file`]),
    } as unknown as KeyDocument,
    createdAtMs: 7,
    run,
    origin: 'ran',
    inputs: [],
    metrics: [],
    outputs: [
      {
        path: 'p.tar.gz' as ProjectPath,
        role: 'out',
        type: 'file',
        exec: false,
        hash: sha256('tar'),
        size: 1,
        cached: true,
      },
      {
        path: 'p' as ProjectPath,
        role: 'out',
        type: 'dir',
        exec: false,
        hash: sha256(bytes),
        size: 1,
        files: 1,
        cached: true,
      },
    ],
  });
}

const pairs = (store: Store) => store.models.versions().map(({model, version}) => `${model}@${String(version)}`);
const move = (store: Store, alias: string, version?: number) =>
  store.models.move('names', {alias, atMs: 1, ...(version === undefined ? {} : {version})});

describe('packaged models', () => {
  it('are counted by name; the same bundle is one version, another kind of stage none', () => {
    const store = open();
    packaged(store, 'names', 'a');
    packaged(store, 'log loss, "x"', 'a');
    packaged(store, 'names', 'b');
    packaged(store, 'names', 'a');
    packaged(store, 'names', 'c', 'copy');
    expect(pairs(store)).toEqual(['log loss, "x"@1', 'names@2', 'names@1']);
    expect(store.models.versions('names')[1]).toMatchObject({hash: sha256('a'), run: 1, createdAtMs: 7, aliases: []});
  });

  it('know the predictions they were tried with, and their profile with its data, also when told later', () => {
    const store = open();
    const known = () => {
      const [version] = store.models.versions('names');
      return {predictions: version?.predictions, profile: version?.profile};
    };
    packaged(store, 'names', 'a', 'package', {profile: 'p'});
    expect(known()).toEqual({predictions: undefined, profile: undefined});
    packaged(store, 'names', 'a', 'package', {profile: 'p', data: 'd'});
    packaged(store, 'names', 'a', 'package', {predictions: 'q'});
    expect(known()).toEqual({predictions: 'q', profile: {hash: 'p', of: 'd'}});
    expect(store.models.versions()).toHaveLength(1);
  });

  it('outlive their run, without it', () => {
    const store = open();
    packaged(store, 'names', 'a');
    packaged(store, 'names', 'b');
    const [, first] = store.models.versions('names');
    if (first?.run === undefined) throw new Error('no run');
    store.forgetRuns({runs: [first.run], lockedKeys: new Set(), dryRun: false});
    expect(store.models.versions('names')[1]).toEqual({
      model: 'names',
      version: 1,
      hash: sha256('a'),
      createdAtMs: 7,
      aliases: [],
      isApproved: false,
    });
  });

  it('have aliases, which keep what they point at and pointed at', () => {
    const store = open();
    for (const bytes of ['a', 'b', 'c']) packaged(store, 'names', bytes);
    expect(store.models.promoted()).toEqual([]);
    expect(move(store, 'champion', 1)).toBe(true);
    expect(move(store, 'champion', 2)).toBe(true);
    expect(move(store, 'champion', 9)).toBe(false);
    expect(store.models.versions('names').map(({aliases}) => aliases)).toEqual([[], ['champion'], []]);
    expect(new Set(store.models.promoted())).toEqual(new Set([sha256('a'), sha256('b')]));
    move(store, 'champion');
    expect(store.models.versions('names').flatMap(({aliases}) => aliases)).toEqual([]);
    expect(store.models.moves('names')).toHaveLength(3);
  });
});

describe('a version', () => {
  it('is named by number, by alias, or not at all; what is not there is said', () => {
    const store = open();
    for (const bytes of ['a', 'b']) packaged(store, 'names', bytes);
    move(store, 'champion', 1);
    const version = (text: string) => {
      const found = modelVersion(text, store.models);
      return found.ok ? found.value.version : found.error;
    };
    expect(version('names')).toBe(2);
    expect(version('names@1')).toBe(1);
    expect(version('names@champion')).toBe(1);
    expect(version('names@7')).toBe(
      'the model `names` has no version or alias `7`; it has versions 1 to 2, `champion`',
    );
    expect(version('nmaes')).toBe('there is no model `nmaes`: `names`?');
    const empty = modelVersion('x', open().models);
    expect(empty.ok ? '' : empty.error).toContain('a stage of the kind `package` makes one');
  });

  it('before the present one is where a rollback goes, also twice, also after another promotion', () => {
    const store = open();
    for (const bytes of ['a', 'b', 'c']) packaged(store, 'names', bytes);
    const before = () => {
      const found = versionBefore('names', 'champion', store.models);
      return found.ok ? found.value : found.error;
    };
    expect(before()).toBe('no version of `names` is or was `champion`');
    move(store, 'champion', 1);
    expect(before()).toContain('has always been version 1');
    move(store, 'champion', 2);
    move(store, 'champion', 3);
    expect(before()).toBe(2);
    move(store, 'champion', 2);
    expect(before()).toBe(1);
    move(store, 'champion', 3);
    expect(before()).toBe(2);
  });
});
