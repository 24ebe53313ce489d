/** A table's profile beside that of its reference, as plain data for a page. */
import type {FindingLevel, FindingRow} from './findings.ts';

export interface ProfileView {
  /** The table as the user named it. */
  readonly table: string;
  readonly rows: number;
  /** Absent for a profile alone. */
  readonly reference?: {readonly name: string; readonly rows: number};
  /** The worst first. */
  readonly findings: readonly FindingRow[];
  /** The most noteworthy first. */
  readonly columns: readonly ProfileColumn[];
}

export interface ProfileColumn {
  readonly name: string;
  readonly type: string;
  /** What the comparison came to; absent for a profile alone. */
  readonly verdict?: {readonly level: FindingLevel; readonly text: string};
  /** Name, of the table, and of the reference. */
  readonly facts: readonly (readonly [name: string, current: string, reference?: string])[];
  /** Shares of rows with a value; absent when there is none. */
  readonly chart?: ProfileChart;
}

export interface ProfileChart {
  /** Bins in their order along a scale, or words. */
  readonly kind: 'scale' | 'words';
  readonly bins: readonly {readonly label: string; readonly current: number; readonly reference?: number}[];
}
