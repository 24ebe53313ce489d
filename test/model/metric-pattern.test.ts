import {expect, test} from 'vitest';
import {metricMatcher} from '../../src/model/metric-pattern.ts';

test.each([
  ['val-*', 'val-f1', true],
  ['*[a-c]', 'x[a-c]', true],
  ['*[a-c]', 'xb', false],
  ['a/b.?', 'a/b.1', true],
  ['*^$+{}()|\\', 'x^$+{}()|\\', true],
])('the pattern %s, of which only * and ? are signs, and %s: %s', (pattern, name, isMatch) => {
  expect(metricMatcher(pattern)({stage: 's', name}) === 'pattern').toBe(isMatch);
});
