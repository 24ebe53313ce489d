/** Writes a bundle: what predicts, what describes it, the manifest over all files, and the signed statement over that. */
import {inputColumns, inputSchemaText, type InputColumn} from '../../bundle/input-schema.ts';
import {LAYOUT} from '../../bundle/layout.ts';
import {BUNDLE_VERSION, MANIFEST, manifestText, PROVENANCE, type BundlePredictor} from '../../bundle/manifest.ts';
import {gateStateOf, measuresOf, type GateState, type Measure} from '../../bundle/measures.ts';
import {modelCard} from '../../bundle/model-card.ts';
import {envelopeText, provenanceStatement, SIGNATURE_NAMESPACE, signedText} from '../../bundle/provenance.ts';
import type {Ingredient} from '../../bundle/provenance.ts';
import {sbomText} from '../../bundle/sbom.ts';
import {formatBytes, formatList, plural} from '../../base/format.ts';
import {isJsonObject, type Json, type JsonObject} from '../../base/json.ts';
import {parseSize} from '../../base/units.ts';
import {selectColumns} from '../../data/table-tools.ts';
import {takeRows, type Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import type {Featurizer} from '../../ml/features/featurizer.ts';
import {decodeModel} from '../../ml/model-file.ts';
import type {Model} from '../../ml/model.ts';
import {isPrediction} from '../../ml/prediction-columns.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {readJsonFile} from '../shared/json-file.ts';
import {createTableFile} from '../shared/table-files.ts';
import {Contents, environmentPath, licencePath} from './contents.ts';
import {projectRelative} from './ingredients.ts';
import type {PackageSettings} from './settings.ts';

const EXAMPLE_ROWS = 3;

export interface BundleWork {
  readonly context: StageContext;
  readonly settings: PackageSettings;
  readonly host: Host;
  readonly tools: KindTools;
  /** The folder to write. */
  readonly folder: string;
  readonly ingredients: readonly Ingredient[];
  /** Held-out rows and what was predicted for them; absent when the model is packed untried. */
  readonly held?: {readonly rows: Table; readonly stored: Table};
  /** Rows that will be compared. */
  readonly parityRows: number;
  /** The version of this mlp. */
  readonly version: string;
}

/** What the card and the SBOM say of the predictor. */
interface Described {
  readonly predictor: BundlePredictor;
  readonly model?: Model;
  readonly inputs: readonly InputColumn[];
}

export async function writeBundle(work: BundleWork): Promise<void> {
  const {context, settings, host, folder, version} = work;
  const contents = new Contents(host, folder);
  const described = predictorOf(work, contents);
  const {measures, gates} = copyReports(work, contents);
  for (const path of settings.environment) contents.copy(path, environmentPath(path));
  for (const path of settings.licences) contents.copy(path, licencePath(path));
  for (const path of settings.files) contents.copyAll(path, projectRelative(host.files.absolute(path), host));
  await writeExamples(work, described, contents);
  writeDescriptions(work, described, {measures, gates}, contents);
  refuseTooLarge(contents, settings);
  const manifest = manifestText({
    bundle_version: BUNDLE_VERSION,
    name: settings.name,
    mlp: version,
    predictor: described.predictor,
    ...(gates === undefined ? {} : {gates}),
    ...(settings.override === undefined ? {} : {override: settings.override}),
    files: contents.files,
  });
  host.files.writeAtomic(`${folder}/${MANIFEST}`, manifest);
  // Who signs is in the envelope; where the key lay is a matter of the machine.
  const {sign: _, ...stated} = settings;
  const statement = provenanceStatement({
    bundle: settings.name,
    manifestSha256: host.hashing.sha256(manifest),
    mlp: version,
    stage: context.stage,
    settings: stated as unknown as JsonObject,
    ingredients: work.ingredients,
  });
  host.files.writeAtomic(`${folder}/${PROVENANCE}`, await signed(statement, settings, host));
}

const MOST_NAMED = 5;

function refuseTooLarge({files}: Contents, settings: PackageSettings): void {
  const most = parseSize(settings.max_size);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (most === undefined || bytes <= most) return;
  const largest = [...files].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_NAMED);
  throw new Error(
    `the bundle takes ${formatBytes(bytes)}, and \`max_size\` is ${formatBytes(most)}; the largest files are ` +
      largest.map((file) => `\`${file.path}\` (${formatBytes(file.bytes)})`).join(', '),
  );
}

