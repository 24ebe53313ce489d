import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {takeRows} from '../../../src/data/table.ts';
import type {Table} from '../../../src/data/table.ts';
import {applyFeaturizer, openFeaturizer, parseFeaturizer} from '../../../src/ml/features/featurizer.ts';
import type {FeatureFunction, Recipe} from '../../../src/ml/features/spec.ts';
import {fit, rowsOf, tableOf} from './tables.ts';
import type {Cells} from './tables.ts';

const DAY = new Date('2024-02-29T18:30:00Z');

const functions = new Map<string, FeatureFunction>([
  ['src/f.ts#length', ({text}) => (text === null ? null : String(text).length)],
  ['src/f.ts#pair', ({age, city}) => [Number(age ?? 0) * 2, city === 'Rome']],
  [
    'src/f.ts#record',
    ({text}) => ({vowels: String(text).split(/[aeiou]/).length - 1, first: String(text).charCodeAt(0) || 0}),
  ],
]);

const texts = {clean: {from: 'text', fold: ['case', 'accents'] as const, replace: [{pattern: '[^\\p{L}]+', by: ' '}]}};
const tables = {words: {keys: ['Café', 'the', 'big city'], values: [0.5, 0.25, 2]}};

/** Every way there is. */
const COLUMNS: {readonly [name: string]: Recipe} = {
  age: {impute: 'median', indicator: true, scale: 'standard'},
  clipped: {from: 'age', clip: [0, 60], log1p: true, scale: 'minmax'},
  robust: {from: 'age', scale: 'robust'},
  decade: {from: 'age', bins: {edges: [20, 40], as: 'one_hot'}},
  quarter: {from: 'age', bins: {quantiles: 4}},
  member: {},
  city: {one_hot: {min_count: 2, other: true, missing: true}},
  rank: {from: 'city', ordinal: {}},
  spread: {from: 'city', hashed: 8},
  rate: {from: 'city', target: {}},
  both: {from: ['city', 'member'], one_hot: {sparse: true}},
  grams: {from: 'text', n_grams: {analyzer: 'char_wb', range: [1, 3], tf_idf: true}},
  words: {from: 'clean', n_grams: {analyzer: 'word', range: [1, 2]}},
  hashes: {from: 'text', n_grams: {analyzer: 'char', range: [2, 2], hashed: 16}},
  length: {from: 'text', measure: 'length'},
  word_count: {from: 'clean', measure: 'words'},
  mean_length: {from: 'clean', measure: 'mean_word_length'},
  longest: {from: 'clean', measure: 'longest_word'},
  has_digit: {from: 'text', matches: '\\p{N}'},
  dots: {from: 'text', count: {matching: '\\.'}},
  capitals: {from: 'text', share: {of: 'letters', matching: '\\p{Lu}'}},
  known: {from: 'clean', look_up: {in: 'words', words: 'any', up_to: 2, as: 'value'}},
  known_share: {from: 'clean', look_up: {in: 'words', words: 'any', as: 'share'}},
  born: {date: {parts: ['year', 'month', 'weekday'], cyclic: ['month', 'hour'], days_since: '2020-01-01'}},
  fn_length: {from: 'text', fn: 'src/f.ts#length', impute: 0},
  fn_pair: {from: ['age', 'city'], fn: 'src/f.ts#pair'},
  fn_record: {from: 'text', fn: 'src/f.ts#record'},
};

const TABLE = tableOf({
  age: [30, null, 12, 61, 45, 30],
  member: [true, false, null, true, true, false],
  city: ['Rome', 'Oslo', 'Rome', null, 'Lima', 'Oslo'],
  text: ['The big city.', 'café 7', null, '', 'Zürich. e\u0301', '👩‍👩‍👧 ok'],
  born: [DAY, null, new Date('1969-07-20T20:17:00Z'), DAY, new Date('0099-01-01'), new Date('2024-12-31')],
  label: ['yes', 'no', 'no', 'yes', null, 'no'],
});

