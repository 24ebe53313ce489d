/** One tree of a forest, node by node; Breiman, Random Forests (2001). */
import type {Random} from '../../stats/random.ts';
import {SplitFinder} from './best-split.ts';
import {MISSING_BIN} from './bins.ts';
import {leafNumbers, type ForestSetup, type ForestTree} from './forest-setup.ts';
import {TreeBuilder} from './grown-tree.ts';

interface Pending {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Grows one tree after the other, from the same bins. */
export class ForestTreeGrower {
  readonly #setup: ForestSetup;
  readonly #finder: SplitFinder;
  readonly #rows: Uint32Array;
  // Of the rows in their order, so that those of a node lie together: class or value, and weight.
  readonly #targets: Int32Array | Float64Array;
  readonly #weights: Float64Array;
  readonly #aside: PartedRows;
  readonly #totals: Float64Array;
  readonly #features: Uint32Array;
  readonly #columns: readonly Uint8Array[];

  constructor(setup: ForestSetup) {
    const {bins, target, settings} = setup;
    this.#setup = setup;
    this.#finder = new SplitFinder(target, settings.minLeaf);
    this.#rows = new Uint32Array(bins.rows);
    this.#targets = target.kind === 'classes' ? new Int32Array(bins.rows) : new Float64Array(bins.rows);
    this.#weights = new Float64Array(bins.rows);
    this.#aside = {
      rows: new Uint32Array(bins.rows),
      targets: target.kind === 'classes' ? new Int32Array(bins.rows) : new Float64Array(bins.rows),
      weights: new Float64Array(bins.rows),
    };
    this.#totals = new Float64Array(target.kind === 'classes' ? target.classes : 2);
    this.#columns = Array.from({length: bins.columns}, (_, column) =>
      bins.values.subarray(column * bins.columnStep, (column + 1) * bins.columnStep),
    );
    this.#features = Uint32Array.from({length: bins.columns}, (_, column) => column);
  }

  /** @param inBag how often each row was drawn. */
  grow(inBag: Uint8Array, weights: Float64Array, random: Random): ForestTree {
    const {bins, target, settings} = this.#setup;
    const builder = new TreeBuilder(leafNumbers(target));
    const importances = new Float64Array(bins.columns);
    // Not as the last tree left them: a tree depends on its number only.
    this.#features.forEach((_, column, features) => (features[column] = column));
    const all = target.kind === 'classes' ? target.codes : target.values;
    const count = listRows(inBag, weights, all, this.#parted());
    const pending: Pending[] = [{node: 0, from: 0, to: count, depth: 0}];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const {node, from, to, depth} = next;
      const isPure = this.#addUp(from, to);
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

  /** Adds up the totals of the node's rows. @returns whether nothing is left to tell apart */
  #addUp(from: number, to: number): boolean {
    const totals = this.#totals.fill(0);
    return this.#setup.target.kind === 'classes'
      ? addUpClasses(this.#targets as Int32Array, this.#weights, from, to, totals)
      : addUpValues(this.#targets as Float64Array, this.#weights, from, to, totals);
  }

  #parted(): PartedRows {
    return {rows: this.#rows, targets: this.#targets, weights: this.#weights};
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
        this.#columns[column] as Uint8Array,
        (bins.edges.starts[column + 1] as number) - (bins.edges.starts[column] as number),
        this.#rows,
        from,
        to,
        this.#targets,
        this.#weights,
        this.#totals,
      );
      if (isVaried) varied += 1;
    }
    return this.#finder.score > Number.NEGATIVE_INFINITY;
  }

  /** Puts the rows that go left first; both sides keep their order. @returns where the right side begins */
  #partition(from: number, to: number): number {
    const {column, bin, missingLeft} = this.#finder;
    return partitionRows(this.#parted(), this.#aside, from, to, this.#columns[column] as Uint8Array, bin, missingLeft);
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

/** Rows of a tree, and of each its class or value and its weight. */
interface PartedRows {
  readonly rows: Uint32Array;
  readonly targets: Int32Array | Float64Array;
  readonly weights: Float64Array;
}

/** Lists the rows that weigh anything. @param all targets of all rows. @returns how many */
function listRows(
  inBag: Uint8Array,
  rowWeights: Float64Array,
  all: Int32Array | Float64Array,
  {rows, targets, weights}: PartedRows,
): number {
  let count = 0;
  for (let row = 0; row < inBag.length; row += 1) {
    const weight = (inBag[row] as number) * (rowWeights[row] as number);
    if (weight === 0) continue;
    rows[count] = row;
    targets[count] = all[row] as number;
    weights[count] = weight;
    count += 1;
  }
  return count;
}

/** As `partition`, and with each row go its class or value and its weight. */
function partitionRows(
  {rows, targets, weights}: PartedRows,
  aside: PartedRows,
  from: number,
  to: number,
  bins: Uint8Array,
  bin: number,
  missingLeft: boolean,
): number {
  const {rows: asideRows, targets: asideTargets, weights: asideWeights} = aside;
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const row = rows[at] as number;
    const target = targets[at] as number;
    const weight = weights[at] as number;
    const of = bins[row] as number;
    const isLeft = Number(of <= bin) | (Number(of === MISSING_BIN) & Number(missingLeft));
    rows[left] = row;
    targets[left] = target;
    weights[left] = weight;
    asideRows[right] = row;
    asideTargets[right] = target;
    asideWeights[right] = weight;
    left += isLeft;
    right += 1 - isLeft;
  }
  rows.set(asideRows.subarray(0, right), left);
  targets.set(asideTargets.subarray(0, right), left);
  weights.set(asideWeights.subarray(0, right), left);
  return left;
}

/** @returns whether all rows are of one class */
function addUpClasses(
  codes: Int32Array,
  weights: Float64Array,
  from: number,
  to: number,
  totals: Float64Array,
): boolean {
  const first = codes[from] as number;
  let isPure = true;
  for (let at = from; at < to; at += 1) {
    const code = codes[at] as number;
    totals[code] = (totals[code] as number) + (weights[at] as number);
    if (code !== first) isPure = false;
  }
  return isPure;
}

/** @returns whether all rows have one value */
function addUpValues(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  totals: Float64Array,
): boolean {
  const first = values[from] as number;
  let isPure = true;
  for (let at = from; at < to; at += 1) {
    const value = values[at] as number;
    const weight = weights[at] as number;
    totals[0] = (totals[0] as number) + weight;
    totals[1] = (totals[1] as number) + weight * value;
    if (value !== first) isPure = false;
  }
  return isPure;
}

function asShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  return values.map((value) => (sum > 0 ? Math.max(0, value) / sum : 0));
}