function predictorOf({context, settings, tools, host}: BundleWork, contents: Contents): Described {
  const {inputs} = context;
  if (settings.command !== undefined) return {predictor: {kind: 'command', argv: settings.command}, inputs: []};
  const path = inputs['model'] ?? '';
  contents.copy(path, LAYOUT.model);
  const model = decodeModel(host.files.readBytes(path), `\`${projectRelative(path, host)}\``);
  const featurizer = inputs['featurizer'];
  if (featurizer === undefined)
    return {
      predictor: {kind: 'mlp', model: LAYOUT.model, functions: {}},
      model,
      inputs: model.features.map((name) => ({name, type: 'number'})),
    };
  contents.copy(featurizer, LAYOUT.featurizer);
  const functions: Record<string, string> = {};
  for (const [index, reference] of settings.functions.entries()) {
    const place = `${LAYOUT.functions}/${index}.mjs`;
    contents.write(place, host.files.readBytes(tools.moduleOf(reference)));
    functions[reference] = place;
  }
  const {inputs: columns} = readJsonFile(host, featurizer) as unknown as Featurizer;
  return {
    predictor: {kind: 'mlp', model: LAYOUT.model, featurizer: LAYOUT.featurizer, functions},
    model,
    inputs: columns,
  };
}

/** Metrics, gates, findings and the profile, each under its name. */
function copyReports(
  {context, host}: BundleWork,
  contents: Contents,
): {readonly measures: readonly Measure[]; readonly gates: GateState | undefined} {
  const json = (name: string): Json | undefined => {
    const path = context.inputs[name];
    return path === undefined ? undefined : readJsonFile(host, path);
  };
  for (const name of ['metrics', 'gates', 'findings', 'profile'] as const) {
    const path = context.inputs[name];
    if (path !== undefined) contents.copy(path, LAYOUT[name]);
  }
  const [metrics, gates] = [json('metrics'), json('gates')];
  return {
    measures: metrics === undefined ? [] : measuresOf(metrics),
    gates: gates === undefined ? undefined : gateStateOf(gates),
  };
}

async function writeExamples(
  {held, host, folder}: BundleWork,
  {inputs, predictor}: Described,
  contents: Contents,
): Promise<void> {
  if (held === undefined) {
    if (inputs.length > 0) contents.write(LAYOUT.inputSchema, inputSchemaText(inputs));
    return;
  }
  const first = Uint32Array.from({length: Math.min(EXAMPLE_ROWS, held.rows.rowCount)}, (_, row) => row);
  const request =
    predictor.kind === 'mlp'
      ? selectColumns(
          held.rows,
          inputs.map(({name}) => name),
        )
      : held.rows;
  contents.write(LAYOUT.inputSchema, inputSchemaText(inputColumns(request)));
  const stored = held.stored.columns.map(({name}) => name).filter(isPrediction);
  for (const [place, table] of [
    [LAYOUT.exampleRequest, request],
    [LAYOUT.exampleResponse, selectColumns(held.stored, stored)],
  ] as const) {
    const temporary = `${folder}/.example.csv`;
    const writer = await createTableFile(host, temporary);
    await writer.write(takeRows(table, first));
    await writer.end();
    contents.write(place, host.files.readBytes(temporary));
    host.files.remove(temporary);
  }
}

