import {writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {firstRows, readFeatureTable} from './lib/feature-table.ts';
import {trainLogistic} from './lib/logistic.ts';

interface Params {
  readonly train: {readonly logistic: {readonly rows: number; readonly steps: number}};
}

export default defineStage<Params>(({params, inputs, outputs, metric}) => {
  const {rows, steps} = params.train.logistic;
  const sample = firstRows(readFeatureTable(inputs.features), rows);
  metric('train_rows', sample.rows.length);
  writeFileSync(outputs.model, JSON.stringify(trainLogistic(sample, {steps})));
});
