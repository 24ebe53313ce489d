/** Random forests by the package ml-random-forest, turned into the trees that all forests are here. */
import {columnCount, valueAt} from '../matrix.ts';
import type {TreesPredictor} from '../model.ts';
import type {ForestModelSettings} from '../train-settings.ts';
import type {TrainingSet} from '../training.ts';
import {refuseLarge} from './refuse-large.ts';

const MAX_ROWS = 2_000;
const ENGINE = 'ml-random-forest';

/** A node as the package writes it. */
interface PackageNode {
  /** Of a leaf: shares of the classes (one row), or the mean. */
  readonly distribution?: number | readonly (readonly number[])[];
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: PackageNode;
  readonly right?: PackageNode;
}

/** @throws Error for too many rows, weights, or a setting that the package does not have */
export async function trainSmallForest(
  {matrix, target, weights}: TrainingSet,
  settings: ForestModelSettings,
  seed: number,
): Promise<TreesPredictor> {
  refuseLarge(ENGINE, matrix.rows, MAX_ROWS, 'its time grows with the square of the rows');
  if (weights !== undefined) throw new Error(`\`engine: ${ENGINE}\` knows no weights: leave \`engine\` away`);
  const columns = columnCount(matrix);
  const forest = await import('ml-random-forest');
  const Forest = target.kind === 'classification' ? forest.RandomForestClassifier : forest.RandomForestRegression;
  const model = new Forest({
    // The package draws features once a tree, not once a split: a few of them would leave most trees blind.
    maxFeatures: 1,
    replacement: false,
    nEstimators: settings.trees,
    seed: seed % 2 ** 31,
    useSampleBagging: settings.bootstrap,
    noOOB: true,
    treeOptions: {
      minNumSamples: settings.min_split,
      gainThreshold: 0,
      ...(settings.max_depth === undefined ? {} : {maxDepth: settings.max_depth}),
    },
  });
  const rows = Array.from({length: matrix.rows}, (_, row) =>
    Array.from({length: columns}, (__, j) => valueAt(matrix, row, j)),
  );
  model.train(rows, [...(target.kind === 'classification' ? target.codes : target.values)]);
  const {baseModel} = JSON.parse(JSON.stringify(model)) as {
    readonly baseModel: {readonly indexes: number[][]; readonly estimators: readonly {readonly root: PackageNode}[]};
  };
  return flattened(
    baseModel.estimators.map(({root}, tree) => ({root, columns: baseModel.indexes[tree] ?? []})),
    target.kind === 'classification' ? target.classes.length : 1,
  );
}

/** Level by level. Each tree has one vote: a leaf stands for its commonest class. */
function flattened(
  trees: readonly {readonly root: PackageNode; readonly columns: readonly number[]}[],
  classes: number,
): TreesPredictor {
  const starts = [0];
  const nodes: number[] = [];
  const values: number[] = [];
  for (const {root, columns} of trees) {
    const level: PackageNode[] = [root];
    for (let at = 0; at < level.length; at += 1) {
      const {splitColumn, splitValue, left, right, distribution} = level[at] as PackageNode;
      if (distribution !== undefined || left === undefined || right === undefined) {
        nodes.push(0xffff);
        values.push(typeof distribution === 'number' ? distribution : commonest(distribution?.[0] ?? []));
        continue;
      }
      nodes.push(columns[splitColumn ?? 0] ?? 0);
      values.push(largestBelow(splitValue ?? 0));
      level.push(left, right);
    }
    starts.push(nodes.length);
  }
  const outputs = classes > 2 ? classes : 1;
  return {
    kind: 'trees',
    link: 'mean',
    outputs,
    starts: Uint32Array.from(starts),
    columns: Uint16Array.from(nodes),
    values: Float32Array.from(values),
    base: new Float64Array(outputs),
    ...(outputs === 1
      ? {}
      : {leafValues: Float32Array.from({length: classes ** 2}, (_, at) => (at % (classes + 1) === 0 ? 1 : 0))}),
  };
}

const commonest = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares));

/** The package sends x < s to the left, trees here x ≤ threshold: the largest 32-bit float below s. */
function largestBelow(value: number): number {
  const near = Float32Array.of(value);
  if ((near[0] ?? 0) < value) return near[0] ?? 0;
  const bits = new Int32Array(near.buffer);
  const pattern = bits[0] ?? 0;
  bits[0] = near[0] === 0 ? -0x7fffffff : pattern > 0 ? pattern - 1 : pattern + 1;
  return near[0] ?? 0;
}
