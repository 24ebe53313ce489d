import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {quantile} from '../../../src/stats/describe.ts';
import {Random} from '../../../src/stats/random.ts';
import {ProfileBuilder, profileTable} from '../../../src/data/profile/profile-builder.ts';
import {limitsFor, type ColumnProfile, type Profile} from '../../../src/data/profile/profile.ts';
import {takeRows, type Column, type Table} from '../../../src/data/table.ts';
import {batches, column, table} from '../tables.ts';

const profileOf = (columns: Parameters<typeof table>[0]): Profile => profileTable(table(columns)).profile;
const only = (cells: Parameters<typeof column>[1], type?: Column['type']): ColumnProfile => {
  const [first] = profileOf([column('x', cells, type)]).columns;
  if (first === undefined) throw new Error('no column');
  return first;
};

function inBatches(whole: Table, size: number, limits = {}): ReturnType<typeof profileTable> {
  const builder = new ProfileBuilder({limits});
  for (const batch of batches(whole, size, takeRows)) builder.add(batch);
  return builder.finish();
}

describe('the profile of numbers', () => {
  it('has count, missing, moments, quantiles, deciles and values', () => {
    const profile = only([3, 1, null, 2, 2, 4, 5, 6, 7, 8, 9]);
    expect(profile).toMatchObject({missing: 1, distinct: 9, allValues: true});
    expect(profile.values[0]).toEqual([2, 2]);
    expect(profile.numbers).toMatchObject({min: 1, max: 9, mean: 4.7});
    expect(profile.numbers?.sd).toBeCloseTo(Math.sqrt(68.1 / 9), 12);
    expect(profile.numbers?.quantiles).toHaveLength(51);
    expect(profile.numbers?.quantiles[25]).toBe(4.5);
    expect(profile.numbers?.bins.edges.map((edge) => Number(edge.toFixed(12)))).toEqual([
      1.9, 2, 2.7, 3.6, 4.5, 5.4, 6.3, 7.2, 8.1,
    ]);
    expect(profile.numbers?.bins.counts).toEqual([1, 2, 0, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('gives what lies below and above a constant a bin of its own', () => {
    const {numbers, distinct} = only([5, 5, 5]);
    expect(distinct).toBe(1);
    expect(numbers).toMatchObject({min: 5, max: 5, mean: 5, sd: 0});
    expect(numbers?.outliers).toBeUndefined();
    expect(numbers?.bins.counts).toEqual([0, 3, 0]);
    expect(numbers?.bins.edges[0]).toBeLessThan(5);
    expect(numbers?.bins.edges[1]).toBe(5);
    for (const value of [0, -5, 1e-300, -Number.MIN_VALUE])
      expect(only([value, value]).numbers?.bins.counts, String(value)).toEqual([0, 2, 0]);
  });

  it('counts NaN and infinities apart', () => {
    const profile = only([NaN, 1, Infinity, 2, -Infinity]);
    expect(profile).toMatchObject({missing: 0, notFinite: 3, distinct: 2});
    expect(profile.numbers).toMatchObject({min: 1, max: 2, mean: 1.5});
    expect(only([NaN, NaN])).toMatchObject({notFinite: 2, distinct: 0, values: [], allValues: true});
    expect(only([NaN, NaN]).numbers).toBeUndefined();
  });

  it('knows empty, all-missing and one-row columns', () => {
    expect(profileOf({}).columns).toEqual([]);
    expect(only([])).toMatchObject({missing: 0, distinct: 0, values: [], allValues: true});
    expect(only([null, null], 'number')).toMatchObject({missing: 2, distinct: 0});
    expect(only([7]).numbers).toMatchObject({min: 7, max: 7, mean: 7, sd: 0});
    expect(new ProfileBuilder().finish().profile).toEqual({version: 1, rows: 0, columns: []});
  });

  it('does not break at the ends of the doubles', () => {
    const {numbers} = only([1.7e308, -1.7e308, 1.7e308]);
    expect(numbers?.max).toBe(1.7e308);
    expect(numbers?.sd).toBeNull();
    expect(JSON.stringify(numbers)).not.toContain('NaN');
    expect(only([2n ** 60n, 2n ** 60n + 2n ** 20n]).distinct).toBe(2);
    expect(only([0, -0]).values).toEqual([[0, 2]]);
  });

  it('counts what lies beyond the outer fences', () => {
    const {numbers} = only([...Array.from({length: 99}, (_, index) => index), 1000]);
    expect(numbers?.outliers).toMatchObject({count: 1});
  });
});

describe('the profile of texts', () => {
  it('has values, lengths, spellings and what reads as a number', () => {
    const profile = only(['LT', 'lt', ' LT ', 'EE', 'EE', '12', '-1.5e3', null, 'ten']);
    expect(profile).toMatchObject({missing: 1, distinct: 7, allValues: true});
    expect(profile.values[0]).toEqual(['EE', 2]);
    expect(profile.texts).toMatchObject({minLength: 2, maxLength: 6, numberLike: 2});
    expect(profile.texts?.spellings).toEqual([[' LT ', 'LT', 'lt']]);
    expect(only([null], 'string').texts).toMatchObject({minLength: 0, meanLength: 0, maxLength: 0});
  });

  it('lists twenty of more than a hundred values', () => {
    const profile = only(Array.from({length: 500}, (_, index) => `w${String(index % 101)}`));
    expect(profile).toMatchObject({distinct: 101, allValues: false});
    expect(profile.values).toHaveLength(20);
    expect(profile.distinctError).toBeUndefined();
  });

  it('samples a column of ever new texts, and says so', () => {
    const words = Array.from({length: 3000}, (_, index) => (index % 3 === 0 ? 'often' : `text ${String(index)}`));
    const {profile} = inBatches(table({x: words}), 700, {words: 1000, texts: 512});
    const [first] = profile.columns;
    expect(first?.sampled).toBeGreaterThan(200);
    expect(first?.sampled).toBeLessThanOrEqual(512);
    expect(first?.distinctError).toBeGreaterThan(0);
    expect(Math.abs((first?.distinct ?? 0) - 2001)).toBeLessThan(20);
    const [word, count] = first?.values[0] ?? ['', 0];
    expect(word).toBe('often');
    expect(Math.abs(count / (first?.sampled ?? 1) - 1 / 3)).toBeLessThan(0.1);
  });

  it('treats true and false as two values', () => {
    expect(only([true, false, true, null])).toMatchObject({
      missing: 1,
      values: [
        ['true', 2],
        ['false', 1],
      ],
    });
  });
});

const cell = fc.oneof(fc.double(), fc.integer({min: 0, max: 5}), fc.constant(null));
const words = fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'B'), fc.constant(null));

it('is the same for any batches, sampled or not', () => {
  const rows = fc.array(fc.tuple(cell, words), {minLength: 1, maxLength: 300, size: 'max'});
  const small = {numbers: 32, texts: 16, words: 8};
  fc.assert(
    fc.property(rows, fc.integer({min: 1, max: 50}), fc.boolean(), (list, size, isSampled) => {
      const whole = table([
        column(
          'n',
          list.map(([one]) => one),
          'number',
        ),
        column(
          't',
          list.map(([, one]) => one),
          'string',
        ),
      ]);
      const limits = isSampled ? small : {};
      expect(inBatches(whole, size, limits)).toEqual(inBatches(whole, whole.rowCount, limits));
    }),
    {numRuns: 60, seed: 1},
  );
});

it('does not depend on the order of the rows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, words), {minLength: 1, maxLength: 100, size: 'large'}),
      fc.nat(),
      (list, seed) => {
        const shuffled = new Random(seed).shuffle([...list]);
        const of = (rows: typeof list): Profile =>
          profileOf([
            column(
              'n',
              rows.map(([one]) => one),
              'number',
            ),
            column(
              't',
              rows.map(([, one]) => one),
              'string',
            ),
          ]);
        // Sums of doubles depend on their order in the last digits.
        const sums = (profile: Profile): unknown =>
          JSON.parse(JSON.stringify(profile, (key, value: unknown) => (key === 'mean' || key === 'sd' ? 0 : value)));
        expect(sums(of(shuffled))).toEqual(sums(of(list)));
      },
    ),
    {numRuns: 60, seed: 4},
  );
});

