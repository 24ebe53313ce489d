/** What a bundle says of itself, read from its files. Nothing is checked: that is `verifyBundle`'s. */
import type {Json} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import {decodeModel} from '../ml/model-file.ts';
import type {Model} from '../ml/model.ts';
import type {BundleFiles} from './bundle-files.ts';
import {parseInputSchema, type InputColumn} from './input-schema.ts';
import {LAYOUT} from './layout.ts';
import {MANIFEST, parseManifest, PROVENANCE, type BundleManifest} from './manifest.ts';
import {measuresOf, type Measure} from './measures.ts';
import {openEnvelope} from './provenance.ts';

export interface BundleDescription {
  readonly manifest: BundleManifest;
  readonly bytes: number;
  readonly measures: readonly Measure[];
  readonly inputs: readonly InputColumn[];
  readonly classes?: readonly string[];
  /** Columns of the matrix that the model learnt from. */
  readonly features?: number;
  readonly ingredients: readonly {readonly name: string; readonly uri: string; readonly digest: string}[];
  readonly environment: readonly string[];
}

/** @returns a sentence for what is no bundle that this mlp reads. */
export function describeBundle(files: BundleFiles): Result<BundleDescription, string> {
  const manifest = parseManifest(textOf(files, MANIFEST) ?? '');
  if (!manifest.ok) return err(`\`${files.name}\`: ${manifest.error}`);
  const {predictor} = manifest.value;
  const bytes = predictor.kind === 'mlp' ? files.read(predictor.model) : undefined;
  const model = bytes === undefined ? ok(undefined) : decoded(bytes, files.name);
  if (!model.ok) return model;
  const metrics = jsonOf(files, LAYOUT.metrics);
  const envelope = openEnvelope(textOf(files, PROVENANCE) ?? '');
  return ok({
    manifest: manifest.value,
    bytes: manifest.value.files.reduce((sum, file) => sum + file.bytes, 0),
    measures: metrics === undefined ? [] : measuresOf(metrics),
    inputs: parseInputSchema(textOf(files, LAYOUT.inputSchema) ?? '') ?? [],
    ...(model.value?.task.kind === 'classification' ? {classes: model.value.task.classes} : {}),
    ...(model.value === undefined ? {} : {features: model.value.features.length}),
    ingredients: envelope.ok ? envelope.value.ingredients : [],
    environment: manifest.value.files
      .map(({path}) => path)
      .filter((path) => path.startsWith(`${LAYOUT.environment}/`))
      .map((path) => path.slice(LAYOUT.environment.length + 1)),
  });
}

/** Its model may be damaged, or of a newer mlp. */
function decoded(bytes: Uint8Array, name: string): Result<Model, string> {
  try {
    return ok(decodeModel(bytes));
  } catch (error) {
    return err(`\`${name}\`: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function textOf(files: BundleFiles, path: string): string | undefined {
  const bytes = files.read(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function jsonOf(files: BundleFiles, path: string): Json | undefined {
  try {
    return JSON.parse(textOf(files, path) ?? '') as Json;
  } catch {
    return undefined;
  }
}
