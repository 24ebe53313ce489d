/** Where an `ingest` stage reads: files, downloads and queries, all as files on this disk. */
import type {ByteSource} from '../../data/byte-source.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {filesBelow, type FolderFile} from '../shared/folder-files.ts';
import {fileSource} from '../shared/table-files.ts';
import {queryPostgres} from './postgres.ts';
import type {QueryTable} from './query-spool.ts';
import {type IngestSettings, SETTING_INPUTS, type UrlSource, urlsOf} from './settings.ts';
import {querySqlite} from './sqlite.ts';

/** Downloads and results of queries, while they are needed; broken downloads until they are gone on with. */
const FOLDER = '.mlp/ingest';

export interface TableSource {
  /** As the user knows it: a project path, a URL without its password, or the database of a query. */
  readonly name: string;
  readonly path: string;
  readonly bytes: ByteSource;
  /** Columns that its folders name, with their one value; see `FolderFile`. */
  readonly partition: FolderFile['partition'];
  /** How it is read, if not as the settings say. */
  readonly options?: ReadOptions;
  /** What only the source can tell, for the manifest. */
  readonly facts: {readonly etag?: string; readonly last_modified?: string; readonly query?: string};
}

/** What was brought to this disk for one stage. */
export class BroughtFiles {
  readonly #host: Host;
  readonly #downloads: string[] = [];
  readonly #queries: string[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /** Where a source is to go: in a folder of its own, since two stages may read the same at one time. */
  place(kind: 'download' | 'query', context: StageContext, name: string, file: string): string {
    const folder = `${FOLDER}/${this.#host.hashing.sha256(`${context.stage}\n${name}`).slice(0, 16)}`;
    (kind === 'download' ? this.#downloads : this.#queries).push(folder);
    return `${folder}/${file}`;
  }

  /** After a failure as well: a query is asked again. Downloads stay, so that the next attempt has less to do. */
  removeQueries(): void {
    for (const folder of this.#queries) this.#host.files.remove(folder);
  }

  removeAll(): void {
    this.removeQueries();
    for (const folder of this.#downloads) this.#host.files.remove(folder);
  }
}

/**
 * Brings all sources to this disk, one after the other.
 * @param brought is told of what is to be removed. @throws Error with a sentence for the user
 */
export async function bringSources(
  context: StageContext,
  settings: IngestSettings,
  host: Host,
  brought: BroughtFiles,
): Promise<readonly TableSource[]> {
  const sources: TableSource[] = filesOf(context, host).map(({path, partition}) => ({
    name: path,
    path,
    bytes: fileSource(host, path),
    partition,
    facts: {},
  }));
  for (const url of urlsOf(settings)) sources.push(await download(url, context, host, brought));
  const asked = await query(settings, context, host, brought);
  if (asked !== undefined) sources.push(asked);
  if (sources.length === 0)
    throw new Error('`ingest` has nothing to read: name files in `deps`, or `url`, `sqlite` or `postgres` in `with`');
  return sources;
}

function filesOf({inputFiles}: StageContext, host: Host): readonly FolderFile[] {
  const names = Object.keys(inputFiles).filter((name) => !(SETTING_INPUTS as readonly string[]).includes(name));
  return names
    .flatMap((name) => inputFiles[name] ?? [])
    .flatMap((path) => {
      if (/^https?:\/\//.test(path))
        throw new Error(
          `\`ingest\` downloads what \`with\` names: write \`with: {url: "${path}"}\` instead of the URL in \`deps\``,
        );
      return filesBelow(host, path);
    });
}

async function download(
  source: UrlSource,
  context: StageContext,
  host: Host,
  brought: BroughtFiles,
): Promise<TableSource> {
  const name = source.url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');
  // The ending tells format and compression.
  const file = new URL(source.url).pathname.replace(/^.*\//, '').replace(/[^\w.-]/g, '_');
  const path = brought.place('download', context, source.url, file === '' ? 'file' : file);
  const wanted = source.sha256;
  const facts =
    wanted !== undefined && hasSha256(path, wanted, host) ? {} : await fetched(source, path, name, context, host);
  return {name, path, bytes: fileSource(host, path, name), partition: new Map(), facts};
}

const hasSha256 = (path: string, sha256: string, {files, hashing}: Host): boolean =>
  files.exists(path) && hashing.fileSha256(path) === sha256;

async function fetched(
  {url, sha256, bytes}: UrlSource,
  path: string,
  name: string,
  {signal, progress, log}: StageContext,
  host: Host,
): Promise<TableSource['facts']> {
  const got = await host.http.download(url, path, {
    signal,
    progress: (done, total) => {
      if (total !== undefined) progress(done / total, `downloading ${name}`);
    },
  });
  if (got.kind === 'failed') throw new Error(got.reason);
  if (got.resumedAt > 0) log(`${name}: went on at byte ${got.resumedAt} of ${got.bytes}`);
  const refuse = (what: string): never => {
    host.files.remove(path);
    throw new Error(`\`${name}\` ${what}: it is not the content that was wanted, or came damaged`);
  };
  if (bytes !== undefined && bytes !== got.bytes) refuse(`is ${got.bytes} bytes long, not ${bytes}`);
  if (sha256 !== undefined && !hasSha256(path, sha256, host))
    refuse(`has the sha256 ${host.hashing.fileSha256(path)}, not ${sha256}`);
  // With a checksum the content is known whatever the server says, and the manifest is the same from any server.
  if (sha256 !== undefined) return {};
  const {etag, lastModified} = got;
  return {
    ...(etag === undefined ? {} : {etag}),
    ...(lastModified === undefined ? {} : {last_modified: lastModified}),
  };
}

async function query(
  settings: IngestSettings,
  context: StageContext,
  host: Host,
  brought: BroughtFiles,
): Promise<TableSource | undefined> {
  const {sqlite, postgres, query_file} = settings;
  if (sqlite === undefined && postgres === undefined) return undefined;
  const text =
    query_file === undefined ? (settings.query ?? '') : host.files.readText(context.inputs['query_file'] ?? query_file);
  const told = {
    signal: context.signal,
    progress: (rows: number) => context.progress(0, `${rows} rows of the query`),
  };
  const name = sqlite ?? 'PostgreSQL';
  const path = brought.place('query', context, name, 'query.csv');
  let table: QueryTable;
  if (sqlite !== undefined) {
    const database = host.files.absolute(context.inputs['sqlite'] ?? sqlite);
    table = await querySqlite(host, {path: database, shown: sqlite, query: text}, path, told);
  } else {
    const variable = postgres?.url_env ?? '';
    const url = host.env.get(variable);
    if (url === undefined || url === '')
      throw new Error(
        `there is no variable \`${variable}\`: set it to the server's URL, and name it in \`secrets\` of the stage`,
      );
    table = await queryPostgres(host, {url, query: text, silenceMs: (postgres?.timeout ?? 0) * 1000}, path, told);
  }
  const options: ReadOptions = {
    format: 'csv',
    delimiter: ',',
    quote: '"',
    header: true,
    decimal: '.',
    encoding: 'utf-8',
    missingValues: ['', 'NA'],
    types: table.types,
  };
  return {name, path, bytes: fileSource(host, path, name), partition: new Map(), options, facts: {query: text}};
}
