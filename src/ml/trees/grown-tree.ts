/** A tree as it comes from a grower, and many of them as a predictor. */
import type {TreesPredictor} from '../model.ts';
import {MISSING_BIN, edgeAt, type Edges} from './bins.ts';

/** Nodes in the order in which they were made, the root first. Plain data that a thread can hand over. */
export interface GrownTree {
  /** Of a split its column, of a leaf -1. */
  readonly columns: Int32Array;
  /** Of a split the last bin that goes left. */
  readonly bins: Uint8Array;
  /** Of a split 1 when a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Of a split its left child; the right one is the next. */
  readonly left: Int32Array;
  /** `outputs` numbers a node, used of leaves. */
  readonly values: Float32Array;
}

/** A tree while it grows. */
export class TreeBuilder {
  readonly #outputs: number;
  readonly #columns: number[] = [];
  readonly #bins: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #left: number[] = [];
  readonly #values: number[] = [];

  constructor(outputs: number) {
    this.#outputs = outputs;
    this.#addLeaf();
  }

  /** Makes a leaf a split. @returns its left child; the right one is the next */
  split(node: number, column: number, bin: number, missingLeft: boolean): number {
    const left = this.#columns.length;
    this.#columns[node] = column;
    this.#bins[node] = bin;
    this.#missingLeft[node] = missingLeft ? 1 : 0;
    this.#left[node] = left;
    this.#addLeaf();
    this.#addLeaf();
    return left;
  }

  setValue(node: number, output: number, value: number): void {
    this.#values[node * this.#outputs + output] = value;
  }

  end(): GrownTree {
    return {
      columns: Int32Array.from(this.#columns),
      bins: Uint8Array.from(this.#bins),
      missingLeft: Uint8Array.from(this.#missingLeft),
      left: Int32Array.from(this.#left),
      values: Float32Array.from(this.#values),
    };
  }

  #addLeaf(): void {
    this.#columns.push(-1);
    this.#bins.push(0);
    this.#missingLeft.push(0);
    this.#left.push(0);
    for (let k = 0; k < this.#outputs; k += 1) this.#values.push(0);
  }
}

export interface AssembleOptions {
  readonly trees: readonly GrownTree[];
  readonly edges: Edges;
  readonly link: TreesPredictor['link'];
  /** Numbers of a row's score. */
  readonly outputs: number;
  /** Numbers in a leaf: `outputs`, or 1 when trees take turns. */
  readonly leafOutputs: number;
  readonly base: Float64Array;
}

/** Puts the nodes of all trees level by level, with thresholds instead of bins. */
export function assembleTrees({trees, edges, link, outputs, leafOutputs, base}: AssembleOptions): TreesPredictor {
  const starts = new Uint32Array(trees.length + 1);
  trees.forEach((tree, t) => {
    starts[t + 1] = (starts[t] ?? 0) + tree.columns.length;
  });
  const total = starts[trees.length] ?? 0;
  const isWide = edges.starts.length - 1 > 0x7ffe;
  const columns = isWide ? new Uint32Array(total) : new Uint16Array(total);
  const [leaf, leftMark] = isWide ? [0xffffffff, 0x80000000] : [0xffff, 0x8000];
  const values = new Float32Array(total);
  const leaves = new LeafTable(leafOutputs);
  trees.forEach((tree, t) => {
    const start = starts[t] ?? 0;
    const order = byLevel(tree);
    for (let at = 0; at < order.length; at += 1) {
      const node = order[at] as number;
      const column = tree.columns[node] as number;
      columns[start + at] = column < 0 ? leaf : tree.missingLeft[node] === 1 ? column + leftMark : column;
      values[start + at] =
        column >= 0
          ? edgeAt(edges, column, tree.bins[node] as number)
          : leafOutputs === 1
            ? (tree.values[node] as number)
            : leaves.indexOf(tree.values, node * leafOutputs);
    }
  });
  return {
    kind: 'trees',
    link,
    outputs,
    starts,
    columns,
    values,
    base,
    ...(leafOutputs === 1 ? {} : {leafValues: leaves.values()}),
  };
}

function byLevel({columns, left}: GrownTree): Int32Array {
  const order = new Int32Array(columns.length);
  let end = 1;
  for (let at = 0; at < end; at += 1) {
    const node = order[at] as number;
    if ((columns[node] as number) < 0) continue;
    order[end] = left[node] as number;
    order[end + 1] = (left[node] as number) + 1;
    end += 2;
  }
  return order;
}

/** Distinct rows of numbers: most leaves of a forest hold one class only. */
class LeafTable {
  readonly #width: number;
  readonly #rows: number[] = [];
  readonly #known = new Map<string, number>();

  constructor(width: number) {
    this.#width = width;
  }

  indexOf(values: Float32Array, from: number): number {
    const row = values.subarray(from, from + this.#width);
    const key = row.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#known.size;
    this.#known.set(key, index);
    this.#rows.push(...row);
    return index;
  }

  values(): Float32Array {
    return Float32Array.from(this.#rows);
  }
}

/** The leaf where a row ends. @param at where its bins begin, one after the other */
export function leafOfBins(tree: GrownTree, bins: Uint8Array, at: number): number {
  let node = 0;
  for (let column = tree.columns[0] as number; column >= 0; column = tree.columns[node] as number) {
    const bin = bins[at + column] as number;
    const isMissing = Number(bin === MISSING_BIN);
    // No branch, which would be guessed wrong half of the time.
    const isRight = Number(bin > (tree.bins[node] as number)) & ~(isMissing & (tree.missingLeft[node] as number));
    node = (tree.left[node] as number) + isRight;
  }
  return node;
}
