/** `mlp predict BUNDLE [FILE]`: what a packaged model says of the rows of a table. */
import {plural} from '../../base/format.ts';
import {textOf} from '../../bundle/describe-bundle.ts';
import type {BundleFiles} from '../../bundle/bundle-files.ts';
import {parseInputSchema} from '../../bundle/input-schema.ts';
import {LAYOUT} from '../../bundle/layout.ts';
import {MANIFEST, parseManifest, type BundlePredictor} from '../../bundle/manifest.ts';
import {openPredictor} from '../../bundle/predictor.ts';
import {bytesSource, type ByteSource} from '../../data/byte-source.ts';
import {readTable} from '../../data/read-table.ts';
import type {TableFormat} from '../../data/read-options.ts';
import {TABLE_FORMATS} from '../../data/read-options.ts';
import type {ColumnType, Table} from '../../data/table.ts';
import {tableOf} from '../../data/table-tools.ts';
import {tableWriter} from '../../data/write-table.ts';
import type {Host} from '../../host/host.ts';
import {UsageError} from '../../project/usage-error.ts';
import {isPrediction} from '../../ml/prediction-columns.ts';
import {createTableFile, fileSource} from '../../stages/shared/table-files.ts';
import type {CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {openBundle} from '../open-bundle.ts';

interface PredictOptions {
  readonly output?: string;
  readonly format: string;
  readonly keep?: true;
}

export const predictCommand: CommandMember = {
  name: 'predict',
  summary: 'what a packaged model says of the rows of a table; needs nothing but the bundle',
  examples: [
    ['mlp predict package < rows.csv > predictions.csv', 'a row in, a row out, in the same order'],
    ['mlp predict package.tar.gz rows.parquet -o predictions.parquet', 'formats by the endings of the names'],
    ['mlp predict names@champion rows.csv', 'a version of a model of this project'],
  ],
  define(command, context) {
    command
      .argument('<bundle>', 'a folder or .tar.gz that `package` wrote, or NAME, NAME@VERSION, NAME@ALIAS')
      .argument('[file]', 'a table (default: a CSV on stdin)')
      .option('-o, --output <file>', 'a table file to write (default: stdout)')
      .option('--format <format>', 'of stdin and stdout: csv, tsv, jsonl', 'csv')
      .option('--keep', 'the columns of the request as well, before the predictions')
      .action(async (word: string, file: string | undefined, options: PredictOptions) => {
        const {host} = context();
        const format = formatNamed(options.format);
        const files = await openBundle(word, context());
        if (files === undefined) return;
        const manifest = parseManifest(textOf(files, MANIFEST) ?? '');
        if (!manifest.ok) throw new UsageError(`\`${word}\`: ${manifest.error}`);
        const {predictor} = manifest.value;
        const source = file === undefined ? await stdinSource(host) : fileSource(host, file, file);
        const read = file === undefined ? {format} : {};
        try {
          const answered =
            predictor.kind === 'command'
              ? await byCommand(files, predictor, source, read, host)
              : await byModel(files, predictor, source, read, host);
          const table = options.keep === true ? besideRequest(answered) : answered.answer;
          await write(table, options.output, format, host);
        } catch (error) {
          // Rows that do not fit and bundles that are damaged are mistakes of the input: a sentence, no stack.
          if (!(error instanceof Error) || error instanceof UsageError) throw error;
          host.output.talk(`error: ${error.message}\n`);
          context().exit(exitCodes.failed);
        }
      });
  },
};

function formatNamed(word: string): TableFormat {
  const format = TABLE_FORMATS.find((one) => one === word);
  if (format === 'csv' || format === 'tsv' || format === 'jsonl') return format;
  throw new UsageError(
    `--format is csv, tsv or jsonl, not \`${word}\``,
    'other formats are read from and written to files',
  );
}

async function stdinSource({input}: Host): Promise<ByteSource> {
  if (input.isTerminal)
    throw new UsageError('there are no rows', 'name a table after the bundle, or pipe a CSV into `mlp predict`');
  const pieces: Uint8Array[] = [];
  for await (const piece of input.chunks()) pieces.push(piece);
  return bytesSource('stdin', joined(pieces));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

type Read = {readonly format?: TableFormat};
type Predictor<Kind> = Extract<BundlePredictor, {readonly kind: Kind}>;

interface Answered {
  readonly request: Table;
  readonly answer: Table;
}

async function byModel(
  files: BundleFiles,
  predictor: Predictor<'mlp'>,
  source: ByteSource,
  read: Read,
  host: Host,
): Promise<Answered> {
  const opened = await openPredictor(files, predictor, host);
  // Columns have the types of training, whatever these rows look like.
  const schema = parseInputSchema(textOf(files, LAYOUT.inputSchema) ?? '') ?? opened.inputs;
  const types = Object.fromEntries(schema.map(({name, type}): [string, ColumnType] => [name, type]));
  const request = await readTable(source, {...read, types});
  return {request, answer: opened.predict(request)};
}

async function byCommand(
  files: BundleFiles,
  {argv}: Predictor<'command'>,
  source: ByteSource,
  read: Read,
  host: Host,
): Promise<Answered> {
  if (files.unpack === undefined && host.files.stat(files.name)?.type !== 'dir')
    throw new Error(`\`${files.name}\` predicts by a program, which needs its files on disk: unpack it first`);
  const request = await readTable(source, {...read});
  const pieces: Uint8Array[] = [];
  const writer = await tableWriter('csv', {write: (bytes) => void pieces.push(Uint8Array.from(bytes))});
  await writer.write(request);
  await writer.end();
  const input = new TextDecoder().decode(joined(pieces));
  const unpacked = files.unpack?.();
  const cwd = unpacked ?? host.files.absolute(files.name);
  const done = await host.processes.capture(argv, {cwd, input}).finally(() => {
    if (unpacked !== undefined) host.files.remove(unpacked);
  });
  if (done.code !== 0)
    throw new Error(`\`${argv.join(' ')}\` ended with ${String(done.code ?? 'a signal')}:\n${done.stderr.trim()}`);
  const printed = bytesSource('the output of the command', new TextEncoder().encode(done.stdout));
  const answer = await readTable(printed, {format: 'csv'});
  if (answer.rowCount !== request.rowCount)
    throw new Error(
      `\`${argv.join(' ')}\` answered ${plural(answer.rowCount, 'row')} to ${plural(request.rowCount, 'row')}: it must print one for each, in the same order`,
    );
  return {request, answer};
}

/** The columns of the request, then what was answered. */
function besideRequest({request, answer}: Answered): Table {
  const asked = new Set(request.columns.map(({name}) => name));
  const predictions = answer.columns.filter(({name}) => isPrediction(name) || !asked.has(name));
  return tableOf([...request.columns.filter(({name}) => !isPrediction(name)), ...predictions]);
}

async function write(answer: Table, output: string | undefined, format: TableFormat, host: Host): Promise<void> {
  if (output !== undefined) {
    const file = await createTableFile(host, output);
    await file.write(answer);
    await file.end();
    return;
  }
  const decoder = new TextDecoder();
  const writer = await tableWriter(format, {write: (bytes) => host.output.out(decoder.decode(bytes, {stream: true}))});
  await writer.write(answer);
  await writer.end();
}
