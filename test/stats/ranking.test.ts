import {describe, expect, it} from 'vitest';
import {delong, delongError, delongInterval} from '../../src/stats/ranking.ts';
import {expectClose, golden} from './golden.ts';

describe('DeLong', () => {
  const flags = Uint8Array.from(golden.scores[3]?.y ?? []);
  const scores = Float64Array.from(golden.scores[3]?.score ?? []);

  it('has the error that pairs of pairs give', () => {
    const result = delong(flags, scores);
    if (!result) throw new Error('one class');
    // Sample variances of the placements over the numbers of rows, written out.
    const variance = (values: Float64Array): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length;
    };
    const placements = (from: number, against: number, sign: number): Float64Array => {
      const [own, other] = [from, against].map((flag) => scores.filter((_, row) => flags[row] === flag));
      return (own ?? new Float64Array()).map(
        (a) =>
          (other ?? new Float64Array()).reduce((sum, b) => sum + (a * sign > b * sign ? 1 : a === b ? 0.5 : 0), 0) /
          (other?.length ?? 1),
      );
    };
    const expected = Math.sqrt(variance(placements(1, 0, 1)) + variance(placements(0, 1, -1)));
    expectClose(delongError(result), expected, 'error');
  });
  it('perfect scores of few rows are not certain', () => {
    const perfect = delong(Uint8Array.of(0, 0, 1, 1, 1), Float64Array.of(1, 2, 3, 4, 5));
    if (!perfect) throw new Error('one class');
    expect(perfect.auc).toBe(1);
    expect(delongInterval(perfect).lo).toBeLessThan(0.5);
    expect(delongInterval(perfect).hi).toBe(1);
  });
  it('one row of a class says nothing', () => {
    const result = delong(Uint8Array.of(0, 1, 0), Float64Array.of(1, 2, 3));
    if (!result) throw new Error('one class');
    expect(delongInterval(result)).toEqual({lo: 0, hi: 1});
  });
});
