/** A table and its schema as a command is given them. */
import {findingCodes, type Finding} from '../data/findings.ts';
import type {Host} from '../host/host.ts';
import {UsageError} from '../project/usage-error.ts';
import {schemaOfText} from '../stages/shared/load-schema.ts';
import type {Reference} from '../stages/shared/profile-file.ts';
import {parseTime} from '../stages/validate/parse-time.ts';
import {MOST_BAD_ROWS} from '../stages/validate/settings.ts';
import {validateTable, type Validated} from '../stages/validate/validate-table.ts';
import {projectFunction} from './project-function.ts';

export interface ValidateOptions {
  readonly schema: string;
  /** In place of what the file holds. */
  readonly schemaText?: string;
  readonly role?: string;
  readonly reference?: Reference;
  readonly asOf?: string;
  /** A folder for the rows that break rules. */
  readonly rows?: string;
}

/** @throws UsageError when a file is not there or is not what it should be. */
export function validateFiles(host: Host, table: string, options: ValidateOptions): Promise<Validated> {
  const {role, reference, rows, asOf, schemaText} = options;
  return asUsage(async () => {
    for (const path of [table, options.schema, reference !== undefined && 'path' in reference ? reference.path : table])
      if (host.files.stat(path) === undefined) throw new UsageError(`\`${path}\` is not there`);
    const schema = await schemaOfText(schemaText ?? host.files.readText(options.schema), options.schema);
    const time = asOf === undefined ? host.clock.now() : parseTime(asOf);
    if (time === undefined)
      throw new UsageError(`--as-of takes a time such as 2024-01-31T12:00:00Z, not \`${asOf ?? ''}\``);
    if (rows !== undefined) removeOldRows(host, rows);
    return validateTable(host, {
      path: table,
      table,
      schema,
      asOf: time,
      read: {},
      ...(role === undefined ? {} : {role}),
      ...(reference === undefined ? {} : {reference}),
      ...(rows === undefined ? {} : {rows: {folder: rows, most: MOST_BAD_ROWS}}),
      functionOf: (name) => projectFunction(host, name),
    });
  });
}

/** Rows of an earlier check would look like those of this one. Other files stay. */
function removeOldRows({files}: Host, folder: string): void {
  if (files.stat(folder)?.type !== 'dir') return;
  const isOfRule = (name: string): boolean =>
    name.endsWith('.csv') && Object.keys(findingCodes).some((code) => name.startsWith(`${code}-`));
  for (const {name} of files.list(folder)) if (isOfRule(name)) files.remove(`${folder}/${name}`);
}

/** What a file holds is the user's: a sentence and no stack. */
export async function asUsage<T>(action: () => Promise<T> | T): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(error.message);
  }
}

export const isBroken = ({level}: Finding): boolean => level !== 'ok';
