/** Which files of the project a stage was seen to open: what its declaration is held against. Never decides staleness. */
export interface Opened {
  /** Project paths of files that it read and that were there before it. Sorted. */
  readonly reads: readonly string[];
  /** Project paths of files that it wrote and that were there after it. Sorted. */
  readonly writes: readonly string[];
  /** Every process was traced: nothing was missed. */
  readonly traced?: boolean;
}

/** The same, held against what the stage declares. */
export interface Undeclared {
  /** Data: belongs under `deps`. */
  readonly deps: readonly string[];
  /** Source text: belongs under `code`. */
  readonly code: readonly string[];
  /** Belongs under `outs`. */
  readonly outs: readonly string[];
}
