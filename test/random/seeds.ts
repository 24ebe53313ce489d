/** Runs seeds, several at a time, and says how many there are to run. */
import {expect} from 'vitest';
import {Walk} from './walk.ts';

const AT_ONCE = 3;

/** Seeds of one test file: every second one. @param part 0 or 1. */
export function seedsOf(part: number): readonly number[] {
  const only = process.env['MLP_SEED'];
  const count = Number(process.env['MLP_SEEDS'] ?? 300);
  const seeds = only === undefined ? Array.from({length: count}, (_, index) => index) : [Number(only)];
  return seeds.filter((seed) => seed % 2 === part);
}

export async function runSeeds(seeds: readonly number[]): Promise<void> {
  const wrong: string[] = [];
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined && wrong.length < 3; seed = left.shift()) {
      const found = await new Walk(seed).go();
      if (found !== '') wrong.push(found);
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, work));
  expect(wrong.join('\n\n')).toBe('');
}