it('keeps its bounds for any numbers', () => {
  fc.assert(
    fc.property(fc.array(cell, {maxLength: 200, size: 'large'}), (cells) => {
      const profile = only(cells, 'number');
      const finite = cells.filter((one) => one !== null && Number.isFinite(one));
      const {numbers} = profile;
      expect(profile.missing + (profile.notFinite ?? 0) + finite.length).toBe(cells.length);
      expect(profile.distinct).toBe(new Set(finite.map((one) => Number(one) + 0)).size);
      if (numbers === undefined) return;
      expect(numbers.bins.counts.reduce((sum, one) => sum + one, 0)).toBe(finite.length);
      expect(numbers.quantiles[0]).toBe(numbers.min);
      expect(numbers.quantiles.at(-1)).toBe(numbers.max);
    }),
    {numRuns: 200, seed: 2},
  );
});

it('keeps to the stated errors beyond its limits', () => {
  const random = new Random(5);
  const values = Array.from({length: 60_000}, () => random.normal());
  const {profile} = inBatches(table({x: values}), 5000, {numbers: 4096});
  const [first] = profile.columns;
  const sampled = first?.sampled ?? 0;
  expect(sampled).toBeGreaterThan(2048 - 200);
  expect(sampled).toBeLessThanOrEqual(4096);
  // Dvoretzky, Kiefer, Wolfowitz: all ranks are within sqrt(ln(2 / 0.001) / 2k) with a chance of 99.9 %.
  const bound = Math.sqrt(Math.log(2000) / (2 * sampled));
  const sorted = values.toSorted((a, b) => a - b);
  for (const [step, edge] of (first?.numbers?.quantiles ?? []).slice(1, -1).entries()) {
    const p = (step + 1) / 50;
    expect(edge).toBeGreaterThan(quantile(sorted, Math.max(0, p - bound)));
    expect(edge).toBeLessThan(quantile(sorted, Math.min(1, p + bound)));
  }
  expect(Math.abs((first?.distinct ?? 0) / 60_000 - 1)).toBeLessThan(4 * (first?.distinctError ?? 0));
  expect(first?.numbers?.min).toBe(sorted[0]);
});

it('takes ten thousand columns, each with less', () => {
  const columns = Array.from({length: 10_000}, (_, index) => column(`c${String(index)}`, [index, 2, null]));
  const profile = profileOf(columns);
  expect(profile.columns).toHaveLength(10_000);
  expect(profile.columns[77]).toMatchObject({name: 'c77', missing: 1, distinct: 2});
  expect(limitsFor(10_000).numbers * 12 * 10_000).toBeLessThan(2 ** 28);
});

it('says which rows have other columns', () => {
  const builder = new ProfileBuilder();
  builder.add(table({x: [1, 2]}));
  expect(() => builder.add(table({x: ['a']}))).toThrow(
    'the rows from 3 on have no column `x` of type number where the rows before had it',
  );
});
