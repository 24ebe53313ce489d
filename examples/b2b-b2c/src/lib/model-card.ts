import type {Measures} from './measures.ts';

export interface Candidate {
  readonly kind: 'logistic' | 'forest';
  readonly trainRows: number;
  readonly metrics: Measures & {readonly recall_by_source: Readonly<Record<string, number>>};
}

interface CardFacts {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** The measure by which the first is the best. */
  readonly by: string;
  readonly features: readonly string[];
}

const MODEL_NAMES = {logistic: 'logistic regression', forest: 'random forest'};
const MEASURES = ['accuracy', 'f1', 'auc', 'log_loss', 'person_recall', 'organisation_recall'] as const;

const number = (value: number): string => value.toFixed(4);
const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const [header, ...lines] = rows;
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

/** Markdown; every number in it is measured, none is written by hand. */
export function writeModelCard({candidates, by, features}: CardFacts): string {
  const [best] = candidates;
  const {metrics} = best;
  const {confusion} = metrics;
  return `# Business or person?

A ${MODEL_NAMES[best.kind]} that takes a name and gives the probability that it is an organisation (B2B) and not a person (B2C).
It learnt from ${best.trainRows} names and was measured on ${metrics.rows} others. A guess that always takes the larger class reaches ${number(metrics.majority_accuracy)}.

## Measured

The best by ${by} comes first; it is the one in this folder.

${table([
  ['model', 'rows learnt from', ...MEASURES],
  ...candidates.map(({kind, trainRows, metrics: measured}) => [
    MODEL_NAMES[kind],
    trainRows,
    ...MEASURES.map((name) => number(measured[name])),
  ]),
])}

${table([
  ['truth', 'taken for an organisation', 'taken for a person'],
  ['organisation', confusion.organisation_as_organisation, confusion.organisation_as_person],
  ['person', confusion.person_as_organisation, confusion.person_as_person],
])}

## Where it is weaker

Share of right answers by the list that a name comes from:

${table([['source', 'right'], ...Object.entries(metrics.recall_by_source).map(([source, recall]) => [source, number(recall)])])}

The tables of first names and surnames are from the United States: names of persons from elsewhere are recognised less often.
Names in scripts other than Latin are all organisations in this data; do not trust an answer for them.
The persons are athletes and people of history: private persons may be named in other ways.

## Input

${features.length} features, in this order: ${features.map((feature) => `\`${feature}\``).join(', ')}.
`;
}
