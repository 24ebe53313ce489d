/** Random forests: trees of bootstrapped rows, each split among a few features drawn at random, averaged. */
import {outputCount} from '../model.ts';
import type {TreesPredictor} from '../model.ts';
import type {Crew} from '../crew.ts';
import {sharedIntegers, sharedNumbers} from '../shared-arrays.ts';
import {taskOf, weightOf, type TrainingHooks, type TrainingSet} from '../training.ts';
import type {NodeTarget} from './node-rows.ts';
import {binMatrix, rowByRow} from './bins.ts';
import {OUT_OF_BAG_UNIT, type OutOfBag} from './forest-member.ts';
import {leafNumbers, type ForestSettings, type ForestTree} from './forest-setup.ts';
import {assembleTrees} from './grown-tree.ts';

export interface TrainedForest {
  readonly predictor: TreesPredictor;
  /** Of each column its share of the fall of impurity. It favours columns of many values; permutation importance does not. */
  readonly importances: Float64Array;
  /** Rows × outputs of rows that at least one tree had not seen, NaN for the others; absent without bootstrap. */
  readonly outOfBag?: Float64Array;
}

/** The same forest for any size of the crew. @throws Error when the features do not fit into memory */
export async function trainForest(
  set: TrainingSet,
  trees: number,
  settings: ForestSettings,
  seed: number,
  crew: Crew,
  hooks: TrainingHooks,
): Promise<TrainedForest> {
  const {matrix, target} = set;
  const bins = binMatrix(matrix, 'columns');
  const nodeTarget: NodeTarget =
    target.kind === 'classification'
      ? {kind: 'classes', classes: target.classes.length, codes: sharedCopy(target.codes)}
      : {kind: 'values', values: sharedNumbersOf(target.values)};
  const weights = sharedNumbers(matrix.rows);
  for (let row = 0; row < matrix.rows; row += 1) weights[row] = weightOf(set.weights, row);
  const rowBins = settings.bootstrap ? {rowBins: rowByRow(bins)} : {};
  const team = crew.start('forest', () => ({bins, ...rowBins, target: nodeTarget, weights, settings, seed}));
  try {
    const grown: ForestTree[] = [];
    let started = 0;
    let done = 0;
    const work = async (index: number): Promise<void> => {
      while (started < trees) {
        const number = started;
        started += 1;
        grown[number] = await team.call(index, 'grow', number);
        done += 1;
        hooks.check();
        hooks.progress(done / trees, `${done} of ${trees} trees`);
      }
    };
    await Promise.all(Array.from({length: team.size}, (_, index) => work(index)));
    const outputs = outputCount(taskOf(target));
    const leafOutputs = leafNumbers(nodeTarget);
    const predictor = assembleTrees({
      trees: grown.map(({tree}) => tree),
      edges: bins.edges,
      link: 'mean',
      outputs: leafOutputs,
      leafOutputs,
      base: new Float64Array(leafOutputs),
    });
    const importances = meanOf(grown.map((one) => one.importances));
    if (!settings.bootstrap) return {predictor, importances};
    const bags = await Promise.all(Array.from({length: team.size}, (_, index) => team.call(index, 'outOfBag', null)));
    return {predictor, importances, outOfBag: outOfBagOf(bags, matrix.rows, leafOutputs, outputs)};
  } finally {
    team.end();
  }
}

function sharedCopy(from: Int32Array): Int32Array {
  const to = sharedIntegers(from.length);
  to.set(from);
  return to;
}

function sharedNumbersOf(from: Float64Array): Float64Array {
  const to = sharedNumbers(from.length);
  to.set(from);
  return to;
}

function meanOf(lists: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(lists[0]?.length ?? 0);
  for (const list of lists) list.forEach((value, at) => (mean[at] = (mean[at] ?? 0) + value / lists.length));
  return mean;
}

function outOfBagOf(bags: readonly OutOfBag[], rows: number, leafOutputs: number, outputs: number): Float64Array {
  const predicted = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) {
    const trees = bags.reduce((sum, bag) => sum + (bag.trees[row] ?? 0), 0);
    for (let k = 0; k < leafOutputs; k += 1) {
      const sum = bags.reduce((total, bag) => total + (bag.sums[row * leafOutputs + k] ?? 0), 0);
      const mean = sum / OUT_OF_BAG_UNIT / trees;
      if (leafOutputs === outputs) predicted[row * outputs + k] = mean;
      else predicted.set([1 - mean, mean], row * outputs);
    }
  }
  return predicted;
}
