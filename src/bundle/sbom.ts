/**
 * sbom.cdx.json of a bundle: what is in it, as CycloneDX 1.6 (cyclonedx.org), with the model as a machine-learning model
 * that has a card. No serial number and no time, so the same bundle gives the same bytes.
 */
import type {Json} from '../base/json.ts';
import type {BundleFile} from './manifest.ts';

export interface SbomFacts {
  readonly name: string;
  readonly description?: string;
  /** SPDX identifier. */
  readonly licence?: string;
  readonly mlp: string;
  /** e.g. `logistic regression`; absent for a model that mlp cannot read. */
  readonly architecture?: string;
  readonly task?: 'classification' | 'regression';
  /** Flat numbers that were measured. */
  readonly metrics: readonly {
    readonly name: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
  /** What the model learnt from. */
  readonly data: readonly {readonly name: string; readonly sha256: string}[];
  /** Path of the model among the files. */
  readonly model: string;
  readonly files: readonly BundleFile[];
}

export function sbomText(facts: SbomFacts): string {
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: {components: [{type: 'application', name: 'mlp-cli', version: facts.mlp}]},
      component: modelComponent(facts),
    },
    components: [...facts.files.map(fileComponent), ...facts.data.map(dataComponent)],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function modelComponent(facts: SbomFacts): Json {
  const model = facts.files.find(({path}) => path === facts.model);
  return {
    type: 'machine-learning-model',
    'bom-ref': `model:${facts.name}`,
    name: facts.name,
    ...(facts.description === undefined ? {} : {description: facts.description}),
    ...(facts.licence === undefined ? {} : {licenses: [{license: licenceOf(facts.licence)}]}),
    ...(model === undefined ? {} : {hashes: hashes(model.sha256)}),
    modelCard: {
      modelParameters: {
        ...(facts.task === undefined ? {} : {task: facts.task}),
        ...(facts.architecture === undefined ? {} : {modelArchitecture: facts.architecture}),
        datasets: facts.data.map(({name, sha256}) => ({ref: dataRef(name, sha256)})),
      },
      quantitativeAnalysis: {
        performanceMetrics: facts.metrics.map(({name, value, low, high}) => ({
          type: name,
          value: String(value),
          ...(low === undefined || high === undefined
            ? {}
            : {confidenceInterval: {lowerBound: String(low), upperBound: String(high)}}),
        })),
      },
    },
  };
}

/** An identifier of SPDX has no blanks; anything else is a name. */
const licenceOf = (licence: string): Json => (SPDX.includes(licence) ? {id: licence} : {name: licence});

/** Identifiers that people use for models and data; others are given as names, which every reader takes. */
const SPDX: readonly string[] = [
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC0-1.0',
  'EUPL-1.2',
  'GPL-2.0-only',
  'GPL-2.0-or-later',
  'GPL-3.0-only',
  'GPL-3.0-or-later',
  'ISC',
  'LGPL-3.0-only',
  'MIT',
  'MPL-2.0',
  'ODbL-1.0',
  'PDDL-1.0',
  'Unlicense',
];

const fileComponent = ({path, sha256}: BundleFile): Json => ({
  type: 'file',
  'bom-ref': `file:${path}`,
  name: path,
  hashes: hashes(sha256),
});

const dataComponent = ({name, sha256}: {readonly name: string; readonly sha256: string}): Json => ({
  type: 'data',
  'bom-ref': dataRef(name, sha256),
  name,
  hashes: hashes(sha256),
});

const dataRef = (name: string, sha256: string): string => `data:${name}:${sha256.slice(0, 16)}`;
const hashes = (sha256: string): Json => [{alg: 'SHA-256', content: sha256}];
