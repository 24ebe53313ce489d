/** `mlp drift REFERENCE TABLE`: has the data moved? */
import type {Side} from '../../data/drift/comparison.ts';
import {driftReport, unknownColumns} from '../../data/drift/findings.ts';
import {parseDriftRules, parseMetric, type DriftRules} from '../../data/drift/rules.ts';
import {profileJson} from '../../data/profile/profile-json.ts';
import type {Profile} from '../../data/profile/profile.ts';
import type {JsonObject} from '../../base/json.ts';
import type {TableSchema} from '../../data/schema/schema.ts';
import type {Host} from '../../host/host.ts';
import {UsageError} from '../../project/usage-error.ts';
import {readProfile, sideOf, type Reference} from '../../stages/shared/profile-file.ts';
import {loadSchema} from '../../stages/shared/load-schema.ts';
import {referenceSide} from '../../stages/validate/table-reader.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {readReference} from '../read-reference.ts';
import {asUsage} from '../validate-files.ts';
import {parseFindingFormat, printFindings, type FindingFormat} from '../print-findings.ts';

interface DriftOptions {
  readonly metric?: string;
  readonly warn?: string;
  readonly error?: string;
  readonly column?: readonly string[];
  readonly group?: string;
  readonly history?: readonly string[];
  readonly format?: FindingFormat;
  readonly output?: string;
  readonly profile?: string;
  readonly schema?: string;
}

export const driftCommand: CommandMember = {
  name: 'drift',
  summary: 'compare a table with a reference, column by column: what moved, how far, and what is noise',
  examples: [
    ['mlp drift data/2024.csv data/2025.csv', 'exit 1 when a column moved far'],
    ['mlp drift profile.json today.parquet', 'against the profile that `validate` wrote'],
    ['mlp drift names@champion requests.csv', 'against the data that a packaged model was made of'],
    ['mlp drift a.csv b.csv --format html -o drift.html', 'histograms side by side, in one file'],
    ['mlp drift a.csv b.csv --column session=off --column amount=wasserstein', 'a measure of its own for a column'],
  ],
  define(command, context) {
    command
      .argument(
        '<reference>',
        'a table (CSV, TSV, JSON lines, Parquet, Arrow), a profile.json, or NAME@VERSION of a packaged model',
      )
      .argument('<table>', 'what is compared with it: a table or a profile.json')
      .option('--schema <file>', 'a table schema: its types and its section `compare`')
      .option(
        '--metric <name>',
        'psi, jsd, linf, tvd, hellinger, cramers-v, ks, wasserstein, off (default: psi, texts by a classifier)',
      )
      .option('--warn <limit>', 'warn from this value of the measure on')
      .option('--error <limit>', 'fail from this value on')
      .option('--column <name=metric...>', 'a measure of its own for a column, or `off`')
      .option('--group <column>', 'rows of one value here are not independent: count values, not rows')
      .option('--history <profiles...>', 'profiles of 8 and more past windows: warn beyond what is usual among them')
      .option('--format <format>', 'text, json, junit, sarif, github or html', parseFindingFormat)
      .option('-o, --output <file>', 'write there in place of stdout')
      .option('--profile <file>', 'write the profile of the table there, to compare later ones with')
      .action(async (reference: string, table: string, options: DriftOptions) => {
        await drift(context(), reference, table, options);
      });
  },
};

async function drift(context: CommandContext, reference: string, table: string, options: DriftOptions): Promise<void> {
  const {host} = context;
  const {schema, rules, history} = await asUsage(() => rulesAsked(host, options));
  const named = await readReference(reference, context);
  if (named === undefined) return;
  const before = await readAs(host, named, schema);
  const now = await readAs(host, {name: table, path: table}, schema);
  if (schema === undefined) requireColumns(rules, [before, now]);
  const textColumns = schema?.columns.filter(({type}) => type === 'text').map(({name}) => name);
  const {findings} = await asUsage(() =>
    driftReport(table, before, now, {rules, history, ...(textColumns === undefined ? {} : {textColumns})}),
  );
  if (options.profile !== undefined) host.files.writeAtomic(options.profile, profileJson(now.profile));
  await printFindings(context, findings, {
    ...(options.format === undefined ? {} : {format: options.format}),
    ...(options.output === undefined ? {} : {output: options.output}),
    page: {table, current: now, reference: {...before, name: reference}},
  });
}

/** A mistyped name of `--column` would go unnoticed. */
function requireColumns(rules: DriftRules, sides: readonly Side[]): void {
  const [odd] = unknownColumns(rules, sides);
  if (odd !== undefined) throw new UsageError(`--column: neither table has a column \`${odd.column}\``, odd.hint);
}

interface Asked {
  readonly schema: TableSchema | undefined;
  readonly rules: DriftRules;
  readonly history: readonly Profile[];
}

async function rulesAsked(host: Host, options: DriftOptions): Promise<Asked> {
  const {schema: file, history = []} = options;
  const schema = file === undefined ? undefined : (await loadSchema(host, file, file)).schema;
  const rules = schema === undefined ? parseRules(options) : rulesOf(schema, options);
  return {schema, rules, history: history.map((path) => readProfile(host, path, path))};
}

/** @throws UsageError when options would have to be mixed with those of the schema. */
function rulesOf({compare}: TableSchema, {metric, warn, error, column, group, history}: DriftOptions): DriftRules {
  const also = Object.entries({metric, warn, error, column, group}).find(([, value]) => value !== undefined);
  if (also !== undefined)
    throw new UsageError(`\`--schema\` brings the rules, so there is no \`--${also[0]}\` beside it`);
  const rules = parseDriftRules(compare);
  if (history !== undefined && !rules.fromHistory)
    throw new UsageError('`--history` is for a schema that says `compare: {limit: history}`');
  return rules;
}

function parseRules({metric, warn, error, column = [], group, history}: DriftOptions): DriftRules {
  const limit = (option: string, text: string): number => {
    const value = Number(text);
    if (!(value > 0)) throw new UsageError(`--${option} takes a number above 0, not \`${text}\``);
    return value;
  };
  const columns = column.map((text) => {
    const at = text.lastIndexOf('=');
    if (at < 1) throw new UsageError(`--column takes NAME=METRIC, not \`${text}\``);
    const name = text.slice(0, at);
    return [name, parseMetric(text.slice(at + 1), `--column ${name}`)] as const;
  });
  const compare: JsonObject = {
    drift: {
      ...(metric === undefined ? {} : {metric: parseMetric(metric, '--metric')}),
      ...(warn === undefined ? {} : {warn: limit('warn', warn)}),
      ...(error === undefined ? {} : {error: limit('error', error)}),
    },
    columns: Object.fromEntries(columns),
    ...(group === undefined ? {} : {group}),
    ...(history === undefined ? {} : {limit: 'history'}),
  };
  return parseDriftRules(compare, 'options');
}

/** With a schema, tables are read as it says. */
const readAs = (host: Host, reference: Reference, schema: TableSchema | undefined): Promise<Side> =>
  asUsage(() => (schema === undefined ? sideOf(host, reference) : referenceSide(host, reference, schema, {})));
