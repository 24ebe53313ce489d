/** Which version a stage is compared with: never the one that is judged, whatever people decide about it meanwhile. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {modelContent, modelInput} from '../../src/engine/model-inputs.ts';
import type {Digest} from '../../src/model/ids.ts';
import type {AliasMove, Models, ModelVersion} from '../../src/store/models.ts';

interface Row {
  readonly model?: string;
  readonly approved?: boolean;
  /** Content of its predictions; null: packaged without. */
  readonly predictions?: string | null;
  /** Contents of its profile, and of the data that it is of. */
  readonly profile?: readonly [string, string];
}

/** Oldest first, as they were packaged. */
function models(rows: readonly Row[], moves: readonly (readonly [string, number | undefined])[] = []): Models {
  const made: AliasMove[] = moves.map(([alias, version], atMs) => ({
    alias,
    atMs,
    ...(version === undefined ? {} : {version}),
  }));
  const pointsAt = (alias: string): number | undefined => made.findLast((move) => move.alias === alias)?.version;
  const counts = new Map<string, number>();
  const versions = rows.map(({model = 'names', approved = true, predictions, profile}, index): ModelVersion => {
    const version = (counts.get(model) ?? 0) + 1;
    counts.set(model, version);
    return {
      model,
      version,
      hash: index.toString(16).padStart(64, '0') as Digest,
      createdAtMs: index,
      isApproved: approved,
      aliases: [...new Set(moves.map(([alias]) => alias))].filter((alias) => pointsAt(alias) === version),
      ...(predictions === null ? {} : {predictions: predictions ?? String(index + 1)}),
      ...(profile === undefined ? {} : {profile: {hash: profile[0], of: profile[1]}}),
    };
  });
  return {
    versions: (model) => versions.filter((row) => model === undefined || row.model === model).toReversed(),
    moves: () => made.toReversed(),
    move: () => false,
    promoted: () => [],
    stamp: () => '',
  };
}

const versionOf = (reference: string, judged: string | undefined, known: Models): number | undefined =>
  modelInput({path: reference}, judged, known)?.version;

describe('the approved version', () => {
  it('is the newest approved one that is not judged', () => {
    const known = models([{}, {}, {approved: false}]);
    expect(versionOf('names@approved', 'new', known)).toBe(2);
    expect(versionOf('approved', 'new', known)).toBe(2);
    expect(versionOf('approved', '2', known)).toBe(1);
    expect(versionOf('approved', '3', known)).toBe(2);
    expect(versionOf('approved', '1', models([{}, {predictions: '1'}]))).toBeUndefined();
    expect(versionOf('approved', 'new', models([]))).toBeUndefined();
    expect(versionOf('nobody@approved', 'new', known)).toBeUndefined();
  });

  it('stays the same when what is judged is packaged and approved, once or twice', () => {
    const row = fc.record({approved: fc.boolean(), predictions: fc.constantFrom('a', 'b', 'c', 'judged')});
    fc.assert(
      fc.property(fc.array(row, {maxLength: 6}), fc.boolean(), (rows, approved) => {
        const before = versionOf('names@approved', 'judged', models(rows));
        const after = [...rows, {approved, predictions: 'judged'}, {approved: true, predictions: 'judged'}];
        expect(versionOf('names@approved', 'judged', models(after))).toBe(before);
      }),
    );
  });
});

describe('the version of an alias', () => {
  it('is where it points, or pointed before what is judged', () => {
    const rows = [{}, {}, {}];
    expect(versionOf('names@champion', 'new', models(rows))).toBeUndefined();
    expect(versionOf('names@champion', 'new', models(rows, [['champion', 1]]))).toBe(1);
    const moves = [
      ['champion', 1],
      ['shadow', 3],
      ['champion', 2],
    ] as const;
    expect(versionOf('names@champion', '2', models(rows, moves))).toBe(1);
    expect(versionOf('names@champion', 'new', models(rows, moves))).toBe(2);
    expect(versionOf('names@champion', '1', models(rows, [['champion', 1]]))).toBeUndefined();
  });

  it('is none after it was taken away, and the former one after a rollback', () => {
    const rows = [{}, {}];
    const back = [
      ['champion', 1],
      ['champion', 2],
      ['champion', 1],
    ] as const;
    expect(versionOf('names@champion', '2', models(rows, back))).toBe(1);
    expect(versionOf('names@champion', '1', models(rows, back))).toBeUndefined();
    expect(versionOf('names@champion', 'new', models(rows, [...back, ['champion', undefined]]))).toBeUndefined();
  });
});

describe('the profile of a version', () => {
  const profileOf = (reference: string, judged: string | undefined, known: Models) =>
    modelInput({path: reference, part: 'profile'}, judged, known);
  const known = models([
    {profile: ['p1', 'd1']},
    {},
    {profile: ['p2', 'd2']},
    {profile: ['p3', 'd3'], approved: false},
  ]);

  it('is that of the newest approved one that has a profile and is not of the data that is judged', () => {
    expect(profileOf('approved', 'new', known)?.version).toBe(3);
    expect(profileOf('approved', 'd3', known)?.version).toBe(3);
    expect(profileOf('approved', 'd2', known)?.version).toBe(1);
    expect(profileOf('approved', 'd1', models([{profile: ['p1', 'd1']}, {}]))).toBeUndefined();
    expect(profileOf('names@1', undefined, known)?.version).toBe(1);
  });

  it('stands in the key by its content: the same data packaged again is the same', () => {
    const again = models([{profile: ['p1', 'd1']}, {profile: ['p1', 'd1']}]);
    const [first, second] = ['names@1', 'names@2'].map((name) =>
      modelContent(profileOf(name, undefined, again), 'profile'),
    );
    expect([first, second]).toEqual(['profile p1', 'profile p1']);
  });

  it('cannot be told', () => {
    expect(() => profileOf('names@2', undefined, known)).toThrow('without the deps `profile` and `data`');
    expect(() => profileOf('approved', undefined, known)).toThrow('as `data` in `deps`');
  });
});

describe('what cannot be told', () => {
  it('is said', () => {
    const two = models([{}, {model: 'two'}]);
    expect(() => modelInput({path: 'approved'}, 'new', two)).toThrow('of several models: say which, ');
    expect(versionOf('two@approved', 'new', two)).toBe(1);
    expect(versionOf('names@1', undefined, two)).toBe(1);
    expect(() => modelInput({path: 'names@9'}, 'new', two)).toThrow('has no version `9`');
    expect(() => modelInput({path: 'approved'}, undefined, models([{}]))).toThrow('as `predictions` in `deps`');
    expect(() => modelInput({path: 'approved'}, 'new', models([{predictions: null}]))).toThrow(
      'without the dep `predictions`',
    );
    expect(versionOf('approved', 'new', models([{predictions: null}, {}]))).toBe(2);
  });

  it('has a content in the key all the same', () => {
    expect(modelContent(undefined)).toBe('none');
    expect(modelContent(modelInput({path: 'names@1'}, undefined, models([{}])))).toBe(`names@1 ${'0'.repeat(64)}`);
  });
});
