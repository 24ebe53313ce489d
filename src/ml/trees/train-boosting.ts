/**
 * Gradient boosting on histograms: each tree learns what the trees before it got wrong. Friedman, Greedy function
 * approximation (2001); the defaults are those of HistGradientBoosting of scikit-learn.
 */
import type {Crew} from '../crew.ts';
import type {TreesPredictor} from '../model.ts';
import {sharedNumbers} from '../shared-arrays.ts';
import {weightOf, type TrainingHooks, type TrainingSet} from '../training.ts';
import {binMatrix, type Bins} from './bins.ts';
import {LOSS_UNIT, lossOf, type BoostingLoss} from './boosting-loss.ts';
import {BoostedTreeGrower, type BoostedTreeSettings} from './grow-boosted-tree.ts';
import {assembleTrees, leafOfBins, type GrownTree} from './grown-tree.ts';

export interface BoostingSettings extends BoostedTreeSettings {
  readonly iterations: number;
  /** Ends when the validation loss has not fallen for so many iterations; the best one is kept. */
  readonly patience: number;
}

export interface TrainedBoosting {
  readonly predictor: TreesPredictor;
  /** Of each column its share of all gains. */
  readonly importances: Float64Array;
  /** Iterations that are in the model. */
  readonly iterations: number;
}

/**
 * The same trees for any size of the crew.
 * @param validation stops early when given. @throws Error when the features do not fit into memory
 */
export async function trainBoosting(
  set: TrainingSet,
  validation: TrainingSet | undefined,
  settings: BoostingSettings,
  crew: Crew,
  hooks: TrainingHooks,
): Promise<TrainedBoosting> {
  const bins = binMatrix(set.matrix, 'rows');
  const problem = problemOf(set, bins);
  const {loss, outputs, base, gradientScale, total} = problem;
  const size = Math.max(1, Math.min(crew.size, bins.rows));
  const histograms = Array.from({length: size}, () => sharedNumbers(bins.columns * 512));
  const team = crew.start('boosting', (index) => ({
    bins,
    loss,
    target: problem.target,
    weights: problem.weights,
    from: Math.floor((index * bins.rows) / size),
    to: Math.floor((Math.min(index + 1, size) * bins.rows) / size),
    outputs,
    base,
    gradientScale,
    histogram: histograms[index] ?? new Float64Array(),
  }));
  try {
    const grower = new BoostedTreeGrower(team, histograms, bins.edges, settings, gradientScale);
    const watch = validation && new Watch(validation, bins, loss, outputs, base);
    const trees: GrownTree[] = [];
    const gains: Float64Array[] = [];
    let best = {loss: watch?.loss() ?? 0, iteration: 0};
    for (let iteration = 1; iteration <= settings.iterations; iteration += 1) {
      const sums = await Promise.all(histograms.map((_, index) => team.call(index, 'derive', null)));
      // Known now: the loss of the trees so far.
      if (iteration > 1)
        hooks.metric('train_loss', sums.reduce((sum, one) => sum + one.loss, 0) / LOSS_UNIT / total, iteration - 1);
      for (let output = 0; output < outputs; output += 1) {
        const hessians = sums.reduce((sum, one) => sum + (one.hessians[output] ?? 0), 0);
        const {tree, gains: gained} = await grower.grow(output, hessians);
        trees.push(tree);
        gains.push(gained);
        watch?.add(tree, output);
      }
      hooks.check();
      hooks.progress(iteration / settings.iterations, `${iteration} of ${settings.iterations} trees`);
      if (watch === undefined) continue;
      const now = watch.loss();
      hooks.metric('validation_loss', now, iteration);
      if (now < best.loss) best = {loss: now, iteration};
      else if (iteration - best.iteration >= settings.patience) break;
    }
    const kept = watch === undefined ? trees : trees.slice(0, Math.max(1, best.iteration) * outputs);
    return {
      predictor: assembleTrees({
        trees: kept,
        edges: bins.edges,
        link: loss === 'squares' ? 'identity' : loss,
        outputs,
        leafOutputs: 1,
        base,
      }),
      importances: sharesOf(gains.slice(0, kept.length), bins.columns),
      iterations: kept.length / outputs,
    };
  } finally {
    team.end();
  }
}

