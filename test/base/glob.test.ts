import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
  compileGlob,
  escapeGlob,
  expandBraces,
  isTooWide,
  MOST_ALTERNATIVES,
  globsMayOverlap,
  isGlob,
} from '../../src/base/glob.ts';

test.each([
  ['*.csv', 'a.csv', true],
  ['*.csv', 'x/a.csv', false],
  ['*.csv', '.a.csv', false],
  ['.*', '.env', true],
  ['data/**', 'data/a/b.csv', true],
  ['data/**', 'data', false],
  ['data/**/*.csv', 'data/b.csv', true],
  ['data/**/*.csv', 'data/.hidden/b.csv', false],
  ['**/x', 'x', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[a-c].txt', 'b.txt', true],
  ['[!a-c].txt', 'b.txt', false],
  ['[!a-c].txt', 'd.txt', true],
  ['{a,b}/*.{csv,tsv}', 'b/x.tsv', true],
  ['{a,b}/*.{csv,tsv}', 'c/x.tsv', false],
  ['part-{1..3}.csv', 'part-2.csv', true],
  ['part-{1..3}.csv', 'part-4.csv', false],
  ['\\*.csv', '*.csv', true],
  ['\\*.csv', 'a.csv', false],
  ['a[', 'a[', true],
])('%s on %s: %s', (glob, path, matches) => {
  expect(compileGlob(glob).matches(path)).toBe(matches);
});

test.each([
  ['data/*.csv', 'data', true],
  ['data/*.csv', 'data/sub', false],
  ['data/**/*.csv', 'data/sub', true],
  ['data/*/x.csv', 'data/sub', true],
  ['*/x', 'models', true],
  ['data/**', 'data/a', true],
  ['data/x', 'other', false],
])('%s can match below %s: %s', (glob, folder, may) => {
  expect(compileGlob(glob).mayMatchBelow(folder)).toBe(may);
});

test.each([
  ['a/*.csv', 'a/b*', true],
  ['a/*.csv', 'a/*.tsv', false],
  ['a/**', 'a/b/c/*.x', true],
  ['a/*', 'b/*', false],
  ['{a,b}/x', 'b/*', true],
  ['**/m.json', 'x/y/*.json', true],
])('%s and %s can match one path: %s', (a, b, may) => {
  expect(globsMayOverlap(a, b)).toBe(may);
  expect(globsMayOverlap(b, a)).toBe(may);
});

test('two patterns that both match a path are never said to have none in common', () => {
  const part = fc.constantFrom('a', 'ab', '*', 'a*', '*b', '?', '**', '[ab]');
  const name = fc.constantFrom('a', 'b', 'ab', 'ba');
  const glob = fc.array(part, {minLength: 1, maxLength: 4}).map((parts) => parts.join('/'));
  const path = fc.array(name, {minLength: 1, maxLength: 4}).map((names) => names.join('/'));
  fc.assert(
    fc.property(glob, glob, path, (a, b, file) => {
      if (compileGlob(a).matches(file) && compileGlob(b).matches(file)) expect(globsMayOverlap(a, b)).toBe(true);
      const folder = file.split('/').slice(0, -1).join('/');
      if (folder !== '' && compileGlob(a).matches(file)) expect(compileGlob(a).mayMatchBelow(folder)).toBe(true);
    }),
    {numRuns: 1000},
  );
});

test('an escaped path matches itself, whatever characters it has', () => {
  fc.assert(
    fc.property(fc.string({unit: fc.constantFrom(...'ab*?[]{},\\!. '), minLength: 1, maxLength: 8}), (name) => {
      fc.pre(name !== '.' && name !== '..');
      expect(compileGlob(escapeGlob(name)).matches(name)).toBe(true);
    }),
  );
});

test('a path without wildcards is no glob', () => {
  expect(isGlob('data/a b.csv')).toBe(false);
  expect(isGlob('data/*.csv')).toBe(true);
});

test('braces that would give very many alternatives are cut, not built', () => {
  expect(expandBraces('{1..999999}{1..999999}{1..999999}').length).toBe(MOST_ALTERNATIVES + 1);
  expect(['{1..999999}', '{1..1001}', '{1..1000}', 'a/*.csv'].map(isTooWide)).toEqual([true, true, false, false]);
});
