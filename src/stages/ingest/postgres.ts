/**
 * Reads the result of a query of a PostgreSQL server, through a cursor. All values come as PostgreSQL's own texts, in a
 * session whose formats are set, so that nothing is rounded on the way.
 */
import type {FieldDef} from 'pg';
import type {Host} from '../../host/host.ts';
import {type CellKind, QuerySpool, type QueryTable} from './query-spool.ts';

const CONNECT_MS = 30_000;
const BATCH_ROWS = 2000;

export interface PostgresQuery {
  /** With user and password: never to be shown. */
  readonly url: string;
  readonly query: string;
  /** How long the server may take for the first rows, and again for each further batch. */
  readonly silenceMs: number;
}

/** Types by the numbers that PostgreSQL's catalogue gives them for ever (pg_type.dat); all others are text. */
const KINDS: {readonly [oid: number]: CellKind | 'decimal'} = {
  16: 'boolean',
  20: 'whole',
  21: 'whole',
  23: 'whole',
  26: 'whole',
  700: 'number',
  701: 'number',
  1082: 'date',
  1114: 'datetime',
  1184: 'datetime',
  // numeric: any number of digits, whole or not.
  1700: 'decimal',
};

const SESSION = `
  SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC'; SET bytea_output = 'hex';
  SET extra_float_digits = 1; SET client_encoding = 'UTF8'; BEGIN TRANSACTION READ ONLY`;

/** @param to where the result goes. @throws Error with a sentence for the user, also when the server goes away */
export async function queryPostgres(
  host: Pick<Host, 'files' | 'clock'>,
  {url, query, silenceMs}: PostgresQuery,
  to: string,
  told: {readonly signal: AbortSignal; readonly progress: (rows: number) => void},
): Promise<QueryTable> {
  const [{default: pg}, {default: Cursor}] = await Promise.all([import('pg'), import('pg-cursor')]);
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'mlp',
  });
  // A connection that breaks is told here, to whoever waits. No promise that lives as long as the client: each race with it
  // would keep its rows.
  let lost: Error | undefined;
  let fail = (_: Error): void => undefined;
  client.on('error', (error) => {
    lost = error;
    fail(error);
  });
  try {
    await client.connect().catch((error: unknown) => {
      throw new Error(`cannot connect to PostgreSQL: ${messageOf(error)}`, {cause: error});
    });
    await client.query(SESSION);
    const cursor = client.query(new Cursor(query, [], {rowMode: 'array', types: {getTypeParser: () => asItIs}}));
    const read = (): Promise<{rows: (string | null)[][]; fields: readonly FieldDef[]}> =>
      new Promise((resolve, reject) => {
        fail = reject;
        if (lost !== undefined) reject(lost);
        cursor.read(BATCH_ROWS, (error, rows, result) => {
          if (error) reject(error);
          else resolve({rows, fields: result.fields});
        });
      });
    let spool: QuerySpool | undefined;
    for (;;) {
      const {rows, fields} = await within(host.clock, read(), silenceMs, told.signal);
      const kinds = fields.map(({dataTypeID}) => KINDS[dataTypeID] ?? 'string');
      spool ??= new QuerySpool(
        host.files,
        to,
        fields.map(({name}, index) => ({
          name,
          kind: kinds[index] === 'decimal' ? 'number' : (kinds[index] ?? 'string'),
        })),
      );
      const target = spool;
      for (const row of rows) row.forEach((text, index) => writeCell(target, text, kinds[index] ?? 'string'));
      told.progress(spool.rows);
      if (rows.length < BATCH_ROWS) return spool.finish();
    }
  } catch (error) {
    throw inWords(error, query);
  } finally {
    // Not awaited: a server that does not answer would be waited for.
    void client.end().catch(() => undefined);
  }
}

const asItIs = (text: string): string => text;

function writeCell(spool: QuerySpool, text: string | null, kind: CellKind | 'decimal'): void {
  if (text === null) spool.cell(undefined, 'string');
  else if (kind === 'boolean') spool.cell(text === 't' ? 'true' : 'false', kind);
  else if (kind === 'decimal') spool.cell(text, /^-?\d+$/.test(text) ? 'whole' : 'number');
  else if (kind === 'datetime' || kind === 'date') writeTime(spool, text, kind);
  else spool.cell(text, kind);
}

/** `infinity` and years before 1000 or after 9999 are no dates of a table: they stay text, and so does their column. */
function writeTime(spool: QuerySpool, text: string, kind: 'date' | 'datetime'): void {
  if (!/^[1-9]\d{3}-\d\d-\d\d( [\d:.]+(\+00)?)?$/.test(text)) spool.cell(text, 'string');
  else spool.cell(kind === 'date' ? text : `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`, kind);
}

async function within<T>(clock: Host['clock'], work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const stop = (): void => done.abort();
  signal.addEventListener('abort', stop);
  const late = clock.sleep(ms, done.signal).then((): never => {
    signal.throwIfAborted();
    throw new Error(`PostgreSQL sent nothing for ${ms / 1000} s: make the query faster, or raise \`timeout\``);
  });
  // When the work is done first, the sleep ends too, and nobody waits for what it says.
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function inWords(error: unknown, query: string): unknown {
  if (!(error instanceof Error)) return error;
  const {code, position} = error as {code?: string; position?: string};
  // Five characters are what the server says of a query; others are of the connection.
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(57P|08)/.test(code))
    return new Error(`PostgreSQL refused the query: ${error.message}${lineAt(query, position)}`, {cause: error});
  if (/connection|ECONN|EPIPE|socket/i.test(`${code ?? ''} ${error.message}`) && !/^cannot connect/.test(error.message))
    return new Error(
      `PostgreSQL went away in the middle of the query (${error.message}): run the stage again, or let \`retry\` do it`,
      {cause: error},
    );
  return error;
}

/** @param position of a character of the query, counted from 1 */
function lineAt(query: string, position: string | undefined): string {
  if (position === undefined) return '';
  const before = query.slice(0, Number(position) - 1).split('\n');
  const line = query.split('\n')[before.length - 1] ?? '';
  return ` (line ${before.length} of the query: \`${line.trim()}\`)`;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
