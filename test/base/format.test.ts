import {describe, expect, test} from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDelta,
  formatDuration,
  formatElapsed,
  formatList,
  formatNumber,
  formatNumberPair,
  formatPercent,
  formatShare,
  plural,
} from '../../src/base/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, '<0.1s'],
  [49, '<0.1s'],
  [50, '0.1s'],
  [200, '0.2s'],
  [38_249, '38.2s'],
  [59_949, '59.9s'],
  [59_951, '1m00s'],
  [252_000, '4m12s'],
  [59 * MINUTE + 59_600, '1h00m'],
  [HOUR + 3 * MINUTE, '1h03m'],
  [23 * HOUR + 59.7 * MINUTE, '1d00h'],
  [2 * DAY + 5 * HOUR, '2d05h'],
  [-5, '<0.1s'],
  [Number.NaN, '<0.1s'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('elapsed time counts whole seconds, so that it does not flicker', () => {
  expect([0, 999, 22_900, 59_999, 60_000, HOUR].map(formatElapsed)).toEqual([
    '0s',
    '0s',
    '22s',
    '59s',
    '1m00s',
    '1h00m',
  ]);
});

test('clocks', () => {
  expect([0, 39_999, 725_000, 3_723_000, -1].map(formatClock)).toEqual(['0:00', '0:39', '12:05', '1:02:03', '0:00']);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_951, '1.0 MB'],
  [1.2e9, '1.2 GB'],
  [5e18, '5000.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [-DAY, 'just now', 'just now'],
  [59 * SECOND, 'just now', 'just now'],
  [MINUTE, '1 min ago', '1 minute ago'],
  [3 * HOUR, '3 h ago', '3 hours ago'],
  [3 * DAY, '3 d ago', '3 days ago'],
  [59 * DAY, '59 d ago', '59 days ago'],
  [61 * DAY, '2 mo ago', '2 months ago'],
  [800 * DAY, '2 y ago', '2 years ago'],
])('%d ms ago', (ms, short, long) => {
  expect(formatAge(ms)).toBe(short);
  expect(formatAge(ms, 'long')).toBe(long);
});

test('counts, plurals, lists, percents', () => {
  expect([0, 999, 1000, 9998, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '9,998', '1,234,567']);
  expect([plural(1, 'stage'), plural(9998, 'stage'), plural(2, 'branch', 'branches')]).toEqual([
    '1 stage',
    '9,998 stages',
    '2 branches',
  ]);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']].map((items) => formatList(items))).toEqual(
    ['', 'a', 'a and b', 'a, b and c', 'a, b, c and 2 more'],
  );
  expect([0, 0.725, 0.9999, 1, 1.3, Number.NaN].map(formatPercent)).toEqual([
    '0 %',
    '72 %',
    '99 %',
    '100 %',
    '130 %',
    '0 %',
  ]);
});

describe('measured numbers', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [0.913, '0.913'],
    [0.9130000000000001, '0.913'],
    [0.91234567, '0.9123'],
    [1234567, '1234567'],
    [12345.678, '12345.7'],
    [0.000123456, '0.0001235'],
    [0.000012, '1.2e-5'],
    [1.5e300, '1.5e300'],
    [1e21, '1e21'],
    [-2.5, '-2.5'],
    [5e-324, '4.941e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d is shown as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('two that differ look different', () => {
    expect(formatNumberPair(0.913, 0.921)).toEqual(['0.913', '0.921']);
    expect(formatNumberPair(0.912341, 0.912349)).toEqual(['0.91234', '0.91235']);
    expect(formatNumberPair(1, 1 + Number.EPSILON)).toEqual(['1', '1.0000000000000002']);
    expect(formatNumberPair(Number.NaN, Number.NaN)).toEqual(['NaN', 'NaN']);
  });

  test.each([
    [0.913, 0.921, '+0.008'],
    [0.921, 0.913, '-0.008'],
    [200, 300, '+100'],
    [0.1, 0.3, '+0.2'],
    [1, 1.000001, '+1e-6'],
    [1, 1, ''],
    [1, Number.NaN, ''],
    [1, Number.POSITIVE_INFINITY, ''],
  ])('from %d to %d it is %s', (before, after, text) => {
    expect(formatDelta(before, after)).toBe(text);
  });
});
test('writes shares with a digit behind the point, small ones with two', () => {
  expect([0, 0.00069, 0.0096, 0.125, 1 / 3, 1, -0.02, Number.NaN].map(formatShare)).toEqual([
    '0 %',
    '0.07 %',
    '0.96 %',
    '12.5 %',
    '33.3 %',
    '100 %',
    '-2 %',
    'NaN %',
  ]);
});
