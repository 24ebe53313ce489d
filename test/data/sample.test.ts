import fc from 'fast-check';
import {expect, it} from 'vitest';
import {type Sampler, sampleOfRows, sampleOfShare} from '../../src/data/sample.ts';
import {takeRows} from '../../src/data/table.ts';
import {batches, column, table} from './tables.ts';

/** Ids of a sample of rows 0, 1, ..., seen in batches. */
function ids(rows: number, batchRows: number, sampler: Sampler): readonly number[] {
  const whole = table([
    column(
      'id',
      Array.from({length: rows}, (_, id) => id),
      'integer',
    ),
  ]);
  return batches(whole, batchRows, takeRows).flatMap((batch) => {
    const [sampled] = sampler(batch).columns;
    return sampled?.type === 'integer' ? [...sampled.values] : [];
  });
}

it('takes exactly so many rows, in order, the same in batches of any size', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.integer({min: 1, max: 100}), (rows, count, batchRows) => {
      const sample = ids(rows, batchRows, sampleOfRows(rows, count, 7));
      expect(sample).toHaveLength(Math.min(rows, count));
      expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
      expect(ids(rows, 301, sampleOfRows(rows, count, 7))).toEqual(sample);
    }),
    {seed: 1},
  );
});

it('gives every row the same chance', () => {
  const counts = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 4000; seed += 1)
    for (const id of ids(20, 7, sampleOfRows(20, 5, seed))) counts[id] = (counts[id] ?? 0) + 1;
  // 1000 expected; 5 standard deviations of a fair draw.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
});

it('takes about a share, and more of a larger one', () => {
  const tenth = ids(5000, 999, sampleOfShare(0.1, ['id'], ''));
  expect(Math.abs(tenth.length - 500)).toBeLessThan(5 * Math.sqrt(5000 * 0.09));
  const fifth = new Set(ids(5000, 100, sampleOfShare(0.2, [], '')));
  expect(tenth.every((id) => fifth.has(id))).toBe(true);
  expect(ids(100, 10, sampleOfShare(1, [], ''))).toHaveLength(100);
});
