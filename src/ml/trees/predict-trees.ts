/** Goes down the trees of a forest or of boosting. */
import {applyLink} from '../link.ts';
import {columnCount, fillRows, type FeatureMatrix} from '../matrix.ts';
import {treeMarks, type TreesPredictor} from '../model.ts';

/** Values of the rows that go through one tree after the other, 8 MB: with fewer, trees are opened too often. */
const BLOCK_VALUES = 2 ** 21;
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
  const walk = new TreeWalk(trees, width, block.length);
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(rows - from, blockRows);
    fillRows(matrix, from, from + count, block);
    walk.enter(block, count);
    for (let tree = 0; tree + 1 < starts.length; tree += 1) {
      walk.leavesOf(tree, count, leaves);
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

/**
 * Numbers of a node while rows go through its tree: left child (× 4), where in a row its value is, threshold; one is free. A
 * leaf is its own left child, and whatever comes goes left: rows that are there already wait for the others without a branch.
 */
const NODE_NUMBERS = 4;

/** Above what any value is ordered as: goes right at every split, left at a leaf. */
const MOST = 0x7fffffff;
const LEAST = -0x80000000;

/**
 * Finds the leaves of rows, tree by tree. The numbers of a node lie together here, in one line of the processor's cache, and
 * values are whole numbers of the same order, which are compared in fewer steps than floats.
 */
class TreeWalk {
  readonly #trees: TreesPredictor;
  readonly #width: number;
  readonly #nodes: Int32Array;
  /** The values of the rows, missing ones largest; and, when a split sends them left, once more with missing ones least. */
  readonly #values: Int32Array;
  readonly #size: number;

  /** @param size values of a block of rows. */
  constructor(trees: TreesPredictor, width: number, size: number) {
    const {starts, columns} = trees;
    let largest = 0;
    for (let tree = 0; tree + 1 < starts.length; tree += 1)
      largest = Math.max(largest, (starts[tree + 1] as number) - (starts[tree] as number));
    const {leaf, missingLeft} = treeMarks(columns);
    const sendsLeft = columns.some((mark) => mark >= missingLeft && mark !== leaf);
    this.#trees = trees;
    this.#width = width;
    this.#size = size;
    this.#nodes = new Int32Array(largest * NODE_NUMBERS);
    this.#values = new Int32Array(sendsLeft ? 2 * size : size);
  }

  /** Takes the rows of a block, one after the other. */
  enter(block: Float32Array, rows: number): void {
    order(block.subarray(0, rows * this.#width), MOST, this.#values);
    if (this.#values.length > this.#size)
      order(block.subarray(0, rows * this.#width), LEAST, this.#values.subarray(this.#size));
  }

  /**
   * Writes for each row the node where it ends.
   * @throws Error when the nodes are no tree, which only a damaged model has
   */
  leavesOf(tree: number, rows: number, leaves: Uint32Array): void {
    const start = this.#trees.starts[tree] as number;
    this.#open(start, this.#trees.starts[tree + 1] as number);
    const inFours = rows - (rows % 4);
    descendFours(this.#nodes, this.#values, this.#width, inFours, start, leaves);
    for (let row = inFours; row < rows; row += 1)
      leaves[row] = start + descendOne(this.#nodes, this.#values, row * this.#width) / NODE_NUMBERS;
  }

  /** Puts the tree's nodes side by side. */
  #open(start: number, end: number): void {
    const {columns, values} = this.#trees;
    const {leaf, missingLeft} = treeMarks(columns);
    const nodes = this.#nodes;
    const thresholds = new Int32Array(end - start);
    order(values.subarray(start, end), LEAST, thresholds);
    let next = 1;
    for (let node = start, at = 0; node < end; node += 1, at += NODE_NUMBERS) {
      const mark = columns[node] as number;
      const isLeaf = mark === leaf;
      const column = mark >= missingLeft ? mark - missingLeft : mark;
      nodes[at] = isLeaf ? at : next * NODE_NUMBERS;
      nodes[at + 1] = isLeaf ? 0 : mark >= missingLeft ? this.#size + column : column;
      nodes[at + 2] = isLeaf ? MOST : (thresholds[node - start] as number);
      if (isLeaf) continue;
      next += 2;
      if (column >= this.#width) throw damaged();
    }
    if (next !== end - start) throw damaged();
  }
}

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);

/** Whole numbers of the same order as floats: their bits, those of negative ones turned round. */
function order(values: Float32Array, missing: number, into: Int32Array): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    // Zeros of both signs are equal.
    scratch[0] = value + 0;
    const bits = scratchBits[0] as number;
    into[at] = value !== value ? missing : bits ^ ((bits >> 31) & MOST);
  }
}

const damaged = (): Error => new Error('the model is damaged: the nodes of a tree do not fit together; train it again');

function descendOne(nodes: Int32Array, values: Int32Array, first: number): number {
  for (let node = 0; ;) {
    const next = nextOf(nodes, values, first, node);
    if (next === node) return node;
    node = next;
  }
}

/** The left child, or the one next to it. */
function nextOf(nodes: Int32Array, values: Int32Array, first: number, node: number): number {
  const value = values[first + (nodes[node + 1] as number)] as number;
  return (nodes[node] as number) + (Number(value > (nodes[node + 2] as number)) << 2);
}

/** Four rows at a time: while one waits for the memory, the others go on. */
function descendFours(
  nodes: Int32Array,
  values: Int32Array,
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
      const nextA = nextOf(nodes, values, a, nodeA);
      const nextB = nextOf(nodes, values, b, nodeB);
      const nextC = nextOf(nodes, values, c, nodeC);
      const nextD = nextOf(nodes, values, d, nodeD);
      if (nextA === nodeA && nextB === nodeB && nextC === nodeC && nextD === nodeD) break;
      nodeA = nextA;
      nodeB = nextB;
      nodeC = nextC;
      nodeD = nextD;
    }
    leaves[row] = start + nodeA / NODE_NUMBERS;
    leaves[row + 1] = start + nodeB / NODE_NUMBERS;
    leaves[row + 2] = start + nodeC / NODE_NUMBERS;
    leaves[row + 3] = start + nodeD / NODE_NUMBERS;
  }
}