const learn = (table: Table): ReturnType<typeof fit> => fit(COLUMNS, table, {label: 'label', texts, tables, functions});

const oneRow = (table: Table, row: number): Table => takeRows(table, Uint32Array.of(row));

describe('training and serving', () => {
  const word = fc.constantFrom('the', 'BIG', 'city', 'Café', 'e\u0301', '7', '.', '👩‍👩‍👧', '日本', ' ', 'ß', '\ud800');
  const rows = fc.array(
    fc.record({
      age: fc.option(fc.constantFrom(0, 1, 12.5, 40, 99, -3, 1e6)),
      member: fc.option(fc.boolean()),
      city: fc.option(fc.constantFrom('Rome', 'Oslo', 'Lima', '', '(other)!')),
      text: fc.option(fc.array(word, {maxLength: 6}).map((words) => words.join(' '))),
      born: fc.option(fc.constantFrom(DAY, new Date(0), new Date('1900-03-01T23:59:59.999Z'))),
      label: fc.option(fc.constantFrom('yes', 'no'), {freq: 5}),
    }),
    {minLength: 1, maxLength: 12},
  );
  const columnsOf = (list: readonly {readonly [name: string]: Cells[number]}[]): Table => {
    const names = ['age', 'member', 'city', 'text', 'born', 'label'];
    const table = tableOf(Object.fromEntries(names.map((name) => [name, list.map((row) => row[name] ?? null)])));
    // A column without any value has no type of its own; all are read by the types of training.
    return {
      ...table,
      columns: table.columns.map((column) =>
        column.type === 'string' && column.name === 'born'
          ? {...column, type: 'date', values: new Float64Array(list.length).fill(NaN)}
          : column,
      ),
    };
  };

  it('give each row the same features, alone or among others, before and after JSON', () => {
    fc.assert(
      fc.property(rows, rows, (training, serving) => {
        const {featurizer} = learn(columnsOf(training));
        const opened = openFeaturizer(featurizer, functions);
        const again = openFeaturizer(parseFeaturizer(JSON.stringify(featurizer)), functions);
        expect(again.names).toEqual(opened.names);
        const table = columnsOf(serving);
        const batch = rowsOf(opened.apply(table));
        for (let row = 0; row < table.rowCount; row += 1) {
          expect(rowsOf(again.apply(oneRow(table, row)))[0]).toEqual(batch[row]);
          expect(rowsOf(opened.apply(oneRow(table, row)))[0]).toEqual(batch[row]);
        }
      }),
      {numRuns: 60, seed: 1},
    );
  });

  it('differ for the training rows only in what is encoded by the label', () => {
    const {featurizer, matrix} = learn(TABLE);
    const applied = applyFeaturizer(featurizer, TABLE, functions);
    const columns = matrix.names.filter((_, index) => {
      const valuesOf = (one: typeof matrix) => rowsOf(one).map((row) => row[index]);
      return JSON.stringify(valuesOf(matrix)) !== JSON.stringify(valuesOf(applied));
    });
    expect(columns).toEqual(['rate']);
  });

  it('is data that can be looked at', () => {
    const {featurizer} = fit({age: {impute: 'median', scale: 'minmax'}, city: {one_hot: {}}}, TABLE, {name: 'people'});
    expect(featurizer).toEqual({
      version: 1,
      name: 'people',
      inputs: [
        {name: 'age', type: 'number'},
        {name: 'city', type: 'string'},
      ],
      texts: {},
      tables: {},
      recipes: [
        {
          name: 'age',
          from: ['age'],
          way: 'number',
          details: null,
          steps: {impute: 30, scale: {center: 12, factor: 1 / 49}},
        },
        {
          name: 'city',
          from: ['city'],
          way: 'one_hot',
          details: {categories: ['Lima', 'Oslo', 'Rome'], storage: 'dense'},
        },
      ],
    });
  });

  it('names the columns that each feature is made from', () => {
    const {featurizer} = learn(TABLE);
    const {names, from} = openFeaturizer(featurizer, functions);
    expect(from).toHaveLength(names.length);
    expect(from[names.indexOf('known')]).toEqual(['text']);
    expect(from[names.indexOf('fn_pair_1')]).toEqual(['age', 'city']);
    expect(from[names.indexOf('both=Rome × true')]).toEqual(['city', 'member']);
  });
});

