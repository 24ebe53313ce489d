/** What each way makes, by hand. What scikit-learn has, too, is in reference.test.ts. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {takeRows} from '../../../src/data/table.ts';
import {applyFeaturizer} from '../../../src/ml/features/featurizer.ts';
import type {FeatureFunction, Recipe} from '../../../src/ml/features/spec.ts';
import {fit, rowsOf, tableOf} from './tables.ts';
import type {Cells} from './tables.ts';

const of = (cells: Cells, recipe: Recipe, more: Parameters<typeof fit>[2] = {}) =>
  fit({x: {from: 'c', ...recipe}}, tableOf({c: cells}), more).matrix;
const numbersOf = (cells: Cells, recipe: Recipe, more: Parameters<typeof fit>[2] = {}) =>
  rowsOf(of(cells, recipe, more)).flat();

describe('texts', () => {
  it('are measured in code points and words', () => {
    const cells = ['The big  cat', '', ' ', '👍🏽 日本', null];
    expect(numbersOf(cells, {measure: 'length'})).toEqual([12, 0, 1, 5, null]);
    expect(numbersOf(cells, {measure: 'words'})).toEqual([3, 0, 0, 2, null]);
    expect(numbersOf(cells, {measure: 'mean_word_length'})).toEqual([3, 0, 0, 2, null]);
    expect(numbersOf(cells, {measure: 'longest_word'})).toEqual([3, 0, 0, 2, null]);
  });

  it('are held against patterns, whole and in parts', () => {
    const cells = ['A.B. Cd 12', 'é', '', null];
    expect(numbersOf(cells, {matches: '^\\p{Lu}'})).toEqual([1, 0, 0, null]);
    expect(numbersOf(cells, {count: {matching: '\\.'}})).toEqual([2, 0, 0, null]);
    expect(numbersOf(cells, {count: {of: 'words', matching: '\\d+'}})).toEqual([1, 0, 0, null]);
    expect(numbersOf(cells, {count: {of: 'characters', matching: '\\d|\\.'}})).toEqual([4, 0, 0, null]);
    expect(numbersOf(cells, {share: {of: 'letters', matching: '\\p{Lu}'}})).toEqual([0.75, 0, 0, null]);
    expect(numbersOf(['Ab cd', 'ab'], {share: {matching: '\\p{Lu}\\p{Ll}'}})).toEqual([0.5, 0]);
  });

  it('are cleaned, for recipes and the keys of tables alike', () => {
    const texts = {clean: {from: 'c', fold: ['accents', 'case'] as const, replace: [{pattern: '(\\w)-', by: '$1 '}]}};
    const clean = (recipe: Recipe, more = {}) =>
      numbersOf(['  Été-Fini\u00a0', 'CAFÉ'], {...recipe, from: 'clean'}, {texts, ...more});
    expect(clean({matches: '^ete fini$'})).toEqual([1, 0]);
    expect(clean({look_up: {in: 't'}}, {tables: {t: {keys: ['Été-Fini', 'cafe']}}})).toEqual([1, 1]);
    // The first of keys that become one counts.
    expect(clean({look_up: {in: 't', as: 'value'}}, {tables: {t: {keys: ['Café', 'café'], values: [3, 4]}}})).toEqual([
      0, 3,
    ]);
  });

  it('are looked up by words and runs of words', () => {
    const tables = {t: {keys: ['co', 'of a', 'b'], values: [-1, 2, 0.5]}};
    const cells = ['co of a', 'b', 'x b co', 'of a x', '', null];
    const look = (words: 'whole' | 'first' | 'last' | 'any', more = {}) =>
      numbersOf(cells, {look_up: {in: 't', words, ...more}}, {tables});
    expect(look('whole')).toEqual([0, 1, 0, 0, 0, null]);
    expect(look('first')).toEqual([1, 1, 0, 0, 0, null]);
    expect(look('first', {up_to: 2, as: 'value'})).toEqual([-1, 0.5, 0, 2, 0, null]);
    expect(look('last', {up_to: 3})).toEqual([1, 1, 1, 0, 0, null]);
    expect(look('last', {up_to: 2, skip_first: true})).toEqual([1, 0, 1, 0, 0, null]);
    expect(look('any', {up_to: 2, as: 'count'})).toEqual([2, 1, 2, 1, 0, null]);
    expect(look('any', {as: 'share', skip_first: true})).toEqual(
      [0, 0, 2 / 3, 0, 0, null].map((value) => (value === null ? null : Math.fround(value))),
    );
    expect(look('any', {up_to: 2, as: 'value'})).toEqual([2, 0.5, 0.5, 2, 0, null]);
    expect(look('whole', {as: 'share'})).toEqual([0, 1, 0, 0, 0, null]);
  });
});

describe('dates', () => {
  it('are numbers in UTC', () => {
    const dates = [new Date('2024-02-29T18:30:00Z'), new Date('1969-12-31'), new Date('0099-03-01'), null];
    const parts = ['year', 'quarter', 'month', 'day', 'day_of_year', 'weekday', 'hour', 'minute'] as const;
    expect(rowsOf(of(dates, {date: {parts}}))).toEqual([
      [2024, 1, 2, 29, 60, 4, 18, 30],
      [1969, 4, 12, 31, 365, 3, 0, 0],
      [99, 1, 3, 1, 60, 7, 0, 0],
      [null, null, null, null, null, null, null, null],
    ]);
    expect(numbersOf(dates, {date: {days_since: '2024-02-28'}}).slice(0, 1)).toEqual([Math.fround(1 + 18.5 / 24)]);
    const circle = of([new Date('2024-01-05'), new Date('2024-04-05')], {date: {cyclic: ['month']}});
    expect(circle.names).toEqual(['x_month_sin', 'x_month_cos']);
    expect(rowsOf(circle).map((row) => row.map((value) => Math.round((value ?? 0) * 1e6) / 1e6))).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('categories', () => {
  it('of numbers, flags and dates are their texts; those of several columns are crossed', () => {
    expect(of([1, 2.5, 1], {one_hot: {}}).names).toEqual(['x=1', 'x=2.5']);
    expect(of([true, false], {one_hot: {}}).names).toEqual(['x=false', 'x=true']);
    expect(of([new Date('2024-01-05'), new Date('2024-01-05T01:00:00Z')], {one_hot: {}}).names).toEqual([
      'x=2024-01-05',
      'x=2024-01-05T01:00:00.000Z',
    ]);
    const {matrix} = fit({x: {from: ['a', 'b'], one_hot: {}}}, tableOf({a: ['p', 'p', null], b: [1, 2, 1]}));
    expect(matrix.names).toEqual(['x=p × 1', 'x=p × 2']);
    expect(rowsOf(matrix)).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  it('that become equal when they are cleaned are one', () => {
    const texts = {clean: {from: 'c', fold: ['case'] as const}};
    const cells = ['A', 'a', 'b', 'A'];
    const rows = (recipe: Recipe, label: Cells = [1, 0, 5, 1]) =>
      rowsOf(fit({x: {from: 'clean', ...recipe}}, tableOf({c: cells, label}), {texts, label: 'label'}).matrix);
    expect(rows({one_hot: {min_count: 3}})).toEqual([[1], [1], [0], [1]]);
    expect(rows({one_hot: {top: 1}})).toEqual([[1], [1], [0], [1]]);
    expect(rows({ordinal: {}}).flat()).toEqual([0, 0, 1, 0]);
    const {featurizer} = fit({x: {from: 'clean', target: {smoothing: 0}}}, tableOf({c: cells, label: [1, 0, 5, 2]}), {
      texts,
      label: 'label',
    });
    expect(rowsOf(applyFeaturizer(featurizer, tableOf({c: ['a', 'A', 'b']}))).flat()).toEqual([1, 1, 5]);
  });

  it('unseen or missing have a place when they are given one', () => {
    const serve = (recipe: Recipe) => {
      const {featurizer} = fit({x: {from: 'c', ...recipe}}, tableOf({c: ['a', 'a', 'b']}));
      return rowsOf(applyFeaturizer(featurizer, tableOf({c: ['a', 'new', null]})));
    };
    expect(serve({one_hot: {min_count: 2}})).toEqual([[1], [0], [0]]);
    expect(serve({one_hot: {min_count: 2, other: true, missing: true}})).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(serve({ordinal: {}})).toEqual([[0], [-1], [null]]);
    expect(serve({ordinal: {order: ['b', 'a'], unseen: 9}, impute: 5})).toEqual([[1], [9], [5]]);
    const [a, fresh, missing] = serve({hashed: 4});
    expect([a, fresh].map((row) => row?.filter((value) => value !== 0).length)).toEqual([1, 1]);
    expect(missing).toEqual([0, 0, 0, 0]);
  });

  it('are encoded by the labels of other rows only', () => {
    const cell = fc.constantFrom('a', 'b', 'c', null);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.integer({min: -5, max: 5})), {minLength: 2, maxLength: 40}),
        fc.nat(),
        (rows, pick) => {
          const changed = pick % rows.length;
          const encode = (label: readonly number[]) =>
            rowsOf(
              fit({c: {target: {folds: 3}}}, tableOf({c: rows.map(([c]) => c), label}), {label: 'label'}).matrix,
            ).flat();
          const labels = rows.map(([, label]) => label);
          const before = encode(labels);
          expect(encode(labels.with(changed, 1000))[changed]).toBe(before[changed]);
        },
      ),
      {numRuns: 40, seed: 2},
    );
  });

  it('encoded by a label that tells nothing do not tell it', () => {
    const rows = 2000;
    const c = Array.from({length: rows}, (_, row) => `c${row}`);
    const label = c.map((_, row) => ((row * 7919) % 2 === 0 ? 1 : 0));
    const {matrix} = fit({c: {target: {smoothing: 0}}}, tableOf({c, label}), {label: 'label'});
    // A category of one row would give its label away; out of fold it is the mean of the others.
    expect(
      new Set(
        rowsOf(matrix)
          .flat()
          .map((value) => Math.round((value ?? 0) * 10)),
      ),
    ).toEqual(new Set([5]));
  });
});

describe('numbers', () => {
  it('of bins stand in the bin from the edge on', () => {
    const cells = [-1, 0, 1, 2, null];
    expect(numbersOf(cells, {bins: {edges: [0, 2]}})).toEqual([0, 1, 1, 2, null]);
    const hot = of(cells, {bins: {edges: [0, 2], as: 'one_hot'}, indicator: true});
    expect(hot.names).toEqual(['x=<0', 'x=[0,2)', 'x=>=2', 'x_missing']);
    expect(rowsOf(hot)[4]).toEqual([0, 0, 0, 1]);
  });
});

describe('a recipe for each of several columns', () => {
  it('makes features under their names', () => {
    const table = tableOf({a: [1, 3], b: [0, 4], c: ['x', 'y']});
    const {matrix} = fit({numbers: {each: ['a', 'b'], scale: 'minmax'}, kinds: {each: ['c'], one_hot: {}}}, table);
    expect(matrix.names).toEqual(['a', 'b', 'c=x', 'c=y']);
    expect(rowsOf(matrix)).toEqual([
      [0, 0, 1, 0],
      [1, 1, 0, 1],
    ]);
    expect(() => fit({a: {}, numbers: {each: ['a']}}, table)).toThrow('both make a feature `a`');
  });
});

describe('functions', () => {
  const use = (cells: Cells, call: FeatureFunction, recipe: Recipe = {}) =>
    of(cells, {fn: 'src/f.ts#f', ...recipe}, {functions: new Map([['src/f.ts#f', call]])});

  it('are called once for each distinct input', () => {
    const calls: unknown[] = [];
    const note: FeatureFunction = (cells) => calls.push(cells);
    expect(rowsOf(use(['a', 'b', null, 'a', null], note)).flat()).toEqual([1, 2, 3, 1, 3]);
    expect(calls).toEqual([{c: 'a'}, {c: 'b'}, {c: null}]);
    calls.length = 0;
    use([new Date(0), null], note);
    expect(calls).toEqual([{c: new Date(0)}, {c: null}]);
  });

  it('are called for each pair of cells also in a few rows of a large table', () => {
    const all = tableOf({a: ['p', 'p', 'p', 'q', 'p'], b: ['A', 'B', 'C', 'D', 'E']});
    const functions = new Map<string, FeatureFunction>([['f', ({a, b}) => (a === 'q' ? 10 : b === 'E' ? 5 : 1)]]);
    const {featurizer} = fit({x: {from: ['a', 'b'], fn: 'f'}}, all, {functions});
    for (const [one, other] of [0, 1, 2, 3, 4].flatMap((row) =>
      [0, 1, 2, 3, 4].map((second) => [row, second] as const),
    )) {
      const {dense} = applyFeaturizer(featurizer, takeRows(all, Uint32Array.of(one, other)), functions);
      expect([...(dense[0] ?? [])]).toEqual([one, other].map((row) => [1, 1, 1, 10, 5][row]));
    }
  });

  it('are given cleaned texts as well as columns', () => {
    const texts = {clean: {from: 'c', fold: ['case'] as const}};
    const functions = new Map<string, FeatureFunction>([['f', ({clean, c}) => (clean === 'a' && c === 'A' ? 1 : 0)]]);
    const table = tableOf({c: ['A', 'a', null]});
    expect(rowsOf(fit({x: {from: ['clean', 'c'], fn: 'f'}}, table, {texts, functions}).matrix).flat()).toEqual([
      1, 0, 0,
    ]);
  });

  it('give a number, a list or a record; null is missing', () => {
    expect(rowsOf(use([1, 2], ({c}) => (c === 1 ? null : [1, false])))).toEqual([
      [null, null],
      [1, 0],
    ]);
    expect(use([1], () => ({b: 1, a: 2})).names).toEqual(['x_a', 'x_b']);
    expect(rowsOf(use([1, 2], ({c}) => (c === 1 ? null : 7), {impute: 3})).flat()).toEqual([3, 7]);
    expect(rowsOf(use([1, 2], () => null)).flat()).toEqual([null, null]);
    expect(() => use([1], () => [1, 2], {impute: 0})).toThrow(
      '`impute` of `x` is for single numbers, but `src/f.ts#f` gives a list',
    );
  });

  it('that fail are named with the row', () => {
    const trouble = (call: FeatureFunction) => {
      try {
        use(['a', 'b'], call);
        return 'nothing';
      } catch (error) {
        return error instanceof Error ? error.message : error;
      }
    };
    const second =
      (answer: unknown, first: unknown = 1): FeatureFunction =>
      ({c}) =>
        c === 'a' ? first : answer;
    const at = '`src/f.ts#f` of the feature `x`';
    expect(
      trouble(({c}) => {
        if (c === 'b') throw new TypeError('no b');
        return 1;
      }),
    ).toBe(`${at} threw "no b" for row 2: {"c":"b"}`);
    expect(trouble(second(NaN))).toBe(
      `${at} gave "NaN", which is no number (null says that it is missing), for row 2: {"c":"b"}`,
    );
    expect(trouble(second([1], [1, 2]))).toBe(
      `${at} gave [1], not a list of 2 numbers as for other rows, for row 2: {"c":"b"}`,
    );
    expect(trouble(second({a: 1, c: 2}, {a: 1, b: 2}))).toBe(
      `${at} gave {"a":1,"c":2}, not a record of \`a\`, \`b\` as for other rows, for row 2: {"c":"b"}`,
    );
    expect(trouble(second('1'))).toContain('gave "1", which is no number');
    expect(trouble(() => undefined)).toBe(
      `${at} gave undefined, not a number, a list or a record of numbers, for row 1: {"c":"a"}`,
    );
    expect(trouble(() => Promise.resolve(1))).toContain('gave a promise, not a number');
  });
});
