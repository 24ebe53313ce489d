/** Runs: begun, ended, listed, and closed when their process died. */
import type {Json} from '../base/json.ts';
import {runId} from '../model/ids.ts';
import type {RunId, StageName} from '../model/ids.ts';
import type {GitState, Outcome, Reason, RunRow, RunStart, RunStatus} from '../model/run.ts';
import {readBody, storeBody} from './bodies.ts';
import type {Database} from './database.ts';
import {labelsOf, tagsOf} from './labels.ts';
import {ownerOf, storeOwner} from './owners.ts';
import type {OwnerColumns} from './owners.ts';
import {packText, readVersioned, unpackText, versioned} from './packed-text.ts';
import {readState, storeState} from './run-states.ts';
import type {Owner, Store} from './store.ts';

const JSON_VERSION = 1;
/** Instead of a reason: the one that the stage's last attempt in the run has, as nearly all that ran do. */
const AS_ATTEMPTED = '';

interface RunColumns {
  readonly id: number;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly status: RunStatus;
  readonly argv: string;
  readonly git: string | null;
  readonly facts: number;
  readonly counts: string;
  readonly name: string | null;
  readonly note: string | null;
  readonly pinned: number;
}

export class Runs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  startRun(start: RunStart, owner: Owner): RunId {
    const database = this.#database;
    return database.write(() =>
      runId(
        database.run(
          "INSERT INTO runs (started_ms, status, argv, git, facts, owner) VALUES (?, 'running', ?, ?, ?, ?)",
          start.startedAtMs,
          JSON.stringify(start.argv),
          start.git === undefined ? null : versioned(JSON_VERSION, start.git),
          storeBody(database, JSON.stringify(start.facts)),
          storeOwner(database, owner),
        ).id,
      ),
    );
  }

  finishRun(run: RunId, end: Parameters<Store['finishRun']>[1]): void {
    const database = this.#database;
    database.write(() => {
      database.run(
        'UPDATE runs SET ended_ms = ?, status = ?, counts = ?, state = ? WHERE id = ?',
        end.endedAtMs,
        end.status,
        JSON.stringify(end.counts),
        storeState(database, end.results),
        run,
      );
      const attempts = this.#reasonsOfAttempts(run);
      for (const result of end.results) {
        if (result.outcome === 'skipped') continue;
        const stage = database.intern('stages', result.stage);
        const reason = packText(versioned(JSON_VERSION, result.reason), database.options);
        database.run(
          'INSERT OR REPLACE INTO run_stages (run, stage, outcome, reason) VALUES (?, ?, ?, ?)',
          run,
          stage,
          result.outcome,
          reason === attempts.get(stage) ? AS_ATTEMPTED : reason,
        );
      }
    });
  }

  recordRun(start: RunStart, owner: Owner, end: Parameters<Store['finishRun']>[1]): RunId {
    return this.#database.write(() => {
      const run = this.startRun(start, owner);
      this.finishRun(run, end);
      return run;
    });
  }

  setRunDirty(run: RunId, dirty: boolean): void {
    const database = this.#database;
    database.write(() => {
      const text = database.tuple<[string | null]>('SELECT git FROM runs WHERE id = ?', run)?.[0];
      const git = text === undefined || text === null ? undefined : readVersioned<GitState>(text, JSON_VERSION);
      if (git === undefined) return;
      database.run('UPDATE runs SET git = ? WHERE id = ?', versioned(JSON_VERSION, {...git, dirty}), run);
    });
  }

  run(id: RunId): RunRow | undefined {
    const row = this.#database.one<RunColumns>('SELECT * FROM runs WHERE id = ?', id);
    return row === undefined ? undefined : this.#toRun(row);
  }

  runs(limit: number): readonly RunRow[] {
    const rows = this.#database.all<RunColumns>('SELECT * FROM runs ORDER BY id DESC LIMIT ?', limit);
    return rows.map((row) => this.#toRun(row));
  }

  runStages(id: RunId): ReturnType<Store['runStages']> {
    const state = this.#database.tuple<[number | null]>('SELECT state FROM runs WHERE id = ?', id)?.[0];
    if (state === null || state === undefined) return [];
    const sql = 'SELECT s.name, r.outcome FROM run_stages r JOIN stages s ON s.id = r.stage WHERE r.run = ?';
    const outcomes = new Map(this.#database.tuples<[StageName, Outcome]>(sql, id));
    return readState(this.#database, state).map(([stage, trace]) => ({
      stage,
      outcome: outcomes.get(stage) ?? 'skipped',
      ...(trace === 0 ? {} : {trace}),
    }));
  }

  runReasons(id: RunId): ReturnType<Store['runReasons']> {
    const sql = 'SELECT s.id, s.name, r.reason FROM run_stages r JOIN stages s ON s.id = r.stage WHERE r.run = ?';
    const attempts = this.#reasonsOfAttempts(id);
    const reasons = new Map<StageName, Reason>();
    for (const [stageId, stage, text] of this.#database.tuples<[number, StageName, string | Uint8Array]>(sql, id)) {
      const cell = text === AS_ATTEMPTED ? attempts.get(stageId) : text;
      if (cell === undefined) continue;
      const reason = readVersioned<Reason>(unpackText(cell, this.#database.options), JSON_VERSION);
      if (reason !== undefined) reasons.set(stage, reason);
    }
    return reasons;
  }

  disownRun(run: RunId): void {
    const database = this.#database;
    database.write(() => {
      const nobody = storeOwner(database, {bootId: '', pid: 0, startTime: ''});
      database.run("UPDATE runs SET owner = ? WHERE id = ? AND status = 'running'", nobody, run);
      database.run('UPDATE attempts SET owner = ? WHERE run = ? AND ended_ms IS NULL', nobody, run);
    });
  }

  closeDeadRuns(alive: (owner: Owner) => boolean, nowMs: number): readonly RunId[] {
    const database = this.#database;
    const dead = database
      .all<OwnerColumns & {readonly id: number}>(
        "SELECT r.id, o.boot_id, o.pid, o.start_time FROM runs r JOIN owners o ON o.id = r.owner WHERE r.status = 'running'",
      )
      .filter((row) => !alive(ownerOf(row)));
    if (dead.length === 0) return [];
    // Another process may close the same runs at this moment: each is told only of those it closed itself.
    return database.write(() =>
      dead
        .filter((row) => {
          const sql = "UPDATE runs SET status = 'interrupted', ended_ms = ? WHERE id = ? AND status = 'running'";
          return database.run(sql, nowMs, row.id).changes === 1;
        })
        .map((row) => runId(row.id)),
    );
  }

  /** Stage -> the reason of its last attempt, as it is stored. */
  #reasonsOfAttempts(run: RunId): ReadonlyMap<number, string | Uint8Array> {
    const sql = 'SELECT stage, reason FROM attempts WHERE run = ? ORDER BY id';
    return new Map(this.#database.tuples<[number, string | Uint8Array]>(sql, run));
  }

  #toRun(row: RunColumns): RunRow {
    const git = row.git === null ? undefined : readVersioned<GitState>(row.git, JSON_VERSION);
    return {
      id: runId(row.id),
      startedAtMs: row.started_ms,
      argv: JSON.parse(row.argv) as readonly string[],
      facts: JSON.parse(readBody(this.#database, row.facts)) as {readonly [name: string]: Json},
      status: row.status,
      counts: JSON.parse(row.counts) as RunRow['counts'],
      ...(git === undefined ? {} : {git}),
      ...(row.ended_ms === null ? {} : {endedAtMs: row.ended_ms}),
      ...labelsOf(row, tagsOf(this.#database, row.id)),
    };
  }
}
