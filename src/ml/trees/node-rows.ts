/** The rows of a tree while it grows: those of a node lie together, in their first order. */

/** What is learnt: of each row a class or a value. */
export type NodeTarget =
  | {readonly kind: 'classes'; readonly classes: number; readonly codes: Int32Array}
  | {readonly kind: 'values'; readonly values: Float64Array};

/** Rows from..to are those of a node. Channels are the weights of each class, or the weight and the weighted sum. */
export interface NodeRows {
  /** An entry a row: its number is `entry >>> shift`. */
  readonly entries: Uint32Array;
  readonly shift: number;
  /** Whether all sums are exact, so that a side of a split has what the other one leaves. */
  readonly hasWholeSums: boolean;
  /** Lists the rows that weigh anything. @param inBag how often each row was drawn. @returns how many */
  list(inBag: Uint8Array): number;
  /** Writes the sums of all channels. @returns whether nothing is left to tell apart */
  addUp(from: number, to: number, totals: Float64Array): boolean;
  /**
   * Adds to the sums of each bin, bins × channels.
   * @param lane from one histogram to the next of four that take turns; 0 when there is one only
   */
  addToBins(sums: Float64Array, lane: number, bins: Uint8Array, from: number, to: number): void;
  /** Puts those first that go left by a split; both sides keep their order. @returns where the right side begins */
  partition(from: number, to: number, bins: Uint8Array, bin: number, missingLeft: boolean): number;
}
