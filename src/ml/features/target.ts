/**
 * Categories encoded by the label: the mean of the label over the rows of a category, drawn towards the mean of all rows
 * (Micci-Barreca 2001). A training row must not see its own label, so training rows are encoded by the rows of the other
 * folds; all rows together encode what comes later. As scikit-learn's TargetEncoder with a number as `smooth`.
 */
import {byCodeUnits} from '../../base/compare.ts';
import {isMissing, isNumeric} from '../../data/table.ts';
import type {Column} from '../../data/table.ts';
import {Random} from '../../stats/random.ts';
import type {Coded} from './source.ts';
import type {TargetSpec} from './spec.ts';

export interface FittedTarget {
  /** What each output column is the share of; absent for a label that is a number. The first of two classes has none. */
  readonly classes?: readonly string[];
  readonly categories: readonly string[];
  /** Of each output column the encoding of each category. */
  readonly encodings: readonly (readonly number[])[];
  /** Of each output column, for cells that are missing, when the training rows had any; else they are like unseen ones. */
  readonly missing?: readonly number[];
  /** Of each output column the mean of all rows, for unseen categories. */
  readonly unseen: readonly number[];
}

const DEFAULT_SMOOTHING = 10;
const DEFAULT_FOLDS = 5;

/** The label as numbers: itself, or for each class 1 where the row has it. NaN in rows without label. */
interface Targets {
  readonly classes?: readonly string[];
  readonly values: readonly Float64Array[];
}

function targetsOf(label: Column): Targets {
  if (isNumeric(label)) return {values: [label.values]};
  const rows = label.type === 'string' ? label.codes.length : label.values.length;
  const texts = Array.from({length: rows}, (_, row) => {
    if (isMissing(label, row)) return undefined;
    return label.type === 'string' ? label.words[label.codes[row] ?? -1] : String(label.values[row]);
  });
  const all = [...new Set(texts.filter((text) => text !== undefined))].sort(byCodeUnits);
  // The share of the second of two classes says all.
  const classes = all.length === 2 ? all.slice(1) : all;
  const values = classes.map((one) =>
    Float64Array.from(texts, (text) => (text === undefined ? Number.NaN : text === one ? 1 : 0)),
  );
  return {classes, values};
}

/**
 * @returns what encodes later rows, and the training rows encoded out of fold.
 */
export function fitTarget(
  {codes, distinct}: Coded,
  label: Column,
  {smoothing = DEFAULT_SMOOTHING, folds = DEFAULT_FOLDS}: TargetSpec,
  seed: number | string,
): {readonly fitted: FittedTarget; readonly trained: readonly Float64Array[]} {
  const {classes, values} = targetsOf(label);
  // Missing cells are a category of their own, the last.
  const places = codes.map((code) => (code < 0 ? distinct.length : code));
  const foldOf = foldsOf(codes.length, folds, seed);
  const whole = values.map((value) => encode(places, value, {categories: distinct.length + 1, smoothing}));
  const trained = values.map((value) =>
    outOfFold(places, value, {categories: distinct.length + 1, smoothing, folds, foldOf}),
  );
  const seen = new Uint8Array(distinct.length + 1);
  for (const place of places) seen[place] = 1;
  const kept = distinct.flatMap((_, code) => (seen[code] === 1 ? [code] : []));
  const fitted: FittedTarget = {
    ...(classes === undefined ? {} : {classes}),
    categories: kept.map((code) => distinct[code] ?? ''),
    encodings: whole.map(({byCategory}) => kept.map((code) => byCategory[code] ?? 0)),
    ...(seen[distinct.length] === 1 ? {missing: whole.map(({byCategory}) => byCategory[distinct.length] ?? 0)} : {}),
    unseen: whole.map(({mean}) => mean),
  };
  return {fitted, trained};
}

/** Folds of equal size, shuffled. */
function foldsOf(rows: number, folds: number, seed: number | string): Int32Array {
  return new Random(seed).shuffle(Int32Array.from({length: rows}, (_, row) => row % folds));
}

interface Encoded {
  readonly mean: number;
  readonly byCategory: Float64Array;
}

/** @param without leaves out rows of this fold. */
function encode(
  places: Int32Array,
  values: Float64Array,
  {categories, smoothing}: {readonly categories: number; readonly smoothing: number},
  without?: {readonly fold: number; readonly foldOf: Int32Array},
): Encoded {
  const sums = new Float64Array(categories);
  const counts = new Float64Array(categories);
  let [sum, count] = [0, 0];
  for (let row = 0; row < places.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value) || (without !== undefined && without.foldOf[row] === without.fold)) continue;
    const place = places[row] ?? 0;
    sums[place] = (sums[place] ?? 0) + value;
    counts[place] = (counts[place] ?? 0) + 1;
    sum += value;
    count += 1;
  }
  const mean = count === 0 ? 0 : sum / count;
  const byCategory = sums.map((one, place) => {
    const weight = (counts[place] ?? 0) + smoothing;
    return weight === 0 ? mean : (one + smoothing * mean) / weight;
  });
  return {mean, byCategory};
}

function outOfFold(
  places: Int32Array,
  values: Float64Array,
  {
    folds,
    foldOf,
    ...how
  }: {readonly categories: number; readonly smoothing: number; readonly folds: number; readonly foldOf: Int32Array},
): Float64Array {
  const encodings = Array.from({length: folds}, (_, fold) => encode(places, values, how, {fold, foldOf}));
  return Float64Array.from(places, (place, row) => {
    const encoded = encodings[foldOf[row] ?? 0];
    return encoded?.byCategory[place] ?? encoded?.mean ?? Number.NaN;
  });
}

export const targetNames = (recipe: string, {classes}: FittedTarget): readonly string[] =>
  classes === undefined || classes.length === 1 ? [recipe] : classes.map((one) => `${recipe}=${one}`);

export function openTarget({
  categories,
  encodings,
  missing,
  unseen,
}: FittedTarget): (coded: Coded) => readonly Float64Array[] {
  const placeOf = new Map(categories.map((category, index) => [category, index]));
  return ({codes, distinct}) => {
    const places = Int32Array.from(distinct, (category) => placeOf.get(category) ?? -1);
    return encodings.map((encoding, column) =>
      Float64Array.from(codes, (code) => {
        if (code < 0) return (missing ?? unseen)[column] ?? Number.NaN;
        return encoding[places[code] ?? -1] ?? unseen[column] ?? Number.NaN;
      }),
    );
  };
}
