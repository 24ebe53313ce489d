import {readFileSync, writeFileSync} from 'node:fs';
import {basename} from 'node:path';
import {defineStage} from 'mlp-cli';

const METRICS = ['accuracy', 'f1', 'auc', 'log_loss', 'recall.B2C'];

type Metrics = Readonly<Record<string, number | {readonly value: number; readonly lo?: number; readonly hi?: number}>>;

/** One table of all models, the best by accuracy first: built in, scikit-learn and R are judged by the same code. */
export default defineStage(({inputFiles, outputs}) => {
  const models = Object.values(inputFiles)
    .flat()
    .map((path) => ({name: basename(path, '.json'), metrics: JSON.parse(readFileSync(path, 'utf8')) as Metrics}));
  const value = (metrics: Metrics, name: string): number => {
    const metric = metrics[name];
    return typeof metric === 'object' ? metric.value : (metric ?? Number.NaN);
  };
  models.sort((left, right) => value(right.metrics, 'accuracy') - value(left.metrics, 'accuracy'));
  const rows = [
    ['model', ...METRICS],
    ['---', ...METRICS.map(() => '---')],
    ...models.map(({name, metrics}) => [name, ...METRICS.map((metric) => value(metrics, metric).toFixed(4))]),
  ];
  writeFileSync(outputs.table ?? '', `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
});
