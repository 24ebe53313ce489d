import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {alignColumns, commonColumns, commonType} from '../../src/data/align-columns.ts';
import {COLUMN_TYPES} from '../../src/data/table.ts';
import {tablesEqual} from '../../src/data/table-tools.ts';
import {column, table} from './tables.ts';

describe('the type of two columns together', () => {
  const types = fc.constantFrom(...COLUMN_TYPES, undefined);

  it('does not depend on their order, nor on how several are joined', () => {
    fc.assert(
      fc.property(types, types, (a, b) => {
        expect(commonType(a, b)).toBe(commonType(b, a));
        expect(commonType(a, a)).toBe(a);
        expect(commonType(a, undefined)).toBe(a);
      }),
      {seed: 1},
    );
  });

  it('is the narrowest that changes no value', () => {
    expect(commonType('integer', 'number')).toBe('number');
    expect(commonType('integer', 'bigint')).toBe('bigint');
    expect(commonType('date', 'datetime')).toBe('datetime');
    expect(commonType('bigint', 'number')).toBe('string');
    expect(commonType('boolean', 'integer')).toBe('string');
  });
});

describe('the columns of several files', () => {
  const a = {
    name: 'a.csv',
    columns: [
      {name: 'id', type: 'integer'},
      {name: 'x', type: undefined},
    ],
  } as const;
  const b = {
    name: 'b.csv',
    columns: [
      {name: 'x', type: 'date'},
      {name: 'id', type: 'number'},
    ],
  } as const;
  const c = {
    name: 'c.csv',
    columns: [
      {name: 'id', type: 'integer'},
      {name: 'y', type: 'string'},
    ],
  } as const;

  it('have the order of the first', () => {
    expect(commonColumns([a, b], false)).toEqual([
      {name: 'id', type: 'number'},
      {name: 'x', type: 'date'},
    ]);
    expect(commonColumns([], false)).toEqual([]);
  });

  it('differ only when that is allowed', () => {
    expect(() => commonColumns([a, c], false)).toThrow(
      '`c.csv` has other columns than `a.csv`: it lacks `x` and has `y` in addition',
    );
    expect(commonColumns([c, a, b], true).map(({name}) => name)).toEqual(['id', 'y', 'x']);
  });
});

describe('a batch', () => {
  it('is brought to columns and types', () => {
    const batch = table([column('id', [1, null], 'integer'), column('none', [null, null], 'string')]);
    const wanted = [
      {name: 'day', type: 'date'},
      {name: 'none', type: 'number'},
      {name: 'id', type: 'bigint'},
      {name: 'yes', type: 'boolean'},
      {name: 'big', type: 'bigint'},
    ] as const;
    const expected = table([
      column('day', [null, null], 'date'),
      column('none', [null, null], 'number'),
      column('id', [1n, null]),
      column('yes', [null, null], 'boolean'),
      column('big', [null, null], 'bigint'),
    ]);
    expect(tablesEqual(alignColumns(batch, wanted, 'a.csv'), expected)).toBe(true);
    expect(() => alignColumns(batch, [{name: 'id', type: 'date'}], 'a.csv')).toThrow('`a.csv`');
  });
});
