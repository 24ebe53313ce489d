/**
 * Columns that have one value in all rows of a node. They have it in the nodes below too, where nobody need look at them
 * again: four of five columns that a forest draws are such ones. Nodes come depth first.
 */
export class ConstantColumns {
  readonly #isKnown: Uint8Array;
  /** Those that are known now, in the order in which they were found. */
  readonly #columns: number[] = [];
  /** Of each the depth of the node where it was found; rising. */
  readonly #depths: number[] = [];

  constructor(columns: number) {
    this.#isKnown = new Uint8Array(columns);
  }

  /** Forgets what was found in nodes that are not above the next one. */
  enter(depth: number): void {
    while ((this.#depths.at(-1) ?? -1) >= depth) {
      this.#depths.pop();
      this.#isKnown[this.#columns.pop() as number] = 0;
    }
  }

  add(column: number, depth: number): void {
    this.#isKnown[column] = 1;
    this.#columns.push(column);
    this.#depths.push(depth);
  }

  has(column: number): boolean {
    return this.#isKnown[column] === 1;
  }
}
