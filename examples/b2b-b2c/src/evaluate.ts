import {readFileSync, writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {readEntities} from './lib/entities.ts';
import {readFeatureTable} from './lib/feature-table.ts';
import {measure, recallByGroup} from './lib/measures.ts';
import {predict, type Model} from './lib/model.ts';

export default defineStage(({inputs, outputs, log}) => {
  const model: Model = JSON.parse(readFileSync(inputs.model, 'utf8'));
  const {features, rows, labels} = readFeatureTable(inputs.features);
  if (features.join() !== model.features.join())
    throw new Error('the model was trained on other features than the test has');

  const probabilities = predict(model, rows);
  const measures = measure(labels, probabilities);
  const sources = readEntities(inputs.entities).map(({source}) => source);
  const metrics = {...measures, recall_by_source: recallByGroup(labels, probabilities, sources)};
  writeFileSync(outputs.metrics, `${JSON.stringify(metrics, null, 2)}\n`);
  log(
    `${model.kind}: accuracy ${measures.accuracy.toFixed(4)}, a majority guess ${measures.majority_accuracy.toFixed(4)}`,
  );
});