interface Problem {
  readonly loss: BoostingLoss;
  readonly outputs: number;
  readonly base: Float64Array;
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
  readonly gradientScale: number;
}

function problemOf({target, weights: given}: TrainingSet, {rows}: Bins): Problem {
  const weights = sharedNumbers(rows);
  const values = targetNumbers(target);
  let total = 0;
  let heaviest = 0;
  for (let row = 0; row < rows; row += 1) {
    const weight = weightOf(given, row);
    weights[row] = weight;
    total += weight;
    heaviest = Math.max(heaviest, weight);
  }
  // Sums stay below 2^52: rows × largest derivative × scale, with room for derivatives that grow.
  const scaleFor = (largest: number): number =>
    2 ** Math.floor(48 - Math.log2(rows * heaviest * Math.max(largest, Number.MIN_VALUE)));
  const common = {target: values, weights, total};
  if (target.kind === 'regression') {
    let mean = 0;
    values.forEach((value, row) => (mean += ((weights[row] ?? 0) / total) * value));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 1e-300);
    return {...common, loss: 'squares', outputs: 1, base: Float64Array.of(mean), gradientScale: scaleFor(largest)};
  }
  const shares = new Float64Array(target.classes.length);
  target.codes.forEach((code, row) => (shares[code] = (shares[code] ?? 0) + (weights[row] ?? 0) / total));
  const logs = shares.map((share) => Math.log(Math.max(share, 1e-12)));
  return logs.length === 2
    ? {
        ...common,
        loss: 'logistic',
        outputs: 1,
        base: Float64Array.of((logs[1] ?? 0) - (logs[0] ?? 0)),
        gradientScale: scaleFor(1),
      }
    : {...common, loss: 'softmax', outputs: logs.length, base: logs, gradientScale: scaleFor(1)};
}

function targetNumbers(target: TrainingSet['target']): Float64Array {
  const from = target.kind === 'classification' ? target.codes : target.values;
  const to = sharedNumbers(from.length);
  to.set(from);
  return to;
}

function sharesOf(gains: readonly Float64Array[], columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (const one of gains) one.forEach((gain, column) => (sums[column] = (sums[column] ?? 0) + gain));
  const total = sums.reduce((sum, value) => sum + value, 0);
  return total > 0 ? sums.map((value) => value / total) : sums;
}

/** The loss of rows that are not learnt from. */
class Watch {
  readonly #bins: Bins;
  readonly #loss: BoostingLoss;
  readonly #outputs: number;
  readonly #target: Float64Array;
  readonly #set: TrainingSet;
  readonly #scores: Float64Array;

  constructor(set: TrainingSet, {edges}: Bins, loss: BoostingLoss, outputs: number, base: Float64Array) {
    this.#bins = binMatrix(set.matrix, 'rows', edges);
    this.#loss = loss;
    this.#outputs = outputs;
    this.#target = targetNumbers(set.target);
    this.#set = set;
    this.#scores = new Float64Array(set.matrix.rows * outputs);
    for (let row = 0; row < set.matrix.rows; row += 1) this.#scores.set(base, row * outputs);
  }

  add(tree: GrownTree, output: number): void {
    const {rows, columns, values} = this.#bins;
    for (let row = 0; row < rows; row += 1) {
      const leaf = leafOfBins(tree, values, row * columns);
      const at = row * this.#outputs + output;
      this.#scores[at] = (this.#scores[at] as number) + (tree.values[leaf] as number);
    }
  }

  loss(): number {
    let [sum, total] = [0, 0];
    for (let row = 0; row < this.#bins.rows; row += 1) {
      const weight = weightOf(this.#set.weights, row);
      total += weight;
      sum += weight * lossOf(this.#loss, this.#scores, row * this.#outputs, this.#outputs, this.#target[row] as number);
    }
    return sum / total;
  }
}
