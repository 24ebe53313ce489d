/**
 * Asks tables that may be larger than memory with SQL, by DuckDB, which the project installs if it wants this stage.
 *
 * The query sees the deps and nothing else of the disk or the network: DuckDB is told so before the query is read. CSV columns
 * get the types that mlp finds for them over all rows, since DuckDB would read `007` as a number and guesses from a sample.
 */
import {formatList} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import {commonType} from '../../data/align-columns.ts';
import {formatOfName} from '../../data/table-format.ts';
import type {ColumnType} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {filesBelow} from '../shared/folder-files.ts';
import {scanTableFile} from '../shared/table-files.ts';
import type {SqlSettings} from './settings.ts';

type Connection = import('@duckdb/node-api').DuckDBConnection;

const PACKAGE = '@duckdb/node-api';
/** The version that mlp is tested with. */
const PACKAGE_VERSION = '1.5.6-r.1';
const TEMP_FOLDER = '.mlp/sql';

const DUCKDB_TYPES: {readonly [type in ColumnType]: string} = {
  integer: 'BIGINT',
  bigint: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
  string: 'VARCHAR',
};

/** How a result is written, by the ending of the out. */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/\.parquet$/i, 'FORMAT parquet, COMPRESSION zstd'],
  [/\.(csv|tsv)(\.gz|\.zst)?$/i, 'FORMAT csv, HEADER'],
  [/\.jsonl(\.gz|\.zst)?$/i, 'FORMAT json'],
];

/** A text, a quoted name, a dollar-quoted text, a comment, or any other character. */
const SQL_TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;

/** One query without its semicolon, and what may come after that: comments. */
function withoutEnd(query: string): string {
  for (const {0: token, index} of query.matchAll(SQL_TOKEN)) if (token === ';') return query.slice(0, index);
  return query;
}

/** @throws Error with a sentence for the user */
export async function runSql(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as SqlSettings;
  const out = outOf(context);
  const query =
    settings.query_file === undefined
      ? (settings.query ?? '')
      : host.files.readText(context.inputs['query_file'] ?? settings.query_file);
  const tables = tablesOf(context, host);
  const {DuckDBInstance, StatementType} = await loadDuckDb();
  const temp = `${TEMP_FOLDER}/${host.ids.random(8)}`;
  host.files.makeFolder(temp);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: host.env.get('OMP_NUM_THREADS') ?? '1',
    temp_directory: host.files.absolute(temp),
    ...(context.memoryBytes === undefined ? {} : {memory_limit: `${context.memoryBytes}B`}),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const stop = (): void => connection.interrupt();
  context.signal.addEventListener('abort', stop);
  try {
    const views = await Promise.all(tables.map((table) => viewOf(table, settings.types, host)));
    await closeOff(connection, [...tables.flatMap(({files}) => files), out.path], temp, host);
    for (const view of views) await connection.run(view);
    const statements = await connection.extractStatements(query);
    if (statements.count !== 1)
      throw new Error(`\`sql\` runs one query, not ${statements.count}: use a stage for each`);
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT)
      throw new Error('`sql` runs a query that reads: one that begins with `SELECT`, `FROM` or `WITH`');
    const names = Array.from({length: prepared.columnCount}, (_, index) => prepared.columnName(index));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new Error(`the query gives two columns \`${twice}\`: give each a name of its own with \`AS\``);
    const texts = names.filter((_, index) => String(prepared.columnType(index)) === 'VARCHAR');
    const result = await connection.run(
      `COPY (${withoutEnd(query)}\n) TO ${literal(host.files.absolute(out.path))} (${out.format(names.length, texts)})`,
    );
    context.metric('rows', result.rowsChanged);
  } catch (error) {
    host.files.remove(out.path);
    context.signal.throwIfAborted();
    throw inWords(error);
  } finally {
    context.signal.removeEventListener('abort', stop);
    connection.closeSync();
    instance.closeSync();
    host.files.remove(temp);
  }
}

async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new Error(
      `\`uses: sql\` needs DuckDB, which is not here: run \`npm install ${PACKAGE}@${PACKAGE_VERSION}\` where mlp is installed`,
      {cause: error},
    );
  }
}

interface Out {
  readonly path: string;
  /** @param texts columns of text, whose values stand in quotes, so that an `NA` among them is no missing value */
  format(columns: number, texts: readonly string[]): string;
}

