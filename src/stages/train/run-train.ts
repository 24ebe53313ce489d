/** What a `train` stage does. */
import {exactJson} from '../../base/exact-json.ts';
import type {Json} from '../../base/json.ts';
import type {Host} from '../../host/host.ts';
import {soloCrew} from '../../ml/crew.ts';
import {classTarget, numberTarget, weightsOf, withClassWeights} from '../../ml/labels.ts';
import {encodeModel} from '../../ml/model-file.ts';
import {trainModel, type TrainedModel} from '../../ml/train-model.ts';
import type {ModelSettings} from '../../ml/train-settings.ts';
import type {TrainingSet} from '../../ml/training.ts';
import type {StageContext} from '../define-stage.ts';
import {isFeatureFolder} from '../shared/feature-files.ts';
import {keptColumn, readLearningRows} from '../shared/learning-rows.ts';
import {threadCrew} from '../shared/thread-crew.ts';
import {modelSettings, type TrainSettings} from './settings.ts';
import {writeOnnx} from './write-onnx.ts';

/** From this many rows on boosting and nets keep some aside to know when to stop, as scikit-learn's boosting does. */
const STOPS_EARLY_FROM_ROWS = 10_000;
/** With fewer rows threads cost more than they save. */
const THREADS_FROM_ROWS = 2_000;
const OUTPUTS = ['model', 'importances', 'metrics', 'onnx'];

/** @throws Error with a sentence for the user */
export async function runTrain(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as TrainSettings;
  const outputs = outputsOf(context);
  const path = inputOf(context);
  const set = await readSet(host, path, settings);
  const validationPath = context.inputs['validation'];
  const validation = validationPath === undefined ? undefined : await readSet(host, validationPath, settings, set);
  const chosen = modelSettings(settings, set.target.kind);
  if (outputs['importances'] !== undefined && !tellsImportances(chosen))
    throw new Error('only `forest` and `boosting` of mlp tell importances: leave the out `importances` away');
  const trained = await trainModel(
    {
      set,
      ...(validation === undefined ? {} : {validation}),
      settings: chosen,
      ...(settings.calibrate === undefined ? {} : {calibrate: settings.calibrate}),
      earlyStopping: settings.early_stopping ?? (validation !== undefined || set.matrix.rows >= STOPS_EARLY_FROM_ROWS),
      validationShare: settings.validation_share,
      seed: context.seed,
      described: {...(chosen as unknown as {[name: string]: Json}), ...described(settings), seed: context.seed},
    },
    set.matrix.rows < THREADS_FROM_ROWS ? soloCrew : threadCrew(host),
    {
      metric: (name, value, step) => context.metric(name, value, step),
      progress: (fraction, text) => context.progress(fraction, text),
      check: () => context.signal.throwIfAborted(),
    },
  );
  write(host, outputs, trained);
  if (outputs['onnx'] !== undefined) writeOnnx(host, context.inputs['featurizer'], outputs['onnx'], trained.model);
  tell(context, trained, set);
}

/** What the model file says of the training beside the model's own settings. */
const described = ({label, weight, class_weights, calibrate}: TrainSettings): {[name: string]: Json} => ({
  label,
  ...(weight === undefined ? {} : {weight}),
  ...(class_weights === undefined ? {} : {class_weights}),
  ...(calibrate === undefined ? {} : {calibrate}),
});

/** By the names of `OUTPUTS`; a single out of another name is the model. */
function outputsOf({outputs}: StageContext): {readonly model: string; readonly [name: string]: string} {
  const entries = Object.entries(outputs);
  const [first] = entries;
  if (first === undefined)
    throw new Error(
      '`train` does not know where to: name an out `model`, and if you like `importances`, `metrics`, `onnx`',
    );
  if (entries.length === 1 && !OUTPUTS.includes(first[0])) return {model: first[1]};
  const odd = entries.find(([name]) => !OUTPUTS.includes(name));
  const {model} = outputs;
  if (odd !== undefined || model === undefined) {
    throw new Error(
      `\`train\` writes the outs ${OUTPUTS.map((name) => `\`${name}\``).join(', ')}, of which \`model\` must be there, ` +
        `and \`outs\` names ${entries.map(([name]) => `\`${name}\``).join(', ')}: write \`outs: {model: ...}\``,
    );
  }
  return {...outputs, model};
}

