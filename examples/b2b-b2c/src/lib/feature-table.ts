/** The numbers that the models read: a row of features and a label for each name. */
import {readFileSync, writeFileSync} from 'node:fs';
import {formatCsv, parseCsv} from './csv.ts';

export interface FeatureTable {
  readonly features: readonly string[];
  /** One row a name, one number a feature. */
  readonly rows: readonly (readonly number[])[];
  /** 1 for an organisation, 0 for a person; one a row. */
  readonly labels: readonly number[];
}

export const ORGANISATION = 1;
export const PERSON = 0;

export function labelOf(label: string): number {
  return label === 'B2B' ? ORGANISATION : PERSON;
}

export function readFeatureTable(path: string): FeatureTable {
  const [header, ...lines] = parseCsv(readFileSync(path, 'utf8'));
  const table = lines.map((line) => line.map(Number));
  return {
    features: header.slice(1),
    rows: table.map((line) => line.slice(1)),
    labels: table.map(([label]) => label),
  };
}

export function writeFeatureTable(path: string, {features, rows, labels}: FeatureTable): void {
  const lines = rows.map((row, index) => [labels[index], ...row]);
  writeFileSync(path, formatCsv([['label', ...features], ...lines]));
}

/** The first rows of a table; the rows are in a random order, so that they are a random sample. */
export function firstRows({features, rows, labels}: FeatureTable, count: number): FeatureTable {
  return {features, rows: rows.slice(0, count), labels: labels.slice(0, count)};
}
