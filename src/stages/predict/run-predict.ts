/** What a `predict` stage does. */
import {isJsonObject, type Json} from '../../base/json.ts';
import {columnNamed, type Column, type Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {decodeModel} from '../../ml/model-file.ts';
import type {Model} from '../../ml/model.ts';
import {predictModel} from '../../ml/predict.ts';
import {predictionColumns} from '../../ml/prediction-columns.ts';
import type {StageContext} from '../define-stage.ts';
import {ROW_ID, keptColumn, readLearningRows, textColumn} from '../shared/learning-rows.ts';
import {createTableFile} from '../shared/table-files.ts';
import type {PredictSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runPredict(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as PredictSettings;
  const {modelPath, rowsPath, target} = filesOf(context);
  const model = decodeModel(host.files.readBytes(modelPath), `\`${modelPath}\``);
  const {matrix, kept} = await readLearningRows(host, rowsPath, {features: model.features, others: []});
  const predictions = predictModel(model, matrix);
  const table = {
    rowCount: matrix.rows,
    columns: predictionTable(kept, model, settings, rowsPath, predictionColumns(predictions)),
  };
  const writer = await createTableFile(host, target);
  await writer.write(table);
  await writer.end();
  context.metric('rows', matrix.rows);
  context.log(`${matrix.rows} rows`);
}

function filesOf({inputFiles, outputs}: StageContext): {
  readonly modelPath: string;
  readonly rowsPath: string;
  readonly target: string;
} {
  const [target, ...more] = Object.values(outputs);
  if (target === undefined)
    throw new Error(
      '`predict` does not know where to: name one out, such as `predictions.csv` or `predictions.parquet`',
    );
  if (more.length > 0) throw new Error(`\`predict\` writes one file, but \`outs\` names ${more.length + 1}`);
  const {model: models = [], ...others} = inputFiles;
  const [modelPath, ...otherModels] = models;
  if (modelPath === undefined || otherModels.length > 0)
    throw new Error('`predict` needs one model: name the file that `train` wrote in `deps` as `model`');
  const [rowsPath, ...otherRows] = Object.values(others).flat();
  if (rowsPath === undefined || otherRows.length > 0)
    throw new Error('`predict` needs one feature folder or table beside the `model`: name it in `deps` as `features`');
  return {modelPath, rowsPath, target};
}

/** `row_id, y_true?, y_pred, p_<class>..., weight?`, and the columns to keep. */
function predictionTable(
  kept: Table,
  model: Model,
  settings: PredictSettings,
  path: string,
  predicted: readonly Column[],
): readonly Column[] {
  const label = settings.label ?? trainedLabel(model);
  const truth =
    settings.label === undefined
      ? label === undefined
        ? undefined
        : columnNamed(kept, label)
      : keptColumn(kept, 'label', settings.label, path);
  const id = settings.id === undefined ? columnNamed(kept, ROW_ID) : keptColumn(kept, 'id', settings.id, path);
  const weight = settings.weight === undefined ? undefined : keptColumn(kept, 'weight', settings.weight, path);
  const head: Column[] = [
    id === undefined ? rowNumbers(kept.rowCount) : {...id, name: ROW_ID},
    ...(truth === undefined ? [] : [truthColumn(truth, model, kept.rowCount)]),
    ...predicted,
    ...(weight === undefined ? [] : [{...weight, name: 'weight'}]),
  ];
  const taken = new Set(head.map(({name}) => name));
  const used = [label, settings.id, settings.weight];
  const others =
    settings.keep === undefined
      ? kept.columns.filter(({name}) => !used.includes(name) && !taken.has(name))
      : settings.keep.map((name) => keptColumn(kept, 'column to keep', name, path));
  const clash = others.find(({name}) => taken.has(name));
  if (clash !== undefined)
    throw new Error(
      `the column to keep \`${clash.name}\` has the name of a column of predictions: rename it, or leave it out`,
    );
  return [...head, ...others];
}

const trainedLabel = ({settings}: Model): string | undefined =>
  isJsonObject(settings) && typeof settings['label'] === 'string' ? settings['label'] : undefined;

/** Classes are texts, written like those that the model learnt. */
const truthColumn = (column: Column, {task}: Model, rows: number): Column =>
  task.kind === 'classification' ? textColumn(column, 'y_true', rows) : {...column, name: 'y_true'};

const rowNumbers = (rows: number): Column => ({
  name: ROW_ID,
  type: 'integer',
  values: Float64Array.from({length: rows}, (_, row) => row + 1),
});