/** The dep `features`, `train`, or the only one. */
function inputOf({inputFiles}: StageContext): string {
  const others = Object.keys(inputFiles).filter((name) => name !== 'validation' && name !== 'featurizer');
  const name =
    ['features', 'train'].find((one) => others.includes(one)) ?? (others.length === 1 ? others[0] : undefined);
  const files = name === undefined ? [] : (inputFiles[name] ?? []);
  const [path] = files;
  if (path === undefined || files.length > 1) {
    throw new Error(
      '`train` learns from one feature folder or table: name it in `deps` as `features`' +
        (files.length > 1 ? `, which has ${files.length} files now` : ''),
    );
  }
  return path;
}

/** @param like the training rows, whose features and classes validation rows must have */
async function readSet(host: Host, path: string, settings: TrainSettings, like?: TrainingSet): Promise<TrainingSet> {
  const {label, weight, task = settings.model === 'linear' ? 'regression' : 'classification'} = settings;
  if (settings.features !== undefined && isFeatureFolder(host, path))
    throw new Error(
      `\`features\` names columns of a table, and \`${path}\` is a feature folder, of which all are learnt from: ` +
        'leave it out, or let `featurize` make fewer',
    );
  const features = like?.matrix.names ?? settings.features;
  const {matrix, kept} = await readLearningRows(host, path, {
    ...(features === undefined ? {} : {features}),
    others: [label, ...(weight === undefined ? [] : [weight])],
  });
  const {rows} = matrix;
  const column = keptColumn(kept, 'label', label, path);
  const known = like?.target.kind === 'classification' ? like.target.classes : undefined;
  const target = task === 'regression' ? numberTarget(column, rows) : classTarget(column, rows, known);
  const given = weight === undefined ? undefined : weightsOf(keptColumn(kept, 'weight', weight, path), rows);
  const {class_weights: classWeights} = settings;
  const weights = classWeights === undefined ? given : withClassWeights(target, given, classWeights);
  const set = {matrix, target, ...(weights === undefined ? {} : {weights})};
  if (like !== undefined && (rows === 0 || matrix.names.join('\n') !== like.matrix.names.join('\n'))) {
    throw new Error(
      `the validation rows in \`${path}\` ${rows === 0 ? 'are none' : 'have other features than the training rows'}: ` +
        'make both by one `featurize` stage',
    );
  }
  return set;
}

const tellsImportances = (settings: ModelSettings): boolean =>
  settings.model === 'boosting' || (settings.model === 'forest' && settings.engine === 'mlp');

function write(
  host: Host,
  outputs: {readonly [name: string]: string},
  {model, importances, scores}: TrainedModel,
): void {
  const {model: path = '', importances: table, metrics} = outputs;
  host.files.writeAtomic(path, encodeModel(model));
  if (metrics !== undefined) host.files.writeAtomic(metrics, `${exactJson(scores)}\n`);
  if (table === undefined || importances === undefined) return;
  const order = [...importances.keys()].sort((a, b) => (importances[b] ?? 0) - (importances[a] ?? 0) || a - b);
  const quoted = (name: string): string => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const lines = order.map((at) => `${quoted(model.features[at] ?? '')},${String(importances[at])}`);
  host.files.writeAtomic(table, `feature,importance\n${lines.join('\n')}\n`);
}

function tell(context: StageContext, {model, scores}: TrainedModel, {matrix}: TrainingSet): void {
  for (const [name, value] of Object.entries(scores)) context.metric(name, value);
  const classes = model.task.kind === 'classification' ? `, classes ${model.task.classes.join(', ')}` : '';
  context.log(`${matrix.rows} rows, ${matrix.names.length} features${classes}`);
  for (const [name, value] of Object.entries(scores)) context.log(`${name} ${String(value)}`);
}
