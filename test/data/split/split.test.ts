/** Properties of every split, then what each promises of its own. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {apportion} from '../../../src/data/split/apportion.ts';
import {createSplitter} from '../../../src/data/split/create-splitter.ts';
import type {Part, SplitMethod} from '../../../src/data/split/splitter.ts';
import {takeRows, type Table} from '../../../src/data/table.ts';
import {batches as batchesOf, column, table as tableOf} from '../tables.ts';

const TRAIN_TEST: readonly Part[] = [
  {name: 'train', share: 0.8},
  {name: 'test', share: 0.2},
];
const THREE: readonly Part[] = [
  {name: 'train', share: 0.7},
  {name: 'valid', share: 0.1},
  {name: 'test', share: 0.2},
];

const folds = (count: number): readonly Part[] =>
  Array.from({length: count}, (_, index) => ({name: String(index + 1), share: 1 / count}));

/** The parts of all rows, seen in batches of that many rows. */
function split(table: Table, method: SplitMethod, parts: readonly Part[], batchRows = 7): number[] {
  const splitter = createSplitter(method, parts);
  const batches = batchesOf(table, batchRows, takeRows);
  for (const batch of batches) splitter.see(batch);
  splitter.ready();
  return batches.flatMap((batch) => [...splitter.partsOf(batch)]);
}

const countsOf = (parts: readonly number[], length: number): readonly number[] =>
  Array.from({length}, (_, part) => parts.filter((other) => other === part).length);

const rows = fc.array(
  fc.record({
    id: fc.nat(1000),
    company: fc.constantFrom('a', 'b', 'c', 'd', 'é', ''),
    time: fc.integer({min: 0, max: 50}),
  }),
  {
    minLength: 30,
    maxLength: 200,
  },
);
const asTable = (all: readonly {id: number; company: string; time: number}[]): Table =>
  tableOf([
    column(
      'id',
      all.map(({id}) => id),
    ),
    column(
      'company',
      all.map(({company}) => company),
      'string',
    ),
    column(
      'time',
      all.map(({time}) => time),
    ),
  ]);

const METHODS: readonly SplitMethod[] = [
  {kind: 'fraction', seed: 1},
  {kind: 'stratified', columns: ['company'], seed: 1},
  {kind: 'group', columns: ['id'], seed: 1},
  {kind: 'hash', columns: ['id', 'company'], salt: 's'},
  {kind: 'time', column: 'time'},
];

/** Small or lumpy tables may leave a part empty, which is refused: nothing to look at then. */
function splitIfPossible(...args: Parameters<typeof split>): number[] | undefined {
  try {
    return split(...args);
  } catch (error) {
    expect(String(error)).toMatch(/would have no rows|cannot be made/);
    return undefined;
  }
}

describe.each(METHODS.map((method) => [method.kind, method] as const))('a split by %s', (_, method) => {
  it('gives every row one part, the same again, in batches of any size', () => {
    fc.assert(
      fc.property(rows, fc.integer({min: 1, max: 300}), (all, batchRows) => {
        const table = asTable(all);
        const parts = splitIfPossible(table, method, THREE);
        if (parts === undefined) return;
        expect(parts).toHaveLength(all.length);
        expect(parts.every((part) => part < THREE.length)).toBe(true);
        expect(split(table, method, THREE, batchRows)).toEqual(parts);
      }),
      {seed: 2, numRuns: 60},
    );
  });

  it('refuses no rows and more parts than rows', () => {
    expect(() => split(asTable([]), method, TRAIN_TEST)).toThrow('there are no rows to split');
    const one = asTable([{id: 1, company: 'a', time: 1}]);
    expect(() => split(one, method, TRAIN_TEST)).toThrow(/would have no rows|2 parts cannot be made of one group/);
  });

  it('names a column that is not there', () => {
    if (method.kind === 'fraction') return;
    const other = tableOf([column('other', [1, 2, 3])]);
    expect(() => split(other, method, TRAIN_TEST)).toThrow(
      /the table has no column `(company|id|time)`; it has `other`/,
    );
  });
});

