import {defineStage} from 'mlp-cli';
import {readEntities} from './lib/entities.ts';
import {labelOf, writeFeatureTable} from './lib/feature-table.ts';
import {FEATURES} from './lib/features.ts';
import {readLookUpTables} from './lib/look-up-tables.ts';
import {parseName} from './lib/name.ts';

interface Params {
  readonly features: readonly string[];
}

const DECIMALS = 4;

export default defineStage<Params>(({params, inputs, outputs, log}) => {
  const {features} = params;
  const unknown = features.filter((feature) => !Object.hasOwn(FEATURES, feature));
  if (unknown.length > 0)
    throw new Error(`params.yaml names features that src/lib/features.ts does not have: ${unknown.join(', ')}`);

  const {firstNames, surnames, legalForms, organisationWords} = inputs;
  const tables = readLookUpTables({firstNames, surnames, legalForms, organisationWords});
  for (const part of ['train', 'test']) {
    const entities = readEntities(inputs[part]);
    const rows = entities.map((entity) => {
      const name = parseName(entity.name);
      return features.map((feature) => Number(FEATURES[feature](name, tables).toFixed(DECIMALS)));
    });
    writeFeatureTable(outputs[part], {features, rows, labels: entities.map(({label}) => labelOf(label))});
    log(`${part}: ${entities.length} rows of ${features.length} features`);
  }
});
