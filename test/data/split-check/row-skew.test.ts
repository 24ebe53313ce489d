import {describe, expect, it} from 'vitest';
import {rowSkew} from '../../../src/data/split-check/row-skew.ts';
import {column, table} from '../tables.ts';

const names = {train: 'train.csv', serve: 'serve.csv'};

describe('skew row by row', () => {
  const train = table({
    id: ['a', 'b', 'c', 'd', 'a'],
    x: [1, 2, 3, 4, 99],
    t: ['u', 'v', 'w', null, 'z'],
    gone: [1, 1, 1, 1, 1],
  });
  const serve = table({id: ['b', 'c', 'd', 'e', 'b'], x: [2.000_000_1, 3.1, 4, 5, 77], t: ['v', 'W', null, 'q', 'r']});

  it('joins on the id and compares each value', () => {
    const findings = rowSkew(train, serve, names, {key: ['id']});
    expect(findings.map(({level, message}) => [level, message])).toEqual([
      ['ok', '3 rows in both tables, 1 in `train.csv` only, 1 in `serve.csv` only'],
      ['error', '`x` differs in 1 row of 3 (33.3 %)'],
      ['error', '`t` differs in 1 row of 3 (33.3 %)'],
    ]);
    expect(findings[1]?.examples).toEqual([{row: 2, key: 'c', value: '3 -> 3.1'}]);
    expect(rowSkew(train, serve, names, {key: ['id'], digits: 8})[1]?.rowsBad).toBe(2);
    expect(rowSkew(train, serve, names, {key: ['id'], digits: 1, ignore: ['t']})).toHaveLength(2);
  });

  it('passes over types that hold the same values', () => {
    const a = table([column('id', [1, 2], 'integer'), column('x', [10, 20], 'integer'), column('n', [NaN, 1])]);
    const b = table([column('id', [1n, 2n]), column('x', [10, 20]), column('n', [NaN, 1])]);
    expect(rowSkew(a, b, names, {key: ['id']}).every(({level}) => level === 'ok')).toBe(true);
  });

  it('calls neither an infinity nor a time near it alike', () => {
    const at = Date.UTC(2024, 0, 1);
    const a = table([
      column('id', [1, 2, 3]),
      column('x', [5, Infinity, Infinity]),
      column('t', [at, at, at], 'datetime'),
    ]);
    const b = table([
      column('id', [1, 2, 3]),
      column('x', [Infinity, -Infinity, Infinity]),
      column('t', [at, at + 60_000, at + 1], 'datetime'),
    ]);
    expect(rowSkew(a, b, names, {key: ['id']}).map(({rowsBad}) => rowsBad)).toEqual([0, 2, 2]);
    const days = table([column('id', [1]), column('t', [at], 'date')]);
    expect(rowSkew(a, days, names, {key: ['id']})[1]?.rowsBad).toBe(0);
  });

  it('joins no rows of which the id is missing', () => {
    const a = table({id: ['a', null], n: [1, 2], x: [1, 2]});
    const b = table({id: [null, 'a'], n: [2, 1], x: [3, 1]});
    const [join, x] = rowSkew(a, b, names, {key: ['id', 'n']});
    expect(join?.message).toBe('1 row in both tables, 0 in `train.csv` only, 0 in `serve.csv` only');
    expect(x).toMatchObject({level: 'ok', rowsChecked: 1});
  });

  it('fails when nothing joins', () => {
    const none = rowSkew(train, table({id: ['x'], x: [1]}), names, {key: ['id']});
    expect(none).toHaveLength(1);
    expect(none[0]).toMatchObject({level: 'error', measured: 0});
    expect(rowSkew(train, table({id: [] as string[], x: []}), names, {key: ['id']})[0]?.share).toBeNull();
    expect(() => rowSkew(train, table({x: [1]}), names, {key: ['id']})).toThrow('no column `id`');
  });
});
