import {expect, test} from 'vitest';
import {editDistance, suggest} from '../../src/base/suggest.ts';

test.each([
  ['dpes', 'deps'],
  ['outss', 'outs'],
  ['Metrics', 'metrics'],
  ['timeout_idel', 'timeout_idle'],
  ['zzz', undefined],
  ['', undefined],
])('%s: %s', (word, meant) => {
  expect(suggest(word, ['deps', 'outs', 'metrics', 'timeout', 'timeout_idle'])).toBe(meant);
});

test('the distance counts a swap of neighbours as one, and stops at its limit', () => {
  expect(editDistance('dpes', 'deps', 9)).toBe(1);
  expect(editDistance('kitten', 'sitting', 9)).toBe(3);
  expect(editDistance('abcdefgh', 'zyxwvuts', 3)).toBe(3);
});
