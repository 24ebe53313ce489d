/**
 * The history asked from the side of contents and paths: who wrote this, who read that. Every question goes through an
 * index (outputs_of_object, outputs_of_path, inputs_of_object, inputs_of_path) and stops at a limit, so that it costs the
 * same in a long history as in a short one. Answers are newest first.
 */
import {cellDigest, digestCell} from './database.ts';
import type {Database} from './database.ts';
import type {Digest, StageName} from '../model/ids.ts';

/** That a result wrote or read something. */
export interface Touch {
  readonly trace: number;
  readonly stage: StageName;
  readonly path: string;
  readonly hash: Digest | '';
}

export interface TouchQuery {
  readonly limit: number;
  /** Only results with a smaller number: those that were there when this one was made. */
  readonly before?: number;
  /** Only at this path. */
  readonly path?: string;
}

export interface LineageQueries {
  /** Who wrote these bytes, wherever. */
  writersOfObject(hash: Digest, query: TouchQuery): readonly Touch[];
  readersOfObject(hash: Digest, query: TouchQuery): readonly Touch[];
  /** Who wrote this path, whatever bytes. */
  writersOfPath(path: string, query: TouchQuery): readonly Touch[];
  readersOfPath(path: string, query: TouchQuery): readonly Touch[];
  /** The newest writing of each path below a folder. */
  writersBelow(folder: string, query: TouchQuery): readonly Touch[];
  readersBelow(folder: string, query: TouchQuery): readonly Touch[];
  /** How many results wrote these bytes at this path. */
  countWriters(hash: Digest, path: string): number;
  /** Contents whose sha256 begins with these hexadecimal digits. */
  objectsWithPrefix(hex: string, limit: number): readonly Digest[];
}

type TouchTuple = readonly [trace: number, stage: StageName, path: string, hash: Uint8Array | null];

const EVER = Number.MAX_SAFE_INTEGER;
const HASH_DIGITS = 64;

type Table = 'outputs' | 'inputs';

const columns = 'x.trace, s.name, p.name, o.hash';
const joined = `JOIN traces t ON t.id = x.trace JOIN stages s ON s.id = t.stage JOIN texts p ON p.id = x.path
  LEFT JOIN objects o ON o.id = x.object`;

const touching = (table: Table, condition: string): string =>
  `SELECT ${columns} FROM ${table} x ${joined} WHERE ${condition} AND x.trace < ? ORDER BY x.trace DESC LIMIT ?`;
const IS_OBJECT = 'x.object = (SELECT id FROM objects WHERE hash = ?)';
const IS_PATH = 'x.path = (SELECT id FROM texts WHERE name = ?)';
const ofObject = (table: Table): string => touching(table, IS_OBJECT);
const ofPath = (table: Table): string => touching(table, IS_PATH);
const ofObjectAtPath = (table: Table): string => touching(table, `${IS_OBJECT} AND ${IS_PATH}`);

// Names below a folder are one range of the index over names: `/` is followed by `0`.
const below = (table: Table): string =>
  `SELECT ${columns} FROM texts p JOIN ${table} x ON x.path = p.id AND x.trace =
     (SELECT max(trace) FROM ${table} WHERE path = p.id AND trace < ?)
   JOIN traces t ON t.id = x.trace JOIN stages s ON s.id = t.stage LEFT JOIN objects o ON o.id = x.object
   WHERE p.name > ? AND p.name < ? ORDER BY x.trace DESC LIMIT ?`;

export class Lineages implements LineageQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  writersOfObject(hash: Digest, query: TouchQuery): readonly Touch[] {
    return this.#ofObject('outputs', hash, query);
  }

  readersOfObject(hash: Digest, query: TouchQuery): readonly Touch[] {
    return this.#ofObject('inputs', hash, query);
  }

  writersOfPath(path: string, query: TouchQuery): readonly Touch[] {
    return this.#touches(ofPath('outputs'), path, query.before ?? EVER, query.limit);
  }

  readersOfPath(path: string, query: TouchQuery): readonly Touch[] {
    return this.#touches(ofPath('inputs'), path, query.before ?? EVER, query.limit);
  }

  writersBelow(folder: string, query: TouchQuery): readonly Touch[] {
    return this.#touches(below('outputs'), query.before ?? EVER, `${folder}/`, `${folder}0`, query.limit);
  }

  readersBelow(folder: string, query: TouchQuery): readonly Touch[] {
    return this.#touches(below('inputs'), query.before ?? EVER, `${folder}/`, `${folder}0`, query.limit);
  }

  countWriters(hash: Digest, path: string): number {
    const sql = `SELECT count(*) FROM outputs WHERE object = (SELECT id FROM objects WHERE hash = ?)
      AND path = (SELECT id FROM texts WHERE name = ?)`;
    return this.#database.tuple<[number]>(sql, digestCell(hash), path)?.[0] ?? 0;
  }

  objectsWithPrefix(hex: string, limit: number): readonly Digest[] {
    const from = digestCell(hex.padEnd(HASH_DIGITS, '0'));
    const to = digestCell(hex.padEnd(HASH_DIGITS, 'f'));
    const sql = 'SELECT hash FROM objects WHERE hash BETWEEN ? AND ? ORDER BY hash LIMIT ?';
    return this.#database.tuples<[Uint8Array]>(sql, from, to, limit).map(([hash]) => cellDigest(hash));
  }

  #ofObject(table: Table, hash: Digest, {path, before = EVER, limit}: TouchQuery): readonly Touch[] {
    return path === undefined
      ? this.#touches(ofObject(table), digestCell(hash), before, limit)
      : this.#touches(ofObjectAtPath(table), digestCell(hash), path, before, limit);
  }

  #touches(sql: string, ...cells: (string | number | Uint8Array)[]): readonly Touch[] {
    return this.#database.tuples<TouchTuple>(sql, ...cells).map(([trace, stage, path, hash]) => ({
      trace,
      stage,
      path,
      hash: hash === null ? '' : cellDigest(hash),
    }));
  }
}
