/** What an `evaluate` stage does. */
import type {Json} from '../../base/json.ts';
import type {Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {inOrder} from '../../ml/evaluation/class-columns.ts';
import {evaluate} from '../../ml/evaluation/evaluate.ts';
import type {GateReport} from '../../ml/evaluation/gates.ts';
import {readPredictions, type PredictionOptions, type Predictions} from '../../ml/evaluation/predictions.ts';
import {evaluationLines, evaluationMarkdown} from '../../report/render/evaluation-text.ts';
import {renderEvaluation} from '../../report/render/evaluation.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {isModel} from '../shared/packaged-model.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {readTableFile, shownPath} from '../shared/table-files.ts';
import {explain} from './explain.ts';
import {readMeasures} from './measures.ts';
import {evaluateOptions, knownOuts, predictionOptions, type OutName} from './options.ts';
import {predictedBaseline} from './packaged-baseline.ts';
import {detailsJson, jsonText, metricsJson} from './result-files.ts';
import type {EvaluateSettings} from './settings.ts';
import {vegaSpecs} from './vega.ts';
import {evaluationView} from './view.ts';

/** @throws Error with a sentence for the user */
export async function runEvaluate(context: StageContext, written: Json, host: Host, tools: KindTools): Promise<void> {
  const settings = written as unknown as EvaluateSettings;
  const outs = knownOuts(context.outputs);
  const {predictions, baseline, name} = await readBoth(context, settings, host, tools);
  context.progress(0.2, 'metrics');
  const options = evaluateOptions(settings, readMeasures(context, host), name);
  const evaluation = evaluate(predictions, baseline, options);
  context.progress(0.8, 'reports');
  const explanations = await explain(context, settings, predictions, options, host);
  const view = evaluationView(evaluation, explanations, 'Evaluation');

  // `report` is a folder with all of them under usual names, in which an approval finds the gates.
  const write = (name: OutName, file: string, text: () => string): void => {
    const {[name]: path, report} = outs;
    const targets = [...(path === undefined ? [] : [path]), ...(report === undefined ? [] : [`${report}/${file}`])];
    for (const target of targets) host.files.writeAtomic(target, text());
  };
  write('metrics', 'metrics.json', () => jsonText(metricsJson(evaluation)));
  write('gates', 'gates.json', () => jsonText(evaluation.gates as unknown as Json));
  write('details', 'details.json', () => jsonText(detailsJson(evaluation, explanations)));
  write('html', 'report.html', () => renderEvaluation(view));
  write('markdown', 'report.md', () => evaluationMarkdown(view));
  for (const folder of [outs.vega, outs.report && `${outs.report}/vega`]) {
    if (folder === undefined) continue;
    for (const [plot, spec] of vegaSpecs(view)) host.files.writeAtomic(`${folder}/${plot}.json`, jsonText(spec));
  }
  const stops = settings.on_fail === 'stop' && evaluation.gates.state === 'fail';
  // A stage that fails keeps no page.
  const page = stops ? undefined : (outs.html ?? outs.markdown ?? (outs.report && `${outs.report}/report.html`));
  context.log(evaluationLines(view, page).join('\n'));
  if (stops) refuseFailed(evaluation.gates);
}

function refuseFailed({gates}: GateReport): void {
  const failed = gates.filter((gate) => gate.state === 'fail');
  const [first] = failed;
  throw new Error(
    `${failed.length} of ${gates.length} gates failed: \`${first?.gate ?? ''}\`: ${first?.reason ?? ''}${failed.length > 1 ? ', ...' : ''}; all are in the log. \`on_fail: continue\` writes them down and goes on`,
  );
}

async function readBoth(
  context: StageContext,
  settings: EvaluateSettings,
  host: Host,
  tools: KindTools,
): Promise<{readonly predictions: Predictions; readonly baseline: Predictions | undefined; readonly name: string}> {
  const path = context.inputs['predictions'] ?? onlyInput(context);
  const reading = readOptionsOf(settings);
  const table = await readTableFile(host, path, reading);
  const options = predictionOptions(settings);
  const name = shownPath(host, path);
  const predictions = readPredictions(table, options, name);
  const before = await readBaseline(context, settings, table, host, tools);
  if (before === undefined) return {predictions, baseline: undefined, name};
  const beforeOptions = {...options, ...before.options};
  const other = readPredictions(before.table, {...beforeOptions, task: predictions.task}, before.name);
  if (predictions.task === 'regression' || other.task === 'regression') return {predictions, baseline: other, name};
  if (predictions.classes.join('\n') === other.classes.join('\n')) return {predictions, baseline: other, name};
  // A class that only one of them knows: both are read again with all classes, so that their matrices are of one size.
  const labels = inOrder([...predictions.classes, ...other.classes]);
  return {
    predictions: readPredictions(table, {...options, labels}, name),
    baseline: readPredictions(before.table, {...beforeOptions, labels}, before.name),
    name,
  };
}

interface Baseline {
  readonly table: Table;
  readonly name: string;
  /** Where it is read otherwise than the predictions. */
  readonly options?: Pick<PredictionOptions, 'columns'>;
}

/** @returns undefined when there is none, or none yet. */
async function readBaseline(
  context: StageContext,
  settings: EvaluateSettings,
  predictions: Table,
  host: Host,
  tools: KindTools,
): Promise<Baseline | undefined> {
  if (settings.baseline !== undefined && isModel(settings.baseline))
    return predictedBaseline({reference: settings.baseline, context, predictions, settings, host, mlp: tools.mlp});
  const path = context.inputs['baseline'];
  // One that the settings name need not be there yet.
  if (path === undefined || !host.files.exists(path)) return undefined;
  return {table: await readTableFile(host, path, readOptionsOf(settings)), name: shownPath(host, path)};
}

/** One dep alone need not be named `predictions`. */
function onlyInput({inputs}: StageContext): string {
  const others = Object.entries(inputs).filter(
    ([name]) => name !== 'baseline' && name !== 'model' && name !== 'features',
  );
  const [only] = others;
  if (only !== undefined && others.length === 1) return only[1];
  throw new Error('`evaluate` does not know what to judge: name a predictions file as `predictions` in `deps`');
}