function writeDescriptions(
  {settings, ingredients, parityRows, version}: BundleWork,
  {predictor, model, inputs}: Described,
  {measures, gates}: {readonly measures: readonly Measure[]; readonly gates: GateState | undefined},
  contents: Contents,
): void {
  const data = ingredients.flatMap(({name, uri, digest}) =>
    'sha256' in digest && !NO_DATA.includes(name) ? [{name, path: uri, sha256: digest.sha256}] : [],
  );
  const {task} = model ?? {};
  const classes = task?.kind === 'classification' ? task.classes : undefined;
  const given = {
    ...(settings.description === undefined ? {} : {description: settings.description}),
    ...(settings.licence === undefined ? {} : {licence: settings.licence}),
  };
  const architecture = model === undefined ? undefined : architectureOf(model);
  contents.write(
    LAYOUT.sbom,
    sbomText({
      name: settings.name,
      ...given,
      mlp: version,
      ...(architecture === undefined ? {} : {architecture}),
      ...(task === undefined ? {} : {task: task.kind}),
      metrics: measures,
      data,
      model: LAYOUT.model,
      files: contents.files,
    }),
  );
  const what =
    predictor.kind === 'command'
      ? `A program predicts: \`${predictor.argv.join(' ')}\`.`
      : `A ${architecture ?? 'model'}${classes === undefined ? '' : ` that tells ${formatList(classes.map((name) => `\`${name}\``))} apart`} by ${plural(model?.features.length ?? 0, 'feature')}.`;
  contents.write(
    LAYOUT.card,
    modelCard({
      name: settings.name,
      ...given,
      ...(settings.intended_use === undefined ? {} : {intendedUse: settings.intended_use}),
      ...(settings.limitations === undefined ? {} : {limitations: settings.limitations}),
      ...(settings.owner === undefined ? {} : {owner: settings.owner}),
      ...(settings.override === undefined ? {} : {override: settings.override}),
      ...(gates === undefined ? {} : {gates}),
      ...(classes === undefined ? {} : {classes}),
      model: what,
      modelBytes: contents.files.find(({path}) => path === LAYOUT.model)?.bytes ?? 0,
      inputs,
      measures,
      data,
      parityRows,
      mlp: version,
    }),
  );
}

/** Inputs that lie in the bundle, or say how good it is; all others are what the model was made from or measured on. */
const NO_DATA = [
  'model',
  'featurizer',
  'metrics',
  'gates',
  'findings',
  'profile',
  'predictions',
  'files',
  'environment',
  'licences',
];

/** As people call what `train` calls by its setting `model`. */
const ARCHITECTURES: {readonly [model: string]: string} = {
  logistic: 'logistic regression',
  linear: 'linear regression',
  forest: 'random forest',
  boosting: 'gradient boosting model',
  net: 'neural net',
  majority: 'majority baseline',
  rule: 'rule baseline',
};

function architectureOf({settings}: Model): string {
  const model = isJsonObject(settings) ? settings['model'] : undefined;
  return (typeof model === 'string' ? ARCHITECTURES[model] : undefined) ?? 'model';
}

/** @throws Error with a sentence when there is a key and it cannot sign */
async function signed(statement: string, {sign}: PackageSettings, host: Host): Promise<string> {
  if (sign === undefined) return envelopeText(statement, undefined);
  const text = 'key_env' in sign ? host.env.get(sign.key_env) : undefined;
  if ('key_env' in sign && text === undefined)
    throw new Error(
      `the variable \`${sign.key_env}\` is not set: it must hold a private key, and stand under \`secrets\``,
    );
  const key =
    'key' in sign ? {file: sign.key.replace(/^~(?=\/)/, () => host.env.get('HOME') ?? '~')} : {text: text ?? ''};
  const message = signedText(statement);
  const signature = await host.signatures.sign(message, SIGNATURE_NAMESPACE, key);
  if (!signature.ok) throw new Error(`the bundle cannot be signed: ${signature.error}`);
  const fingerprint = await host.signatures.fingerprint(message, SIGNATURE_NAMESPACE, signature.value);
  if (!fingerprint.ok) throw new Error(`the bundle cannot be signed: ${fingerprint.error}`);
  return envelopeText(statement, {fingerprint: fingerprint.value, armoured: signature.value});
}
