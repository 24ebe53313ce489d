/** Trains a model of any sort: chooses the trainer, keeps rows aside where they are needed, calibrates, tells scores. */
import type {Json} from '../base/json.ts';
import {unreachable} from '../base/unreachable.ts';
import {rulePredictor, trainConstant} from './baselines/train-baseline.ts';
import {fitCalibration} from './calibration/fit-calibration.ts';
import type {Crew} from './crew.ts';
import {holdOut} from './hold-out.ts';
import {trainLinear} from './linear/train-linear.ts';
import {columnCount} from './matrix.ts';
import {outputCount, type Calibration, type Model, type Predictor} from './model.ts';
import {trainNet} from './net/train-net.ts';
import {predictModel, predictorOutputs} from './predict.ts';
import {trainingScores} from './scores.ts';
import type {ForestModelSettings, LogisticSettings, ModelSettings} from './train-settings.ts';
import {takeTrainingRows, taskOf, type TrainingHooks, type TrainingSet} from './training.ts';
import {trainBoosting} from './trees/train-boosting.ts';
import {trainForest} from './trees/train-forest.ts';

export interface TrainRequest {
  readonly set: TrainingSet;
  /** Rows that are not learnt from: for early stopping, calibration and scores. */
  readonly validation?: TrainingSet;
  readonly settings: ModelSettings;
  readonly calibrate?: Calibration['kind'];
  /** Of boosting and nets: ends when `validation`, or a share of the rows, gets no better. */
  readonly earlyStopping: boolean;
  /** Share of the rows to keep aside when there is no `validation` and one is needed. */
  readonly validationShare: number;
  readonly seed: number;
  /** What to say of the training in the model file. */
  readonly described: Json;
}

export interface TrainedModel {
  readonly model: Model;
  /** One for each feature, the sum 1; of trees only. */
  readonly importances?: Float64Array;
  /** Such as `train_accuracy`, `out_of_bag_log_loss`, `validation_accuracy`, `iterations`. */
  readonly scores: {readonly [name: string]: number};
}

/** Training rows that `train_...` scores are of, at most. */
const SCORED_ROWS = 50_000;

/** What a trainer gives. */
interface Trained {
  readonly predictor: Predictor;
  readonly importances?: Float64Array;
  /** Probabilities or values of rows of the set by trees that had not seen them. */
  readonly outOfBag?: Float64Array;
  readonly numbers?: {readonly [name: string]: number};
}

/** The same model for the same request and seed, whatever the crew. @throws Error with a sentence for the user */
export async function trainModel(request: TrainRequest, crew: Crew, hooks: TrainingHooks): Promise<TrainedModel> {
  const {settings, calibrate, seed} = request;
  refuseNothing(request.set, settings);
  const {set, validation} = withValidation(request);
  const trained = await train(set, request.earlyStopping ? validation : undefined, settings, seed, crew, hooks);
  const task = taskOf(set.target);
  const honest = trained.outOfBag
    ? {set, outputs: trained.outOfBag}
    : validation && {
        set: validation,
        outputs: predictorOutputs(trained.predictor, validation.matrix, outputCount(task)),
      };
  const model: Model = {
    features: set.matrix.names,
    task,
    settings: request.described,
    predictor: trained.predictor,
    ...(calibrate === undefined || honest === undefined ? {} : {calibration: calibrationOf(calibrate, honest)}),
  };
  const named = (prefix: string, scores: {readonly [name: string]: number}) =>
    Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${prefix}_${name}`, value]));
  const {outOfBag, importances, numbers = {}} = trained;
  const scores = {
    ...numbers,
    // Of the rows that it has learnt by heart a forest says nothing of interest.
    ...(settings.model === 'forest' ? {} : named('train', scoresOf(model, sampleOf(set)))),
    ...(outOfBag === undefined
      ? {}
      : named('out_of_bag', trainingScores(set, {probabilities: outOfBag, values: outOfBag}))),
    ...(validation === undefined ? {} : named('validation', scoresOf(model, validation))),
  };
  return {model, scores, ...(importances === undefined ? {} : {importances})};
}

const scoresOf = (model: Model, set: TrainingSet) => trainingScores(set, predictModel(model, set.matrix));

/** Rows at equal distances: what a model says of all that it has learnt from would cost as much as a tenth of the training. */
function sampleOf(set: TrainingSet): TrainingSet {
  const {rows} = set.matrix;
  if (rows <= SCORED_ROWS) return set;
  return takeTrainingRows(
    set,
    Uint32Array.from({length: SCORED_ROWS}, (_, at) => Math.floor((at * rows) / SCORED_ROWS)),
  );
}

function refuseNothing({matrix, target}: TrainingSet, {model}: ModelSettings): void {
  if (matrix.rows === 0) throw new Error('there are no rows to learn from');
  if (columnCount(matrix) === 0 && model !== 'majority') throw new Error('there are no features to learn from');
  if (target.kind === 'classification' && target.classes.length < 2 && model !== 'majority') {
    throw new Error(
      `all ${matrix.rows} rows have the label \`${target.classes[0] ?? ''}\`: there is nothing to tell apart; ` +
        'add rows of another class, or use `model: majority`',
    );
  }
}