describe('a featurizer', () => {
  it('says what is missing or of another sort', () => {
    const {featurizer} = fit({age: {}, city: {one_hot: {}}}, TABLE);
    const apply = (table: Table) => () => applyFeaturizer(featurizer, table);
    expect(apply(tableOf({city: ['Rome']}))).toThrow(
      'the table has no column `age`, which the features are made from: it has `city`',
    );
    expect(apply(tableOf({age: ['old'], city: ['Rome']}))).toThrow('`age` wants numbers, but the column `age` is text');
    expect(rowsOf(applyFeaturizer(featurizer, tableOf({age: [null], city: [null]})))).toEqual([[null, 0, 0, 0]]);
    expect(() => fit({born: {date: {parts: ['year']}}}, tableOf({born: ['1 May']}))).toThrow(
      '`born` wants dates, but the column `born` is string',
    );
    expect(() => parseFeaturizer('{}')).toThrow('the featurizer is of version undefined; this version of mlp reads 1');
    expect(() => parseFeaturizer('{"version": 1}')).toThrow('the featurizer has no `recipes`');
    expect(() => parseFeaturizer('{')).toThrow('the featurizer is no JSON');
    expect(() => parseFeaturizer('null')).toThrow('the featurizer is no JSON object');
  });

  it('refuses two features of one name, and names what makes them', () => {
    expect(() => fit({'city=Rome': {from: 'age'}, city: {one_hot: {}}}, TABLE)).toThrow(
      '`city=Rome` and `city` in `columns` both make a feature `city=Rome`: rename one of them',
    );
    expect(() => fit({age: {indicator: true}, age_missing: {from: 'age'}}, TABLE)).toThrow(
      '`age` and `age_missing` in `columns` both make a feature `age_missing`',
    );
  });

  it('refuses recipes that cannot be followed', () => {
    const trouble = (recipe: Recipe, more = {}) => {
      try {
        fit({x: {from: 'text', ...recipe}}, TABLE, more);
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    };
    expect(trouble({from: ['age', 'city'], measure: 'length'})).toContain('only categories and functions take several');
    expect(trouble({target: {}})).toContain('`target` of `x` learns from the label: say which column it is by `label`');
    expect(trouble({target: {}}, {label: 'gone'})).toContain('the table has no column `gone`');
    expect(trouble({from: 'city', one_hot: {}}, {label: 'city'})).toContain(
      '`x` is made from `city`, which is the label',
    );
    expect(trouble({matches: '('})).toContain('the pattern `(` of `x` is no regular expression');
    expect(trouble({share: {matching: ')('}})).toContain('the pattern `)(` of `x` is no regular expression');
    expect(trouble({look_up: {in: 'toString'}})).toContain('looks up in `toString`, but `tables` has no such table');
    expect(trouble({fn: 'src/gone.ts'})).toContain('the function `src/gone.ts` was not handed over');
    expect(trouble({from: 'age', log1p: true, clip: [null, -5]})).toContain(
      '`log1p` of `x` needs numbers above -1, but row 1 is -5',
    );
    expect(() => fit({a: {}}, TABLE, {texts: {age: {from: 'text'}}})).toThrow(
      '`texts` makes a text `age`, but the table has a column of that name',
    );
  });

  it('is applied to tables without rows, and learns from one row, and from none with a value', () => {
    const none = takeRows(TABLE, new Uint32Array(0));
    expect(() => learn(none)).toThrow('the table has no rows to learn from');
    const applied = applyFeaturizer(learn(TABLE).featurizer, none, functions);
    expect(applied.rows).toBe(0);
    expect(applied.names).toEqual(learn(TABLE).matrix.names);
    for (let row = 0; row < TABLE.rowCount; row += 1) expect(learn(oneRow(TABLE, row)).matrix.rows).toBe(1);
    const empty = tableOf({
      age: [null, null],
      member: [null, null],
      city: [null, null],
      text: [null, null],
      label: ['a', 'b'],
    });
    const {born: _, ...columns} = COLUMNS;
    const {matrix: blank} = fit(columns, empty, {label: 'label', texts, tables, functions});
    const row = Object.fromEntries(blank.names.map((name, index) => [name, rowsOf(blank)[0]?.[index]]));
    expect(row).toMatchObject({age: 0, age_missing: 1, clipped: null, member: null, length: null, fn_length: 0});
  });

  it('keeps constants where they are, and refuses infinite numbers', () => {
    const constant = tableOf({x: [3, 3, 3]});
    for (const scale of ['standard', 'minmax', 'robust'] as const)
      expect(rowsOf(fit({x: {scale}}, constant).matrix).flat()).toEqual([0, 0, 0]);
    expect(rowsOf(fit({x: {bins: {quantiles: 3, as: 'one_hot'}}}, constant).matrix)).toEqual([[1], [1], [1]]);
    const infinite = tableOf({x: [1, Infinity, -Infinity, NaN]});
    expect(() => fit({x: {}}, infinite)).toThrow(
      'the feature `x` is Infinity in row 2, and models need finite numbers',
    );
    expect(() => fit({x: {impute: 'mean'}}, infinite)).toThrow('because the training rows hold infinite numbers');
    expect(() => fit({x: {scale: 'standard'}}, infinite)).toThrow('because the training rows hold infinite numbers');
    expect(rowsOf(fit({x: {clip: [0, 2], impute: 'mean'}}, infinite).matrix).flat()).toEqual([1, 2, 0, 1]);
    expect(() => fit({x: {}}, tableOf({x: [1e39]}))).toThrow('the feature `x` is 1e+39 in row 1');
  });
});

describe('many categories and long texts', () => {
  it('10,000 categories are sparse, in the order of their names', () => {
    const city = Array.from({length: 10_000}, (_, index) => `c${(index * 7919) % 10_000}`);
    const {matrix, featurizer} = fit({city: {one_hot: {}}}, tableOf({city}));
    expect(matrix.dense).toEqual([]);
    expect(matrix.sparse?.columns).toBe(10_000);
    expect(matrix.names).toEqual([...city].sort().map((name) => `city=${name}`));
    expect(matrix.sparse?.indices[5]).toBe(matrix.names.indexOf(`city=${city[5] ?? ''}`));
    expect(applyFeaturizer(featurizer, tableOf({city: ['new']})).sparse?.indices).toHaveLength(0);
    expect(fit({city: {one_hot: {top: 3}}}, tableOf({city})).matrix.names).toEqual(['city=c0', 'city=c1', 'city=c10']);
  });

  it('a text of a million characters, texts without any n-gram, emoji', () => {
    const text = ['ab'.repeat(500_000), '', '   ', '👩‍👩‍👧👍🏽', null];
    const {matrix} = fit({t: {from: 'text', n_grams: {analyzer: 'char_wb', range: [2, 3]}}}, tableOf({text}));
    expect(matrix.names).toContain('t=aba');
    expect(matrix.names).toContain('t=👍🏽');
    expect(Array.from(matrix.sparse?.starts ?? []).slice(1, 4)).toEqual([8, 8, 8]);
    expect(Math.max(...(matrix.sparse?.values ?? []))).toBe(500_000);
    const {matrix: none} = fit(
      {t: {from: 'text', n_grams: {analyzer: 'word', range: [1, 1]}}},
      tableOf({text: ['', '.']}),
    );
    expect(none.names).toEqual([]);
    expect(none.sparse?.columns).toBe(0);
  });
});
