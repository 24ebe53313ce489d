/** Two ways judged on the same rows, of which only the rows where they differ tell something. */
import {binomialTwoSided} from './distributions.ts';

/** `first` rows that only the first got right, `second` that only the second did. */
export interface Discordant {
  readonly first: number;
  readonly second: number;
}

/** Exact two-sided p-value of McNemar: were the differing rows a fair coin? */
export const mcnemar = ({first, second}: Discordant): number => binomialTwoSided(first, first + second);

/**
 * Difference of two shares of right answers on the same `rows`, second minus first, with
 * SE² = [(b + c) - (c - b)²/n]/n².
 */
export function pairedShareDifference(
  {first, second}: Discordant,
  rows: number,
): {readonly difference: number; readonly standardError: number} {
  const gain = second - first;
  const variance = (first + second - (gain * gain) / rows) / (rows * rows);
  return {difference: gain / rows, standardError: Math.sqrt(Math.max(0, variance))};
}
