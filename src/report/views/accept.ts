/** What `mlp accept` recorded, as plain data. */

export interface AcceptView {
  /** Absent: nothing had to be accepted. */
  readonly run?: number;
  readonly because: string;
  readonly accepted: readonly {readonly stage: string; readonly paths: readonly string[]}[];
  /** Their results were the present ones already. */
  readonly fresh: readonly string[];
}
