/** What a `featurize` stage does. */
import {exactJson} from '../../base/exact-json.ts';
import {plural} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import {formatOfName} from '../../data/table-format.ts';
import type {ColumnType, Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {fitFeaturizer, openFeaturizer, parseFeaturizer} from '../../ml/features/featurizer.ts';
import type {Featurizer} from '../../ml/features/featurizer.ts';
import type {FeatureFunction, LookUpTable} from '../../ml/features/spec.ts';
import type {FeatureMatrix} from '../../ml/matrix.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {writeFeatures} from '../shared/feature-files.ts';
import type {Features} from '../shared/feature-files.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {createTableFile, readTableFile} from '../shared/table-files.ts';
import {readLookUpTable} from './look-up-files.ts';
import {functionsOf, type FeaturizeSettings} from './settings.ts';

/** Name of the dep and of the out that is what was learnt. */
const FEATURIZER = 'featurizer';
/** Columns of one table of features, at most: beyond, readers of tables become slow. */
const MOST_TABLE_COLUMNS = 10_000;

/** @throws Error with a sentence for the user */
export async function runFeaturize(context: StageContext, written: Json, host: Host, tools: KindTools): Promise<void> {
  const settings = written as unknown as FeaturizeSettings;
  const targets = targetsOf(context, settings);
  const functions = await loadFunctions(settings, tools);
  const given = context.inputs[FEATURIZER];
  const learnt =
    given === undefined
      ? await fit(context, settings, {host, functions})
      : {featurizer: readFeaturizer(host, given, settings)};
  const {featurizer} = learnt;
  const file = context.outputs[FEATURIZER];
  if (file !== undefined && given === undefined) host.files.writeAtomic(file, `${exactJson(featurizer)}\n`);
  const opened = openFeaturizer(featurizer, functions);
  for (const [index, {name, input, output}] of targets.entries()) {
    context.progress(index / targets.length, name);
    context.signal.throwIfAborted();
    const isTraining = 'matrix' in learnt && name === settings.fit;
    const table = isTraining ? learnt.table : await readLike(host, input, settings, featurizer);
    const matrix = isTraining ? learnt.matrix : inTable(name, () => opened.apply(table));
    const kept = keptOf(table, settings.keep);
    const set = featurizer.name === undefined ? {} : {name: featurizer.name};
    await write(host, output, {...set, matrix, kept, from: opened.from});
    context.log(`${name}: ${plural(matrix.rows, 'row')} of ${plural(matrix.names.length, 'feature')}`);
  }
}

async function loadFunctions(
  settings: FeaturizeSettings,
  tools: KindTools,
): Promise<ReadonlyMap<string, FeatureFunction>> {
  const loaded = functionsOf(settings).map(
    async (reference) => [reference, await tools.functionOf(reference)] as const,
  );
  return new Map(await Promise.all(loaded));
}

interface Target {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

/** The tables to make features of: the deps that have an out of their name. */
function targetsOf({inputFiles, outputs, inputs}: StageContext, {columns, fit}: FeaturizeSettings): readonly Target[] {
  const names = Object.keys(outputs).filter((name) => name !== FEATURIZER);
  if (Object.keys(outputs).length === 0)
    throw new Error(
      '`featurize` does not know where to: name an out for each table in `deps`, by the same name, and `featurizer`',
    );
  if (columns === undefined && inputs[FEATURIZER] === undefined)
    throw new Error('`featurize` needs `columns`, which say what features to make, or a dep `featurizer`');
  if (columns !== undefined && inputs[FEATURIZER] !== undefined)
    throw new Error('`columns` say what to learn, but the dep `featurizer` has learnt already: remove one of them');
  if (columns !== undefined && inputFiles[fit] === undefined)
    throw new Error(
      `\`featurize\` learns from the dep \`${fit}\`, which is not there: name it in \`deps\`, or set \`fit\``,
    );
  return names.map((name) => {
    if (inputFiles[name] === undefined) {
      const deps = Object.keys(inputFiles).map((dep) => `\`${dep}\``);
      throw new Error(
        `the out \`${name}\` has no dep of its name, of which to make features; there are ${deps.join(', ')}: write \`outs: {train: ...}\``,
      );
    }
    return {name, input: oneFile(inputFiles[name], name), output: outputs[name] ?? ''};
  });
}

function oneFile(files: readonly string[], name: string): string {
  const [file, ...others] = files;
  if (file !== undefined && others.length === 0) return file;
  throw new Error(`\`featurize\` takes one file as \`${name}\`, not ${files.length}: make them one with \`ingest\``);
}

async function fit(
  {inputFiles, inputs, seed, progress}: StageContext,
  settings: FeaturizeSettings,
  {host, functions}: {readonly host: Host; readonly functions: ReadonlyMap<string, FeatureFunction>},
): Promise<{readonly featurizer: Featurizer; readonly matrix: FeatureMatrix; readonly table: Table}> {
  const {columns = {}, name, texts, label, keep} = settings;
  const input = oneFile(inputFiles[settings.fit] ?? [], settings.fit);
  progress(0, settings.fit);
  const table = await readTableFile(host, input, readOptionsOf(settings));
  const names = table.columns.map((column) => column.name);
  const lost = keep.find((one) => !names.includes(one));
  if (lost !== undefined)
    throw new Error(
      `\`keep\` names the column \`${lost}\`, which \`${settings.fit}\` does not have: it has ${names.join(', ')}`,
    );
  const tables: Record<string, LookUpTable> = {};
  for (const [one, how] of Object.entries(settings.tables))
    tables[one] = await readLookUpTable(host, inputs[one] ?? how.file, how);
  const spec = {
    columns,
    ...(name === undefined ? {} : {name}),
    ...(texts === undefined ? {} : {texts}),
    ...(label === undefined ? {} : {label}),
  };
  const learnt = inTable(settings.fit, () => fitFeaturizer(spec, table, {seed, tables, functions}));
  return {...learnt, table};
}

/** Says of which table an error is. */
function inTable<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new Error(`in \`${name}\`: ${error instanceof Error ? error.message : String(error)}`, {cause: error});
  }
}

