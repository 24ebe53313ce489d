/** Reads the result of a query of a SQLite file. */
import type {Host} from '../../host/host.ts';
import {QuerySpool, type QueryTable} from './query-spool.ts';

/** How long another program's write lock is waited for. */
const LOCKED_MS = 2000;
const PROGRESS_ROWS = 10_000;

/** @param path absolute, of the database. @param to where the result goes. @throws Error with a sentence for the user */
export async function querySqlite(
  host: Pick<Host, 'files'>,
  {path, shown, query}: {readonly path: string; readonly shown: string; readonly query: string},
  to: string,
  told: {readonly signal: AbortSignal; readonly progress: (rows: number) => void},
): Promise<QueryTable> {
  // What stands only in the log is no part of the file, by which the stage knows whether its input changed.
  if ((host.files.stat(`${path}-wal`)?.size ?? 0) > 0)
    throw new Error(
      `\`${shown}\` has changes beside it in \`${shown}-wal\`: end the program that writes it, or let it make a checkpoint`,
    );
  const {default: Database} = await import('better-sqlite3');
  let database: import('better-sqlite3').Database | undefined;
  try {
    database = new Database(path, {readonly: true, fileMustExist: true, timeout: LOCKED_MS});
    const statement = database.prepare<[], unknown[]>(query);
    if (!statement.reader) throw new Error('the query gives no columns: it must be one that reads, such as `SELECT`');
    const spool = new QuerySpool(
      host.files,
      to,
      statement.columns().map(({name}) => ({name, kind: 'string'})),
    );
    for (const row of statement.raw().safeIntegers().iterate()) {
      for (const value of row) writeCell(spool, value);
      if (spool.rows % PROGRESS_ROWS === 0) {
        told.signal.throwIfAborted();
        told.progress(spool.rows);
      }
    }
    return spool.finish();
  } catch (error) {
    throw inWords(error, shown);
  } finally {
    database?.close();
  }
}

function writeCell(spool: QuerySpool, value: unknown): void {
  if (value === null) spool.cell(undefined, 'string');
  else if (typeof value === 'bigint') spool.cell(String(value), 'whole');
  else if (typeof value === 'number') spool.cell(String(value), 'number');
  else if (value instanceof Uint8Array) spool.cell(Buffer.from(value).toString('hex'), 'string');
  else spool.cell(String(value), 'string');
}

function inWords(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const {code, message} = error;
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return new Error(`\`${shown}\` is locked by another program: end it, or wait until it has written`, {cause: error});
  if (code === 'SQLITE_NOTADB') return new Error(`\`${shown}\` is not a SQLite database`, {cause: error});
  return new Error(`SQLite cannot answer the query of \`${shown}\`: ${message}`, {cause: error});
}