function outOf({outputs}: StageContext): Out {
  const [path, ...others] = Object.values(outputs);
  if (path === undefined) throw new Error('`sql` does not know where to: name one file in `outs`');
  if (others.length > 0)
    throw new Error(`\`sql\` writes one table, but \`outs\` names ${others.length + 1}: use a stage for each`);
  const format = FORMATS.find(([ending]) => ending.test(path))?.[1];
  if (format === undefined)
    throw new Error(
      `\`sql\` cannot write \`${path}\`: let it end in .parquet, .csv, .tsv or .jsonl, or one of the last with .gz`,
    );
  const isText = format.includes('csv');
  return {
    path,
    format: (columns, texts) =>
      [
        format,
        'USE_TMP_FILE false',
        ...(isText && texts.length > 0 ? [`FORCE_QUOTE (${texts.map(identifier).join(', ')})`] : []),
        // A line with nothing in it is no row.
        ...(isText && columns === 1 ? ["NULLSTR 'NA'"] : []),
        ...(/\.tsv/i.test(path) ? ["DELIMITER '\t'"] : []),
        ...(/\.gz$/i.test(path) ? ['COMPRESSION gzip'] : /\.zst$/i.test(path) ? ['COMPRESSION zstd'] : []),
      ].join(', '),
  };
}

interface InputTable {
  readonly name: string;
  readonly files: readonly string[];
  readonly format: string;
  /** Folders such as `year=2024` are columns. */
  readonly isPartitioned: boolean;
}

/** Each dep under its name; one without a name of its own under that of its file. */
function tablesOf({inputFiles}: StageContext, host: Host): readonly InputTable[] {
  const tables = Object.entries(inputFiles)
    .filter(([name]) => name !== 'query_file')
    .map(([name, paths]): InputTable => {
      const all = paths.flatMap((path) => filesBelow(host, path));
      const isNamed = !name.includes('/') && !paths.includes(name);
      const short = isNamed ? name : name.slice(name.lastIndexOf('/') + 1).replace(/\..*$/, '');
      if (all.length === 0) throw new Error(`\`${name}\` holds no files to ask`);
      const files = all.map(({path}) => path);
      return {
        name: short,
        files,
        format: formatOfAll(files),
        isPartitioned: all.some(({partition}) => partition.size > 0),
      };
    });
  const twice = tables.find(({name}, index) => tables.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new Error(`two deps would be the table \`${twice.name}\`: name them, \`deps: {one: ..., other: ...}\``);
  return tables;
}

function formatOfAll(paths: readonly string[]): string {
  const formats = [...new Set(paths.map((path) => formatOfName(path) ?? 'csv'))];
  const [format = 'csv', ...others] = formats;
  if (others.length > 0)
    throw new Error(
      `one table cannot be of ${formatList(formats.map((name) => `\`${name}\``))} files: make them one with \`ingest\``,
    );
  if (format === 'arrow')
    throw new Error(`DuckDB does not read \`${paths[0] ?? ''}\`: make Parquet of it with \`ingest\``);
  return format;
}

async function viewOf(
  {name, files, format, isPartitioned}: InputTable,
  declared: SqlSettings['types'],
  host: Host,
): Promise<string> {
  const list = `[${files.map((path) => literal(host.files.absolute(path))).join(', ')}]`;
  const options = `union_by_name = true, hive_partitioning = ${isPartitioned}`;
  const view = (reader: string): string => `CREATE VIEW ${identifier(name)} AS SELECT * FROM ${reader}`;
  if (format === 'parquet') return view(`read_parquet(${list}, ${options})`);
  if (format === 'jsonl') return view(`read_json(${list}, format = 'newline_delimited', ${options})`);
  const types = await typesOf(files, declared, host);
  const columns = [...types].map(([column, type]) => `${literal(column)}: ${literal(DUCKDB_TYPES[type])}`);
  return view(
    `read_csv(${list}, header = true, ${options}, nullstr = ['', 'NA'], allow_quoted_nulls = false, types = {${columns.join(', ')}})`,
  );
}

/** Of CSV files, by all of their rows: the first batch comes when they are known. */
async function typesOf(
  files: readonly string[],
  declared: SqlSettings['types'],
  host: Host,
): Promise<ReadonlyMap<string, ColumnType>> {
  const types = new Map<string, ColumnType>();
  for (const path of files) {
    for await (const {columns} of scanTableFile(host, path)) {
      for (const {name, type} of columns) {
        // A column may be called `constructor`.
        const said = Object.hasOwn(declared, name) ? declared[name] : undefined;
        types.set(name, said ?? commonType(types.get(name), type) ?? type);
      }
      break;
    }
  }
  return types;
}

/** Nothing but these files can be read or written from here on, and nothing of this can be changed. */
async function closeOff(connection: Connection, paths: readonly string[], temp: string, {files}: Host): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map((path) => literal(files.absolute(path))).join(', ')}]`);
  await connection.run(`SET allowed_directories = [${literal(files.absolute(temp))}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function inWords(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(/^Failed to \w+ statements?: /, '');
  if (/^Permission Error/.test(message))
    return new Error(
      `the query reaches for what is no dep of the stage: name it in \`deps\` (${message.split('\n')[0] ?? ''})`,
      {cause: error},
    );
  if (/^Out of Memory/.test(message))
    return new Error(
      `DuckDB needs more memory than the stage has: raise \`resources.memory\` (${message.split('\n')[0] ?? ''})`,
      {cause: error},
    );
  return /^[A-Z][\w ]* Error:/.test(message)
    ? new Error(`DuckDB refused the query: ${message}`, {cause: error})
    : error;
}
