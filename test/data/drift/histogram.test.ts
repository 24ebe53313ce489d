import {describe, expect, it} from 'vitest';
import {compareProfiles} from '../../../src/data/drift/compare.ts';
import type {Side} from '../../../src/data/drift/comparison.ts';
import type {Histogram} from '../../../src/data/drift/histogram.ts';
import {column} from '../tables.ts';
import {profiled, stored} from './rig.ts';

function histogramOf(reference: Side, current: Side): Histogram {
  const [first] = compareProfiles(reference, current).columns;
  if (first?.kind !== 'compared') throw new Error('not compared');
  return first.histogram;
}

describe('bins of words', () => {
  const many = (from: number, count: number): string[] =>
    Array.from({length: count}, (_, index) => `w${String(from + index)}`);

  it('are the frequent ones, others, those never seen, and missing cells', () => {
    const reference = profiled([column('c', ['a', 'a', 'a', 'b', 'b', null], 'string')]);
    const current = profiled([column('c', ['a', 'x', 'y', null, null], 'string')]);
    expect(histogramOf(reference, current)).toEqual({
      bins: ['a', 'b', '(other)', '(unseen)', '(missing)'],
      reference: [3, 2, 0, 0, 1],
      current: [1, 0, 0, 2, 2],
      isEstimated: false,
    });
    expect(histogramOf(stored(reference), stored(current)).current).toEqual([1, 0, 0, 2, 2]);
  });

  it('pool what a profile does not list on both sides', () => {
    const often = (words: readonly string[]): string[] => Array.from({length: 20}, () => words).flat();
    const reference = profiled({c: [...often(many(0, 10)), ...many(10, 140)]});
    const current = profiled({c: [...often(many(5, 10)), ...many(15, 140)]});
    const exact = histogramOf(reference, current);
    expect(exact.bins).toHaveLength(23);
    expect(exact.current.at(-2)).toBe(5);
    const listed = histogramOf(stored(reference), stored(current));
    expect(listed.isEstimated).toBe(true);
    expect(listed.bins.length).toBeLessThan(23);
    // What is not listed may have been there: nothing counts as never seen.
    expect(listed.current.at(-2)).toBe(0);
    for (const side of ['reference', 'current'] as const)
      expect(listed[side].reduce((sum, count) => sum + count, 0)).toBe(340);
  });
});

describe('bins of numbers', () => {
  it('hold the reference exactly, missing cells and NaN among them', () => {
    const reference = profiled([column('x', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, null, NaN])]);
    const {reference: counts, current} = histogramOf(reference, profiled([column('x', [0, 11, null])]));
    expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    expect(current).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('say where the bin below the lowest value of the reference is', () => {
    const reference = profiled([column('x', [0, 0, 0, 0, 1, 2, 3, 4, 5, 6], 'integer')]);
    const {bins, current} = histogramOf(reference, profiled([column('x', [-1, 0, 1], 'integer')]));
    expect(bins.slice(0, 3)).toEqual(['below 0', '0', '0 to 0.6']);
    expect(current.slice(0, 2)).toEqual([1, 1]);
    const constant = histogramOf(profiled({x: [5, 5, 5]}), profiled({x: [4, 5, 6]}));
    expect(constant.bins).toEqual(['below 5', '5', 'above 5', '(missing)']);
  });
});
