/**
 * One connection with its prepared statements. Statements are made on first use, because a run with nothing to do needs a
 * handful of some hundred. The ids of interned names are remembered per connection and forgotten when a transaction rolls
 * back or another process writes, since the row they point at may then be gone.
 *
 * Reads share a transaction until the event loop turns: taking and giving back SQLite's lock costs as much as a look-up,
 * and a run with nothing to do makes tens of thousands of them. So within one turn everybody sees one state, and what
 * another process wrote is seen in the next. A write ends the shared read first. With a rollback journal a reader holds
 * up writers, so there each read stands alone.
 */
import type SqliteDatabase from 'better-sqlite3';
import type {Digest} from '../model/ids.ts';

/** What the store needs of the outside world; given by whoever opens it, as the store imports neither host nor Node. */
export interface StoreOptions {
  /** true: a rollback journal is used instead of WAL, which needs shared memory. */
  readonly networkFileSystem: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sha256: (text: string) => Digest;
  readonly deflate: (text: string) => Uint8Array;
  readonly inflate: (bytes: Uint8Array) => string;
  /** Moves a broken database with its `-wal` and `-shm` to `<file>.broken-<n>`. @returns the new name, for the notice. */
  readonly setAside: (file: string) => string;
  /** Quiet when it is not there, or cannot be removed. */
  readonly remove: (file: string) => void;
}

/** A value that SQLite can hold. */
export type Cell = string | number | Uint8Array | null;

export class Database {
  readonly options: StoreOptions;
  readonly #sqlite: SqliteDatabase.Database;
  readonly #statements = new Map<string, SqliteDatabase.Statement<Cell[]>>();
  readonly #rawStatements = new Map<string, SqliteDatabase.Statement<Cell[]>>();
  readonly #interned = new Map<string, number>();
  #writing = false;
  /** SQLite's number that changes when another connection writes. */
  #dataVersion: number | undefined;
  #reading = false;

  constructor(sqlite: SqliteDatabase.Database, options: StoreOptions) {
    this.#sqlite = sqlite;
    this.options = options;
  }

  /** Only inside `write`. @returns how many rows changed and the id of the last row inserted. */
  run(sql: string, ...cells: Cell[]): {readonly changes: number; readonly id: number} {
    if (!this.#writing) throw new Error(`BUG: a statement outside a write: ${sql}`);
    const result = this.#statement(sql).run(...cells);
    return {changes: result.changes, id: Number(result.lastInsertRowid)};
  }

  /** The first row as an object; `Row` is the caller's promise about the columns of its own SQL. */
  one<Row>(sql: string, ...cells: Cell[]): Row | undefined {
    this.#beginReading();
    return this.#statement(sql).get(...cells) as Row | undefined;
  }

  all<Row>(sql: string, ...cells: Cell[]): readonly Row[] {
    this.#beginReading();
    return this.#statement(sql).all(...cells) as Row[];
  }

  /** Rows as tuples: cheaper than objects, for what is asked once a stage or once a file. */
  tuple<Row extends readonly Cell[]>(sql: string, ...cells: Cell[]): Row | undefined {
    this.#beginReading();
    return this.#rawStatement(sql).get(...cells) as Row | undefined;
  }

  tuples<Row extends readonly Cell[]>(sql: string, ...cells: Cell[]): readonly Row[] {
    this.#beginReading();
    return this.#rawStatement(sql).all(...cells) as unknown as Row[];
  }

  /** Several statements without parameters. */
  script(sql: string): void {
    this.#sqlite.exec(sql);
  }

  pragma(text: string): unknown {
    return this.#sqlite.pragma(text, {simple: true});
  }

  pragmaRows(text: string): readonly Readonly<Record<string, Cell>>[] {
    return this.#sqlite.pragma(text) as Readonly<Record<string, Cell>>[];
  }

  /** BEGIN IMMEDIATE, so that what is read inside cannot be changed by another process before it is written. */
  write<T>(work: () => T): T {
    if (this.#writing) return work();
    this.#endReading();
    this.#writing = true;
    try {
      return this.#sqlite
        .transaction(() => {
          this.#forgetWhatOthersChanged();
          return work();
        })
        .immediate();
    } catch (error) {
      this.#interned.clear();
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  /** Removes nothing's children: `work` may only delete rows that no other row points at. */
  withoutForeignKeys(work: () => void): void {
    this.#endReading();
    this.pragma('foreign_keys = OFF');
    try {
      work();
    } finally {
      this.#endReading();
      this.pragma('foreign_keys = ON');
    }
  }

  /** Another process may have removed the rows whose ids are remembered here. */
  #forgetWhatOthersChanged(): void {
    const version = this.#rawStatement('PRAGMA data_version').get() as [number] | undefined;
    if (version?.[0] !== this.#dataVersion) this.forgetInterned();
    this.#dataVersion = version?.[0];
  }

  /** For whoever removes rows with one unique text. */
  forgetInterned(): void {
    this.#interned.clear();
  }

  /** The id of a row with one unique text or blob; added when it is not there. Only inside `write`. */
  intern(table: 'texts' | 'objects' | 'stages', text: string): number {
    const name = `${table} ${text}`;
    const known = this.#interned.get(name);
    if (known !== undefined) return known;
    const cell = table === 'objects' ? digestCell(text) : text;
    const column = table === 'objects' ? 'hash' : 'name';
    const row = this.tuple<[number]>(`SELECT id FROM ${table} WHERE ${column} = ?`, cell);
    const id = row?.[0] ?? this.run(`INSERT INTO ${table} (${column}) VALUES (?)`, cell).id;
    this.#interned.set(name, id);
    return id;
  }

  close(): void {
    this.#endReading();
    this.#sqlite.close();
  }

  #beginReading(): void {
    if (this.#reading || this.#writing || this.options.networkFileSystem) return;
    this.#statement('BEGIN').run();
    this.#reading = true;
    setImmediate(() => {
      this.#endReading();
    });
  }

  #endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    if (this.#sqlite.inTransaction) this.#statement('COMMIT').run();
  }

  #statement(sql: string): SqliteDatabase.Statement<Cell[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare<Cell[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #rawStatement(sql: string): SqliteDatabase.Statement<Cell[]> {
    let statement = this.#rawStatements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare<Cell[]>(sql).raw();
      this.#rawStatements.set(sql, statement);
    }
    return statement;
  }
}

/** 32 bytes instead of 64 digits. */
export function digestCell(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

/** The inverse of digestCell. */
export function cellDigest(bytes: Uint8Array): Digest {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') as Digest;
}
