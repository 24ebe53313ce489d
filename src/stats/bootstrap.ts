/**
 * Poisson bootstrap: every row comes Poisson(1) times into a replicate, independently of the others, which is resampling with
 * replacement without having to gather rows. Rows that count the same way are one cell, and a cell of k rows comes Poisson(k)
 * times: a statistic of a confusion matrix needs as many random numbers as the matrix has cells, however many rows there are.
 */
import type {Random} from './random.ts';

export const REPLICATES = 1000;

/**
 * Calls with each replicate of the counts; the array is used again for the next.
 * @param counts rows a cell. @param visit gets the drawn counts and the replicate from 0
 */
export function bootstrapCells(
  counts: ArrayLike<number>,
  random: Random,
  visit: (cells: Float64Array, replicate: number) => void,
  replicates = REPLICATES,
): void {
  const cells = new Float64Array(counts.length);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    for (let cell = 0; cell < cells.length; cell += 1) cells[cell] = random.poisson(counts[cell] ?? 0);
    visit(cells, replicate);
  }
}

/**
 * Calls with the times that each unit comes into a replicate; the array is used again. Units are rows, or groups of rows
 * that belong together (of one customer, say), whose rows then come and go as one.
 */
export function bootstrapUnits(
  units: number,
  random: Random,
  visit: (times: Uint8Array, replicate: number) => void,
  replicates = REPLICATES,
): void {
  const times = new Uint8Array(units);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    random.fillPoissonOne(times);
    visit(times, replicate);
  }
}
