/** What the model looks at: permutation importance and partial dependence over the features of the rows that were predicted. */
import type {Host} from '../../host/host.ts';
import {suggest} from '../../base/suggest.ts';
import type {EvaluateOptions} from '../../ml/evaluation/evaluate.ts';
import {columnNamed} from '../../data/table.ts';
import {cellText} from '../../data/row-key.ts';
import {permutationImportance, type FeatureGroup, type Importance} from '../../ml/evaluation/importance.ts';
import {partialDependence, type PartialDependence} from '../../ml/evaluation/partial-dependence.ts';
import {takePredictions, type Predictions} from '../../ml/evaluation/predictions.ts';
import {metricScore} from '../../ml/evaluation/tasks.ts';
import {decodeModel} from '../../ml/model-file.ts';
import type {Model} from '../../ml/model.ts';
import type {FeatureMatrix} from '../../ml/matrix.ts';
import {likeliest, predictModel} from '../../ml/predict.ts';
import {Random} from '../../stats/random.ts';
import type {StageContext} from '../define-stage.ts';
import {isFeatureFolder, readFeatures, type Features} from '../shared/feature-files.ts';
import {readLearningRows} from '../shared/learning-rows.ts';
import type {Explanations} from './explanation-view.ts';
import type {EvaluateSettings} from './settings.ts';

/** A feature folder says what its columns were made from, a table does not. */
type ModelRows = Pick<Features, 'matrix' | 'kept' | 'from'>;

/** @throws Error when a dep is missing, or the features are not those of the predicted rows */
export async function explain(
  context: StageContext,
  settings: EvaluateSettings,
  predictions: Predictions,
  options: EvaluateOptions,
  host: Host,
): Promise<Explanations> {
  const {importance: wish, partial_dependence: wanted} = settings;
  if (wish === undefined && wanted.length === 0) return {dependences: []};
  const {model, features} = await readDeps(context, predictions, options.name, host);
  const {matrix} = features;
  const random = new Random('explain');
  const columns = wanted.map((feature) => denseColumn(matrix, feature));
  const importance = wish && importanceOf(model, features, predictions, settings, wish, random);
  const dependences = columns.flatMap((column): readonly PartialDependence[] => {
    const {predict, of} = predicted(model, predictions);
    const found = partialDependence(matrix, column, predict, of, random.fork(column));
    return found === undefined ? [] : [found];
  });
  return {...(importance && {importance}), dependences};
}

async function readDeps(
  {inputs}: StageContext,
  predictions: Predictions,
  name: string,
  host: Host,
): Promise<{readonly model: Model; readonly features: ModelRows}> {
  const {model: modelPath, features: featuresPath} = inputs;
  if (modelPath === undefined || featuresPath === undefined) {
    throw new Error(
      '`importance` and `partial_dependence` ask the model: name the deps `model` (a model of `train`) and `features` (a feature folder, or a table, of the predicted rows)',
    );
  }
  const model = decodeModel(host.files.readBytes(modelPath), 'the dep `model`');
  const features: ModelRows = isFeatureFolder(host, featuresPath)
    ? await readFeatures(host, featuresPath)
    : await readLearningRows(host, featuresPath, {features: model.features, others: []});
  if (features.matrix.rows !== predictions.rows) {
    throw new Error(
      `the dep \`features\` has ${features.matrix.rows} rows, but \`${name}\` has ${predictions.rows}: give the features of the predicted rows`,
    );
  }
  const ids = columnNamed(features.kept, 'row_id');
  const other = ids && predictions.ids?.findIndex((id, row) => cellText(ids, row) !== id);
  if (other !== undefined && other >= 0) {
    throw new Error(
      `row ${other + 1} of the dep \`features\` is not that of \`${name}\` by its \`row_id\`: both must have the same rows in the same order`,
    );
  }
  return {model, features};
}

