import {describe, expect, it} from 'vitest';
import {DistinctEstimate, hashNumber, hashText} from '../../../src/data/profile/distinct.ts';

function estimate(hashes: Iterable<number>): number {
  const distinct = new DistinctEstimate();
  for (const hash of hashes) distinct.add(hash);
  return distinct.count();
}
const upTo = (count: number): readonly number[] => Array.from({length: count}, (_, index) => index);

describe('how many are different', () => {
  it('is exact for few, also for the hash 0, and passes over repeats', () => {
    expect(estimate([])).toBe(0);
    expect(estimate([0])).toBe(1);
    expect(estimate([0, 7, 0, 1024 + 7, 7])).toBe(3);
    expect(estimate([...upTo(5000), ...upTo(5000)].map(hashNumber))).toBe(5000);
  });

  it('is within four standard errors for many', () => {
    for (const count of [20_000, 150_000]) {
      const limit = 4 * DistinctEstimate.error;
      expect(Math.abs(estimate(upTo(count).map((one) => hashNumber(one / 7))) / count - 1)).toBeLessThan(limit);
      expect(Math.abs(estimate(upTo(count).map((one) => hashText(`company ${String(one)}`))) / count - 1)).toBeLessThan(
        limit,
      );
    }
  });
});
