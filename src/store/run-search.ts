/**
 * Questions to the whole history: which runs there are, what a metric or a param was in each of them. Ten thousand runs of
 * a hundred stages are a matter of some tens of milliseconds: the rows of one name are read one after the other, and the
 * states of the runs are looked through as they are stored.
 */
import type {Json} from '../base/json.ts';
import {runId} from '../model/ids.ts';
import type {RunId, StageName} from '../model/ids.ts';
import type {GitState, Outcome, RunRow, RunStatus} from '../model/run.ts';
import {readBody} from './bodies.ts';
import {readChunkTable, readRunChunks} from './chunk-table.ts';
import type {ChunkTable} from './chunk-table.ts';
import type {Database} from './database.ts';
import {labelsOf} from './labels.ts';
import {numberAt, numberOf, numbersOfLists, readMetricNames} from './metric-lists.ts';
import {readVersioned} from './packed-text.ts';
import type {RunHead, RunSearch, StageValue, ValuesOfRuns} from './search-contract.ts';
import {readState} from './run-states.ts';
import type {StateEntry} from './run-states.ts';

const JSON_VERSION = 1;
const NO_LIMIT = -1;

interface HeadColumns {
  readonly id: number;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly status: RunStatus;
  readonly git: string | null;
  readonly counts: string;
  readonly name: string | null;
  readonly note: string | null;
  readonly pinned: number;
}

