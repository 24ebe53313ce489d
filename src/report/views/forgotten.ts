/** What `mlp rm` removed, or with `--dry-run` would remove, as plain data. */

export interface ForgottenView {
  readonly dryRun: boolean;
  readonly runs: readonly number[];
  /** Results that went, and those that something else needs. */
  readonly results: number;
  readonly resultsKept: number;
  readonly logs: ForgottenAmount;
  readonly workFolders: ForgottenAmount;
  readonly objects: ForgottenAmount;
  /** Objects were left for `mlp gc`, since a run is going on. */
  readonly objectsLeft: boolean;
}

export interface ForgottenAmount {
  readonly count: number;
  readonly bytes: number;
}
