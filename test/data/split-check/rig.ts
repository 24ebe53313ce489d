import {Random} from '../../../src/stats/random.ts';

/** Rows of two features and a label that is told by neither. */
export function makeRows(
  count: number,
  seed: number,
): {readonly x: number[]; readonly c: string[]; readonly y: string[]} {
  const random = new Random(seed);
  const pick = (of: readonly string[]): string => of[random.below(of.length)] ?? '';
  const rows = Array.from({length: count}, () => [random.normal(), pick(['a', 'b', 'c']), pick(['p', 'q'])] as const);
  return {x: rows.map(([x]) => x), c: rows.map(([, c]) => c), y: rows.map(([, , y]) => y)};
}