export class SqliteRunSearch implements RunSearch {
  readonly #database: Database;
  readonly #metricNames = new Map<number, readonly string[]>();
  readonly #measuredOf = new Map<RunId, readonly StateEntry[]>();
  #tracesWithMetrics: ReadonlySet<number> | undefined;
  #lists: readonly number[] | undefined;
  #chunks: ChunkTable | undefined;
  #runs: ReturnType<typeof readRunChunks> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  heads(limit: number = NO_LIMIT): readonly RunHead[] {
    const database = this.#database;
    const sql = `SELECT id, started_ms, ended_ms, status, git, counts, name, note, pinned FROM runs
      ORDER BY id DESC LIMIT ?`;
    const rows = database.all<HeadColumns>(sql, limit);
    const oldest = rows.at(-1)?.id ?? 0;
    const tags = new Map<number, string[]>();
    const tagSql = 'SELECT run, tag FROM run_tags WHERE run >= ? ORDER BY run, tag';
    for (const [run, tag] of database.tuples<[number, string]>(tagSql, oldest)) {
      tags.set(run, [...(tags.get(run) ?? []), tag]);
    }
    // Most runs have the texts of others: each is parsed once.
    const gits = new Map<string, GitState | undefined>();
    const countsOf = new Map<string, RunRow['counts']>();
    return rows.map((row) => {
      const git = row.git === null ? undefined : remembered(gits, row.git, parseGit);
      return {
        id: runId(row.id),
        startedAtMs: row.started_ms,
        status: row.status,
        counts: remembered(countsOf, row.counts, parseCounts),
        ...(row.ended_ms === null ? {} : {endedAtMs: row.ended_ms}),
        ...(git === undefined ? {} : {git}),
        ...labelsOf(row, tags.get(row.id) ?? []),
      };
    });
  }

  count(): number {
    return this.#database.tuple<[number]>('SELECT count(*) FROM runs')?.[0] ?? 0;
  }

  metric(name: string, stage?: string): ValuesOfRuns<number> {
    const found: (readonly [trace: number, value: number])[] = [];
    for (const list of this.#allLists()) {
      const place = this.#placeOf(name, list);
      if (place >= 0) found.push(...numbersOfLists(this.#database, list, place));
    }
    const sql = 'SELECT trace, value FROM curve_ends WHERE name = (SELECT id FROM texts WHERE name = ?)';
    for (const [trace, value] of this.#database.tuples<[number, number | string]>(sql, name))
      found.push([trace, numberOf(value)]);
    return this.#ofRuns(found, stage);
  }

  metricIn(name: string, run: RunId): readonly StageValue<number>[] {
    const list = 'SELECT names, numbers FROM metric_lists WHERE trace = ?';
    const end = 'SELECT value FROM curve_ends WHERE name = (SELECT id FROM texts WHERE name = ?) AND trace = ?';
    return this.#measured(run).flatMap(([stage, trace]) => {
      const row = this.#database.tuple<[number, Uint8Array]>(list, trace);
      const place = row === undefined ? -1 : this.#placeOf(name, row[0]);
      if (row !== undefined && place >= 0) return [{stage, value: numberAt(row[1], place)}];
      const value = this.#database.tuple<[number | string]>(end, name, trace)?.[0];
      return value === undefined ? [] : [{stage, value: numberOf(value)}];
    });
  }

  metricNamesIn(run: RunId): readonly string[] {
    const list = 'SELECT names FROM metric_lists WHERE trace = ?';
    const curves = `SELECT t.name FROM metrics m JOIN texts t ON t.id = m.name WHERE m.trace = ?
      GROUP BY m.name ORDER BY min(m.position)`;
    const names = this.#measured(run).flatMap(([, trace]) => {
      const body = this.#database.tuple<[number]>(list, trace)?.[0];
      return [
        ...(body === undefined ? [] : this.#namesOfList(body)),
        ...this.#database.tuples<[string]>(curves, trace).map(([name]) => name),
      ];
    });
    return [...new Set(names)];
  }

  /** The last one counts where a name was reported more than once. */
  #placeOf(name: string, list: number): number {
    return this.#namesOfList(list).lastIndexOf(name);
  }

  #namesOfList(list: number): readonly string[] {
    const names = this.#metricNames.get(list) ?? readMetricNames(this.#database, list).map(([name]) => name);
    this.#metricNames.set(list, names);
    return names;
  }

  /** Bodies that hold the names of metrics. */
  #allLists(): readonly number[] {
    const sql = 'SELECT DISTINCT names FROM metric_lists';
    this.#lists ??= this.#database.tuples<[number]>(sql).map(([names]) => names);
    return this.#lists;
  }

  /** Stages of a run that measured anything: in a large project these are few of very many. */
  #measured(run: RunId): readonly StateEntry[] {
    const known = this.#measuredOf.get(run);
    if (known !== undefined) return known;
    const sql = 'SELECT trace FROM metric_lists UNION SELECT trace FROM curve_ends';
    this.#tracesWithMetrics ??= new Set(this.#database.tuples<[number]>(sql).map(([trace]) => trace));
    const withMetrics = this.#tracesWithMetrics;
    const state = this.#database.tuple<[number | null]>('SELECT state FROM runs WHERE id = ?', run)?.[0];
    const entries = state === null || state === undefined ? [] : readState(this.#database, state);
    const measured = entries.filter(([, trace]) => withMetrics.has(trace));
    this.#measuredOf.set(run, measured);
    return measured;
  }

  param(name: string, stage?: string): ValuesOfRuns<Json> {
    const sql = 'SELECT trace, value FROM params WHERE name = (SELECT id FROM texts WHERE name = ?)';
    const rows = this.#database.tuples<[trace: number, text: number]>(sql, name);
    const values = new Map<number, Json>();
    const valueOf = (id: number): Json => remembered(values, id, () => this.#jsonText(id));
    return this.#ofRuns(
      rows.map(([trace, text]) => [trace, valueOf(text)]),
      stage,
    );
  }

  #jsonText(id: number): Json {
    const text = this.#database.tuple<[string]>('SELECT name FROM texts WHERE id = ?', id)?.[0];
    return text === undefined ? null : (JSON.parse(text) as Json);
  }

  facts(): ReadonlyMap<RunId, {readonly [name: string]: Json}> {
    const bodies = new Map<number, {readonly [name: string]: Json}>();
    const found = new Map<RunId, {readonly [name: string]: Json}>();
    for (const [run, body] of this.#database.tuples<[number, number]>('SELECT id, facts FROM runs')) {
      const facts = bodies.get(body) ?? (JSON.parse(readBody(this.#database, body)) as {readonly [name: string]: Json});
      bodies.set(body, facts);
      found.set(runId(run), facts);
    }
    return found;
  }

  outcomes(stage: StageName): ReadonlyMap<RunId, Outcome> {
    const found = new Map<RunId, Outcome>();
    const {ids, names} = this.#allChunks();
    const lists = new Set([...new Set(names)].filter((list) => list.includes(stage)));
    const withStage = new Set(ids.filter((_, chunk) => lists.has(names[chunk] ?? [])));
    for (const [run, chunks] of this.#allRuns()) {
      if (chunks.some((chunk) => withStage.has(chunk))) found.set(run, 'skipped');
    }
    const sql = 'SELECT run, outcome FROM run_stages WHERE stage = (SELECT id FROM stages WHERE name = ?)';
    for (const [run, outcome] of this.#database.tuples<[number, Outcome]>(sql, stage)) found.set(runId(run), outcome);
    return found;
  }

  metricNames(): readonly string[] {
    const ofLists = this.#allLists().flatMap((list) => this.#namesOfList(list));
    return [...new Set([...ofLists, ...this.#distinctNames('curve_ends')])].sort();
  }

  paramNames(): readonly string[] {
    return this.#distinctNames('params');
  }

  stageNames(): readonly StageName[] {
    return [...new Set([...new Set(this.#allChunks().names)].flat())].sort();
  }

  /** From one name to the next above it: there are few of them in very many rows. */
  #distinctNames(table: 'curve_ends' | 'params'): readonly string[] {
    const sql = `WITH RECURSIVE found (id) AS (SELECT min(name) FROM ${table} UNION ALL
        SELECT (SELECT min(name) FROM ${table} WHERE name > id) FROM found WHERE id IS NOT NULL)
      SELECT name FROM texts WHERE id IN (SELECT id FROM found) ORDER BY name`;
    return this.#database.tuples<[string]>(sql).map(([name]) => name);
  }

  /** From values of traces to values of runs. */
  #ofRuns<T>(values: readonly (readonly [trace: number, value: T])[], stage: string | undefined): ValuesOfRuns<T> {
    if (values.length === 0) return new Map();
    const {ids, names, starts, traces, newest} = this.#allChunks();
    // By trace number, 1 more than the place in `values`: asked a million times, where a map, or a question beyond the
    // end of the array, would be much slower.
    const places = new Uint32Array(newest + 1);
    values.forEach(([trace], place) => {
      if (trace <= newest) places[trace] = place + 1;
    });
    const asked = placesOfStage(names, stage);
    const ofChunks = new Map<number, T[]>();
    for (const [chunk, id] of ids.entries()) {
      const start = starts[chunk] ?? 0;
      const end = starts[chunk + 1] ?? 0;
      const isAsked = asked?.get(names[chunk] ?? []);
      let found: T[] | undefined;
      for (let at = start; at < end; at++) {
        const place = places[traces[at] as number] as number;
        if (place === 0 || isAsked?.[at - start] === false) continue;
        const [, value] = values[place - 1] as readonly [number, T];
        if (found === undefined) found = [value];
        else if (!found.includes(value)) found.push(value);
      }
      if (found !== undefined) ofChunks.set(id, found);
    }
    const found = new Map<RunId, readonly T[]>();
    for (const [run, chunks] of this.#allRuns()) {
      const parts = chunks.map((chunk) => ofChunks.get(chunk)).filter((part) => part !== undefined);
      const [only] = parts;
      if (only !== undefined) found.set(run, parts.length === 1 ? only : [...new Set(parts.flat())]);
    }
    return found;
  }

  #allChunks(): ChunkTable {
    this.#chunks ??= readChunkTable(this.#database);
    return this.#chunks;
  }

  #allRuns(): ReturnType<typeof readRunChunks> {
    this.#runs ??= readRunChunks(this.#database);
    return this.#runs;
  }
}

/** For each list of names, which of them are the stage or a branch of it; undefined when all are asked for. */
function placesOfStage(
  names: ChunkTable['names'],
  stage: string | undefined,
): ReadonlyMap<readonly StageName[], readonly boolean[]> | undefined {
  if (stage === undefined) return undefined;
  const isAsked = (name: string): boolean => name === stage || name.startsWith(`${stage}@`);
  return new Map([...new Set(names)].map((list) => [list, list.map(isAsked)]));
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make(key);
  known.set(key, value);
  return value;
}

const parseGit = (text: string): GitState | undefined => readVersioned<GitState>(text, JSON_VERSION);
const parseCounts = (text: string): RunRow['counts'] => JSON.parse(text) as RunRow['counts'];