/** Keeps rows aside when something needs them and none were given. */
function withValidation(request: TrainRequest): {readonly set: TrainingSet; readonly validation?: TrainingSet} {
  const {set, validation, settings, calibrate, earlyStopping} = request;
  const hasOutOfBag = settings.model === 'forest' && settings.bootstrap && settings.engine === 'mlp';
  const isNeeded =
    (calibrate !== undefined && !hasOutOfBag) ||
    (earlyStopping && (settings.model === 'boosting' || settings.model === 'net'));
  if (validation !== undefined || !isNeeded) return {set, ...(validation === undefined ? {} : {validation})};
  const {learnt, held} = holdOut(set, request.validationShare, request.seed);
  if (held.matrix.rows === 0)
    throw new Error(
      'there are too few rows to keep some aside: give a `validation` input, or set `early_stopping: false`',
    );
  return {set: learnt, validation: held};
}

function calibrationOf(
  kind: Calibration['kind'],
  {set, outputs}: {readonly set: TrainingSet; readonly outputs: Float64Array},
): Calibration {
  const {target, weights} = set;
  if (target.kind === 'regression') throw new Error('`calibrate` is for probabilities of classes, not for regression');
  const width = target.classes.length;
  // A row that every tree has seen has nothing to say.
  const rows = Uint32Array.from(target.codes, (_, row) => row).filter((row) => !Number.isNaN(outputs[row * width]));
  const probabilities = new Float64Array(rows.length * width);
  rows.forEach((row, to) => probabilities.set(outputs.subarray(row * width, (row + 1) * width), to * width));
  return fitCalibration(kind, {
    probabilities,
    codes: Int32Array.from(rows, (row) => target.codes[row] ?? 0),
    classes: target.classes,
    ...(weights === undefined ? {} : {weights: Float64Array.from(rows, (row) => weights[row] ?? 0)}),
  });
}

async function train(
  set: TrainingSet,
  validation: TrainingSet | undefined,
  settings: ModelSettings,
  seed: number,
  crew: Crew,
  hooks: TrainingHooks,
): Promise<Trained> {
  switch (settings.model) {
    case 'logistic':
      return trainLogistic(set, settings, hooks);
    case 'linear': {
      const {alpha, l1_ratio: l1Ratio, standardise, max_iterations: maxIterations, tolerance} = settings;
      const options = {C: 1, alpha, l1Ratio, standardise, maxIterations, tolerance};
      return numbered(trainLinear(set, options, hooks));
    }
    case 'forest':
      return trainAnyForest(set, settings, seed, crew, hooks);
    case 'boosting': {
      const {max_leaves: maxLeaves, max_depth: maxDepth = Infinity, min_leaf: minLeaf, l2} = settings;
      const {learning_rate: learningRate, iterations, patience} = settings;
      const options = {maxLeaves, maxDepth, minLeaf, l2, learningRate, iterations, patience};
      const {predictor, importances, iterations: used} = await trainBoosting(set, validation, options, crew, hooks);
      return {predictor, importances, numbers: {iterations: used}};
    }
    case 'net': {
      const {learning_rate: learningRate, ...options} = settings;
      const {predictor, epochs} = trainNet(set, validation, {...options, learningRate, seed}, hooks);
      return {predictor, numbers: {epochs}};
    }
    case 'majority':
      return {predictor: trainConstant(set)};
    case 'rule':
      return {predictor: rulePredictor(settings, set.matrix.names, taskOf(set.target))};
    default:
      return unreachable(settings);
  }
}

async function trainLogistic(set: TrainingSet, settings: LogisticSettings, hooks: TrainingHooks): Promise<Trained> {
  const {penalty, engine, standardise, max_iterations: maxIterations, tolerance} = settings;
  if (set.target.kind === 'regression')
    throw new Error('`model: logistic` tells classes apart: for numbers use `model: linear`');
  if (engine === 'ml-logistic-regression') {
    const {trainSmallLogistic} = await import('./small/small-logistic.ts');
    return {predictor: await trainSmallLogistic(set)};
  }
  const l1Ratio = penalty === 'l1' ? 1 : penalty === 'elastic' ? settings.l1_ratio : 0;
  const C = penalty === 'none' ? Infinity : settings.C;
  return numbered(trainLinear(set, {C, alpha: 0, l1Ratio, standardise, maxIterations, tolerance}, hooks));
}

const numbered = ({predictor, iterations, converged}: ReturnType<typeof trainLinear>): Trained => ({
  predictor,
  numbers: {iterations, converged: converged ? 1 : 0},
});

async function trainAnyForest(
  set: TrainingSet,
  settings: ForestModelSettings,
  seed: number,
  crew: Crew,
  hooks: TrainingHooks,
): Promise<Trained> {
  const {trees, bootstrap, min_leaf: minLeaf, min_split: minSplit, max_depth: maxDepth = Infinity} = settings;
  if (settings.engine === 'ml-random-forest') {
    const {trainSmallForest} = await import('./small/small-forest.ts');
    return {predictor: await trainSmallForest(set, settings, seed)};
  }
  const maxFeatures = featuresOfASplit(settings.max_features, columnCount(set.matrix));
  return trainForest(set, trees, {maxFeatures, minLeaf, minSplit, maxDepth, bootstrap}, seed, crew, hooks);
}

/** As many as `max_features` means, at least 1. */
export function featuresOfASplit(setting: ForestModelSettings['max_features'], columns: number): number {
  const wanted =
    setting === 'sqrt'
      ? Math.floor(Math.sqrt(columns))
      : setting === 'log2'
        ? Math.floor(Math.log2(columns))
        : setting === 'all'
          ? columns
          : setting < 1
            ? Math.floor(setting * columns)
            : setting;
  return Math.max(1, Math.min(columns, wanted));
}
