/** Opens the file of the database, or sets a broken one aside and begins anew: the database is a memory, never the truth. */
import SqliteDatabase from 'better-sqlite3';
import {Database} from './database.ts';
import type {StoreOptions} from './database.ts';
import {migrate} from './migrations.ts';

const BUSY_TIMEOUT_MS = 10_000;

export interface OpenedDatabase {
  readonly database: Database;
  /** See Store.notices. */
  readonly notices: readonly string[];
}

/** @throws StoreTooNew, and SQLite's own error when the file cannot be opened or written at all. */
export function openDatabase(file: string, options: StoreOptions): OpenedDatabase {
  const notices: string[] = [];
  if (options.networkFileSystem) {
    notices.push(
      'the project lies on a network file system, where only a slower journal of the database is safe: ' +
        'move the project to a local disk if several machines do not need it',
    );
  }
  // A second try before anything is moved: another process may have set the broken file aside in this moment.
  for (let tries = 0; ; tries++) {
    try {
      return {database: connect(file, options), notices};
    } catch (error) {
      if (!isCorruption(error) || tries === 2) throw error;
      if (tries === 0) continue;
      const aside = options.setAside(file);
      notices.push(
        `the database \`${file}\` was broken and has been moved to \`${aside}\`; ` +
          'a new one was begun, which the cache, `mlp.lock` and the next run fill again',
      );
    }
  }
}

/** Whether an error says that the file is not a sound database. Any method of the store may throw such a one. */
export function isCorruption(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code);
}

function connect(file: string, options: StoreOptions): Database {
  const sqlite = new SqliteDatabase(file, {timeout: BUSY_TIMEOUT_MS});
  try {
    const database = new Database(sqlite, options);
    setJournal(database, options.networkFileSystem ? 'truncate' : 'wal');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    database.pragma('cache_size = -16000');
    // Commits touch the same index pages again and again: the fewer checkpoints, the fewer times each is written.
    database.pragma('wal_autocheckpoint = 4000');
    migrate(database);
    return database;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function setJournal(database: Database, mode: 'truncate' | 'wal'): void {
  for (let tries = 0; ; tries++) {
    try {
      database.pragma(`journal_mode = ${mode}`);
      return;
    } catch (error) {
      if (!(error instanceof SqliteDatabase.SqliteError) || !error.code.startsWith('SQLITE_BUSY') || tries === 20)
        throw error;
      // SQLite does not wait here as it does elsewhere, so wait for the other process by way of an ordinary lock.
      database.script('BEGIN EXCLUSIVE; COMMIT');
    }
  }
}
