/** Features held to scikit-learn's; reference.py makes the values. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {murmurHash3} from '../../../src/ml/features/murmur.ts';
import {applyFeaturizer} from '../../../src/ml/features/featurizer.ts';
import type {NGramSpec, Recipe} from '../../../src/ml/features/spec.ts';
import {fit, rowsOf, tableOf} from './tables.ts';
import type {Cells} from './tables.ts';

interface Reference {
  readonly texts: readonly string[];
  readonly numbers: Cells;
  readonly categories: readonly (string | null)[];
  readonly labels: {
    readonly binary: readonly number[];
    readonly continuous: readonly number[];
    readonly multiclass: readonly string[];
  };
  readonly nGrams: readonly {
    readonly spec: NGramSpec;
    readonly vocabulary?: readonly string[];
    readonly rows: readonly (readonly (readonly [number, number])[])[];
  }[];
  readonly mostFrequent: {readonly max_features: number; readonly vocabulary: readonly string[]};
  readonly ofNumbers: {readonly [how: string]: readonly (number | null)[]};
  readonly ofCategories: {
    readonly categories: readonly string[];
    readonly oneHot: readonly (readonly number[])[];
    readonly frequent: readonly (readonly number[])[];
    readonly ordinal: readonly number[];
  };
  readonly ofTargets: {readonly [how: string]: readonly (readonly number[])[]};
  readonly hashes: readonly (readonly [string, number])[];
}

const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference.json'), 'utf8')) as Reference;
const known = reference.categories.filter((category) => category !== null);

function expectClose(actual: readonly (number | null | undefined)[], expected: readonly (number | null)[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    const one = actual[index] ?? null;
    if (value === null || one === null) expect(one, `number ${index}`).toBe(value);
    else
      expect(Math.abs(one - value), `number ${index}: ${one} for ${value}`).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(value)),
      );
  }
}

describe('n-grams are those of scikit-learn', () => {
  it.each(reference.nGrams.map(({spec, ...rest}) => [JSON.stringify(spec), spec, rest] as const))(
    '%s',
    (_name, spec, {vocabulary, rows}) => {
      const {matrix} = fit({t: {n_grams: spec}}, tableOf({t: reference.texts}));
      if (vocabulary !== undefined) expect(matrix.names).toEqual(vocabulary.map((gram) => `t=${gram}`));
      const {starts, indices, values} = matrix.sparse ?? {starts: [], indices: [], values: []};
      for (const [row, entries] of rows.entries()) {
        const at = Array.from(
          {length: (starts[row + 1] ?? 0) - (starts[row] ?? 0)},
          (_, index) => (starts[row] ?? 0) + index,
        );
        expect(
          at.map((index) => indices[index]),
          reference.texts[row],
        ).toEqual(entries.map(([column]) => column));
        expectClose(
          at.map((index) => values[index]),
          entries.map(([, value]) => value),
        );
      }
    },
  );

  it('the most frequent ones', () => {
    const {max_features, vocabulary} = reference.mostFrequent;
    const {matrix} = fit(
      {t: {n_grams: {analyzer: 'char_wb', range: [2, 4], max_features}}},
      tableOf({t: reference.texts}),
    );
    expect(matrix.names).toEqual(vocabulary.map((gram) => `t=${gram}`));
  });

  it('and so is the hash', () => {
    for (const [text, hash] of reference.hashes) expect(murmurHash3(text), text).toBe(hash);
  });
});

describe('numbers are those of scikit-learn', () => {
  const recipes: {readonly [how: string]: Recipe} = {
    standard: {scale: 'standard'},
    minmax: {scale: 'minmax'},
    robust: {scale: 'robust'},
    mean: {impute: 'mean'},
    median: {impute: 'median'},
    log: {clip: [0, 100], log1p: true, scale: 'standard'},
  };
  it.each(Object.entries(recipes))('%s', (how, recipe) => {
    expectClose(
      rowsOf(fit({x: recipe}, tableOf({x: reference.numbers})).matrix).flat(),
      reference.ofNumbers[how] ?? [],
    );
  });

  it.each([2, 4, 5])('%i quantile bins', (quantiles) => {
    const x = reference.numbers.filter((value) => value !== null);
    expectClose(
      rowsOf(fit({x: {bins: {quantiles}}}, tableOf({x})).matrix).flat(),
      reference.ofNumbers[`bins${quantiles}`] ?? [],
    );
  });

  it('a constant', () => {
    const x = [0.1, 0.1, 0.1, 0.1, 0.1];
    expectClose(
      rowsOf(fit({x: {scale: 'standard'}}, tableOf({x})).matrix).flat(),
      reference.ofNumbers['constant'] ?? [],
    );
  });
});

describe('categories are those of scikit-learn', () => {
  const later = tableOf({c: ['a', 'new', 'e', 'b']});

  it('one-hot', () => {
    const {categories, oneHot, frequent} = reference.ofCategories;
    const all = fit({c: {one_hot: {}}}, tableOf({c: known}));
    expect(all.matrix.names).toEqual(categories.map((category) => `c=${category}`));
    expect(rowsOf(all.matrix)).toEqual(oneHot);
    const some = fit({c: {one_hot: {min_count: 3, other: true}}}, tableOf({c: known}));
    expect(rowsOf(applyFeaturizer(some.featurizer, later))).toEqual(frequent);
  });

  it('ordinal', () => {
    const {featurizer} = fit({c: {ordinal: {}}}, tableOf({c: known}));
    expect(rowsOf(applyFeaturizer(featurizer, later)).flat()).toEqual(reference.ofCategories.ordinal);
  });

  it.each([
    ['binary', reference.labels.binary, 10],
    ['unsmoothed', reference.labels.binary, 0],
    ['continuous', reference.labels.continuous, 2.5],
    ['multiclass', reference.labels.multiclass, 10],
    ['binary', reference.labels.binary.map((label) => (label === 1 ? 'yes' : 'no')), 10],
  ])('target-encoded %s', (how, label, smoothing) => {
    const table = tableOf({c: reference.categories, label});
    const {featurizer} = fit({c: {target: {smoothing}}}, table, {label: 'label'});
    const rows = rowsOf(applyFeaturizer(featurizer, tableOf({c: ['a', 'b', 'new', null, 'e']})));
    for (const [index, row] of (reference.ofTargets[how] ?? []).entries()) expectClose(rows[index] ?? [], row);
  });
});
