/** Goes down the trees of a forest or of boosting. */
import {applyLink} from '../link.ts';
import {columnCount, fillRows, type FeatureMatrix} from '../matrix.ts';
import {treeMarks, type TreesPredictor} from '../model.ts';

/** Values of the rows that go through one tree after the other: 2 MB, so that they stay near the processor. */
const BLOCK_VALUES = 2 ** 19;
const MIN_BLOCK_ROWS = 64;

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
  const blockRows = Math.max(
    1,
    Math.min(rows, Math.max(MIN_BLOCK_ROWS, Math.floor(BLOCK_VALUES / Math.max(1, width)))),
  );
  const block = new Float32Array(blockRows * width);
  const leaves = new Uint32Array(blockRows);
  const walk = new TreeWalk(trees);
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(rows - from, blockRows);
    fillRows(matrix, from, from + count, block);
    for (let tree = 0; tree + 1 < starts.length; tree += 1) {
      walk.leavesOf(tree, block, width, count, leaves);
      if (leafValues === undefined)
        addOne(trees.values, leaves, count, scores, from * outputs + (tree % outputs), outputs);
      else addMany(trees.values, leafValues, leaves, count, scores, from * outputs, outputs);
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

/** Numbers of a node while rows go through its tree: left child (× 4; 0 for a leaf), column, threshold, where missing values go. */
const NODE_NUMBERS = 4;

/** Finds the leaves of rows, tree by tree. The numbers of a node lie together here, in one line of the processor's cache. */
class TreeWalk {
  readonly #trees: TreesPredictor;
  readonly #nodes: Int32Array;
  readonly #thresholds: Float32Array;

  constructor(trees: TreesPredictor) {
    const {starts} = trees;
    let largest = 0;
    for (let tree = 0; tree + 1 < starts.length; tree += 1)
      largest = Math.max(largest, (starts[tree + 1] as number) - (starts[tree] as number));
    this.#trees = trees;
    this.#nodes = new Int32Array(largest * NODE_NUMBERS);
    this.#thresholds = new Float32Array(this.#nodes.buffer);
  }

  /**
   * Writes for each row of a block the node where it ends. @param block rows × width values
   * @throws Error when the nodes are no tree, which only a damaged model has
   */
  leavesOf(tree: number, block: Float32Array, width: number, rows: number, leaves: Uint32Array): void {
    const start = this.#trees.starts[tree] as number;
    this.#open(start, this.#trees.starts[tree + 1] as number, width);
    const inFours = rows - (rows % 4);
    descendFours(this.#nodes, this.#thresholds, block, width, inFours, start, leaves);
    for (let row = inFours; row < rows; row += 1)
      leaves[row] = start + descendOne(this.#nodes, this.#thresholds, block, row * width) / NODE_NUMBERS;
  }

  /** Puts the tree's nodes side by side. */
  #open(start: number, end: number, width: number): void {
    const {columns, values} = this.#trees;
    const {leaf, missingLeft} = treeMarks(columns);
    const nodes = this.#nodes;
    let next = 1;
    for (let node = start, at = 0; node < end; node += 1, at += NODE_NUMBERS) {
      const mark = columns[node] as number;
      const isLeaf = mark === leaf;
      const column = mark >= missingLeft ? mark - missingLeft : mark;
      nodes[at] = isLeaf ? 0 : next * NODE_NUMBERS;
      nodes[at + 1] = isLeaf ? 0 : column;
      this.#thresholds[at + 2] = values[node] as number;
      nodes[at + 3] = mark >= missingLeft ? 0 : NODE_NUMBERS;
      if (isLeaf) continue;
      next += 2;
      if (column >= width) throw damaged();
    }
    if (next !== end - start) throw damaged();
  }
}

const damaged = (): Error => new Error('the model is damaged: the nodes of a tree do not fit together; train it again');

function descendOne(nodes: Int32Array, thresholds: Float32Array, block: Float32Array, first: number): number {
  let node = 0;
  for (let child = nodes[0] as number; child !== 0; child = nodes[node] as number)
    node = child + stepAt(nodes, thresholds, block, first, node);
  return node;
}

/** 0 to the left child, else to the one next to it. */
function stepAt(nodes: Int32Array, thresholds: Float32Array, block: Float32Array, first: number, node: number): number {
  const value = block[first + (nodes[node + 1] as number)] as number;
  if (value !== value) return nodes[node + 3] as number;
  return Number(value > (thresholds[node + 2] as number)) << 2;
}

/** Four rows at a time: while one waits for the memory, the others go on. */
function descendFours(
  nodes: Int32Array,
  thresholds: Float32Array,
  block: Float32Array,
  width: number,
  rows: number,
  start: number,
  leaves: Uint32Array,
): void {
  for (let row = 0; row < rows; row += 4) {
    const a = row * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    let [nodeA, nodeB, nodeC, nodeD] = [0, 0, 0, 0];
    for (;;) {
      const childA = nodes[nodeA] as number;
      const childB = nodes[nodeB] as number;
      const childC = nodes[nodeC] as number;
      const childD = nodes[nodeD] as number;
      if ((childA | childB | childC | childD) === 0) break;
      if (childA !== 0) nodeA = childA + stepAt(nodes, thresholds, block, a, nodeA);
      if (childB !== 0) nodeB = childB + stepAt(nodes, thresholds, block, b, nodeB);
      if (childC !== 0) nodeC = childC + stepAt(nodes, thresholds, block, c, nodeC);
      if (childD !== 0) nodeD = childD + stepAt(nodes, thresholds, block, d, nodeD);
    }
    leaves[row] = start + nodeA / NODE_NUMBERS;
    leaves[row + 1] = start + nodeB / NODE_NUMBERS;
    leaves[row + 2] = start + nodeC / NODE_NUMBERS;
    leaves[row + 3] = start + nodeD / NODE_NUMBERS;
  }
}
