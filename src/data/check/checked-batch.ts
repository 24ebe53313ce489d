/** A batch of rows as the rules see it, and what a rule is. */
import type {Finding} from '../findings.ts';
import type {Table} from '../table.ts';
import type {CastColumn} from './cast.ts';

export interface CheckedBatch {
  /** As the reader gave it. */
  readonly table: Table;
  /** The number of its first row in the whole table, counted from 1. */
  readonly firstRow: number;
  /** Declared columns that the table has, by name. */
  readonly columns: ReadonlyMap<string, CastColumn>;
  /** The primary key of a row as text, undefined when there is none. */
  keyOf(row: number): string | undefined;
}

/** One rule, or a few that give one finding. */
export interface TableRule {
  /** That of its finding. */
  readonly id: string;
  /** What is looked at, for the message when it fails by itself: `the pattern of email`. */
  readonly what: string;
  /** @returns rows of the batch that break the rule, as far as a single row can. */
  add(batch: CheckedBatch): readonly number[] | Promise<readonly number[]>;
  finish(): Finding;
}
