/** Goes down the trees of a forest or of boosting. */
import {applyLink} from '../link.ts';
import {columnCount, fillRows, type FeatureMatrix} from '../matrix.ts';
import {treeMarks, type TreesPredictor} from '../model.ts';

/** Rows that go through one tree after the other: their values and the nodes of a tree stay in the processor's cache. */
const BLOCK_ROWS = 1024;

/** @returns rows × outputs: probabilities, or values */
export function predictTrees(trees: TreesPredictor, matrix: FeatureMatrix, outputs: number): Float64Array {
  const scores = treeScores(trees, matrix);
  if (trees.link !== 'mean') return applyLink(trees.link, scores, outputs);
  const count = trees.starts.length - 1;
  for (let at = 0; at < scores.length; at += 1) scores[at] = (scores[at] as number) / count;
  if (outputs !== 2 || trees.outputs === 2) return scores;
  const both = new Float64Array(scores.length * 2);
  scores.forEach((score, row) => {
    both[2 * row] = 1 - score;
    both[2 * row + 1] = score;
  });
  return both;
}

/** Sums over the trees, rows × `trees.outputs`. */
function treeScores(trees: TreesPredictor, matrix: FeatureMatrix): Float64Array {
  const {starts, base, outputs, leafValues} = trees;
  const {rows} = matrix;
  const width = columnCount(matrix);
  const scores = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) scores.set(base, row * outputs);
  const walk = new TreeWalk(trees);
  const blockRows = Math.max(1, Math.min(rows, BLOCK_ROWS));
  const block = new Float32Array(blockRows * width);
  const leaves = new Uint32Array(blockRows);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    fillRows(matrix, from, to, block);
    for (let tree = 0; tree + 1 < starts.length; tree += 1) {
      walk.leavesOf(tree, block, width, to - from, leaves);
      if (leafValues === undefined)
        addOne(trees.values, leaves, to - from, scores, from * outputs + (tree % outputs), outputs);
      else addMany(trees.values, leafValues, leaves, to - from, scores, from * outputs, outputs);
    }
  }
  return scores;
}

function addOne(
  values: Float32Array,
  leaves: Uint32Array,
  rows: number,
  scores: Float64Array,
  first: number,
  step: number,
): void {
  for (let row = 0, at = first; row < rows; row += 1, at += step)
    scores[at] = (scores[at] as number) + (values[leaves[row] as number] as number);
}

function addMany(
  values: Float32Array,
  leafValues: Float32Array,
  leaves: Uint32Array,
  rows: number,
  scores: Float64Array,
  first: number,
  outputs: number,
): void {
  for (let row = 0, at = first; row < rows; row += 1) {
    const of = (values[leaves[row] as number] as number) * outputs;
    for (let k = 0; k < outputs; k += 1, at += 1) scores[at] = (scores[at] as number) + (leafValues[of + k] as number);
  }
}

/** The children of all nodes, which a model leaves out (see `TreesPredictor`). */
export class TreeWalk {
  readonly #trees: TreesPredictor;
  /** Of a split its left child, the right one is next to it; 0 for a leaf. Counted from the start of all trees. */
  readonly #left: Uint32Array;
  readonly #isWide: boolean;

  /** @throws Error when the nodes are no trees, which only a damaged model has */
  constructor(trees: TreesPredictor) {
    this.#trees = trees;
    this.#isWide = trees.columns instanceof Uint32Array;
    this.#left = leftChildren(trees);
  }

  /** Writes for each row of a block the node where it ends. @param block rows × width values */
  leavesOf(tree: number, block: Float32Array, width: number, rows: number, leaves: Uint32Array): void {
    const root = this.#trees.starts[tree] as number;
    const {values} = this.#trees;
    const left = this.#left;
    // Two loops, each for one type of array: one for both is three times slower.
    if (this.#isWide) descendWide(this.#trees.columns as Uint32Array, values, left, root, block, width, rows, leaves);
    else descend(this.#trees.columns as Uint16Array, values, left, root, block, width, rows, leaves);
  }
}

function leftChildren(trees: TreesPredictor): Uint32Array {
  const {starts, columns} = trees;
  const {leaf} = treeMarks(columns);
  const left = new Uint32Array(columns.length);
  for (let tree = 0; tree + 1 < starts.length; tree += 1) {
    const end = starts[tree + 1] as number;
    let next = (starts[tree] as number) + 1;
    for (let node = next - 1; node < end; node += 1) {
      if (columns[node] === leaf) continue;
      left[node] = next;
      next += 2;
    }
    if (next !== end) throw new Error('the model is damaged: the nodes of a tree do not fit together; train it again');
  }
  return left;
}

function descend(
  columns: Uint16Array,
  values: Float32Array,
  left: Uint32Array,
  root: number,
  block: Float32Array,
  width: number,
  rows: number,
  leaves: Uint32Array,
): void {
  for (let row = 0, at = 0; row < rows; row += 1, at += width) {
    let node = root;
    for (let child = left[node] as number; child !== 0; child = left[node] as number) {
      const column = columns[node] as number;
      const value = block[at + (column & 0x7fff)] as number;
      // A missing value fails both comparisons.
      if (value <= (values[node] as number)) node = child;
      else if (value > (values[node] as number)) node = child + 1;
      else node = column > 0x7fff ? child : child + 1;
    }
    leaves[row] = node;
  }
}

function descendWide(
  columns: Uint32Array,
  values: Float32Array,
  left: Uint32Array,
  root: number,
  block: Float32Array,
  width: number,
  rows: number,
  leaves: Uint32Array,
): void {
  for (let row = 0, at = 0; row < rows; row += 1, at += width) {
    let node = root;
    for (let child = left[node] as number; child !== 0; child = left[node] as number) {
      const column = columns[node] as number;
      const value = block[at + (column & 0x7fffffff)] as number;
      if (value <= (values[node] as number)) node = child;
      else if (value > (values[node] as number)) node = child + 1;
      else node = column > 0x7fffffff ? child : child + 1;
    }
    leaves[row] = node;
  }
}
