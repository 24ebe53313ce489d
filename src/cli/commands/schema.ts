/** `mlp schema infer|accept|import|export`: schema files of tables, made and changed. */
import {isJsonObject, type Json} from '../../base/json.ts';
import {safeText} from '../../base/display.ts';
import {plural} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {patchesOf} from '../../data/check/patches.ts';
import {parseFindings, type Finding} from '../../data/findings.ts';
import {DEFAULT_MISSING_VALUES} from '../../data/text/missing-values.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {changeSchema, updateSchema} from '../schema-changes.ts';
import {asUsage, isBroken, validateFiles} from '../validate-files.ts';

interface SchemaOptions {
  readonly output?: string;
  readonly update?: string;
  readonly missing?: readonly string[];
  readonly schema?: string;
  readonly table?: string;
  readonly findings?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

type Action = (context: CommandContext, words: readonly string[], options: SchemaOptions) => Promise<void>;

export const schemaCommand: CommandMember = {
  name: 'schema',
  summary: 'make a schema from a table, widen it, take it from and give it to Frictionless',
  examples: [
    ['mlp schema infer data/clients.csv -o schema/clients.yaml', 'from all rows, with the evidence on each line'],
    ['mlp schema infer data/new.csv --update schema/clients.yaml', 'widen it so that this table is accepted'],
    [
      'mlp schema accept value.enum:country --table new.csv --schema s.yaml',
      'change the one rule that this finding is about',
    ],
    ['mlp schema import tableschema.json -o schema/clients.yaml', 'a Frictionless Table Schema or data package'],
    ['mlp schema export schema/clients.yaml', 'as a Frictionless Table Schema'],
  ],
  define(command, context) {
    command
      .argument('<action>', 'infer, accept, import or export')
      .argument('[words...]', 'infer: a table; accept: ids of findings; import and export: a schema file')
      .option('-o, --output <file>', 'infer, import, export: write there in place of stdout')
      .option('--update <schema>', 'infer: widen this schema, never tighten it, and print the difference')
      .option('--missing <texts...>', 'infer: texts that mean a missing value (default: an empty cell and NA)')
      .option('--schema <file>', 'accept: the schema (default: the one that the findings name)')
      .option('--table <file>', 'accept: check this table to find what is to be accepted')
      .option('--findings <file>', 'accept: take what is to be accepted from a findings.json')
      .option('-n, --dry-run', 'infer --update, accept: print the difference, change nothing')
      .option('--force', 'infer, import: write over a file that is there')
      .action(async (action: string, words: readonly string[], options: SchemaOptions) => {
        const known = ACTIONS[action];
        if (known === undefined) {
          const near = suggest(action, Object.keys(ACTIONS));
          throw new UsageError(
            `\`mlp schema\` has no action \`${action}\`: there are ${Object.keys(ACTIONS).join(', ')}`,
            near === undefined ? undefined : `did you mean \`mlp schema ${near}\`?`,
          );
        }
        await known(context(), words, options);
      });
  },
};

const ACTIONS: {readonly [name: string]: Action} = {infer, accept, import: importSchema, export: exportSchema};

async function infer(context: CommandContext, words: readonly string[], options: SchemaOptions): Promise<void> {
  const table = oneFile(context, words, 'mlp schema infer data/clients.csv');
  if (options.update !== undefined) {
    await updateSchema(context, table, options.update, options.dryRun === true);
    return;
  }
  const missing = options.missing ?? DEFAULT_MISSING_VALUES;
  const [{inferTable}, {schemaText}] = await Promise.all([
    import('../../stages/validate/infer-table.ts'),
    import('../../data/schema/schema-text.ts'),
  ]);
  const proposed = await asUsage(() => inferTable(context.host, table, {missingValues: missing}));
  write(context, schemaText(proposed, table, missing), options);
  if (context.globals.verbosity >= 0)
    for (const notice of proposed.notices) context.host.output.talk(`note: ${safeText(notice)}\n`);
}

async function accept(context: CommandContext, ids: readonly string[], options: SchemaOptions): Promise<void> {
  if (ids.length === 0)
    throw new UsageError('name the findings to accept, such as `mlp schema accept value.enum:country`');
  const findings = (await findingsFor(context, options)).filter(isBroken);
  const chosen = ids.map((id) => {
    const finding = findings.find((one) => one.id === id);
    if (finding !== undefined) return finding;
    const near = suggest(
      id,
      findings.map((one) => one.id),
    );
    throw new UsageError(
      `nothing of the id \`${id}\` was found`,
      near === undefined ? `there are ${plural(findings.length, 'finding')}` : `did you mean \`${near}\`?`,
    );
  });
  for (const {id, patch} of chosen)
    if (patch === undefined)
      throw new UsageError(`\`${id}\` cannot be accepted by a change of the schema: change the rule by hand`);
  const path = options.schema ?? schemaFileOf(chosen);
  await changeSchema(context, path, patchesOf(chosen), options.dryRun === true);
}

async function findingsFor({host}: CommandContext, options: SchemaOptions): Promise<readonly Finding[]> {
  const {findings, table, schema} = options;
  if (findings !== undefined) return asUsage(() => parseFindings(host.files.readText(findings), findings));
  if (table !== undefined && schema !== undefined) return (await validateFiles(host, table, {schema})).findings;
  throw new UsageError(
    'say where the findings are: `--findings findings.json`, or `--table data.csv --schema schema.yaml`',
  );
}

function schemaFileOf(findings: readonly Finding[]): string {
  const files = new Set(findings.flatMap(({where}) => where?.replace(/:\d+$/, '') ?? []));
  const [file] = files;
  if (file === undefined || files.size > 1)
    throw new UsageError('the findings do not say which schema: name it with --schema');
  return file;
}

async function importSchema(context: CommandContext, words: readonly string[], options: SchemaOptions): Promise<void> {
  const {host} = context;
  const path = oneFile(context, words, 'mlp schema import tableschema.json');
  const [{fromFrictionless}, {plainSchemaText}, {parseSchema}, {parseYaml}] = await Promise.all([
    import('../../data/schema/frictionless.ts'),
    import('../../data/schema/schema-text.ts'),
    import('../../data/schema/parse.ts'),
    import('../../stages/shared/parse-yaml.ts'),
  ]);
  const {schema, notes} = await asUsage(async () =>
    fromFrictionless((await parseYaml(path, host.files.readText(path))).value as Json),
  );
  const parsed = parseSchema(schema);
  if (!parsed.ok)
    throw new UsageError(`\`${path}\` cannot be taken over:\n${parsed.error.map(({message}) => message).join('\n')}`);
  write(context, plainSchemaText(schema), options);
  if (context.globals.verbosity >= 0) for (const note of notes) host.output.talk(`note: ${safeText(note)}\n`);
}

async function exportSchema(context: CommandContext, words: readonly string[], options: SchemaOptions): Promise<void> {
  const {host} = context;
  const path = oneFile(context, words, 'mlp schema export schema/clients.yaml');
  const [{toFrictionless}, {loadSchema}, {parseYaml}] = await Promise.all([
    import('../../data/schema/frictionless.ts'),
    import('../../stages/shared/load-schema.ts'),
    import('../../stages/shared/parse-yaml.ts'),
  ]);
  const value = await asUsage(async () => {
    await loadSchema(host, path, path);
    return (await parseYaml(path, host.files.readText(path))).value as Json;
  });
  const descriptor = toFrictionless(isJsonObject(value) ? value : {});
  write(context, `${JSON.stringify(descriptor, null, 2)}\n`, {...options, force: true});
}

function oneFile({host}: CommandContext, words: readonly string[], example: string): string {
  const [path, ...others] = words;
  if (path === undefined || others.length > 0) throw new UsageError(`name one file: \`${example}\``);
  if (host.files.stat(path) === undefined) throw new UsageError(`\`${path}\` is not there`);
  return path;
}

function write({host}: CommandContext, text: string, {output, force}: SchemaOptions): void {
  if (output === undefined || output === '-') host.output.out(text);
  else if (force !== true && host.files.exists(output))
    throw new UsageError(`\`${output}\` is there already`, '`--update` widens it, `--force` writes over it');
  else host.files.writeAtomic(output, text);
}
