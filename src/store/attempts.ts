/** Attempts: a row that has not ended is the lock of its stage, and dies with its owner. */
import type {AttemptId, Digest, RunId, StageName} from '../model/ids.ts';
import type {AttemptState, Failure} from '../model/job.ts';
import type {AttemptEnd, AttemptRow, Reason} from '../model/run.ts';
import {cellDigest, digestCell} from './database.ts';
import type {Cell, Database} from './database.ts';
import {ownerOf, storeOwner} from './owners.ts';
import type {OwnerColumns} from './owners.ts';
import {packText, readVersioned, unpackText, versioned} from './packed-text.ts';
import type {Claimed, Holder, Owner, Store} from './store.ts';

const JSON_VERSION = 1;
const NO_LIMIT = -1;
const SELECT_ATTEMPTS = `SELECT a.*, s.name AS stage_name, o.boot_id, o.pid, o.start_time
  FROM attempts a JOIN stages s ON s.id = a.stage JOIN owners o ON o.id = a.owner`;

interface AttemptColumns extends OwnerColumns {
  readonly name: AttemptId;
  readonly run: RunId;
  readonly stage_name: StageName;
  readonly key: Uint8Array;
  readonly number: number;
  readonly state: AttemptState;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly wall_ms: number | null;
  readonly cpu_ms: number | null;
  readonly peak_rss: number | null;
  readonly log_bytes: number | null;
  readonly executor: string;
  readonly log_file: string;
  readonly work_folder: string;
  readonly reason: string | Uint8Array;
  readonly failure: string | Uint8Array | null;
}

