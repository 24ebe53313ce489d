/** What `mlp gc` freed, or with `--dry-run` would free, as plain data. */

export interface GcView {
  readonly dryRun: boolean;
  /** One row for each kind of thing: `objects of no result`, `work folders`, `logs`. */
  readonly freed: readonly GcRow[];
  readonly kept: {readonly count: number; readonly bytes: number};
  /** What could not be removed: a path and why. */
  readonly problems?: readonly string[];
}

export interface GcRow {
  readonly what: string;
  readonly count: number;
  readonly bytes: number;
  /** Age of the oldest. */
  readonly oldestAgeMs?: number;
}