function denseColumn({names, dense}: FeatureMatrix, feature: string): number {
  const column = names.indexOf(feature);
  if (column >= 0 && column < dense.length) return column;
  const near = suggest(feature, names.slice(0, dense.length));
  throw new Error(
    column >= 0
      ? `\`partial_dependence\`: \`${feature}\` is one of the sparse features, which are 0 nearly everywhere; name a dense one`
      : `\`partial_dependence\`: there is no feature \`${feature}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
  );
}

function importanceOf(
  model: Model,
  features: ModelRows,
  predictions: Predictions,
  settings: EvaluateSettings,
  {metric, repeats, rows, groups}: NonNullable<EvaluateSettings['importance']>,
  random: Random,
): Importance {
  const {name, better, score} = metricScore(predictions, metric ?? settings.metrics?.[0], settings.quantile);
  return permutationImportance(
    features.matrix,
    (matrix, chosen) => score(predictedBy(model, matrix, takePredictions(predictions, chosen))),
    {groups: featureGroups(features, groups), metric: name, better, repeats, rows},
    random.fork('importance'),
  );
}

/** The user's groups; of all other features the dense ones each for itself, the sparse ones by the column they were made from. */
function featureGroups(
  {matrix, from}: ModelRows,
  groups: {readonly [name: string]: readonly string[]},
): readonly FeatureGroup[] {
  const places = new Map(matrix.names.map((name, column) => [name, column]));
  const taken = new Set<number>();
  const named = Object.entries(groups).map(([name, features]) => {
    const columns = features.flatMap((feature) => {
      const made = (from ?? []).flatMap((sources, column) => (sources.includes(feature) ? [column] : []));
      const found = places.has(feature) ? [places.get(feature) ?? 0] : made;
      if (found.length > 0) return found;
      const near = suggest(feature, matrix.names);
      throw new Error(
        `\`importance\`: the group \`${name}\` has \`${feature}\`, which is no feature${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
      );
    });
    for (const column of columns) taken.add(column);
    return {name, columns};
  });
  const rest = new Map<string, number[]>();
  matrix.names.forEach((name, column) => {
    if (taken.has(column)) return;
    // Thousands of sparse columns of one text are one feature to a reader.
    const key = column < matrix.dense.length ? name : (from?.[column]?.join(' + ') ?? 'sparse features');
    const known = rest.get(key);
    if (known === undefined) rest.set(key, [column]);
    else known.push(column);
  });
  return [...named, ...[...rest].map(([name, columns]) => ({name, columns}))];
}

/** The truth of these rows with what the model now says of them. */
function predictedBy(model: Model, matrix: FeatureMatrix, truth: Predictions): Predictions {
  const {classes: names, probabilities, values} = predictModel(model, matrix);
  if (truth.task === 'regression') {
    if (values === undefined) throw new Error('the dep `model` predicts classes, but the predictions are numbers');
    return {...truth, predicted: values};
  }
  if (names === undefined || probabilities === undefined) {
    throw new Error('the dep `model` predicts numbers, but the predictions are classes');
  }
  const classes = [...truth.classes, ...names.filter((name) => !truth.classes.includes(name))];
  const placeOf = names.map((name) => classes.indexOf(name));
  const predicted = Int32Array.from(
    {length: matrix.rows},
    (_, row) => placeOf[likeliest(probabilities, names.length, row)] ?? -1,
  );
  const ofClass = classes.map((name) => {
    const at = names.indexOf(name);
    return Float64Array.from({length: matrix.rows}, (_, row) =>
      at < 0 ? 0 : (probabilities[row * names.length + at] ?? 0),
    );
  });
  const scores = truth.positive === undefined ? undefined : ofClass[truth.positive];
  return {...truth, classes, predicted, probabilities: ofClass, ...(scores && {scores})};
}

/** One number a row: the positive class's probability, of more classes that of the first; or the value. */
function predicted(
  model: Model,
  predictions: Predictions,
): {readonly of: string; predict(matrix: FeatureMatrix): Float64Array} {
  if (predictions.task === 'regression') {
    return {of: 'prediction', predict: (matrix) => predictModel(model, matrix).values ?? new Float64Array()};
  }
  const name = predictions.classes[predictions.positive ?? 0] ?? '';
  return {
    of: `probability of ${name}`,
    predict(matrix) {
      const {classes = [], probabilities = new Float64Array()} = predictModel(model, matrix);
      const at = classes.indexOf(name);
      return Float64Array.from({length: matrix.rows}, (_, row) => probabilities[row * classes.length + at] ?? 0);
    },
  };
}
