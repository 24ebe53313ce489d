/** The profile of a column of numbers, dates or whole numbers beyond 2^53, gathered batch by batch. */
import {quantile} from '../../stats/describe.ts';
import type {BigintColumn, NumericColumn} from '../table.ts';
import {binCounts, countOutside, decileEdges} from './bins.ts';
import {DistinctEstimate, hashNumber} from './distinct.ts';
import {MOST_LISTED, QUANTILE_STEPS, type ColumnProfile, type ColumnSample, type NumberProfile} from './profile.ts';
import {NumberKeeper} from './row-sample.ts';

export class NumberColumnProfile {
  readonly #keeper: NumberKeeper;
  readonly #distinct = new DistinctEstimate();
  #count = 0;
  #missing = 0;
  #notFinite = 0;
  #min = Infinity;
  #max = -Infinity;
  #mean = 0;
  /** Sum of squared differences from the mean. */
  #squares = 0;

  constructor(most: number) {
    this.#keeper = new NumberKeeper(most);
  }

  /** @param rowNumbers random numbers of the rows of this batch. */
  add(column: NumericColumn | BigintColumn, rowNumbers: Uint32Array): void {
    const values = column.type === 'bigint' ? Float64Array.from(column.values, Number) : column.values;
    const {missing} = column;
    const keeper = this.#keeper;
    const distinct = this.#distinct;
    let [count, mean, squares, min, max] = [this.#count, this.#mean, this.#squares, this.#min, this.#max];
    for (let row = 0; row < values.length; row += 1) {
      if (missing !== undefined && missing[row] === 1) {
        this.#missing += 1;
        continue;
      }
      // -0 and 0 are one value.
      const value = (values[row] ?? NaN) + 0;
      if (value - value !== 0) {
        this.#notFinite += 1;
        continue;
      }
      count += 1;
      if (value < min) min = value;
      if (value > max) max = value;
      // Welford's update.
      const before = value - mean;
      mean += before / count;
      squares += before * (value - mean);
      distinct.add(hashNumber(value));
      const number = rowNumbers[row] ?? 0;
      if (number < keeper.threshold) keeper.keep(value, number);
    }
    [this.#count, this.#mean, this.#squares, this.#min, this.#max] = [count, mean, squares, min, max];
  }

  finish(): Omit<ColumnProfile, 'name' | 'type'> & {readonly sample: ColumnSample} {
    const sorted = this.#keeper.sorted();
    const isWhole = sorted.length === this.#count;
    const runs = runsOf(sorted);
    const distinct = isWhole ? runs.length : Math.max(runs.length, this.#distinct.count());
    const allValues = isWhole && runs.length <= MOST_LISTED;
    const listed = allValues ? runs : runs.filter(([, times]) => times >= sorted.length / 100);
    return {
      missing: this.#missing,
      ...(this.#notFinite === 0 ? {} : {notFinite: this.#notFinite}),
      distinct,
      ...(isWhole ? {} : {distinctError: DistinctEstimate.error, sampled: sorted.length}),
      values: listed.toSorted(([a, aTimes], [b, bTimes]) => bTimes - aTimes || a - b),
      allValues,
      ...(this.#count === 0 ? {} : {numbers: this.#numbers(sorted)}),
      sample: {kind: 'numbers', sorted},
    };
  }

  #numbers(sorted: Float64Array): NumberProfile {
    const quantiles = Array.from({length: QUANTILE_STEPS + 1}, (_, step) => quantile(sorted, step / QUANTILE_STEPS));
    const edges = decileEdges(quantiles, this.#min);
    const outliers = outliersOf(sorted);
    return {
      min: this.#min,
      max: this.#max,
      mean: finiteOrNull(this.#mean),
      sd: finiteOrNull(this.#count === 1 ? 0 : Math.sqrt(this.#squares / (this.#count - 1))),
      quantiles,
      bins: {edges, counts: binCounts(sorted, edges)},
      ...(outliers === undefined ? {} : {outliers}),
    };
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Each value of a sorted list with how often it comes. */
function runsOf(sorted: Float64Array): (readonly [value: number, count: number])[] {
  const runs: (readonly [number, number])[] = [];
  let start = 0;
  for (let index = 1; index <= sorted.length; index += 1) {
    if (index < sorted.length && sorted[index] === sorted[start]) continue;
    runs.push([sorted[start] ?? 0, index - start]);
    start = index;
  }
  return runs;
}

/** Tukey's outer fences. */
function outliersOf(sorted: Float64Array): NumberProfile['outliers'] {
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = 3 * (third - first);
  const [low, high] = [first - reach, third + reach];
  if (reach === 0 || !Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  return {low, high, count: countOutside(sorted, low, high)};
}
