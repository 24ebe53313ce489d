/** What stands in `with:` of an `ingest` stage. */
import type {KindReads} from '../kind.ts';
import {type ReadSettings, readSettings} from '../shared/read-settings.ts';

export interface UrlSource {
  readonly url: string;
  readonly sha256?: string;
  readonly bytes?: number;
}

export interface IngestSettings extends ReadSettings {
  readonly url?: string | UrlSource | readonly (string | UrlSource)[];
  readonly sqlite?: string;
  readonly postgres?: {readonly url_env: string; readonly timeout: number};
  readonly query?: string;
  readonly query_file?: string;
  readonly columns?: readonly string[];
  readonly rename?: {readonly [from: string]: string};
  readonly union: boolean;
  readonly sample?:
    | {readonly rows: number}
    | {readonly share: number; readonly by?: string | readonly string[]; readonly salt?: string};
  readonly max_bad: number | string;
  readonly partition_by?: string | readonly string[];
  readonly rows_per_file?: number;
  readonly file_format: string;
}

export async function ingestSchema() {
  const z = await import('zod');
  const address = z.url({protocol: /^https?$/, error: 'an http or https address'});
  const urlSource = z.strictObject({
    url: address,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, {error: '64 hexadecimal digits'})
      .optional()
      .describe('What the content must be; then nobody asks the server whether it changed.'),
    bytes: z.int().nonnegative().optional().describe('How long the content must be.'),
  });
  const oneUrl = z.union([address, urlSource]);
  const names = z.union([z.string(), z.array(z.string()).min(1)]);
  const sample = z.union([
    z.strictObject({rows: z.int().positive().describe('This many rows, each with the same chance.')}),
    z.strictObject({
      share: z
        .number()
        .positive()
        .max(1)
        .describe('About this share, by a hash of the row: stable when rows are added.'),
      by: names.optional().describe('Columns that the hash is made of. Default: all.'),
      salt: z.string().optional().describe('Another text gives another sample.'),
    }),
  ]);
  return z
    .strictObject({
      url: z
        .union([oneUrl, z.array(oneUrl).min(1)])
        .optional()
        .describe('What is downloaded, beside the files of `deps`.'),
      sqlite: z.string().optional().describe('A SQLite file, asked by `query`.'),
      postgres: z
        .strictObject({
          url_env: z
            .string()
            .describe('Variable with `postgresql://user:password@host/database`; name it in `secrets`.'),
          timeout: z.number().positive().default(300).describe('Seconds that the server may send nothing.'),
        })
        .optional()
        .describe('A PostgreSQL server, asked by `query`.'),
      query: z.string().optional().describe('The query, one that reads.'),
      query_file: z.string().optional().describe('A file that holds the query.'),
      columns: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('The columns to keep, in this order, by their names in the source.'),
      rename: z.record(z.string(), z.string().min(1)).optional().describe('Name in the source -> name in the table.'),
      union: z
        .boolean()
        .default(false)
        .describe('Whether files may lack columns that others have; they are missing there.'),
      sample: sample.optional().describe('Only some of the rows: `{rows: 1000}`, or `{share: 0.1}`.'),
      max_bad: z
        .union([
          z.int().nonnegative(),
          z.string().regex(/^\d+(\.\d+)?%$/, {error: 'a number of rows, or a share such as `0.1%`'}),
        ])
        .default(0)
        .describe('How many rows may be unreadable: `10`, or `0.1%` of all.'),
      partition_by: names.optional().describe('Columns that become folders, `year=2024/`; the out is a folder then.'),
      rows_per_file: z.int().positive().optional().describe('Most rows of one file; the out is a folder then.'),
      file_format: z
        .string()
        .default('csv')
        .describe('Ending of the files in a folder, such as `parquet` or `csv.gz`.'),
      ...readSettings(z),
    })
    .superRefine((settings, check) => {
      const wrong = mistakeIn(settings as IngestSettings);
      if (wrong !== undefined) check.addIssue({code: 'custom', message: wrong});
    });
}

function mistakeIn({sqlite, postgres, query, query_file}: IngestSettings): string | undefined {
  if (sqlite !== undefined && postgres !== undefined)
    return '`sqlite` and `postgres` are two sources: use a stage for each';
  const asked = sqlite !== undefined || postgres !== undefined;
  if (!asked && (query ?? query_file) !== undefined) return 'a query needs `sqlite` or `postgres`, which it asks';
  if (asked && (query === undefined) === (query_file === undefined))
    return 'a database needs either `query` or `query_file`';
  return undefined;
}

export function urlsOf({url}: IngestSettings): readonly UrlSource[] {
  const all =
    url === undefined
      ? []
      : Array.isArray(url)
        ? (url as readonly (string | UrlSource)[])
        : [url as string | UrlSource];
  return all.map((one) => (typeof one === 'string' ? {url: one} : one));
}

/** Names under which `reads` adds what the settings name to the inputs. */
export const SETTING_INPUTS = ['url', 'sqlite', 'query_file'] as const;

export function ingestReads(settings: IngestSettings): KindReads {
  const {sqlite, query_file} = settings;
  const urls = urlsOf(settings);
  return {
    deps: {
      ...(urls.length === 0
        ? {}
        : {url: urls.map(({url, sha256}) => ({url, ...(sha256 === undefined ? {} : {sha256})}))}),
      ...(sqlite === undefined ? {} : {sqlite: {path: sqlite}}),
      ...(query_file === undefined ? {} : {query_file: {path: query_file}}),
    },
  };
}

export const listOf = (names: string | readonly string[] | undefined): readonly string[] =>
  names === undefined ? [] : typeof names === 'string' ? [names] : names;
