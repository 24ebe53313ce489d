/** A training and a test set as the checks see them. */
import type {Finding} from '../findings.ts';
import type {Table} from '../table.ts';

export interface SplitTables {
  readonly train: Table;
  readonly test: Table;
  /** As the user named them. */
  readonly trainName: string;
  readonly testName: string;
}

/** What the checks look at. */
export interface SplitWorld extends SplitTables {
  readonly label: string;
  /** Names of columns that both tables have and that are neither the label nor a key, group or time. */
  readonly features: readonly string[];
  /** Filled by the checks: rows of the test set from 0, by the id of the finding that is about them. */
  readonly badRows: Map<string, readonly number[]>;
}

/** A finding about rows of the test set. */
export function about({badRows}: SplitWorld, rows: readonly number[], finding: Finding): Finding {
  badRows.set(finding.id, rows);
  return finding;
}
