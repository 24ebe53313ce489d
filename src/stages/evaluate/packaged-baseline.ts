/** A packaged model as the baseline: what it says of the same rows, asked of `mlp predict`. */
import {tableOf} from '../../data/table-tools.ts';
import type {ColumnType, Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import type {PredictionOptions} from '../../ml/evaluation/predictions.ts';
import {isPrediction} from '../../ml/prediction-columns.ts';
import type {StageContext} from '../define-stage.ts';
import {versionOf} from '../shared/packaged-model.ts';
import {readTableFile} from '../shared/table-files.ts';
import type {EvaluateSettings} from './settings.ts';

export interface BaselineRequest {
  /** As the settings name it. */
  readonly reference: string;
  readonly context: StageContext;
  /** Truth, weights and slices of the rows are those of the predictions that are judged. */
  readonly predictions: Table;
  readonly settings: EvaluateSettings;
  readonly host: Host;
  /** The command that starts mlp. */
  readonly mlp: readonly string[];
}

const TIMEOUT_MS = 60 * 60_000;

/** @returns undefined while there is no such version. @throws Error with a sentence: no `rows`, or rows that the model cannot take */
export async function predictedBaseline(request: BaselineRequest): Promise<
  | {
      readonly table: Table;
      readonly name: string;
      readonly options: Pick<PredictionOptions, 'columns'>;
    }
  | undefined
> {
  const {reference, context, predictions, settings, host, mlp} = request;
  const {rows, baseline} = context.inputs;
  // Said in the first run already, in which nothing is compared yet.
  if (rows === undefined)
    throw new Error(
      `\`baseline: ${reference}\` needs the rows that the packaged model shall predict: name them as \`rows\` in \`deps\`, ` +
        'as a request has them, in the order of the predictions',
    );
  if (baseline === undefined) {
    context.log(`no baseline: \`${reference}\` is no packaged model yet, other than the one that is judged`);
    return undefined;
  }
  const version = versionOf(baseline);
  const {prediction, score, ...columns} = settings.columns ?? {};
  const answer = await answerOf(version, rows, typesOf(predictions, prediction ?? 'y_pred'), host, mlp);
  if (answer.rowCount !== predictions.rowCount)
    throw new Error(
      `\`rows\` has ${answer.rowCount} rows and \`predictions\` ${predictions.rowCount}: both must be of the same rows in the same order`,
    );
  context.log(`baseline: ${version}`);
  const kept = predictions.columns.filter(({name}) => !isPrediction(name) && name !== prediction && name !== score);
  const table = tableOf([...kept, ...answer.columns.filter(({name}) => isPrediction(name))]);
  return {table, name: version, options: {columns}};
}

/** Classes are written as they are among the predictions: 1 and not "1". */
const typesOf = ({columns}: Table, prediction: string): {readonly [column: string]: ColumnType} =>
  Object.fromEntries(columns.filter(({name}) => name === prediction).map(({type}) => ['y_pred', type]));

async function answerOf(
  version: string,
  rows: string,
  types: {readonly [column: string]: ColumnType},
  host: Host,
  mlp: readonly string[],
): Promise<Table> {
  const folder = host.files.absolute(`.mlp/tmp/baseline-${host.ids.random(8)}`);
  host.files.makeFolder(folder);
  try {
    const output = `${folder}/predictions.csv`;
    const argv = [...mlp, 'predict', version, host.files.absolute(rows), '--output', output];
    const predicted = await host.processes.capture(argv, {cwd: host.root, timeoutMs: TIMEOUT_MS});
    if (predicted.code !== 0)
      throw new Error(`\`${version}\`, the baseline, cannot predict \`rows\`:\n${predicted.stderr.trim()}`);
    return await readTableFile(host, output, {types});
  } finally {
    host.files.remove(folder);
  }
}
