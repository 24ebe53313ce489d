/**
 * Grows one tree of boosting leaf by leaf, the leaf with the largest gain first (or until a depth), from histograms of
 * derivatives. Of a split's children only the smaller one is added up: the other is the parent less it.
 *
 * Gain = G_l² / (H_l + λ) + G_r² / (H_r + λ) - G² / (H + λ), value of a leaf = -G / (H + λ): Chen & Guestrin, XGBoost (KDD
 * 2016), equations 5 and 7. Missing values go to the side where the gain is larger.
 */
import type {Team} from '../crew.ts';
import {MISSING_BIN, type Edges} from './bins.ts';
import {ROWS_UNIT, type BoostingMember} from './boosting-member.ts';
import {TreeBuilder, type GrownTree} from './grown-tree.ts';

export interface BoostedTreeSettings {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly minLeaf: number;
  readonly l2: number;
  readonly learningRate: number;
}

/** Smaller sums of second derivatives are rounding. */
const MIN_HESSIAN = 1e-3;

interface Leaf {
  readonly node: number;
  readonly depth: number;
  /** columns × 256 × (first, second with rows), whole numbers. */
  readonly histogram: Float64Array;
  readonly best: Split | undefined;
}

interface Split {
  readonly gain: number;
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly leftRows: number;
  readonly rightRows: number;
}

export interface BoostedTree {
  readonly tree: GrownTree;
  readonly gains: Float64Array;
}

export class BoostedTreeGrower {
  readonly #team: Team<BoostingMember>;
  readonly #histograms: readonly Float64Array[];
  readonly #edges: Edges;
  readonly #settings: BoostedTreeSettings;
  readonly #gradientScale: number;
  #hessianScale = 1;
  readonly #spare: Float64Array[] = [];

  /** @param histograms where the members of the team write theirs. */
  constructor(
    team: Team<BoostingMember>,
    histograms: readonly Float64Array[],
    edges: Edges,
    settings: BoostedTreeSettings,
    gradientScale: number,
  ) {
    this.#team = team;
    this.#histograms = histograms;
    this.#edges = edges;
    this.#settings = settings;
    this.#gradientScale = gradientScale;
  }

  /** @param hessianSum an upper limit of the sum of second derivatives. */
  async grow(output: number, hessianSum: number): Promise<BoostedTree> {
    const {maxLeaves, maxDepth} = this.#settings;
    this.#hessianScale = 2 ** (34 - Math.ceil(Math.log2(Math.max(hessianSum, Number.MIN_VALUE))));
    const builder = new TreeBuilder(1);
    const gains = new Float64Array(this.#edges.starts.length - 1);
    const values = new Map<number, number>();
    await this.#all((index) => this.#team.call(index, 'begin', {output, hessianScale: this.#hessianScale}));
    const leaves = [this.#leaf(0, 0, this.#sumOfMembers(), values)];
    while (leaves.length < maxLeaves) {
      const next = largestGain(leaves);
      if (next === undefined) break;
      const {leaf, best} = next;
      const left = builder.split(leaf.node, best.column, best.bin, best.missingLeft);
      gains[best.column] = (gains[best.column] ?? 0) + best.gain;
      values.delete(leaf.node);
      const isLeftSmaller = best.leftRows <= best.rightRows;
      const histogramOf = isLeftSmaller ? left : left + 1;
      await this.#all((index) => this.#team.call(index, 'split', {...best, node: leaf.node, left, histogramOf}));
      const smaller = this.#sumOfMembers();
      const larger = leaf.histogram;
      for (let at = 0; at < larger.length; at += 1) larger[at] = (larger[at] as number) - (smaller[at] as number);
      const depth = leaf.depth + 1;
      const mayGrow = depth < maxDepth;
      leaves[leaves.indexOf(leaf)] = this.#leaf(left, depth, isLeftSmaller ? smaller : larger, values, mayGrow);
      leaves.push(this.#leaf(left + 1, depth, isLeftSmaller ? larger : smaller, values, mayGrow));
    }
    for (const [node, value] of values) builder.setValue(node, 0, value);
    // Members add the very values that the model will have, 32-bit floats.
    const rounded = [...values].map(([node, value]) => [node, Math.fround(value)] as const);
    await this.#all((index) => this.#team.call(index, 'end', {output, values: rounded}));
    this.#spare.push(...leaves.map(({histogram}) => histogram));
    return {tree: builder.end(), gains};
  }

  async #all(call: (index: number) => Promise<unknown>): Promise<void> {
    await Promise.all(this.#histograms.map((_, index) => call(index)));
  }

  #sumOfMembers(): Float64Array {
    const [first, ...others] = this.#histograms;
    const sum = this.#spare.pop() ?? new Float64Array(first?.length ?? 0);
    if (first) sum.set(first);
    for (const other of others)
      for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) + (other[at] as number);
    return sum;
  }

  /** Notes the leaf's value, and looks for its best split. */
  #leaf(node: number, depth: number, histogram: Float64Array, values: Map<number, number>, mayGrow = true): Leaf {
    const {l2, learningRate} = this.#settings;
    let [gradient, second] = [0, 0];
    for (let at = 0; at < 512; at += 2) {
      gradient += histogram[at] as number;
      second += histogram[at + 1] as number;
    }
    const rows = Math.floor(second / ROWS_UNIT);
    const hessian = (second - rows * ROWS_UNIT) / this.#hessianScale;
    const sum = gradient / this.#gradientScale;
    values.set(node, hessian + l2 > 0 ? (-learningRate * sum) / (hessian + l2) : 0);
    const best = mayGrow ? this.#bestSplit(histogram, gradient, second) : undefined;
    return {node, depth, histogram, best};
  }

