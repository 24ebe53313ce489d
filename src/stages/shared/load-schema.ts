import {formatCount} from '../../base/format.ts';
import {parseSchema} from '../../data/schema/parse.ts';
import type {SchemaPath, TableSchema} from '../../data/schema/schema.ts';
import type {Host} from '../../host/host.ts';
import {parseYaml} from './parse-yaml.ts';

/** A table schema and the file that it stands in. */
export interface LoadedSchema {
  readonly schema: TableSchema;
  /** `<file>:<line>` of a place in it. */
  whereOf(path: SchemaPath): string;
}

/** How many mistakes are shown before `and 9,950 more`. */
const MOST_MISTAKES = 50;

/**
 * @param name of the file, for messages.
 * @throws Error that tells all mistakes of the file, each with its line. FileTrouble when it cannot be read.
 */
export async function loadSchema(host: Host, path: string, name: string): Promise<LoadedSchema> {
  return schemaOfText(host.files.readText(path), name);
}

/** @param name of the file that the text is of or will be. @throws Error as `loadSchema` */
export async function schemaOfText(text: string, name: string): Promise<LoadedSchema> {
  const parsed = await parseYaml(name, text);
  const whereOf = (at: SchemaPath): string => `${name}:${String(parsed.lineOf(at))}`;
  const result = parseSchema(parsed.value);
  if (result.ok) return {schema: result.value, whereOf};
  const lines = result.error.slice(0, MOST_MISTAKES).map((mistake) => `${whereOf(mistake.path)}: ${mistake.message}`);
  const more = result.error.length - lines.length;
  if (more > 0) lines.push(`and ${formatCount(more)} more`);
  throw new Error(`\`${name}\` is no table schema:\n${lines.join('\n')}`);
}
