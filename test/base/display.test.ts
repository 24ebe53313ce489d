import {describe, expect, test} from 'vitest';
import {
  displayWidth,
  padEnd,
  padStart,
  quoteName,
  safeText,
  stripEscapes,
  truncate,
  truncateMiddle,
} from '../../src/base/display.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['café', 4],
  ['cafe\u0301', 4],
  ['→ … — ✓', 7],
  ['データ', 6],
  ['ｱ', 1],
  ['한국', 4],
  ['👩‍💻', 2],
  ['❤️', 2],
  ['🇩🇪', 2],
  ['a\u200bb', 2],
])('%s takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('padding counts columns, not characters', () => {
  expect([padEnd('データ', 8), padEnd('é', 3), padStart('7', 3), padEnd('long', 2)]).toEqual([
    'データ  ',
    'é  ',
    '  7',
    'long',
  ]);
});

test('cutting keeps whole characters and marks the cut', () => {
  expect(truncate('hello', 5)).toBe('hello');
  expect(truncate('hello world', 8)).toBe('hello w…');
  expect(truncate('hello world', 8, '...')).toBe('hello...');
  expect(truncate('データ整形', 6)).toBe('デー…');
  expect(truncate('👩‍💻👩‍💻', 3)).toBe('👩‍💻…');
  expect(truncate('hello', 0)).toBe('');
  expect(truncateMiddle('train@model=forest,seed=17', 13)).toBe('train@…eed=17');
  expect(truncateMiddle('データデータ', 7)).toBe('デ…タ');
  expect(truncateMiddle('ab', 1)).toBe('a');
});

test.each([
  ['plain', 'plain'],
  ['a\nb\tc\r', 'a\\nb\\tc\\r'],
  ['\u001b[31m', '\\u001b[31m'],
  ['\u202eevil', '\\u202eevil'],
  ['\ud800', '\\ud800'],
  ['x\udc00', 'x\\udc00'],
  ['日本 😀', '日本 😀'],
])('%j is printed safely', (text, safe) => {
  expect(safeText(text)).toBe(safe);
});

test('names are quoted where they would not read as one word', () => {
  expect(['f1', 'log loss', 'a"b', '', 'a\nb', 'précision'].map(quoteName)).toEqual([
    'f1',
    '"log loss"',
    '"a\\"b"',
    '""',
    '"a\\nb"',
    'précision',
  ]);
});

describe('escape sequences', () => {
  test.each([
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b(Bx\u001b7y', 'xy'],
    ['cut \u001b[3', 'cut '],
    ['cut \u001b', 'cut '],
    ['none', 'none'],
  ])('are taken out of %j', (text, plain) => {
    expect(stripEscapes(text)).toBe(plain);
  });
});
