/** One tree of a forest, node by node; Breiman, Random Forests (2001). */
import type {Random} from '../../stats/random.ts';
import {SplitFinder} from './best-split.ts';
import {ConstantColumns} from './constant-columns.ts';
import {CountedRows} from './counted-rows.ts';
import {leafNumbers, type ForestSetup, type ForestTree} from './forest-setup.ts';
import type {NodeRows} from './node-rows.ts';
import {TreeBuilder} from './grown-tree.ts';
import {WeightedRows} from './weighted-rows.ts';

interface Pending {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  /** Of all channels, when they are known from the split. */
  readonly sums: Float64Array | undefined;
}

/** Grows one tree after the other, from the same bins. */
export class ForestTreeGrower {
  readonly #setup: ForestSetup;
  readonly #finder: SplitFinder;
  readonly #rows: NodeRows;
  readonly #totals: Float64Array;
  readonly #features: Uint32Array;
  readonly #constants: ConstantColumns;
  readonly #columns: readonly Uint8Array[];

  constructor(setup: ForestSetup) {
    const {bins, target, settings} = setup;
    this.#setup = setup;
    this.#finder = new SplitFinder(target, settings.minLeaf);
    this.#rows = nodeRows(setup);
    this.#totals = new Float64Array(target.kind === 'classes' ? target.classes : 2);
    this.#columns = Array.from({length: bins.columns}, (_, column) =>
      bins.values.subarray(column * bins.columnStep, (column + 1) * bins.columnStep),
    );
    this.#constants = new ConstantColumns(bins.columns);
    this.#features = Uint32Array.from({length: bins.columns}, (_, column) => column);
  }

  /** @param inBag how often each row was drawn. */
  grow(inBag: Uint8Array, random: Random): ForestTree {
    const {bins, target, settings} = this.#setup;
    const builder = new TreeBuilder(leafNumbers(target));
    const importances = new Float64Array(bins.columns);
    // Not as the last tree left them: a tree depends on its number only.
    this.#features.forEach((_, column, features) => (features[column] = column));
    const count = this.#rows.list(inBag);
    const pending: Pending[] = [{node: 0, from: 0, to: count, depth: 0, sums: undefined}];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const {node, from, to, depth} = next;
      const isPure = this.#addUp(next);
      const isLeaf =
        isPure || depth >= settings.maxDepth || to - from < Math.max(settings.minSplit, 2 * settings.minLeaf);
      if (isLeaf || !this.#find(next, random)) {
        this.#endLeaf(builder, node);
        continue;
      }
      const {column, bin, missingLeft, score} = this.#finder;
      importances[column] = (importances[column] as number) + score - this.#parentScore();
      const middle = this.#rows.partition(from, to, this.#columns[column] as Uint8Array, bin, missingLeft);
      const left = builder.split(node, column, bin, missingLeft);
      const leftSums = this.#rows.hasWholeSums ? this.#finder.leftSums.slice() : undefined;
      const rightSums = leftSums?.map((sum, k) => (this.#totals[k] as number) - sum);
      pending.push({node: left + 1, from: middle, to, depth: depth + 1, sums: rightSums});
      pending.push({node: left, from, to: middle, depth: depth + 1, sums: leftSums});
    }
    return {tree: builder.end(), importances: asShares(importances)};
  }

  /** Sets the totals of the node's rows. @returns whether nothing is left to tell apart */
  #addUp({from, to, sums}: Pending): boolean {
    if (sums === undefined) return this.#rows.addUp(from, to, this.#totals);
    this.#totals.set(sums);
    return sums.reduce((classes, sum) => classes + Number(sum > 0), 0) === 1;
  }

  /** Looks at `maxFeatures` columns drawn at random, and at more until one has two values. */
  #find({from, to, depth}: Pending, random: Random): boolean {
    const constants = this.#constants;
    constants.enter(depth);
    const {bins, settings} = this.#setup;
    const features = this.#features;
    this.#finder.start();
    let varied = 0;
    for (let seen = 0; seen < features.length && (seen < settings.maxFeatures || varied === 0); seen += 1) {
      const drawn = seen + random.below(features.length - seen);
      const column = features[drawn] as number;
      features[drawn] = features[seen] as number;
      features[seen] = column;
      if (constants.has(column)) continue;
      const isVaried = this.#finder.offer(
        column,
        this.#columns[column] as Uint8Array,
        (bins.edges.starts[column + 1] as number) - (bins.edges.starts[column] as number),
        this.#rows,
        from,
        to,
        this.#totals,
      );
      if (isVaried) varied += 1;
      else constants.add(column, depth);
    }
    return this.#finder.score > Number.NEGATIVE_INFINITY;
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

function nodeRows({bins, target, weights}: ForestSetup): NodeRows {
  return target.kind === 'classes' &&
    CountedRows.fit(bins.rows, target.classes) &&
    weights.every((weight) => weight === 1)
    ? new CountedRows(target.codes, target.classes)
    : new WeightedRows(target, weights);
}

function asShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  return values.map((value) => (sum > 0 ? Math.max(0, value) / sum : 0));
}
