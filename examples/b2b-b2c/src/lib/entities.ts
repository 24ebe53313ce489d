/** The table that the first stages hand on: one real name a row. */
import {readFileSync, writeFileSync} from 'node:fs';
import {formatCsv, parseCsv} from './csv.ts';

export const COLUMNS = ['name', 'label', 'source'] as const;

export interface Entity {
  readonly name: string;
  /** `B2B` for an organisation, `B2C` for a person. */
  readonly label: string;
  /** The list that the name comes from, see SOURCES.md. */
  readonly source: string;
}

export function readEntities(path: string): Entity[] {
  return parseCsv(readFileSync(path, 'utf8'))
    .slice(1)
    .map(([name, label, source]) => ({name, label, source}));
}

export function writeEntities(path: string, entities: readonly Entity[]): void {
  writeFileSync(path, formatCsv([COLUMNS, ...entities.map(({name, label, source}) => [name, label, source])]));
}
