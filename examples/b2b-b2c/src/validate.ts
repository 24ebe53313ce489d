import {readFileSync, writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {parseCsv} from './lib/csv.ts';
import {COLUMNS, readEntities, type Entity} from './lib/entities.ts';

interface Params {
  readonly validate: {readonly labels: readonly string[]; readonly min_rows: number; readonly min_label_share: number};
}

interface Finding {
  readonly check: string;
  readonly message: string;
  readonly count: number;
  /** The first few of what is wrong. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

/** Writes what is wrong with the table, and fails if anything is. */
export default defineStage<Params>(({params, inputs, outputs, log}) => {
  const {labels, min_rows: minRows, min_label_share: minLabelShare} = params.validate;
  const findings: Finding[] = [];
  const check = (name: string, message: string, bad: readonly string[]): void => {
    if (bad.length > 0) findings.push({check: name, message, count: bad.length, examples: bad.slice(0, EXAMPLES)});
  };

  const [header = [], ...lines] = parseCsv(readFileSync(inputs.entities, 'utf8'));
  check('schema', `header other than ${COLUMNS.join()}`, header.join() === COLUMNS.join() ? [] : [header.join()]);
  check(
    'schema',
    `rows without ${COLUMNS.length} fields`,
    lines.filter((line) => line.length !== COLUMNS.length).map(String),
  );

  const entities = readEntities(inputs.entities);
  const names = entities.map(({name}) => name);
  check('size', `table of fewer than ${minRows} rows`, entities.length < minRows ? [String(entities.length)] : []);
  check(
    'empty',
    'empty names',
    names.filter((name) => name.trim() === ''),
  );
  check(
    'label',
    `labels other than ${labels.join(', ')}`,
    entities.map(({label}) => label).filter((label) => !labels.includes(label)),
  );
  check(
    'balance',
    `labels with less than ${minLabelShare} of the rows`,
    labels.filter((label) => shareOf(label, entities) < minLabelShare),
  );
  check('duplicate', 'names that are there twice, but for case and signs', repeated(names));

  writeFileSync(outputs.findings, `${JSON.stringify({rows: entities.length, findings}, null, 2)}\n`);
  if (findings.length > 0) {
    const summary = findings.map(({message, count, examples}) => `${count} ${message} (${examples.join(', ')})`);
    throw new Error(`${inputs.entities} is not fit to learn from: ${summary.join('; ')}`);
  }
  log(`${entities.length} rows, nothing wrong`);
});

function shareOf(label: string, entities: readonly Entity[]): number {
  return entities.filter((entity) => entity.label === label).length / entities.length;
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const key = name
      .toUpperCase()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '');
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}
