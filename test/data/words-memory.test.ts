/** Whoever remembers some words of every batch must not keep the batches by it. */
import v8 from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect, it} from 'vitest';
import {scanTable} from '../../src/data/read-table.ts';
import {textSource} from './text-source.ts';

v8.setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Long texts lie outside the heap, where they go a moment after they are collected. */
const used = async (): Promise<number> => {
  for (let round = 0; round < 3; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const {heapUsed, external} = process.memoryUsage();
  return heapUsed + external;
};

it('a word that is kept keeps nothing but itself', async () => {
  const rows = Array.from(
    {length: 20_000},
    (_, row) => `${String(row)},a word that is long enough to be cut as number ${String(row)}`,
  );
  const text = `n,text\n${Array.from({length: 15}, () => `${rows.join('\n')}\n`).join('')}`;
  const source = textSource('t.csv', text);
  const kept: string[] = [];
  const before = await used();
  for await (const batch of scanTable(source, {batchRows: 20_000})) {
    const [, column] = batch.columns;
    if (column?.type === 'string') kept.push(column.words[7] ?? '');
  }
  // All words of all batches are 16 MB.
  expect(kept).toHaveLength(15);
  expect((await used()) - before).toBeLessThan(4_000_000);
});
