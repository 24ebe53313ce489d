/** What the trees of a forest are grown from, and what comes of one. */
import type {NodeTarget} from './node-rows.ts';
import type {Bins} from './bins.ts';
import type {GrownTree} from './grown-tree.ts';

export interface ForestSettings {
  /** Features that each split looks at. */
  readonly maxFeatures: number;
  readonly minLeaf: number;
  readonly minSplit: number;
  /** Levels below the root; Infinity: until the leaves are pure. */
  readonly maxDepth: number;
  /** Whether each tree learns from as many rows drawn with replacement, or from all. */
  readonly bootstrap: boolean;
}

export interface ForestSetup {
  /** Column by column. */
  readonly bins: Bins;
  /** The same row by row, for out-of-bag predictions; absent when there shall be none. */
  readonly rowBins?: Bins;
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

/** Numbers in a leaf: one probability a class, of two classes that of the second; else the mean. */
export const leafNumbers = (target: NodeTarget): number =>
  target.kind === 'classes' && target.classes > 2 ? target.classes : 1;
