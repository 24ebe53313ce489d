import {expect, it} from 'vitest';
import {cellText, rowFractions, rowKeys} from '../../src/data/row-key.ts';
import {column} from './tables.ts';

it('gives the fraction that split.md tells how to compute', () => {
  const row = [column('a', [1]), column('b', ['é']), column('c', [null], 'string')];
  expect(rowFractions(row, 'v1')(0)).toBe(0.4826113528364143);
});

it('writes a cell the same, whatever type its column has', () => {
  expect(cellText(column('a', [2], 'number'), 0)).toBe('2');
  expect(cellText(column('a', [2], 'integer'), 0)).toBe('2');
  expect(cellText(column('a', [2n]), 0)).toBe('2');
  expect(cellText(column('a', ['2']), 0)).toBe('2');
  expect(cellText(column('a', [0.1], 'number'), 0)).toBe('0.1');
  expect(cellText(column('a', [true]), 0)).toBe('true');
  expect(cellText(column('a', [Date.UTC(2024, 1, 29)], 'date'), 0)).toBe('2024-02-29');
  expect(cellText(column('a', [Date.UTC(2024, 1, 29)], 'datetime'), 0)).toBe('2024-02-29T00:00:00Z');
  expect(cellText(column('a', [null], 'number'), 0)).toBeUndefined();
});

it('gives one key to equal rows only, whatever characters they hold', () => {
  const texts: readonly (readonly [string | null, string | null])[] = [
    ['ab', 'c'],
    ['a', 'bc'],
    ['a2:bc', ''],
    ['a', '-'],
    ['a', null],
    ['', ''],
    [null, ''],
    ['', null],
    ['1:a', '\u0000'],
  ];
  const keys = rowKeys([
    column(
      'a',
      texts.map(([a]) => a),
    ),
    column(
      'b',
      texts.map(([, b]) => b),
    ),
  ]);
  const all = texts.map((_, row) => keys(row));
  expect(new Set(all).size).toBe(texts.length);
  expect(keys(0)).toBe(all[0]);
});
