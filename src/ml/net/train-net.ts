/**
 * Dense nets: hidden layers with ReLU, Adam on mini-batches, L2, early stopping. Sums are made in one order, in 32-bit floats
 * without fused operations, so that a seed gives the same net on every machine.
 */
import {Random} from '../../stats/random.ts';
import {columnScales, refuseMissing} from '../linear/column-scales.ts';
import {columnCount, fillRows, type FeatureMatrix} from '../matrix.ts';
import type {Link, NetLayer, NetPredictor} from '../model.ts';
import {totalWeight, weightOf, type Target, type TrainingHooks, type TrainingSet} from '../training.ts';
import {Adam} from './adam.ts';
import {TrainableNet} from './backward.ts';
import {netLoss, type NetLoss} from './net-loss.ts';
import {netScores, standardiseRows} from './predict-net.ts';

const MAX_VALUES = 2 ** 29;

export interface NetSettings {
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  readonly learningRate: number;
  readonly batch: number;
  readonly epochs: number;
  /** Half of it times Σ weights² is added to the loss of a batch, divided by its rows. */
  readonly l2: number;
  /** Ends when the validation loss has not fallen for so many epochs; the best one is kept. */
  readonly patience: number;
  readonly seed: number;
}

export interface TrainedNet {
  readonly predictor: NetPredictor;
  /** Passes over the rows that the kept net has seen. */
  readonly epochs: number;
}

/** @param validation stops early when given. @throws Error when a feature is missing or infinite */
export function trainNet(
  set: TrainingSet,
  validation: TrainingSet | undefined,
  settings: NetSettings,
  hooks: TrainingHooks,
): TrainedNet {
  refuseMissing(set.matrix, 'a net');
  const columns = columnCount(set.matrix);
  const {means, scales} = standardisation(set);
  const problem = problemOf(set.target);
  const batch = Math.ceil(Math.min(settings.batch, set.matrix.rows) / 4) * 4;
  const net = new TrainableNet(batch, [columns, ...settings.layers, problem.outputs]);
  const random = new Random(`${settings.seed}/net`);
  net.memory.setLayers(initialLayers([columns, ...settings.layers, problem.outputs], random));
  const loss = netLoss(problem.link, set, totalWeight(set) / set.matrix.rows);
  const pass = new EpochPass(net, standardisedRows(set.matrix, means, scales), loss, settings);
  const order = Uint32Array.from({length: set.matrix.rows}, (_, row) => row);
  let best: {loss: number; epoch: number; layers: readonly NetLayer[]} | undefined;
  for (let epoch = 1; epoch <= settings.epochs; epoch += 1) {
    random.shuffle(order);
    const trained = pass.run(order, (share) => {
      hooks.check();
      hooks.progress((epoch - 1 + share) / settings.epochs, `epoch ${epoch} of ${settings.epochs}`);
    });
    hooks.metric('train_loss', trained, epoch);
    if (validation === undefined) continue;
    const scores = netScores(net.memory, means, scales, validation.matrix, columns);
    const reached = meanLoss(problem, validation, scores);
    hooks.metric('validation_loss', reached, epoch);
    if (best === undefined || reached < best.loss) best = {loss: reached, epoch, layers: net.memory.getLayers()};
    else if (epoch - best.epoch >= settings.patience) break;
  }
  return {
    predictor: {kind: 'net', link: problem.link, means, scales, layers: best?.layers ?? net.memory.getLayers()},
    epochs: best?.epoch ?? settings.epochs,
  };
}

interface NetProblem {
  readonly link: Link;
  readonly outputs: number;
}

function problemOf(target: Target): NetProblem {
  if (target.kind === 'regression') return {link: 'identity', outputs: 1};
  return target.classes.length === 2
    ? {link: 'logistic', outputs: 1}
    : {link: 'softmax', outputs: target.classes.length};
}

function standardisation(set: TrainingSet): {readonly means: Float32Array; readonly scales: Float32Array} {
  const {means, variances} = columnScales(set.matrix, set.weights, totalWeight(set));
  return {
    means: Float32Array.from(means),
    scales: Float32Array.from(variances, (variance) => (variance > 0 ? Math.sqrt(variance) : 1)),
  };
}

