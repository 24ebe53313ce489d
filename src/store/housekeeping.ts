/** What garbage collection and `mlp doctor` ask of the store. */
import type {Digest, ProjectPath, RunId, StageName} from '../model/ids.ts';
import {cellDigest} from './database.ts';
import type {Database} from './database.ts';
import type {Store} from './store.ts';
import {countTraces, parseChunkList, readState, traceAt} from './run-states.ts';

export interface ReferencedObject {
  readonly hash: Digest;
  readonly type: 'file' | 'dir';
  readonly lastUsedMs: number;
}

export class Housekeeping {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  *referencedObjects(): Iterable<ReferencedObject> {
    const inRuns = this.#lastRunOfTraces();
    const sql = `SELECT o.hash, x.is_folder, x.trace, t.used_ms FROM outputs x JOIN objects o ON o.id = x.object
      JOIN traces t ON t.id = x.trace ORDER BY x.object, x.is_folder`;
    let current: {readonly hash: Digest; readonly type: 'file' | 'dir'; lastUsedMs: number} | undefined;
    for (const [hashCell, isFolder, trace, usedMs] of this.#database.tuples<[Uint8Array, number, number, number]>(
      sql,
    )) {
      const hash = cellDigest(hashCell);
      const type = isFolder === 1 ? 'dir' : 'file';
      const lastUsedMs = Math.max(usedMs, inRuns.get(trace) ?? 0);
      if (current?.hash === hash && current.type === type) {
        current.lastUsedMs = Math.max(current.lastUsedMs, lastUsedMs);
        continue;
      }
      if (current !== undefined) yield current;
      current = {hash, type, lastUsedMs};
    }
    if (current !== undefined) yield current;
  }

  writtenPaths(): ReturnType<Store['writtenPaths']> {
    const sql = `SELECT DISTINCT p.name, s.name, o.hash FROM outputs x JOIN traces t ON t.id = x.trace
      JOIN stages s ON s.id = t.stage JOIN texts p ON p.id = x.path LEFT JOIN objects o ON o.id = x.object`;
    const rows = this.#database.tuples<[ProjectPath, StageName, Uint8Array | null]>(sql);
    return rows.map(([path, stage, hash]) => ({path, stage, hash: hash === null ? '' : cellDigest(hash)}));
  }

  objectsOfRuns(runs: readonly RunId[]): ReadonlySet<Digest> {
    const database = this.#database;
    const traces = new Set<number>();
    for (const [current] of database.tuples<[number]>('SELECT current FROM stages WHERE current IS NOT NULL')) {
      traces.add(current);
    }
    for (const run of runs) {
      const state = database.tuple<[number | null]>('SELECT state FROM runs WHERE id = ?', run)?.[0];
      if (state === undefined || state === null) continue;
      for (const [, trace] of readState(database, state)) traces.add(trace);
    }
    const objects = new Set<Digest>();
    const sql = 'SELECT o.hash FROM outputs x JOIN objects o ON o.id = x.object WHERE x.trace = ?';
    for (const trace of traces) {
      for (const [hash] of database.tuples<[Uint8Array]>(sql, trace)) objects.add(cellDigest(hash));
    }
    return objects;
  }

  integrity(): string {
    const rows = this.#database.pragmaRows('integrity_check(10)');
    return rows.map((row) => String(row['integrity_check'])).join('\n');
  }

  /** A skipped stage writes nothing, so its newest use is read from the newest run that left it as it is. */
  #lastRunOfTraces(): ReadonlyMap<number, number> {
    const ofChunks = new Map<number, number>();
    const sql = `SELECT s.chunks, max(coalesce(r.ended_ms, r.started_ms)) FROM runs r JOIN states s ON s.id = r.state
      GROUP BY r.state`;
    for (const [text, atMs] of this.#database.tuples<[string, number]>(sql)) {
      const chunks = parseChunkList(text);
      for (const chunk of chunks) {
        ofChunks.set(chunk, Math.max(ofChunks.get(chunk) ?? 0, atMs));
      }
    }
    const ofTraces = new Map<number, number>();
    for (const [chunk, traces] of this.#database.tuples<[number, Uint8Array]>('SELECT id, traces FROM state_chunks')) {
      const atMs = ofChunks.get(chunk);
      if (atMs === undefined) continue;
      for (let index = 0; index < countTraces(traces); index++) {
        const trace = traceAt(traces, index);
        ofTraces.set(trace, Math.max(ofTraces.get(trace) ?? 0, atMs));
      }
    }
    return ofTraces;
  }
}
