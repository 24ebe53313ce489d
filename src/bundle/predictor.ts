/**
 * Answers requests from a bundle alone: columns to features by its featurizer, features to predictions by its model; or by
 * the bundle's own command. The same code serves `mlp predict` and the check that `package` makes.
 */
import {selectColumns, tableOf} from '../data/table-tools.ts';
import type {Column, Table} from '../data/table.ts';
import type {Host} from '../host/host.ts';
import {openFeaturizer, type Featurizer} from '../ml/features/featurizer.ts';
import type {FeatureFunction} from '../ml/features/spec.ts';
import {matrixOfTable} from '../ml/matrix-of-table.ts';
import {decodeModel} from '../ml/model-file.ts';
import {predictModel} from '../ml/predict.ts';
import {predictionColumns} from '../ml/prediction-columns.ts';
import type {BundleFiles} from './bundle-files.ts';
import type {InputColumn} from './input-schema.ts';
import type {BundlePredictor} from './manifest.ts';

export interface OpenPredictor {
  /** What a request must have; other columns are handed through. */
  readonly inputs: readonly InputColumn[];
  /**
   * Row by row, in the order of the request: the columns that are no inputs, then `y_pred` and `p_<class>`.
   * @throws Error with a sentence for a request without a column, or with one of another sort
   */
  predict(request: Table): Table;
}

/** @throws Error with a sentence for a bundle whose model, featurizer or function cannot be read */
export async function openPredictor(
  files: BundleFiles,
  predictor: Extract<BundlePredictor, {readonly kind: 'mlp'}>,
  {functions: loader}: Host,
): Promise<OpenPredictor> {
  const bytesOf = (path: string): Uint8Array => {
    const bytes = files.read(path);
    if (bytes === undefined) throw new Error(`\`${files.name}\` lacks \`${path}\`: \`mlp verify\` says what else`);
    return bytes;
  };
  const model = decodeModel(bytesOf(predictor.model), `\`${predictor.model}\` of \`${files.name}\``);
  if (predictor.featurizer === undefined) {
    const inputs = model.features.map((name) => ({name, type: 'number' as const}));
    return {
      inputs,
      predict: (request) =>
        answer(request, inputs, predictionColumns(predictModel(model, matrixOfTable(request, model.features)))),
    };
  }
  const functions = new Map<string, FeatureFunction>();
  for (const [reference, path] of Object.entries(predictor.functions)) {
    const call = await loader.load(bytesOf(path)).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`the function \`${reference}\` of \`${files.name}\` cannot be loaded: ${why}`);
    });
    functions.set(reference, call as FeatureFunction);
  }
  const featurizer = JSON.parse(new TextDecoder().decode(bytesOf(predictor.featurizer))) as Featurizer;
  const opened = openFeaturizer(featurizer, functions);
  return {
    inputs: featurizer.inputs,
    predict: (request) =>
      answer(request, featurizer.inputs, predictionColumns(predictModel(model, opened.apply(request)))),
  };
}

function answer(request: Table, inputs: readonly InputColumn[], predictions: readonly Column[]): Table {
  const taken = new Set([...inputs, ...predictions].map(({name}) => name));
  const others = request.columns.map(({name}) => name).filter((name) => !taken.has(name));
  return tableOf([...selectColumns(request, others).columns, ...predictions]);
}