interface StandardisedRows {
  readonly values: Float32Array;
  readonly columns: number;
}

function standardisedRows(matrix: FeatureMatrix, means: Float32Array, scales: Float32Array): StandardisedRows {
  const columns = columnCount(matrix);
  if (matrix.rows * columns > MAX_VALUES) {
    throw new Error(
      `a net needs each feature of each row in memory, and ${matrix.rows} rows × ${columns} features are ` +
        `${Math.ceil((4 * matrix.rows * columns) / 1e9)} GB: use \`model: logistic\`, which reads sparse features as they are, ` +
        'or make fewer features',
    );
  }
  const values = new Float32Array(matrix.rows * columns);
  fillRows(matrix, 0, matrix.rows, values);
  standardiseRows(values, means, scales, matrix.rows);
  return {values, columns};
}

/** Weights of variance 2 / inputs for ReLU: He et al., Delving deep into rectifiers (2015). */
function initialLayers(widths: readonly number[], random: Random): readonly NetLayer[] {
  return widths.slice(1).map((outputs, depth) => {
    const inputs = widths[depth] ?? 0;
    const spread = Math.sqrt(2 / Math.max(1, inputs));
    return {
      inputs,
      outputs,
      weights: Float32Array.from({length: inputs * outputs}, () => spread * random.normal()),
      biases: new Float32Array(outputs),
    };
  });
}

/** Once over all rows, batch by batch. */
class EpochPass {
  readonly #net: TrainableNet;
  /** Row by row: a batch takes its rows from all over the table. */
  readonly #rows: Float32Array;
  readonly #columns: number;
  readonly #loss: NetLoss;
  readonly #settings: NetSettings;
  readonly #adam: Adam;

  constructor(net: TrainableNet, {values, columns}: StandardisedRows, loss: NetLoss, settings: NetSettings) {
    this.#net = net;
    this.#rows = values;
    this.#columns = columns;
    this.#loss = loss;
    this.#settings = settings;
    this.#adam = new Adam(net, settings.learningRate);
  }

  /** @param tell called now and then with the share that is done. @returns the mean loss before each step */
  run(order: Uint32Array, tell: (share: number) => void): number {
    const {memory, gradients} = this.#net;
    const batch = memory.input.rows;
    const deltas = gradients.at(-1)?.deltas;
    if (deltas === undefined) return 0;
    let sum = 0;
    for (let from = 0, turn = 0; from < order.length; from += batch, turn += 1) {
      const rows = order.subarray(from, Math.min(order.length, from + batch));
      this.#load(rows);
      const {values, width} = memory.forward(rows.length);
      deltas.values.fill(0);
      sum += this.#loss(rows, values, width, deltas.values);
      this.#net.backward(rows.length);
      this.#adam.step(this.#settings.l2 / rows.length);
      if (turn % 64 === 0) tell(from / order.length);
    }
    return sum / order.length;
  }

  #load(rows: Uint32Array): void {
    const {values, width} = this.#net.memory.input;
    loadRows(this.#rows, this.#columns, rows, values, width);
  }
}

function loadRows(from: Float32Array, columns: number, rows: Uint32Array, into: Float32Array, width: number): void {
  for (let at = 0; at < rows.length; at += 1) {
    const [first, to] = [(rows[at] as number) * columns, at * width];
    for (let column = 0; column < columns; column += 1) into[to + column] = from[first + column] as number;
  }
}

function meanLoss({link, outputs}: NetProblem, set: TrainingSet, scores: Float64Array): number {
  const loss = netLoss(link, set, 1);
  const rows = Uint32Array.from({length: set.matrix.rows}, (_, row) => row);
  const values = Float32Array.from(scores);
  let total = 0;
  for (const row of rows) total += weightOf(set.weights, row);
  return (loss(rows, values, outputs, new Float32Array(values.length)) * set.matrix.rows) / total;
}