export class Attempts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  claim(...[start, owner, alive, isOutdated]: Parameters<Store['claim']>): ReturnType<Store['claim']> {
    const database = this.#database;
    return database.write(() => {
      if (isOutdated?.() === true) return {claimed: false};
      const refused = this.#refused(start.stage, alive);
      if (refused !== undefined) return refused;
      database.run(
        `INSERT INTO attempts (name, run, stage, key, number, state, owner, started_ms, executor, log_file, work_folder, reason)
         VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)`,
        start.id,
        start.run,
        database.intern('stages', start.stage),
        digestCell(start.key),
        start.number,
        storeOwner(database, owner),
        start.startedAtMs,
        start.executor,
        shortPath(start.logFile, start.id),
        shortPath(start.workFolder, start.id),
        packText(versioned(JSON_VERSION, start.reason), database.options),
      );
      return {claimed: true};
    });
  }

  hold(...[stage, by, alive]: Parameters<Store['hold']>): ReturnType<Store['hold']> {
    const database = this.#database;
    return database.write(() => {
      const refused = this.#refused(stage, alive);
      if (refused !== undefined) return refused;
      const sql = 'INSERT OR REPLACE INTO holds (stage, run, owner, since_ms) VALUES (?, ?, ?, ?)';
      database.run(sql, stage, by.run ?? null, storeOwner(database, by), by.sinceMs);
      return {claimed: true};
    });
  }

  release(stage: StageName): void {
    const database = this.#database;
    database.write(() => database.run('DELETE FROM holds WHERE stage = ?', stage));
  }

  holder(...[stage, alive]: Parameters<Store['holder']>): ReturnType<Store['holder']> {
    return this.#holderAmong(this.#running(stage), stage, alive);
  }

  #holderAmong(
    running: readonly AttemptColumns[],
    stage: StageName,
    alive: (owner: Owner) => boolean,
  ): Holder | undefined {
    return running.map(toHolder).find(alive) ?? this.#holds(stage).find(alive);
  }

  #refused(stage: StageName, alive: (owner: Owner) => boolean): (Claimed & {readonly claimed: false}) | undefined {
    const running = this.#running(stage);
    const holder = this.#holderAmong(running, stage, alive);
    if (holder !== undefined) return {claimed: false, holder};
    return running.length > 0 ? {claimed: false} : undefined;
  }

  #running(stage: StageName): readonly AttemptColumns[] {
    const sql = `${SELECT_ATTEMPTS} WHERE a.stage = (SELECT id FROM stages WHERE name = ?) AND a.ended_ms IS NULL
      ORDER BY a.id DESC`;
    return this.#database.all<AttemptColumns>(sql, stage);
  }

  #holds(stage: StageName): readonly Holder[] {
    const sql = `SELECT h.run, h.since_ms, o.boot_id, o.pid, o.start_time
      FROM holds h JOIN owners o ON o.id = h.owner WHERE h.stage = ?`;
    const rows = this.#database.all<OwnerColumns & {readonly run: RunId | null; readonly since_ms: number}>(sql, stage);
    return rows.map((row) => ({
      ...ownerOf(row),
      ...(row.run === null ? {} : {run: row.run}),
      sinceMs: row.since_ms,
    }));
  }

  endAttempt(id: AttemptId, end: AttemptEnd): void {
    const database = this.#database;
    database.write(() => {
      database.run(
        `UPDATE attempts SET state = ?, ended_ms = ?, wall_ms = ?, cpu_ms = ?, peak_rss = ?, log_bytes = ?, failure = ?
         WHERE name = ?`,
        end.state,
        end.endedAtMs,
        end.wallMs,
        end.cpuMs ?? null,
        end.peakRssBytes ?? null,
        end.logBytes,
        end.failure === undefined ? null : packText(versioned(JSON_VERSION, end.failure), database.options),
        id,
      );
      if (end.state !== 'committed') return;
      // Kept beside the stage, so that a run that needs expected times reads no history.
      const sql = 'UPDATE stages SET wall_ms = ? WHERE id = (SELECT stage FROM attempts WHERE name = ?)';
      database.run(sql, end.wallMs, id);
    });
  }

  deadAttempts(alive: (owner: Owner) => boolean): readonly AttemptRow[] {
    const running = this.#database.all<AttemptColumns>(`${SELECT_ATTEMPTS} WHERE a.ended_ms IS NULL ORDER BY a.id`);
    return running.filter((row) => !alive(ownerOf(row))).map((row) => this.#toAttempt(row));
  }

  takeOver(...[id, owner, alive]: Parameters<Store['takeOver']>): ReturnType<Store['takeOver']> {
    const database = this.#database;
    return database.write(() => {
      const row = database.one<AttemptColumns>(`${SELECT_ATTEMPTS} WHERE a.name = ? AND a.ended_ms IS NULL`, id);
      if (row === undefined || alive(ownerOf(row))) return undefined;
      database.run('UPDATE attempts SET owner = ? WHERE name = ?', storeOwner(database, owner), id);
      return ownerOf(row);
    });
  }

  runningAttempt(stage: StageName): Holder | undefined {
    const [row] = this.#running(stage);
    return row === undefined ? undefined : toHolder(row);
  }

  attempt(id: AttemptId): AttemptRow | undefined {
    const row = this.#database.one<AttemptColumns>(`${SELECT_ATTEMPTS} WHERE a.name = ?`, id);
    return row === undefined ? undefined : this.#toAttempt(row);
  }

  attempts(filter: Parameters<Store['attempts']>[0]): readonly AttemptRow[] {
    const conditions: string[] = [];
    const cells: Cell[] = [];
    if (filter.stage !== undefined) {
      conditions.push('a.stage = (SELECT id FROM stages WHERE name = ?)');
      cells.push(filter.stage);
    }
    if (filter.run !== undefined) {
      conditions.push('a.run = ?');
      cells.push(filter.run);
    }
    if (filter.running === true) conditions.push('a.ended_ms IS NULL');
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const sql = `${SELECT_ATTEMPTS} ${where} ORDER BY a.id DESC LIMIT ?`;
    return this.#database
      .all<AttemptColumns>(sql, ...cells, filter.limit ?? NO_LIMIT)
      .map((row) => this.#toAttempt(row));
  }

  durations(): ReadonlyMap<StageName, number> {
    return new Map(
      this.#database.tuples<[StageName, number]>('SELECT name, wall_ms FROM stages WHERE wall_ms IS NOT NULL'),
    );
  }

  #toAttempt(row: AttemptColumns): AttemptRow {
    const {options} = this.#database;
    const failure =
      row.failure === null ? undefined : readVersioned<Failure>(unpackText(row.failure, options), JSON_VERSION);
    return {
      id: row.name,
      run: row.run,
      stage: row.stage_name,
      key: cellDigest(row.key) as Digest,
      number: row.number,
      state: row.state,
      startedAtMs: row.started_ms,
      executor: row.executor,
      logFile: wholePath(row.log_file, row.name),
      workFolder: wholePath(row.work_folder, row.name),
      reason: readVersioned<Reason>(unpackText(row.reason, options), JSON_VERSION) ?? {kind: 'new'},
      ...(row.ended_ms === null ? {} : {endedAtMs: row.ended_ms}),
      ...(row.wall_ms === null ? {} : {wallMs: row.wall_ms}),
      ...(row.cpu_ms === null ? {} : {cpuMs: row.cpu_ms}),
      ...(row.peak_rss === null ? {} : {peakRssBytes: row.peak_rss}),
      ...(row.log_bytes === null ? {} : {logBytes: row.log_bytes}),
      ...(failure === undefined ? {} : {failure}),
    };
  }
}

/** Paths name the attempt, which its row holds already: `*` stands for it. */
function shortPath(path: string, attempt: AttemptId): string {
  return path.includes('*') ? path : path.replace(attempt, () => '*');
}

/** The inverse of shortPath. */
export function wholePath(cell: string, attempt: AttemptId): string {
  return cell.split('*').length === 2 ? cell.replace('*', () => attempt) : cell;
}

function toHolder(row: AttemptColumns): Holder {
  return {...ownerOf(row), attempt: row.name, run: row.run, sinceMs: row.started_ms};
}
