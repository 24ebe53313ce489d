import {readFileSync, writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {readCsv, writeCsv} from './csv.ts';
import {predict, type Model} from './model.ts';

interface Params {
  readonly label: string;
}

const share = (hits: number, of: number): number => (of === 0 ? 0 : Number((hits / of).toFixed(4)));

export default defineStage<Params>(({params, inputs, outputs}) => {
  const model = JSON.parse(readFileSync(inputs.model, 'utf8')) as Model;
  const judged = readCsv(inputs.test).map((row) => ({truth: row[params.label], prediction: predict(model, row)}));
  writeCsv(outputs.predictions, judged);

  const right = judged.filter(({truth, prediction}) => truth === prediction);
  const recall = model.classes.map((name) => {
    const among = judged.filter(({truth}) => truth === name).length;
    return [name, share(right.filter(({truth}) => truth === name).length, among)];
  });
  const metrics = {
    accuracy: share(right.length, judged.length),
    rows: judged.length,
    recall: Object.fromEntries(recall),
  };
  writeFileSync(outputs.metrics, `${JSON.stringify(metrics, null, 2)}\n`);
});
