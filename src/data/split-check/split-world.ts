/** A training and a test set as the checks see them. */
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
}
