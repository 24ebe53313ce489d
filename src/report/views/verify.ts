/** What `mlp verify` found, as plain data. */

export interface VerifyView {
  readonly run?: number;
  readonly stages: readonly VerifyRow[];
}

export interface VerifyRow {
  readonly stage: string;
  /**
   * `near`: other bytes, and every metric is the same within the tolerances. `failed`: it did not end well this time.
   * `stale`: no result of what it is now is on disk, so there was nothing to compare with.
   */
  readonly verdict: 'same' | 'near' | 'different' | 'failed' | 'stale';
  /** Of `failed` and `stale`. */
  readonly message?: string;
  readonly outputs: readonly VerifyOutput[];
  /** Those that are not exactly the same; values as texts, since some are NaN or infinite. */
  readonly metrics: readonly {
    readonly name: string;
    readonly source: string;
    readonly step?: number;
    readonly before?: string;
    readonly after?: string;
    readonly verdict: 'near' | 'different';
  }[];
  /** How many metrics were compared. */
  readonly compared: number;
}

export interface VerifyOutput {
  readonly path: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly text?: {readonly line: number; readonly before?: string; readonly after?: string};
  readonly files?: readonly {readonly path: string; readonly change: 'added' | 'removed' | 'changed'}[];
}
