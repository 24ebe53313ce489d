/**
 * MODEL_CARD.md of a bundle (Mitchell et al., Model Cards for Model Reporting, 2019): what people wrote in the settings, and
 * for the rest only what was measured. A section about which nothing is known says so.
 */
import {formatBytes, formatCount, formatNumber} from '../base/format.ts';
import type {GateState, Measure} from './measures.ts';

export interface CardFacts {
  readonly name: string;
  readonly description?: string;
  readonly intendedUse?: string;
  readonly limitations?: string;
  readonly owner?: string;
  readonly licence?: string;
  /** What kind of model, and what it gives, in a sentence. */
  readonly model: string;
  readonly modelBytes: number;
  readonly classes?: readonly string[];
  readonly inputs: readonly {readonly name: string; readonly type: string}[];
  readonly measures: readonly Measure[];
  readonly gates?: GateState;
  /** Why it is packaged although its gates failed. */
  readonly override?: string;
  readonly data: readonly {readonly name: string; readonly path: string; readonly sha256: string}[];
  /** Rows of the parity check. */
  readonly parityRows: number;
  readonly mlp: string;
}

const MOST_MEASURES = 60;

const GATE_WORDS: {readonly [state in GateState]: string} = {
  pass: 'All gates passed.',
  fail: 'At least one gate **failed**.',
  inconclusive: 'No gate failed, but the test set is too small to decide at least one of them.',
  unjudged: 'There were no gates: nothing judged this model.',
};

export function modelCard(facts: CardFacts): string {
  const sections = [
    `# ${oneLine(facts.name)}\n\n${facts.description ?? 'No description was given.'}\n\n${facts.model}`,
    section('Intended use', facts.intendedUse ?? 'Not stated.'),
    section('Limitations', facts.limitations ?? 'Not stated.'),
    section('Measured', measured(facts)),
    section('Input', inputs(facts)),
    section('Data', data(facts)),
    section('Use', use(facts)),
    section('Facts', details(facts)),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, text: string): string => `## ${title}\n\n${text}`;

function measured({measures, gates, override}: CardFacts): string {
  const judged = gates === undefined ? [] : [GATE_WORDS[gates]];
  if (override !== undefined) judged.push(`It was packaged all the same: ${oneLine(override)}`);
  if (measures.length === 0) return ['No metrics were given to `package`.', ...judged].join('\n\n');
  const rows = measures
    .slice(0, MOST_MEASURES)
    .map(({name, value, low, high, rows: count}) => [
      name,
      formatNumber(value),
      low === undefined || high === undefined ? '' : `${formatNumber(low)} to ${formatNumber(high)}`,
      count === undefined ? '' : formatCount(count),
    ]);
  const more =
    measures.length > MOST_MEASURES
      ? [`${formatCount(measures.length - MOST_MEASURES)} more are in \`metrics.json\`.`]
      : [];
  return [table(['metric', 'value', '95 % interval', 'rows'], rows), ...more, ...judged].join('\n\n');
}

function inputs({inputs: columns}: CardFacts): string {
  if (columns.length === 0) return 'Not known.';
  return `${table(
    ['column', 'type'],
    columns.map(({name, type}) => [`\`${name}\``, type]),
  )}\n\n\`example-request.csv\` is a request, \`example-response.csv\` what the model answers to it.`;
}

function data({data: sets}: CardFacts): string {
  if (sets.length === 0) return 'Not stated. Name what the model learnt from as deps of `package`.';
  return table(
    ['', 'file', 'sha256'],
    sets.map(({name, path, sha256}) => [name, `\`${path}\``, `\`${sha256}\``]),
  );
}

const use = ({parityRows}: CardFacts): string =>
  [
    '```sh\nmlp verify BUNDLE                      # is every byte as it was packaged, and who signed it?',
    'mlp predict BUNDLE < example-request.csv\n```',
    '',
    parityRows === 0
      ? 'The packaged model was **not** compared with stored predictions.'
      : `Before it was packaged, the model in this folder gave the stored predictions again for ${formatCount(parityRows)} rows, in a process of its own.`,
  ].join('\n');

const details = ({owner, licence, classes, modelBytes, mlp}: CardFacts): string =>
  [
    `- Owner: ${owner ?? 'not stated'}`,
    `- Licence: ${licence ?? 'not stated'}`,
    ...(classes === undefined ? [] : [`- Classes: ${classes.map((name) => `\`${name}\``).join(', ')}`]),
    `- Size of the model: ${formatBytes(modelBytes)}`,
    `- Packaged by mlp ${mlp}`,
  ].join('\n');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const cell = (text: string): string => oneLine(text).replaceAll('|', '\\|');
const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
