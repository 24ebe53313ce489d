/**
 * The profile of a table: what its columns hold, in a few kilobytes, and the reference that later tables are compared with.
 * Its stored form is `profile.json` (profile-json.ts), with the fields of these types.
 *
 * `rows`, `missing`, `min`, `max`, `mean`, `sd` and the lengths are always exact. The rest is exact up to a number of values
 * in a column (LIMITS), and beyond it counted over a random sample of the rows: `sampled` says how many. A sample and not a
 * sketch of quantiles, since every test and interval then holds as it stands, with the size of the sample for n.
 */
import type {ColumnType} from '../table.ts';

export interface Profile {
  readonly version: 1;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  /** Cells without a value. */
  readonly missing: number;
  /** Cells of a number that hold NaN or an infinity and were not read as missing; absent when none does. */
  readonly notFinite?: number;
  /** Different values; NaN and infinities are not counted. */
  readonly distinct: number;
  /** Relative standard error of `distinct`, absent when it is exact. */
  readonly distinctError?: number;
  /** How many values `values`, `quantiles`, `bins` and `outliers` are counted over; absent when it is all of them. */
  readonly sampled?: number;
  /** Values with their counts, the most frequent first: all of them, or of text the first MOST_VALUES, of numbers those with a share of 1 %. */
  readonly values: readonly (readonly [value: string | number, count: number])[];
  /** `values` are all there are. */
  readonly allValues: boolean;
  /** Absent for text and where no cell holds a finite number. Dates in milliseconds since 1970. */
  readonly numbers?: NumberProfile;
  /** Absent for what is no text. */
  readonly texts?: TextProfile;
}

export interface NumberProfile {
  readonly min: number;
  readonly max: number;
  /** Null when it is beyond the largest double. */
  readonly mean: number | null;
  /** With n - 1; 0 for a single value, null when it is beyond the largest double. */
  readonly sd: number | null;
  /** At 0 %, 2 %, ..., 100 %, by linear interpolation (type 7 of Hyndman and Fan). */
  readonly quantiles: readonly number[];
  /** The reference's bins for drift: its deciles without repeats. */
  readonly bins: Bins;
  /** Values outside of [Q1 - 3 IQR, Q3 + 3 IQR]; absent when the quartiles are equal. */
  readonly outliers?: {readonly low: number; readonly high: number; readonly count: number};
}

export interface Bins {
  /** Rising. Bin i holds edges[i - 1] < x <= edges[i]; the first and the last one are open. */
  readonly edges: readonly number[];
  /** One more than there are edges. */
  readonly counts: readonly number[];
}

export interface TextProfile {
  /** In UTF-16 code units, over cells that are not missing; 0 when all are. */
  readonly minLength: number;
  readonly meanLength: number;
  readonly maxLength: number;
  /** Cells that read as a number. */
  readonly numberLike: number;
  /** Groups of texts that differ only in case or white space, at most MOST_SPELLINGS. */
  readonly spellings: readonly (readonly string[])[];
}

/** The columns of a table that was read in this process: more than its profile holds. */
export interface Profiled {
  readonly profile: Profile;
  readonly samples: ReadonlyMap<string, ColumnSample>;
}

export type ColumnSample = NumberSample | TextSample;

export interface NumberSample {
  readonly kind: 'numbers';
  /** Finite values, rising: all of the column, or of a random sample of its rows. */
  readonly sorted: Float64Array;
}

export interface TextSample {
  readonly kind: 'texts';
  /** All texts with their counts, or those of the sample. */
  readonly counts: ReadonlyMap<string, number>;
  readonly isComplete: boolean;
  /** Texts of a random sample of rows, in their order, cut to MOST_TEXT code units. */
  readonly rows: readonly string[];
}

/** Steps of `quantiles`. */
export const QUANTILE_STEPS = 50;
/** Up to so many different values are all listed. */
export const MOST_LISTED = 100;
export const MOST_VALUES = 20;
export const MOST_SPELLINGS = 5;
export const MOST_TEXT = 1000;

/** What one column may keep in memory, shared out so that ten thousand columns fit, too. */
export interface Limits {
  /** Values of a number; then a sample of half to all as many. */
  readonly numbers: number;
  /** Texts of a sample. */
  readonly texts: number;
  /** Different texts with their counts; beyond it the sample is counted. */
  readonly words: number;
}

export function limitsFor(columnCount: number): Limits {
  const share = (total: number, least: number, most: number): number =>
    Math.max(least, Math.min(most, Math.floor(total / Math.max(1, columnCount))));
  return {
    numbers: share(2 ** 24, 1024, 2 ** 17),
    texts: share(2 ** 20, 256, 2 ** 14),
    words: share(2 ** 22, 256, 2 ** 16),
  };
}

/** Values that are not missing. */
export function valueCount(profile: Profile, column: ColumnProfile): number {
  return profile.rows - column.missing;
}
