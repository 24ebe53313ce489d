/**
 * How engines in containers that share a folder know of each other, where neither sees the other's processes: each locks
 * an empty file beside the database for as long as it lives. The system lets go of the lock when the process ends, however
 * it ends.
 */
import SqliteDatabase from 'better-sqlite3';
import type {StoreOptions} from './database.ts';
import type {Owner, Presence} from './store.ts';

export class LockedPresence implements Presence {
  readonly #file: string;
  readonly #options: StoreOptions;
  #mine: {readonly path: string; readonly lock: SqliteDatabase.Database} | undefined;

  /** @param file of the database */
  constructor(file: string, options: StoreOptions) {
    this.#file = file;
    this.#options = options;
  }

  announce(owner: Owner): void {
    if (this.#mine !== undefined) return;
    const path = this.#path(owner);
    const lock = lockOf(path, false);
    // Where nothing can be locked, such as on some network file systems, only processes that can be seen are known.
    if (typeof lock !== 'string') this.#mine = {path, lock};
  }

  isThere(owner: Owner): boolean {
    const path = this.#path(owner);
    const lock = lockOf(path, true);
    if (typeof lock === 'string') return lock === 'held';
    this.#remove(path, lock);
    return false;
  }

  leave(): void {
    if (this.#mine !== undefined) this.#remove(this.#mine.path, this.#mine.lock);
    this.#mine = undefined;
  }

  #remove(path: string, lock: SqliteDatabase.Database): void {
    this.#options.remove(path);
    lock.close();
  }

  #path({bootId, pid, startTime}: Owner): string {
    return `${this.#file}.${[bootId, pid, startTime].join('-').replaceAll(/[^A-Za-z0-9]+/g, '-')}.engine`;
  }
}

/** Nothing is ever written to the file: the lock is all that is wanted. */
function lockOf(path: string, mustBeThere: boolean): SqliteDatabase.Database | 'held' | 'none' {
  let lock: SqliteDatabase.Database | undefined;
  try {
    lock = new SqliteDatabase(path, {timeout: 0, fileMustExist: mustBeThere});
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (!(error instanceof SqliteDatabase.SqliteError)) throw error;
    return error.code.startsWith('SQLITE_BUSY') ? 'held' : 'none';
  }
}
