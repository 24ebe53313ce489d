import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {defineStage} from 'mlp-cli';
import type {Measures} from './lib/measures.ts';
import type {Model} from './lib/model.ts';
import {writeModelCard, type Candidate} from './lib/model-card.ts';

interface Params {
  readonly package: {readonly best_by: 'accuracy' | 'f1' | 'auc'};
  readonly train: Readonly<Record<Model['kind'], {readonly rows: number}>>;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The folder holds all that is needed to use the model elsewhere; MANIFEST.json says what it must look like there. */
export default defineStage<Params>(({params, inputs, outputs, log}) => {
  const candidate = (kind: Model['kind']): Candidate => ({
    kind,
    trainRows: params.train[kind].rows,
    metrics: readJson(inputs[`${kind}Metrics`]) as Candidate['metrics'],
  });
  const by: keyof Measures = params.package.best_by;
  const candidates = [candidate('logistic'), candidate('forest')].sort(
    (left, right) => right.metrics[by] - left.metrics[by],
  );
  const [best] = candidates;
  const model: Model = readJson(inputs[`${best.kind}Model`]);

  const folder = outputs.package;
  const tables = [inputs.firstNames, inputs.surnames, inputs.legalForms, inputs.organisationWords];
  mkdirSync(join(folder, 'tables'), {recursive: true});
  for (const table of tables) copyFileSync(table, join(folder, 'tables', basename(table)));
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write('model.json', JSON.stringify(model));
  write('features.json', `${JSON.stringify(model.features, null, 2)}\n`);
  write('metrics.json', `${JSON.stringify(best.metrics, null, 2)}\n`);
  write('MODEL-CARD.md', writeModelCard({candidates, by, features: model.features}));

  const files = [
    'MODEL-CARD.md',
    'features.json',
    'metrics.json',
    'model.json',
    ...tables.map((table) => `tables/${basename(table)}`),
  ];
  const manifest = files.sort().map((path) => {
    const bytes = readFileSync(join(folder, path));
    return {path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')};
  });
  write('MANIFEST.json', `${JSON.stringify({files: manifest}, null, 2)}\n`);
  log(`${best.kind} is packaged, the better one by ${by}`);
});
