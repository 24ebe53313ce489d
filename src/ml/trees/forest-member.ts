/**
 * Grows the trees of a forest, as many as it is asked for. A tree depends on its number and the seed only, so it does not
 * matter which thread grows it. Breiman, Random Forests (2001).
 */
import {Random} from '../../stats/random.ts';
import type {Bins} from './bins.ts';
import {SplitFinder, type NodeTarget} from './best-split.ts';
import {partition} from './partition.ts';
import {TreeBuilder, leafOfBins, type GrownTree} from './grown-tree.ts';

export interface ForestSettings {
  /** Features that each split looks at. */
  readonly maxFeatures: number;
  readonly minLeaf: number;
  readonly minSplit: number;
  /** Levels below the root; Infinity: until the leaves are pure. */
  readonly maxDepth: number;
  /** Whether each tree learns from as many rows drawn with replacement, or from all. */
  readonly bootstrap: boolean;
  readonly outOfBag: boolean;
}

export interface ForestSetup {
  /** Column by column. */
  readonly bins: Bins;
  readonly target: NodeTarget;
  /** Of each row, class weights included. */
  readonly weights: Float64Array;
  readonly settings: ForestSettings;
  readonly seed: number;
}

export interface ForestTree {
  readonly tree: GrownTree;
  /** Of each column the fall of impurity by its splits, the sum 1 (0 for a tree of one leaf). */
  readonly importances: Float64Array;
}

export interface ForestMember {
  /** @param number of the tree, from 0. */
  grow(number: number): ForestTree;
  /** What the trees grown here say of rows that they have not learnt from. */
  outOfBag(nothing: null): OutOfBag;
}

export interface OutOfBag {
  /** rows × numbers of a leaf: sums in units of 2^-24, so that they are exact, in whatever order trees were grown. */
  readonly sums: Float64Array;
  /** Of each row how many trees had not seen it. */
  readonly trees: Uint32Array;
}

export const OUT_OF_BAG_UNIT = 2 ** 24;

/** Numbers in a leaf: one probability a class, of two classes that of the second; else the mean. */
export const leafNumbers = (target: NodeTarget): number =>
  target.kind === 'classes' && target.classes > 2 ? target.classes : 1;

export function createForestMember(setup: ForestSetup): ForestMember {
  const {bins, target, weights, settings, seed} = setup;
  const outputs = leafNumbers(target);
  const grower = new TreeGrower(setup);
  const inBag = new Uint8Array(bins.rows);
  const sums = new Float64Array(settings.outOfBag ? bins.rows * outputs : 0);
  const trees = new Uint32Array(settings.outOfBag ? bins.rows : 0);
  const remember = (tree: GrownTree): void => {
    for (let row = 0; row < bins.rows; row += 1) {
      if ((inBag[row] as number) > 0) continue;
      const leaf = leafOfBins(tree, bins.values, row * bins.rowStep, bins.columnStep);
      trees[row] = (trees[row] as number) + 1;
      for (let k = 0, at = row * outputs; k < outputs; k += 1, at += 1)
        sums[at] = (sums[at] as number) + Math.round((tree.values[leaf * outputs + k] as number) * OUT_OF_BAG_UNIT);
    }
  };
  return {
    grow: (number) => {
      const random = new Random(`${seed}/tree ${number}`);
      if (settings.bootstrap) {
        drawRows(inBag, random);
      } else inBag.fill(1);
      const grown = grower.grow(inBag, weights, random);
      if (settings.outOfBag) remember(grown.tree);
      return grown;
    },
    outOfBag: () => ({sums, trees}),
  };
}

interface Pending {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

class TreeGrower {
  readonly #setup: ForestSetup;
  readonly #finder: SplitFinder;
  readonly #rows: Uint32Array;
  readonly #aside: Uint32Array;
  readonly #rowWeights: Float64Array;
  // Of the rows of one node, gathered once for all columns that it looks at.
  readonly #codes: Int32Array;
  readonly #weights: Float64Array;
  readonly #values: Float64Array;
  readonly #totals: Float64Array;
  readonly #features: Uint32Array;

  constructor(setup: ForestSetup) {
    const {bins, target, settings} = setup;
    this.#setup = setup;
    this.#finder = new SplitFinder(target, settings.minLeaf);
    this.#rows = new Uint32Array(bins.rows);
    this.#aside = new Uint32Array(bins.rows);
    this.#rowWeights = new Float64Array(bins.rows);
    this.#codes = new Int32Array(target.kind === 'classes' ? bins.rows : 0);
    this.#weights = new Float64Array(bins.rows);
    this.#values = new Float64Array(target.kind === 'values' ? bins.rows : 0);
    this.#totals = new Float64Array(target.kind === 'classes' ? target.classes : 2);
    this.#features = Uint32Array.from({length: bins.columns}, (_, column) => column);
  }