function readFeaturizer(host: Host, path: string, {functions}: FeaturizeSettings): Featurizer {
  const featurizer = inTable(FEATURIZER, () => parseFeaturizer(host.files.readText(path)));
  const lacking = featurizer.recipes.find((recipe) => recipe.way === 'fn' && !functions.includes(recipe.details));
  if (lacking?.way === 'fn')
    throw new Error(`the featurizer calls \`${lacking.details}\`: name it under \`functions\``);
  return featurizer;
}

/** Reads a table so that its columns have the types that the training table had. */
function readLike(host: Host, path: string, settings: FeaturizeSettings, {inputs}: Featurizer): Promise<Table> {
  const options = readOptionsOf(settings);
  if (!isText(path)) return readTableFile(host, path, options);
  const types = Object.fromEntries(inputs.map(({name, type}) => [name, widened(type)]));
  return readTableFile(host, path, {
    ...options,
    types: {...types, ...options.types},
    onMisfit: ({row, column, text}) => {
      const type = options.types?.[column] ?? types[column] ?? '';
      throw new Error(
        `\`${text}\` in row ${row + 1} of the column \`${column}\` of \`${path}\` is no ${type}, as the training rows have: ` +
          'mend the row, or give the column a type by `types`',
      );
    },
  });
}

/** Parquet and Arrow know the types of their columns. */
function isText(path: string): boolean {
  const format = formatOfName(path);
  return format !== 'parquet' && format !== 'arrow';
}

/** A column that had whole numbers in training may have fractions later. */
const widened = (type: ColumnType): ColumnType => (type === 'integer' ? 'number' : type);

/** Tables other than the training one may lack some, such as the label. */
function keptOf({rowCount, columns}: Table, keep: readonly string[]): Table {
  return {rowCount, columns: keep.flatMap((name) => columns.filter((column) => column.name === name))};
}

async function write(host: Host, path: string, features: Features): Promise<void> {
  if (formatOfName(path) === undefined) {
    await writeFeatures(host, path, features);
    return;
  }
  const {matrix, kept} = features;
  if (matrix.names.length > MOST_TABLE_COLUMNS)
    throw new Error(
      `${matrix.names.length} features are too many for the table \`${path}\`: name the out without an ending, as a folder`,
    );
  const writer = await createTableFile(host, path);
  await writer.write(asTable(matrix, kept));
  await writer.end();
}

/** The kept columns and behind them all features, missing ones as missing cells. */
function asTable({rows, names, dense, sparse}: FeatureMatrix, kept: Table): Table {
  const full = names.map((_, index) => Float64Array.from(dense[index] ?? new Float32Array(rows)));
  for (let row = 0; sparse !== undefined && row < rows; row += 1) {
    const end = sparse.starts[row + 1] ?? 0;
    for (let at = sparse.starts[row] ?? 0; at < end; at += 1) {
      const column = full[dense.length + (sparse.indices[at] ?? 0)];
      if (column !== undefined) column[row] = sparse.values[at] ?? 0;
    }
  }
  const clash = kept.columns.find(({name}) => names.includes(name));
  if (clash !== undefined) throw new Error(`\`${clash.name}\` is both a feature and a kept column: rename the feature`);
  const features = full.map((values, index) => {
    const missing = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
    return {name: names[index] ?? '', type: 'number' as const, values, ...(missing.includes(1) ? {missing} : {})};
  });
  return {rowCount: rows, columns: [...kept.columns, ...features]};
}
