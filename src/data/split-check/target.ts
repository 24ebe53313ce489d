/** A label as classes or as numbers, and how well bins of rows tell it out of fold. */
import {cellText} from '../row-key.ts';
import {isMissing, isNumeric, type Column} from '../table.ts';

/** Whole numbers with more values than this are amounts and not classes. */
const MOST_NUMBER_CLASSES = 20;
const FOLDS = 5;

export interface Target {
  /** Classes, or 0 for numbers. */
  readonly classes: number;
  /** Class of each row, or its number standardized; only of rows whose label is not missing. */
  readonly values: Float64Array;
  /** Row of the table of each value. */
  readonly rows: Int32Array;
}

/** Texts, true and false, and whole numbers with few values are classes. */
export function isClasses(column: Column): boolean {
  if (column.type === 'string' || column.type === 'boolean') return true;
  if (column.type !== 'integer') return false;
  const values = new Set<number>();
  for (let row = 0; row < column.values.length && values.size <= MOST_NUMBER_CLASSES; row += 1)
    if (!isMissing(column, row)) values.add(column.values[row] ?? 0);
  return values.size <= MOST_NUMBER_CLASSES;
}

/** @param rows to look at. */
export function targetOf(column: Column, rows: Int32Array): Target {
  const isClass = isClasses(column);
  const valueOf = (row: number): number =>
    isNumeric(column) ? (column.values[row] ?? NaN) : Number(column.type === 'bigint' ? column.values[row] : NaN);
  const kept = rows.filter((row) => !isMissing(column, row) && (isClass || Number.isFinite(valueOf(row))));
  if (!isClass) return {classes: 0, values: standardized(Float64Array.from(kept, valueOf)), rows: kept};
  const places = new Map<string, number>();
  const values = Float64Array.from(kept, (row) => {
    const text = cellText(column, row) ?? '';
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return {classes: places.size, values, rows: kept};
}

function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const sd = Math.sqrt(values.reduce((sum, value) => sum + ((value - mean) * (value - mean)) / values.length, 0));
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0));
}

/**
 * How well the bin of a row tells its label, out of fold: 1 - loss / loss of always guessing the shares (or the mean) of the
 * training folds, the loss being squared (Brier's score for classes, so this is R² for numbers). 0 is no better than guessing,
 * 1 is always right. What a bin says is drawn to the overall guess by one row's worth, so bins of one row say little.
 * @param bins of each value of the target, from 0 up to `binCount`.
 * @param folds of each value.
 */
export function outOfFoldSkill(target: Target, bins: Int32Array, binCount: number, folds: Uint8Array): number {
  const {values} = target;
  let loss = 0;
  let guessLoss = 0;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const guess =
      target.classes === 0
        ? meanGuess(values, bins, binCount, folds, fold)
        : classGuess(target, bins, binCount, folds, fold);
    for (let index = 0; index < values.length; index += 1) {
      if (folds[index] !== fold) continue;
      const [own, overall] = guess(bins[index] ?? 0, values[index] ?? 0);
      loss += own;
      guessLoss += overall;
    }
  }
  return guessLoss > 0 ? Math.max(0, 1 - loss / guessLoss) : 0;
}

/** A bin and the truth -> the loss of what the bin says, and of the overall guess. */
type Guess = (bin: number, truth: number) => readonly [own: number, overall: number];

function meanGuess(values: Float64Array, bins: Int32Array, binCount: number, folds: Uint8Array, fold: number): Guess {
  const sums = new Float64Array(binCount);
  const counts = new Float64Array(binCount);
  let [sum, count] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    if (folds[index] === fold) continue;
    const [bin, value] = [bins[index] ?? 0, values[index] ?? 0];
    sums[bin] = (sums[bin] ?? 0) + value;
    counts[bin] = (counts[bin] ?? 0) + 1;
    sum += value;
    count += 1;
  }
  const mean = count === 0 ? 0 : sum / count;
  return (bin, truth) => {
    const own = ((sums[bin] ?? 0) + mean) / ((counts[bin] ?? 0) + 1);
    return [(own - truth) ** 2, (mean - truth) ** 2];
  };
}

function classGuess(
  {classes, values}: Target,
  bins: Int32Array,
  binCount: number,
  folds: Uint8Array,
  fold: number,
): Guess {
  const counts = new Map<number, number>();
  const binTotals = new Float64Array(binCount);
  const totals = new Float64Array(classes);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (folds[index] === fold) continue;
    const [bin, value] = [bins[index] ?? 0, values[index] ?? 0];
    const cell = bin * classes + value;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
    binTotals[bin] = (binTotals[bin] ?? 0) + 1;
    totals[value] = (totals[value] ?? 0) + 1;
    count += 1;
  }
  const shares = totals.map((total) => (count === 0 ? 0 : total / count));
  const overallSquares = shares.reduce((sum, share) => sum + share * share, 0);
  // Brier's score is Σp² - 2·p(truth) + 1; with p = (c + s) / (n + 1), Σp² = (Σc² + 2Σcs + Σs²) / (n + 1)².
  const squares = new Float64Array(binCount);
  for (const [cell, times] of counts) {
    const bin = Math.floor(cell / classes);
    squares[bin] = (squares[bin] ?? 0) + times * times + 2 * times * (shares[cell % classes] ?? 0);
  }
  return (bin, truth) => {
    const total = (binTotals[bin] ?? 0) + 1;
    const share = shares[truth] ?? 0;
    const own = ((counts.get(bin * classes + truth) ?? 0) + share) / total;
    const ownSquares = ((squares[bin] ?? 0) + overallSquares) / (total * total);
    return [ownSquares - 2 * own + 1, overallSquares - 2 * share + 1];
  };
}

/** The fold of each row, by its random number. */
export const foldsOf = (rows: Int32Array, numbers: Uint32Array): Uint8Array =>
  Uint8Array.from(rows, (row) => (numbers[row] ?? 0) % FOLDS);
