/** What `mlp restore` did, would do or refused to do, as plain data. */

export interface RestoreView {
  /** Whose results: `run 3`, `HEAD~1 (1a2b3c4)`, `mlp.lock`. */
  readonly from: string;
  /** The folder that they went to instead of their places. */
  readonly to?: string;
  readonly dryRun: boolean;
  /** false: nothing was changed, because of `unsaved`, `missing` or `blocked`. */
  readonly done: boolean;
  readonly restored: readonly {readonly path: string; readonly bytes: number}[];
  /** The run had none of these optional outputs. */
  readonly removed: readonly string[];
  /** How many were there already. */
  readonly same: number;
  /** Results whose bytes were never kept in the cache. */
  readonly uncached: readonly RestoreProblem[];
  /** Files with bytes that the cache does not know. */
  readonly unsaved: readonly string[];
  /** The cache has them no more. */
  readonly missing: readonly (RestoreProblem & {readonly damaged: boolean})[];
  /** A file stands where a folder must be. */
  readonly blocked: readonly string[];
}

export interface RestoreProblem {
  readonly path: string;
  readonly stage?: string;
  /** The run that made it. */
  readonly run?: number;
}
