import {writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {readCsv} from './csv.ts';
import {probabilities, standardised} from './model.ts';

interface Params {
  readonly features: readonly string[];
  readonly label: string;
  readonly train: {readonly steps: number; readonly learning_rate: number; readonly l2: number};
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export default defineStage<Params>(({params, inputs, outputs, metric, progress}) => {
  const {features, label, train} = params;
  const rows = readCsv(inputs.train);
  const columns = features.map((feature) => rows.map((row) => Number(row[feature])));
  const mean = columns.map(average);
  const deviation = columns.map((column, j) => Math.sqrt(average(column.map((value) => (value - mean[j]) ** 2))) || 1);
  const classes = [...new Set(rows.map((row) => row[label]))].sort();
  const scale = {classes, features, mean, deviation};

  const examples = rows.map((row) => ({x: standardised(scale, row), truth: classes.indexOf(row[label])}));
  const weights = classes.map(() => new Array<number>(features.length + 1).fill(0));
  for (let step = 1; step <= train.steps; step++) {
    const gradient = weights.map((row) => row.map((weight) => weight * train.l2));
    let loss = 0;
    for (const {x, truth} of examples) {
      const shares = probabilities(weights, x);
      loss -= Math.log(shares[truth]) / examples.length;
      shares.forEach((share, k) => {
        const error = (share - (k === truth ? 1 : 0)) / examples.length;
        x.forEach((value, j) => (gradient[k][j] += error * value));
      });
    }
    weights.forEach((row, k) => row.forEach((_, j) => (row[j] -= train.learning_rate * gradient[k][j])));
    if (step % 20 === 0) {
      metric('loss', loss, step);
      progress(step / train.steps);
    }
  }
  writeFileSync(outputs.model, `${JSON.stringify({...scale, weights}, null, 2)}\n`);
});
