/** `mlp validate TABLE --schema FILE`: is the table as it should be? */
import {profileJson} from '../../data/profile/profile-json.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {parseFindingFormat, printFindings, type FindingFormat} from '../print-findings.ts';
import {readReference} from '../read-reference.ts';
import {validateFiles, type ValidateOptions} from '../validate-files.ts';

interface Options extends Omit<ValidateOptions, 'reference'> {
  readonly reference?: string;
  readonly format?: FindingFormat;
  readonly output?: string;
  readonly profile?: string;
}

export const validateCommand: CommandMember = {
  name: 'validate',
  summary: 'check a table against its schema; needs no pipeline',
  examples: [
    ['mlp validate data/clients.csv --schema schema/clients.yaml', 'exit 1 when a rule of level error is broken'],
    ['mlp validate new.parquet --schema s.yaml --reference profile.json', 'and compare it with an earlier table'],
    ['mlp validate new.csv --schema s.yaml --rows bad', 'the rows that break rules, whole, a file for each rule'],
    ['mlp validate new.csv --schema s.yaml --format sarif -o findings.sarif', 'for a code host'],
  ],
  define(command, context) {
    command
      .argument('<table>', 'a table (CSV, TSV, JSON lines, Parquet, Arrow)')
      .requiredOption('--schema <file>', 'the schema, in YAML or JSON (`mlp schema infer` makes one)')
      .option('--role <role>', 'what the table is for, such as train or serve: columns not `in` it may be absent')
      .option(
        '--reference <file or model>',
        'what it is compared with: a table, a profile.json, or a packaged model (NAME@3, NAME@approved)',
      )
      .option('--as-of <time>', 'what `fresh` is measured from (default: now)')
      .option('--rows <folder>', 'write the rows that break rules there')
      .option('--profile <file>', 'write the profile of the table there')
      .option('--format <format>', 'text, json, junit, sarif, github or html', parseFindingFormat)
      .option('-o, --output <file>', 'write the findings there in place of stdout')
      .action(async (table: string, options: Options) => {
        await validate(context(), table, options);
      });
  },
};

async function validate(context: CommandContext, table: string, options: Options): Promise<void> {
  const {host} = context;
  const {reference: named, ...others} = options;
  const wanted = named === undefined ? undefined : await readReference(named, context);
  if (named !== undefined && wanted === undefined) return;
  const {findings, profiled, reference} = await validateFiles(host, table, {
    ...others,
    ...(wanted === undefined ? {} : {reference: wanted}),
  });
  if (options.profile !== undefined) host.files.writeAtomic(options.profile, profileJson(profiled.profile));
  await printFindings(context, findings, {
    ...(options.format === undefined ? {} : {format: options.format}),
    ...(options.output === undefined ? {} : {output: options.output}),
    page: {table, current: profiled, ...(reference === undefined ? {} : {reference})},
  });
}