  /** @param inBag how often each row was drawn. */
  grow(inBag: Uint8Array, weights: Float64Array, random: Random): ForestTree {
    const {bins, target, settings} = this.#setup;
    const builder = new TreeBuilder(leafNumbers(target));
    const importances = new Float64Array(bins.columns);
    // Not as the last tree left them: a tree depends on its number only.
    this.#features.forEach((_, column, features) => (features[column] = column));
    const count = listRows(inBag, weights, this.#rows, this.#rowWeights);
    const pending: Pending[] = [{node: 0, from: 0, to: count, depth: 0}];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const {node, from, to, depth} = next;
      const isPure = this.#gather(from, to);
      const isLeaf =
        isPure || depth >= settings.maxDepth || to - from < Math.max(settings.minSplit, 2 * settings.minLeaf);
      if (isLeaf || !this.#find(from, to, random)) {
        this.#endLeaf(builder, node);
        continue;
      }
      const {column, bin, missingLeft, score} = this.#finder;
      importances[column] = (importances[column] as number) + score - this.#parentScore();
      const middle = this.#partition(from, to);
      const left = builder.split(node, column, bin, missingLeft);
      pending.push({node: left + 1, from: middle, to, depth: depth + 1});
      pending.push({node: left, from, to: middle, depth: depth + 1});
    }
    return {tree: builder.end(), importances: asShares(importances)};
  }

  /** Gathers targets and weights of the node's rows, and their totals. @returns whether nothing is left to tell apart */
  #gather(from: number, to: number): boolean {
    const {target} = this.#setup;
    const totals = this.#totals.fill(0);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = from, i = 0; at < to; at += 1, i += 1) {
      const row = this.#rows[at] as number;
      const weight = this.#rowWeights[row] as number;
      this.#weights[i] = weight;
      if (target.kind === 'classes') {
        const code = target.codes[row] as number;
        this.#codes[i] = code;
        totals[code] = (totals[code] as number) + weight;
        if (code < low) low = code;
        if (code > high) high = code;
      } else {
        const value = target.values[row] as number;
        this.#values[i] = value;
        totals[0] = (totals[0] as number) + weight;
        totals[1] = (totals[1] as number) + weight * value;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return low >= high;
  }

  /** Looks at `maxFeatures` columns drawn at random, and at more until one has two values. */
  #find(from: number, to: number, random: Random): boolean {
    const {bins, settings} = this.#setup;
    const features = this.#features;
    this.#finder.start();
    let varied = 0;
    for (let seen = 0; seen < features.length && (seen < settings.maxFeatures || varied === 0); seen += 1) {
      const drawn = seen + random.below(features.length - seen);
      const column = features[drawn] as number;
      features[drawn] = features[seen] as number;
      features[seen] = column;
      const isVaried = this.#finder.offer(
        column,
        bins.values,
        column * bins.columnStep,
        bins.rowStep,
        this.#rows,
        from,
        to,
        this.#codes,
        this.#weights,
        this.#values,
        this.#totals,
      );
      if (isVaried) varied += 1;
    }
    return this.#finder.score > Number.NEGATIVE_INFINITY;
  }

  /** Puts the rows that go left first; both sides keep their order. @returns where the right side begins */
  #partition(from: number, to: number): number {
    const {values, rowStep, columnStep} = this.#setup.bins;
    const {column, bin, missingLeft} = this.#finder;
    const first = column * columnStep;
    return partition(this.#rows, this.#aside, from, to, values, first, rowStep, bin, missingLeft);
  }

  /** What a split's score is compared with: the same sum for one side with all rows. */
  #parentScore(): number {
    const totals = this.#totals;
    if (this.#setup.target.kind === 'values') return (totals[1] as number) ** 2 / (totals[0] as number);
    let [sum, squares] = [0, 0];
    for (const total of totals) {
      sum += total;
      squares += total * total;
    }
    return squares / sum;
  }

  #endLeaf(builder: TreeBuilder, node: number): void {
    const {target} = this.#setup;
    const totals = this.#totals;
    if (target.kind === 'values') {
      builder.setValue(node, 0, (totals[1] as number) / (totals[0] as number));
      return;
    }
    let sum = 0;
    for (const total of totals) sum += total;
    if (totals.length === 2) builder.setValue(node, 0, (totals[1] as number) / sum);
    else totals.forEach((total, k) => builder.setValue(node, k, total / sum));
  }
}

/** Lists the rows that weigh anything, with their weights. @returns how many */
function listRows(inBag: Uint8Array, weights: Float64Array, rows: Uint32Array, rowWeights: Float64Array): number {
  let count = 0;
  for (let row = 0; row < inBag.length; row += 1) {
    const weight = (inBag[row] as number) * (weights[row] as number);
    if (weight === 0) continue;
    rowWeights[row] = weight;
    rows[count] = row;
    count += 1;
  }
  return count;
}

/** As many rows as there are, with replacement. */
function drawRows(inBag: Uint8Array, random: Random): void {
  const rows = inBag.length;
  inBag.fill(0);
  for (let draw = 0; draw < rows; draw += 1) {
    // 32 random bits are enough here, and twice as fast as the 53 of `below`.
    const row = Math.floor((random.bits() * rows) / 2 ** 32);
    inBag[row] = (inBag[row] as number) + 1;
  }
}

function asShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  return values.map((value) => (sum > 0 ? Math.max(0, value) / sum : 0));
}
