/** What a comparison of two tables gives, column by column. */
import type {Interval} from '../../stats/intervals.ts';
import type {FindingLevel} from '../findings.ts';
import type {Profile, Profiled} from '../profile/profile.ts';
import type {ColumnSide, Histogram} from './histogram.ts';
import type {DriftMetric} from './metrics.ts';

/** One side of a comparison: a table that was read in this process, or a stored profile. */
export interface Side {
  readonly profile: Profile;
  readonly samples?: Profiled['samples'];
}

export type ColumnComparison = ComparedColumn | UncomparedColumn;

export interface UncomparedColumn {
  readonly kind: 'absent' | 'extra' | 'type' | 'off' | 'impossible';
  readonly column: string;
  /** Why, as the end of a sentence. */
  readonly reason: string;
  readonly histogram?: Histogram;
}

export interface ComparedColumn extends Measured {
  readonly kind: 'compared';
  readonly column: string;
  readonly metric: DriftMetric;
  readonly warn: number;
  readonly error: number;
  /** With `limit: history`: in how many past windows it was measured. From LEAST_HISTORY on, `warn` is their mean and three standard deviations. */
  readonly windows?: number;
  /** Of the measure; absent for a classifier, whose interval says what is noise. */
  readonly adjustedP?: number;
  readonly level: FindingLevel;
  /** It reached a limit and is noise. */
  readonly isNoise: boolean;
}

export interface Comparison {
  readonly columns: readonly ColumnComparison[];
  readonly rows: {readonly reference: number; readonly current: number};
  /** Column whose groups were counted in place of rows, and how many there are. */
  readonly groups?: {readonly column: string; readonly reference: number; readonly current: number};
}

export interface Measured {
  readonly value: number;
  /** Chance of such a value without any change, for independent rows. */
  readonly pValue?: number;
  readonly noiseLimit?: number;
  /** Of a classifier. */
  readonly interval?: Interval;
  /** By how many standard deviations a normal distribution would have to move for the same value. */
  readonly shift?: number;
  /** Rows (of samples: their rows; of groups: their number) that were compared. */
  readonly counted: {readonly reference: number; readonly current: number};
  readonly histogram: Histogram;
}

/** Finds the columns of a side by their names. */
export function columnsOf({profile, samples}: Side): (name: string) => ColumnSide | undefined {
  const byName = new Map(profile.columns.map((column) => [column.name, column]));
  return (name) => {
    const column = byName.get(name);
    if (column === undefined) return undefined;
    const sample = samples?.get(name);
    return {profile: column, rows: profile.rows, ...(sample === undefined ? {} : {sample})};
  };
}