  #bestSplit(histogram: Float64Array, gradient: number, second: number): Split | undefined {
    const search: Search = {gain: 0, column: -1, bin: 0, missingLeft: false, leftRows: 0, rightRows: 0};
    const {starts} = this.#edges;
    for (let column = 0; column + 1 < starts.length; column += 1) {
      const first = column * 512;
      const lastBin = (starts[column + 1] as number) - (starts[column] as number);
      this.#scan(search, histogram, column, lastBin, gradient, second, false);
      if ((histogram[first + 2 * MISSING_BIN + 1] as number) > 0)
        this.#scan(search, histogram, column, lastBin, gradient, second, true);
    }
    return search.column < 0 ? undefined : search;
  }

  /** Tries every bin of a column as the last one on the left. */
  #scan(
    search: Search,
    histogram: Float64Array,
    column: number,
    lastBin: number,
    gradient: number,
    second: number,
    missingLeft: boolean,
  ): void {
    const {l2, minLeaf} = this.#settings;
    const first = column * 512;
    const [gradientScale, hessianScale] = [this.#gradientScale, this.#hessianScale];
    const missing = first + 2 * MISSING_BIN;
    let leftGradient = missingLeft ? (histogram[missing] as number) : 0;
    let leftSecond = missingLeft ? (histogram[missing + 1] as number) : 0;
    const allRows = Math.floor(second / ROWS_UNIT);
    const parent = score(gradient / gradientScale, (second - allRows * ROWS_UNIT) / hessianScale + l2);
    // Only missing values are on the right of the last bin.
    const end = !missingLeft && (histogram[missing + 1] as number) > 0 ? lastBin : lastBin - 1;
    for (let bin = 0; bin <= end; bin += 1) {
      leftGradient += histogram[first + 2 * bin] as number;
      leftSecond += histogram[first + 2 * bin + 1] as number;
      const leftRows = Math.floor(leftSecond / ROWS_UNIT);
      if (leftRows < minLeaf) continue;
      const rightRows = allRows - leftRows;
      if (rightRows < minLeaf) break;
      const leftHessian = (leftSecond - leftRows * ROWS_UNIT) / hessianScale;
      const rightHessian = (second - leftSecond - rightRows * ROWS_UNIT) / hessianScale;
      if (leftHessian < MIN_HESSIAN || rightHessian < MIN_HESSIAN) continue;
      const gain =
        score(leftGradient / gradientScale, leftHessian + l2) +
        score((gradient - leftGradient) / gradientScale, rightHessian + l2) -
        parent;
      if (!(gain > search.gain)) continue;
      search.gain = gain;
      search.column = column;
      search.bin = bin;
      search.missingLeft = missingLeft;
      search.leftRows = leftRows;
      search.rightRows = rightRows;
    }
  }
}

type Search = {-readonly [Key in keyof Split]: Split[Key]};

const score = (gradient: number, hessian: number): number => (gradient * gradient) / hessian;

/** The first of those with the largest gain. */
function largestGain(leaves: readonly Leaf[]): {readonly leaf: Leaf; readonly best: Split} | undefined {
  let found: {readonly leaf: Leaf; readonly best: Split} | undefined;
  for (const leaf of leaves)
    if (leaf.best !== undefined && leaf.best.gain > (found?.best.gain ?? 0)) found = {leaf, best: leaf.best};
  return found;
}
