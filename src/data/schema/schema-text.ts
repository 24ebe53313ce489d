/** A proposed schema as the text of a schema file: the same bytes for the same table, a comment with the evidence on each line. */
import {safeText} from '../../base/display.ts';
import {plural} from '../../base/format.ts';
import {yamlFlow, yamlText} from '../../base/yaml-path.ts';
import {isJsonObject, type JsonObject} from '../../base/json.ts';
import type {ProposedColumn, ProposedLine, ProposedSchema} from './infer.ts';

/** A key of a map on one line may have at most 1,024 characters in YAML. */
const LONGEST_KEY = 1000;

/** @param source the table as the user named it. @param missingValues those that it was read with. */
export function schemaText(schema: ProposedSchema, source: string, missingValues: readonly string[]): string {
  const {rows, primaryKey, columns} = schema;
  return [
    `# Made by \`mlp schema infer\` from ${plural(rows, 'row')} of ${safeText(source)}. What is true of all tables of this kind`,
    '# and what only happened to be so in this one, you know better: change it, then commit it.',
    `missingValues: [${missingValues.map((text) => JSON.stringify(text)).join(', ')}]`,
    'extra: warn',
    ...(primaryKey === undefined
      ? []
      : [`primaryKey: [${yamlText(primaryKey.column)}]${comment(primaryKey.evidence)}`]),
    ...(columns.length === 0 ? ['columns: {}'] : ['columns:', ...columns.map((column) => columnText(column, '  '))]),
    '',
  ].join('\n');
}

/** The lines of one column, without a line end. */
export function columnText({name, lines}: ProposedColumn, indent: string): string {
  const key = yamlText(name);
  const head = key.length > LONGEST_KEY ? `${indent}? ${key}\n${indent}:` : `${indent}${key}:`;
  return [head, ...lines.map((line) => `${indent}  ${lineText(line)}`)].join('\n');
}

function lineText({key, value, evidence, isOffer}: ProposedLine): string {
  return `${isOffer === true ? '# ' : ''}${key}: ${yamlFlow(value)}${comment(evidence)}`;
}

const comment = (text: string): string => ` # ${safeText(text)}`;

/** A schema as plain values, as text: a line for each column. */
export function plainSchemaText(schema: JsonObject): string {
  const {columns, ...rest} = schema;
  const lines = Object.entries(rest).map(([key, value]) => `${key}: ${yamlFlow(value)}`);
  const members = isJsonObject(columns) ? Object.entries(columns) : [];
  const own = members.map(([name, column]) => {
    const key = yamlText(name);
    return key.length > LONGEST_KEY ? `  ? ${key}\n  : ${yamlFlow(column)}` : `  ${key}: ${yamlFlow(column)}`;
  });
  return [...lines, own.length === 0 ? 'columns: {}' : 'columns:', ...own, ''].join('\n');
}
