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
    let lock: SqliteDatabase.Database | undefined;
    try {
      lock = new SqliteDatabase(path, {timeout: 0});
      // Nothing is ever written: the lock is all that is wanted.
      lock.exec('BEGIN EXCLUSIVE');
      this.#mine = {path, lock};
    } catch {
      // Where nothing can be locked, such as on some network file systems, only processes that can be seen are known.
      lock?.close();
    }
  }

  isThere(owner: Owner): boolean {
    const path = this.#path(owner);
    if (isLocked(path)) return true;
    this.#options.remove(path);
    return false;
  }

  leave(): void {
    if (this.#mine === undefined) return;
    this.#options.remove(this.#mine.path);
    this.#mine.lock.close();
    this.#mine = undefined;
  }

  #path({bootId, pid, startTime}: Owner): string {
    return `${this.#file}.${[bootId, pid, startTime].join('-').replaceAll(/[^A-Za-z0-9]+/g, '-')}.engine`;
  }
}

/** By asking for a shared lock, since the file may be of another user, who lets it be read. */
function isLocked(path: string): boolean {
  let file: SqliteDatabase.Database | undefined;
  try {
    file = new SqliteDatabase(path, {timeout: 0, readonly: true, fileMustExist: true});
    file.prepare('SELECT 1 FROM sqlite_master').get();
    return false;
  } catch (error) {
    return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
  } finally {
    file?.close();
  }
}
