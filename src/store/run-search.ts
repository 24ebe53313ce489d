/**
 * Questions to the whole history: which runs there are, what a metric or a param was in each of them. Ten thousand runs of
 * a hundred stages are a matter of some tens of milliseconds: the rows of one name are read one after the other, and the
 * states of the runs are looked through as they are stored.
 */
import type {Json} from '../base/json.ts';
import {runId} from '../model/ids.ts';
import type {RunId, StageName} from '../model/ids.ts';
import {parseMetricValue} from '../model/metric.ts';
import type {GitState, Outcome, RunRow, RunStatus} from '../model/run.ts';
import {readBody} from './bodies.ts';
import type {Database} from './database.ts';
import {labelsOf} from './labels.ts';
import {readVersioned} from './packed-text.ts';
import type {RunHead, RunSearch, StageValue, ValuesOfRuns} from './search-contract.ts';
import {countTraces, parseChunkList, readNames, readState, traceAt} from './run-states.ts';
import type {StateEntry} from './run-states.ts';

const JSON_VERSION = 1;
const NO_LIMIT = -1;

type RunChunks = readonly [run: RunId, chunks: readonly number[]];

interface Chunk {
  readonly names: number;
  readonly traces: Uint8Array;
}

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
  readonly #names = new Map<number, readonly StageName[]>();
  #chunks: ReadonlyMap<number, Chunk> | undefined;
  #runs: readonly RunChunks[] | undefined;

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
    return rows.map((row) => {
      const git = row.git === null ? undefined : readVersioned<GitState>(row.git, JSON_VERSION);
      return {
        id: runId(row.id),
        startedAtMs: row.started_ms,
        status: row.status,
        counts: JSON.parse(row.counts) as RunRow['counts'],
        ...(row.ended_ms === null ? {} : {endedAtMs: row.ended_ms}),
        ...(git === undefined ? {} : {git}),
        ...labelsOf(row, tags.get(row.id) ?? []),
      };
    });
  }

  count(): number {
    return this.#database.tuple<[number]>('SELECT count(*) FROM runs')?.[0] ?? 0;
  }

  metric(name: string): ValuesOfRuns<number> {
    const sql = `SELECT v.trace, v.value FROM metric_values v WHERE v.name = (SELECT id FROM texts WHERE name = ?)`;
    const rows = this.#database.tuples<[number, number | string]>(sql, name);
    return this.#ofRuns(rows.map(([trace, value]) => [trace, metricValue(value)]));
  }

  metricIn(name: string, run: RunId): readonly StageValue<number>[] {
    const id = this.#database.tuple<[number]>('SELECT id FROM texts WHERE name = ?', name)?.[0];
    if (id === undefined) return [];
    const sql = 'SELECT value FROM metric_values WHERE name = ? AND trace = ?';
    return this.#stateOf(run).flatMap(([stage, trace]) => {
      const value = this.#database.tuple<[number | string]>(sql, id, trace)?.[0];
      return value === undefined ? [] : [{stage, value: metricValue(value)}];
    });
  }

  metricNamesIn(run: RunId): readonly string[] {
    const sql = `SELECT t.name FROM metrics m JOIN texts t ON t.id = m.name WHERE m.trace = ?
      GROUP BY m.name ORDER BY min(m.position)`;
    const names = this.#stateOf(run).flatMap(([, trace]) => this.#database.tuples<[string]>(sql, trace));
    return [...new Set(names.map(([name]) => name))];
  }

  #stateOf(run: RunId): readonly StateEntry[] {
    const state = this.#database.tuple<[number | null]>('SELECT state FROM runs WHERE id = ?', run)?.[0];
    return state === null || state === undefined ? [] : readState(this.#database, state);
  }

  param(name: string): ValuesOfRuns<Json> {
    const sql = `SELECT p.trace, v.name FROM params p JOIN texts v ON v.id = p.value
      WHERE p.name = (SELECT id FROM texts WHERE name = ?)`;
    const parsed = new Map<string, Json>();
    const value = (text: string): Json => {
      const known = parsed.get(text);
      if (known !== undefined) return known;
      const json = JSON.parse(text) as Json;
      parsed.set(text, json);
      return json;
    };
    const rows = this.#database.tuples<[number, string]>(sql, name);
    return this.#ofRuns(rows.map(([trace, text]) => [trace, value(text)]));
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
    const hasStage = new Map<number, boolean>();
    for (const [id, {names}] of this.#allChunks()) hasStage.set(id, this.#namesOf(names).includes(stage));
    for (const [run, chunks] of this.#allRuns()) {
      if (chunks.some((chunk) => hasStage.get(chunk) === true)) found.set(run, 'skipped');
    }
    const sql = 'SELECT run, outcome FROM run_stages WHERE stage = (SELECT id FROM stages WHERE name = ?)';
    for (const [run, outcome] of this.#database.tuples<[number, Outcome]>(sql, stage)) found.set(runId(run), outcome);
    return found;
  }

  metricNames(): readonly string[] {
    return this.#distinctNames('metric_values');
  }

  paramNames(): readonly string[] {
    return this.#distinctNames('params');
  }

  stageNames(): readonly StageName[] {
    const names = new Set([...this.#allChunks().values()].map((chunk) => chunk.names));
    return [...new Set([...names].flatMap((id) => this.#namesOf(id)))].sort();
  }

  /** From one name to the next above it: there are few of them in very many rows. */
  #distinctNames(table: 'metric_values' | 'params'): readonly string[] {
    const sql = `WITH RECURSIVE found (id) AS (SELECT min(name) FROM ${table} UNION ALL
        SELECT (SELECT min(name) FROM ${table} WHERE name > id) FROM found WHERE id IS NOT NULL)
      SELECT name FROM texts WHERE id IN (SELECT id FROM found) ORDER BY name`;
    return this.#database.tuples<[string]>(sql).map(([name]) => name);
  }

  /** From values of traces to values of runs. */
  #ofRuns<T>(values: readonly (readonly [trace: number, value: T])[]): ValuesOfRuns<T> {
    if (values.length === 0) return new Map();
    const newest = values.reduce((most, [trace]) => Math.max(most, trace), 0);
    // By trace number, 1 more than the place in `values`: asked a million times, where a map would be much slower.
    const places = new Uint32Array(newest + 1);
    values.forEach(([trace], place) => (places[trace] = place + 1));
    const ofChunks = new Map<number, readonly StageValue<T>[]>();
    for (const [id, {names, traces}] of this.#allChunks()) {
      const found: StageValue<T>[] = [];
      for (let index = countTraces(traces) - 1; index >= 0; index--) {
        const place = places[traceAt(traces, index)];
        if (place === undefined || place === 0) continue;
        const stage = this.#namesOf(names)[index];
        const entry = values[place - 1];
        if (stage !== undefined && entry !== undefined) found.unshift({stage, value: entry[1]});
      }
      if (found.length > 0) ofChunks.set(id, found);
    }
    const found = new Map<RunId, readonly StageValue<T>[]>();
    for (const [run, chunks] of this.#allRuns()) {
      const ofRun = chunks.flatMap((chunk) => ofChunks.get(chunk) ?? []);
      if (ofRun.length > 0) found.set(run, ofRun);
    }
    return found;
  }

  #allChunks(): ReadonlyMap<number, Chunk> {
    const sql = 'SELECT id, names, traces FROM state_chunks';
    this.#chunks ??= new Map(
      this.#database.tuples<[number, number, Uint8Array]>(sql).map(([id, names, traces]) => [id, {names, traces}]),
    );
    return this.#chunks;
  }

  #allRuns(): readonly RunChunks[] {
    if (this.#runs !== undefined) return this.#runs;
    const states = new Map<number, readonly number[]>();
    for (const [id, text] of this.#database.tuples<[number, string]>('SELECT id, chunks FROM states'))
      states.set(id, parseChunkList(text));
    this.#runs = this.#database
      .tuples<[number, number]>('SELECT id, state FROM runs WHERE state IS NOT NULL')
      .map(([run, state]) => [runId(run), states.get(state) ?? []] as const);
    return this.#runs;
  }

  #namesOf(id: number): readonly StageName[] {
    const names = this.#names.get(id) ?? readNames(this.#database, id);
    this.#names.set(id, names);
    return names;
  }
}

/** NaN and infinities are texts in the database. */
const metricValue = (cell: number | string): number =>
  typeof cell === 'number' ? cell : (parseMetricValue(cell) ?? Number.NaN);
