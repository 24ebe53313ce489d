/** The contract with scripts and CI. Never renumber. A run that was interrupted exits with 128 + the signal's number. */
export const exitCodes = {
  /** Everything asked for is done. */
  done: 0,
  /** A stage, gate or check failed. */
  failed: 1,
  /** The command line or pipeline.yaml is wrong; nothing was run. */
  usage: 2,
  /** Something is stale (`status --check`, `run --expect-noop`), or a person has to decide before the run can go on. */
  stale: 3,
  /** A bug in mlp. */
  bug: 70,
} as const;
