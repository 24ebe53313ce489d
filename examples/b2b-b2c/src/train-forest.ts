import {writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {firstRows, readFeatureTable} from './lib/feature-table.ts';
import {trainForest} from './lib/forest.ts';

interface Params {
  readonly train: {readonly forest: {readonly rows: number; readonly trees: number; readonly feature_share: number}};
}

export default defineStage<Params>(({params, inputs, outputs, metric, seed}) => {
  const {rows, trees, feature_share: featureShare} = params.train.forest;
  const sample = firstRows(readFeatureTable(inputs.features), rows);
  metric('train_rows', sample.rows.length);
  writeFileSync(outputs.model, JSON.stringify(trainForest(sample, {trees, featureShare, seed})));
});
