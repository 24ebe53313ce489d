/** input-schema.json of a bundle: the columns that a request has, as a Frictionless Table Schema. */
import {isJsonObject, type Json} from '../base/json.ts';
import type {ColumnType, Table} from '../data/table.ts';

export interface InputColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns of a table, as they are read. */
export const inputColumns = (table: Table): readonly InputColumn[] =>
  table.columns.map(({name, type}) => ({name, type}));

/** Frictionless has no type of its own for integers of 64 bits. */
export function inputSchemaText(columns: readonly InputColumn[]): string {
  const fields = columns.map(({name, type}) => (type === 'bigint' ? {name, type: 'integer', bits: 64} : {name, type}));
  return `${JSON.stringify({fields, missingValues: ['', 'NA']}, null, 2)}\n`;
}

const TYPES: readonly ColumnType[] = ['integer', 'number', 'boolean', 'date', 'datetime', 'string'];

/** @returns undefined for a text that is no such schema. */
export function parseInputSchema(text: string): readonly InputColumn[] | undefined {
  let schema: Json;
  try {
    schema = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(schema) || !Array.isArray(schema['fields'])) return undefined;
  const columns: InputColumn[] = [];
  for (const field of schema['fields'] as readonly Json[]) {
    if (!isJsonObject(field)) return undefined;
    const {name, bits} = field;
    const type = TYPES.find((one) => one === field['type']);
    if (typeof name !== 'string' || type === undefined) return undefined;
    columns.push({name, type: bits === 64 ? 'bigint' : type});
  }
  return columns;
}
