/** Schema files that a command changes: widened so that a table is accepted, never made stricter. */
import {safeText} from '../base/display.ts';
import type {Json} from '../base/json.ts';
import {unifiedDiff} from '../base/unified-diff.ts';
import type {YamlEdit} from '../config/patch-yaml.ts';
import {patchesOf} from '../data/check/patches.ts';
import type {Finding} from '../data/findings.ts';
import type {ProposedColumn} from '../data/schema/infer.ts';
import type {Host} from '../host/host.ts';
import {UsageError} from '../project/usage-error.ts';
import {schemaOfText} from '../stages/shared/load-schema.ts';
import {inferTable} from '../stages/validate/infer-table.ts';
import type {CommandContext} from './command.ts';
import {asUsage, isBroken, validateFiles} from './validate-files.ts';

/** A patch that is followed by others: a wider type lets values in that other rules have not seen. */
const MOST_ROUNDS = 5;

/** Writes the schema with the edits, prints the difference. */
export async function changeSchema(
  {host, globals}: CommandContext,
  path: string,
  edits: readonly YamlEdit[],
  isDry: boolean,
): Promise<void> {
  const before = host.files.readText(path);
  const after = await edited(before, path, edits);
  host.output.out(unifiedDiff(before, after, path));
  if (!isDry && after !== before) host.files.writeAtomic(path, after);
  if (globals.verbosity >= 0 && after === before) host.output.talk(`nothing to change in ${path}\n`);
}

async function edited(text: string, path: string, edits: readonly YamlEdit[]): Promise<string> {
  const {patchYaml} = await import('../config/patch-yaml.ts');
  const {text: after, left} = await patchYaml(text, edits);
  const [first] = left;
  if (first === undefined) return after;
  throw new UsageError(
    `\`${first.path.join('.')}\` of \`${path}\` cannot be changed as text (an alias or an unusual shape)`,
    'change it by hand',
  );
}

/** Widens the schema until the table is accepted; tells what it leaves alone. */
export async function updateSchema(
  context: CommandContext,
  table: string,
  path: string,
  isDry: boolean,
): Promise<void> {
  const {host} = context;
  const before = host.files.readText(path);
  const {missingValues} = (await asUsage(() => schemaOfText(before, path))).schema;
  let text = before;
  let broken: readonly Finding[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    broken = (await validateFiles(host, table, {schema: path, schemaText: text})).findings.filter(isBroken);
    const edits = await widening(host, table, broken, missingValues);
    const next = await edited(text, path, edits);
    if (next === text) break;
    text = next;
  }
  if (!isDry && text !== before) host.files.writeAtomic(path, text);
  host.output.out(unifiedDiff(before, text, path));
  for (const {level, message, code} of broken)
    if (level !== 'info' || code === 'column.absent') host.output.talk(`left alone: ${safeText(message)}\n`);
  if (text === before && context.globals.verbosity >= 0) host.output.talk(`nothing to change in ${path}\n`);
}

async function widening(
  host: Host,
  table: string,
  broken: readonly Finding[],
  missingValues: readonly string[],
): Promise<readonly YamlEdit[]> {
  const extra = new Set(broken.flatMap(({code, column}) => (code === 'column.extra' ? (column ?? []) : [])));
  const columns =
    extra.size === 0
      ? []
      : (await inferTable(host, table, {missingValues})).columns.filter(({name}) => extra.has(name));
  // A column that is gone may be a mistake in the table: only a person can say that it is not needed any more.
  const rest = broken.filter(({code}) => code !== 'column.extra' && code !== 'column.absent');
  return [...patchesOf(rest), ...columns.map(newColumn)];
}

const newColumn = ({name, lines}: ProposedColumn): YamlEdit => ({
  path: ['columns', name],
  value: Object.fromEntries(lines.filter(({isOffer}) => isOffer !== true).map(({key, value}) => [key, value as Json])),
});
