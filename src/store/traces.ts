/** Traces read: by key, by number, by stage, and what only `why` and comparisons ask of one. */
import type {InputEntry} from '../model/artifact.ts';
import type {AttemptId, Digest, RunId, StageName} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {Metric} from '../model/metric.ts';
import type {Trace} from '../model/run.ts';
import {readBody} from './bodies.ts';
import {cellDigest, digestCell} from './database.ts';
import type {Database} from './database.ts';
import {readMetrics} from './metric-lists.ts';
import {parseOutputs} from './outputs-text.ts';
import {readVersioned, unpackText} from './packed-text.ts';

/** Version of the JSON in `trace_details`. */
export const DETAILS_VERSION = 1;

/** What made a result; undefined when that is not known any more. */
export function documentOf(database: Database, trace: number): KeyDocument | undefined {
  const sql = 'SELECT document FROM trace_details WHERE trace = ?';
  const cell = database.tuple<[string | Uint8Array]>(sql, trace)?.[0];
  return cell === undefined
    ? undefined
    : readVersioned<KeyDocument>(unpackText(cell, database.options), DETAILS_VERSION);
}

type TraceTuple = readonly [
  id: number,
  stage: StageName,
  created: number,
  run: RunId | null,
  attempt: AttemptId | null,
  origin: Trace['origin'],
  wall: number | null,
  outputs: string,
];
type TraceWithKey = readonly [...TraceTuple, key: Uint8Array];

const COLUMNS = 't.id, s.name, t.created_ms, t.run, t.attempt, t.origin, t.wall_ms, t.outputs';
const FROM = 'FROM traces t JOIN stages s ON s.id = t.stage';
const SELECT_TRACE = `SELECT ${COLUMNS}, t.key ${FROM}`;
// Asked once a stage in every run: the key is known, and to read a blob costs as much as three other columns.
const TRACES_OF_KEY = `SELECT ${COLUMNS} ${FROM} WHERE t.key = ? ORDER BY t.id DESC`;
const TRACE_BY_ID = `${SELECT_TRACE} WHERE t.id = ?`;
const CURRENT_TRACE = `${SELECT_TRACE} WHERE t.id = (SELECT current FROM stages WHERE name = ?)`;
// A renamed stage goes on with the traces of its old name: there its current one is all it has.
const LATEST_TRACE = `${SELECT_TRACE} WHERE t.id = (
  SELECT max(coalesce((SELECT max(id) FROM traces WHERE stage = named.id), 0), coalesce(named.current, 0))
  FROM stages named WHERE named.name = ?)`;
const TRACES_OF_STAGE = `${SELECT_TRACE} WHERE t.stage = (SELECT id FROM stages WHERE name = ?) ORDER BY t.id DESC LIMIT ?`;
const INPUTS = `SELECT n.name, p.name, i.type, i.exec, o.hash, i.size, i.files FROM inputs i
  JOIN texts n ON n.id = i.name JOIN texts p ON p.id = i.path LEFT JOIN objects o ON o.id = i.object
  WHERE i.trace = ? ORDER BY i.position`;

type InputTuple = readonly [
  name: string,
  path: string,
  type: InputEntry['type'],
  exec: number,
  hash: Uint8Array | null,
  size: number,
  files: number | null,
];

export class Traces {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  traces(key: Digest): readonly Trace[] {
    const tuples = this.#database.tuples<TraceTuple>(TRACES_OF_KEY, digestCell(key));
    return tuples.map((tuple) => toTrace(tuple, key));
  }

  trace(id: number): Trace | undefined {
    return optionalTrace(this.#database.tuple<TraceWithKey>(TRACE_BY_ID, id));
  }

  latestTrace(stage: StageName): Trace | undefined {
    return optionalTrace(this.#database.tuple<TraceWithKey>(LATEST_TRACE, stage));
  }

  tracesOf(stage: StageName, limit: number): readonly Trace[] {
    const tuples = this.#database.tuples<TraceWithKey>(TRACES_OF_STAGE, stage, limit);
    return tuples.map((tuple) => toTrace(tuple, cellDigest(tuple[8])));
  }

  currentTrace(stage: StageName): Trace | undefined {
    return optionalTrace(this.#database.tuple<TraceWithKey>(CURRENT_TRACE, stage));
  }

  setCurrent(stage: StageName, trace: number): void {
    const database = this.#database;
    const row = database.tuple<[number | null]>('SELECT current FROM stages WHERE name = ?', stage);
    if (row?.[0] === trace) return;
    database.write(() => {
      database.run('UPDATE stages SET current = ? WHERE id = ?', trace, database.intern('stages', stage));
      database.run('UPDATE traces SET used_ms = ? WHERE id = ?', database.options.now(), trace);
    });
  }

  document(trace: number): KeyDocument | undefined {
    return documentOf(this.#database, trace);
  }

  pieces(trace: number): {readonly [piece: string]: string} | undefined {
    const sql = 'SELECT pieces FROM trace_details WHERE trace = ?';
    const body = this.#database.tuple<[number | null]>(sql, trace)?.[0];
    if (body === undefined || body === null) return undefined;
    return readVersioned<{readonly [piece: string]: string}>(readBody(this.#database, body), DETAILS_VERSION);
  }

  because(trace: number): string | undefined {
    const sql = 'SELECT because FROM trace_details WHERE trace = ?';
    return this.#database.tuple<[string | null]>(sql, trace)?.[0] ?? undefined;
  }

  inputs(trace: number): readonly InputEntry[] {
    return this.#database.tuples<InputTuple>(INPUTS, trace).map(([name, path, type, exec, hash, size, files]) => ({
      name,
      path,
      type,
      exec: exec === 1,
      hash: hash === null ? '' : cellDigest(hash),
      size,
      ...(files === null ? {} : {files}),
    }));
  }

  metrics(trace: number): readonly Metric[] {
    return readMetrics(this.#database, trace);
  }
}

function optionalTrace(tuple: TraceWithKey | undefined): Trace | undefined {
  return tuple === undefined ? undefined : toTrace(tuple, cellDigest(tuple[8]));
}

function toTrace(tuple: TraceTuple | TraceWithKey, key: Digest): Trace {
  const [id, stage, createdAtMs, run, attempt, origin, wall, outputs] = tuple;
  return {
    id,
    key,
    stage,
    createdAtMs,
    origin,
    outputs: parseOutputs(outputs),
    ...(run === null ? {} : {run}),
    ...(attempt === null ? {} : {attempt}),
    ...(wall === null ? {} : {durationMs: wall}),
  };
}
