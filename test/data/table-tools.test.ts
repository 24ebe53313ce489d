/** Small things that are done with tables, and types asked for of files that have their own. */
import {expect, it} from 'vitest';
import {readTable, scanTable} from '../../src/data/read-table.ts';
import {
  bigintColumn,
  booleanColumn,
  concatTables,
  emptyTable,
  numericColumn,
  rowsWhere,
  selectColumns,
  sliceRows,
  stringColumn,
  tableOf,
  tablesEqual,
} from '../../src/data/table-tools.ts';
import {shown} from './read-both.ts';
import {byteSource, written} from './text-source.ts';

const table = tableOf([
  numericColumn('n', [1, undefined, 3], 'integer'),
  stringColumn('t', ['b', 'a', undefined]),
  booleanColumn('b', [true, undefined, false]),
  bigintColumn('l', [1n, undefined, 2n ** 60n]),
  numericColumn('d', [0, 86_400_000, undefined], 'date'),
]);

it('puts rows of tables one after the other, words once', () => {
  const other = tableOf([
    numericColumn('n', [4], 'integer'),
    stringColumn('t', ['a']),
    booleanColumn('b', [true]),
    bigintColumn('l', [5n]),
    numericColumn('d', [1], 'date'),
  ]);
  const both = concatTables([table, other, emptyTable(table.columns)]);
  expect(shown(both)).toEqual([
    'n: integer [1 | - | 3 | 4]',
    't: string [b | a | - | a]',
    'b: boolean [true | - | false | true]',
    'l: bigint [1 | - | 1152921504606846976 | 5]',
    'd: date [0 | 86400000 | - | 1]',
  ]);
  expect(both.columns[1]).toMatchObject({words: ['b', 'a']});
  expect(concatTables([])).toEqual({rowCount: 0, columns: []});
  expect(() => concatTables([table, selectColumns(table, ['n'])])).toThrow(
    'tables of different columns cannot become one: (n: integer, t: string, b: boolean, l: bigint, d: date) and (n: integer)',
  );
});

it('chooses columns and rows', () => {
  expect(shown(selectColumns(table, ['t', 'n']))).toEqual(['t: string [b | a | -]', 'n: integer [1 | - | 3]']);
  expect(() => selectColumns(table, ['x'])).toThrow('the table has no column `x`; it has `n`, `t`, `b`, `l`, `d`');
  expect(shown(rowsWhere(table, (row) => row !== 1))[0]).toBe('n: integer [1 | 3]');
  expect(shown(sliceRows(table, 1, 3))).toEqual([
    'n: integer [- | 3]',
    't: string [a | -]',
    'b: boolean [- | false]',
    'l: bigint [- | 1152921504606846976]',
    'd: date [86400000 | -]',
  ]);
});

it('is a table of columns of one length and of different names', () => {
  expect(() => tableOf([numericColumn('a', [1]), numericColumn('b', [])])).toThrow(
    'column `b` has 0 rows, the first has 1',
  );
  expect(() => tableOf([numericColumn('a', [1]), stringColumn('a', ['x'])])).toThrow('two columns are called `a`');
});

it('is equal only to the same', () => {
  const one = tableOf([numericColumn('a', [NaN, 0, undefined])]);
  expect(tablesEqual(one, tableOf([numericColumn('a', [NaN, 0, undefined])]))).toBe(true);
  for (const cells of [
    [NaN, -0, undefined],
    [undefined, 0, undefined],
    [NaN, 0, NaN],
    [NaN, 0],
  ]) {
    expect(tablesEqual(one, tableOf([numericColumn('a', cells)])), String(cells)).toBe(false);
  }
  expect(tablesEqual(one, tableOf([numericColumn('a', [NaN, 0, undefined], 'date')]))).toBe(false);
});

it.each(['parquet', 'arrow'] as const)('types may be asked for of .%s, where no value changes', async (format) => {
  const source = byteSource(`t.${format}`, await written(format, [table]));
  const read = (types: object): Promise<readonly string[]> => readTable(source, {types: {...types}}).then(shown);
  expect(await read({n: 'number', d: 'datetime', l: 'string', b: 'string'})).toEqual([
    'n: number [1 | - | 3]',
    't: string [b | a | -]',
    'b: string [true | - | false]',
    'l: string [1 | - | 1152921504606846976]',
    'd: datetime [0 | 86400000 | -]',
  ]);
  expect((await read({n: 'bigint'}))[0]).toBe('n: bigint [1 | - | 3]');
  await expect(read({l: 'integer'})).rejects.toThrow('`1152921504606846976` in column `l` is no integer');
  await expect(read({t: 'date'})).rejects.toThrow(
    `\`t.${format}\`: column \`t\` is of type string and cannot be read as date`,
  );
  const empty = byteSource(`e.${format}`, await written(format, [emptyTable(table.columns)]));
  const batches = [];
  for await (const batch of scanTable(empty)) batches.push(batch);
  expect(batches.map((batch) => batch.columns.map(({type}) => type))).toEqual([
    ['integer', 'string', 'boolean', 'bigint', 'date'],
  ]);
});