describe('what each split promises', () => {
  const sizes = fc.record({
    total: fc.nat(5000),
    shares: fc.array(fc.integer({min: 1, max: 20}), {minLength: 1, maxLength: 6}),
  });

  it('apportions all rows, each part within a row of its share', () => {
    fc.assert(
      fc.property(sizes, ({total, shares}) => {
        const sum = shares.reduce((a, b) => a + b, 0);
        const counts = apportion(
          total,
          shares.map((share) => share / sum),
        );
        expect(counts.reduce((a, b) => a + b, 0)).toBe(total);
        counts.forEach((count, part) => expect(Math.abs(count - (total * (shares[part] ?? 0)) / sum)).toBeLessThan(1));
      }),
      {seed: 3},
    );
    expect(apportion(30, [0.1, 0.2, 0.7])).toEqual([3, 6, 21]);
    expect(apportion(10, [0.33, 0.33, 0.34])).toEqual([3, 3, 4]);
    expect(apportion(1e8, [0.3333333, 0.3333333, 0.3333333])).toEqual([33_333_334, 33_333_333, 33_333_333]);
  });

  it('fraction: exact numbers, and every row has the same chance', () => {
    const table = asTable(Array.from({length: 50}, (_, id) => ({id, company: 'a', time: 0})));
    const inTest = new Array<number>(50).fill(0);
    for (let seed = 0; seed < 2000; seed += 1) {
      const parts = split(table, {kind: 'fraction', seed}, TRAIN_TEST, 50);
      expect(countsOf(parts, 2)).toEqual([40, 10]);
      parts.forEach((part, row) => (inTest[row] = (inTest[row] ?? 0) + part));
    }
    // 400 expected; 5 standard deviations of a fair draw.
    for (const count of inTest) expect(Math.abs(count - 400)).toBeLessThan(5 * Math.sqrt(2000 * 0.2 * 0.8));
  });

  it('stratified: every stratum within a row of its shares, the whole within as many rows as there are parts', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(TRAIN_TEST, THREE, folds(5)), (all, parts) => {
        const given = splitIfPossible(asTable(all), {kind: 'stratified', columns: ['company'], seed: 4}, parts);
        if (given === undefined) return;
        for (const company of new Set(all.map((row) => row.company))) {
          const own = given.filter((_, row) => all[row]?.company === company);
          countsOf(own, parts.length).forEach((count, part) =>
            expect(Math.abs(count - own.length * (parts[part]?.share ?? 0))).toBeLessThan(1),
          );
        }
        countsOf(given, parts.length).forEach((count, part) =>
          expect(Math.abs(count - all.length * (parts[part]?.share ?? 0))).toBeLessThan(parts.length),
        );
      }),
      {seed: 4},
    );
  });

  it('stratified: many strata of one row still meet the shares', () => {
    const table = asTable(Array.from({length: 1000}, (_, id) => ({id, company: String(id), time: 0})));
    const given = split(table, {kind: 'stratified', columns: ['company'], seed: 4}, THREE, 100);
    expect(countsOf(given, 3)).toEqual([700, 100, 200]);
  });

  it('group: no group in two parts, shares met to within the largest group, whatever the order of the rows', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const method: SplitMethod = {kind: 'group', columns: ['id'], seed: 5};
        const given = splitIfPossible(asTable(all), method, TRAIN_TEST);
        if (given === undefined) return;
        const partOf = new Map(all.map((row, index) => [row.id, given[index]]));
        all.forEach((row, index) => expect(partOf.get(row.id)).toBe(given[index]));
        const largest = Math.max(...[...partOf.keys()].map((id) => all.filter((row) => row.id === id).length));
        countsOf(given, 2).forEach((count, part) =>
          expect(Math.abs(count - all.length * (TRAIN_TEST[part]?.share ?? 0))).toBeLessThanOrEqual(largest),
        );
        expect(split(asTable(all.toReversed()), method, TRAIN_TEST)).toEqual(given.toReversed());
      }),
      {seed: 5},
    );
  });

  it('group: rows without a group stay together, apart from those of the empty text', () => {
    const table = tableOf([column('who', ['a', null, 'b', null, '', 'c', null, '', 'd', 'e'])]);
    const given = split(table, {kind: 'group', columns: ['who'], seed: 1}, folds(2));
    expect(new Set([given[1], given[3], given[6]]).size).toBe(1);
    expect(given[4]).toBe(given[7]);
  });

  it('time: every part is before the next, near its share', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const given = splitIfPossible(asTable(all), {kind: 'time', column: 'time'}, THREE);
        if (given === undefined) return;
        const timesOf = (part: number): number[] => all.filter((_, row) => given[row] === part).map(({time}) => time);
        for (const part of [0, 1]) expect(Math.max(...timesOf(part))).toBeLessThan(Math.min(...timesOf(part + 1)));
      }),
      {seed: 6},
    );
    const even = asTable(Array.from({length: 100}, (_, id) => ({id, company: '', time: 99 - id})));
    expect(countsOf(split(even, {kind: 'time', column: 'time'}, THREE), 3)).toEqual([70, 10, 20]);
  });

  it('time: by cuts; ties, missing and other values', () => {
    const table = tableOf([column('t', [3, 1, 2, 2, 5]), column('x', ['a', 'b', 'c', 'd', 'e'])]);
    expect(split(table, {kind: 'time', column: 't', cuts: [2, 5]}, THREE)).toEqual([1, 0, 1, 1, 2]);
    expect(() => split(table, {kind: 'time', column: 't', cuts: [2, 6]}, THREE)).toThrow('`test` would have no rows');
    expect(() => split(table, {kind: 'time', column: 'x'}, TRAIN_TEST)).toThrow(
      '`x` holds string values, not times: declare it as `types: {x: datetime}`',
    );
    const equal = tableOf([column('t', [1, 1, 1])]);
    expect(() => split(equal, {kind: 'time', column: 't'}, TRAIN_TEST)).toThrow('would have no rows');
    const missing = tableOf([column('t', [1, 2, null])]);
    expect(() => split(missing, {kind: 'time', column: 't'}, TRAIN_TEST)).toThrow('row 3 has no time in `t`');
  });

  it('hash: rows keep their part when others come; shares are met about; the salt decides', () => {
    const all = Array.from({length: 5000}, (_, id) => ({id, company: 'a', time: 0}));
    const method: SplitMethod = {kind: 'hash', columns: ['id'], salt: 'v1'};
    const given = split(asTable(all), method, TRAIN_TEST, 1000);
    expect(split(asTable(all.slice(1000, 3000)), method, TRAIN_TEST)).toEqual(given.slice(1000, 3000));
    expect(Math.abs((countsOf(given, 2)[1] ?? 0) - 1000)).toBeLessThan(5 * Math.sqrt(5000 * 0.16));
    expect(split(asTable(all), {...method, salt: 'v2'}, TRAIN_TEST)).not.toEqual(given);
  });

  it('hash: a number and its text, from whatever file, are in one part', () => {
    const method: SplitMethod = {kind: 'hash', columns: ['id'], salt: ''};
    const ids = Array.from({length: 100}, (_, id) => id);
    expect(split(tableOf([column('id', ids.map(String))]), method, TRAIN_TEST)).toEqual(
      split(tableOf([column('id', ids)]), method, TRAIN_TEST),
    );
  });
});
