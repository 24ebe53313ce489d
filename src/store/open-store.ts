/** The store over SQLite: one class per subject, put together behind the contract of store.ts. */
import type {Digest, RunId, StageName, AttemptId} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {InputEntry} from '../model/artifact.ts';
import type {Metric} from '../model/metric.ts';
import type {AttemptEnd, AttemptRow, RunRow, RunStart, Trace} from '../model/run.ts';
import {Attempts} from './attempts.ts';
import {Commits} from './commits.ts';
import type {Database, StoreOptions} from './database.ts';
import {Forgetting} from './forget.ts';
import type {Forgotten, ForgetRequest, RunSearch} from './search-contract.ts';
import {Housekeeping} from './housekeeping.ts';
import {Labels} from './labels.ts';
import {Lineages} from './lineage.ts';
import {Memos} from './memos.ts';
import {SCHEMA_VERSION} from './migrations.ts';
import {SqliteModels} from './models.ts';
import {openDatabase} from './open-database.ts';
import {SqliteRunSearch} from './run-search.ts';
import {LockedPresence} from './presence.ts';
import {Runs} from './runs.ts';
import type {FileMemo, Holder, LabelChange, NewTrace, Owner, Store, ToolMemo} from './store.ts';
import {Traces} from './traces.ts';

/**
 * Opens or begins the database; its folder must exist.
 * @throws StoreTooNew, and SQLite's own error when the file cannot be opened at all.
 */
export function openStore(file: string, options: StoreOptions): Store {
  const {database, notices} = openDatabase(file, options);
  return new SqliteStore(database, notices, new LockedPresence(file, options));
}

class SqliteStore implements Store {
  readonly schemaVersion = SCHEMA_VERSION;
  readonly notices: readonly string[];
  readonly presence: LockedPresence;
  readonly lineage: Lineages;
  readonly models: SqliteModels;
  readonly #database: Database;
  readonly #runs: Runs;
  readonly #labels: Labels;
  readonly #attempts: Attempts;
  readonly #traces: Traces;
  readonly #commits: Commits;
  readonly #memos: Memos;
  readonly #housekeeping: Housekeeping;
  #closed = false;

  constructor(database: Database, notices: readonly string[], presence: LockedPresence) {
    this.notices = notices;
    this.presence = presence;
    this.#database = database;
    this.#runs = new Runs(database);
    this.#labels = new Labels(database);
    this.#attempts = new Attempts(database);
    this.#traces = new Traces(database);
    this.#commits = new Commits(database, this.#traces, this.#attempts);
    this.lineage = new Lineages(database);
    this.models = new SqliteModels(database);
    this.#memos = new Memos(database);
    this.#housekeeping = new Housekeeping(database);
  }

  startRun(start: RunStart, owner: Owner): RunId {
    return this.#runs.startRun(start, owner);
  }

  finishRun(run: RunId, end: Parameters<Store['finishRun']>[1]): void {
    this.#runs.finishRun(run, end);
  }

  recordRun(start: RunStart, owner: Owner, end: Parameters<Store['finishRun']>[1]): RunId {
    return this.#runs.recordRun(start, owner, end);
  }

  setRunDirty(run: RunId, dirty: boolean): void {
    this.#runs.setRunDirty(run, dirty);
  }

  run(id: RunId): RunRow | undefined {
    return this.#runs.run(id);
  }

  runs(limit: number): readonly RunRow[] {
    return this.#runs.runs(limit);
  }

  searchRuns(): RunSearch {
    return new SqliteRunSearch(this.#database);
  }

  forgetRuns(request: ForgetRequest): Forgotten {
    return new Forgetting(this.#database).forgetRuns(request);
  }

  removeLostRows(): void {
    new Forgetting(this.#database).removeLostRows();
  }

  labelRun(run: RunId, change: LabelChange): boolean {
    return this.#labels.labelRun(run, change);
  }

  earlierNames(run: RunId): ReturnType<Store['earlierNames']> {
    return this.#labels.earlierNames(run);
  }

  runsNamed(name: string): readonly RunId[] {
    return this.#labels.runsNamed(name);
  }

  runsTagged(tag: string): readonly RunId[] {
    return this.#labels.runsTagged(tag);
  }

  pinnedRuns(): readonly RunId[] {
    return this.#labels.pinnedRuns();
  }

  runStages(id: RunId): ReturnType<Store['runStages']> {
    return this.#runs.runStages(id);
  }

  runReasons(id: RunId): ReturnType<Store['runReasons']> {
    return this.#runs.runReasons(id);
  }

  disownRun(run: RunId): void {
    this.#runs.disownRun(run);
  }

  closeDeadRuns(alive: (owner: Owner) => boolean, nowMs: number): readonly RunId[] {
    return this.#runs.closeDeadRuns(alive, nowMs);
  }

  claim(...request: Parameters<Store['claim']>): ReturnType<Store['claim']> {
    return this.#attempts.claim(...request);
  }

  endAttempt(id: AttemptId, end: AttemptEnd): void {
    this.#attempts.endAttempt(id, end);
  }

  deadAttempts(alive: (owner: Owner) => boolean): readonly AttemptRow[] {
    return this.#attempts.deadAttempts(alive);
  }

  hold(...request: Parameters<Store['hold']>): ReturnType<Store['hold']> {
    return this.#attempts.hold(...request);
  }

  release(stage: StageName): void {
    this.#attempts.release(stage);
  }

  holder(...request: Parameters<Store['holder']>): ReturnType<Store['holder']> {
    return this.#attempts.holder(...request);
  }

  takeOver(...request: Parameters<Store['takeOver']>): ReturnType<Store['takeOver']> {
    return this.#attempts.takeOver(...request);
  }

  attempt(id: AttemptId): AttemptRow | undefined {
    return this.#attempts.attempt(id);
  }

  attempts(filter: Parameters<Store['attempts']>[0]): readonly AttemptRow[] {
    return this.#attempts.attempts(filter);
  }

  runningAttempt(stage: StageName): Holder | undefined {
    return this.#attempts.runningAttempt(stage);
  }

  traces(key: Digest): readonly Trace[] {
    return this.#traces.traces(key);
  }

  trace(id: number): Trace | undefined {
    return this.#traces.trace(id);
  }

  tracesOf(stage: StageName, limit: number): readonly Trace[] {
    return this.#traces.tracesOf(stage, limit);
  }

  latestTrace(stage: StageName): Trace | undefined {
    return this.#traces.latestTrace(stage);
  }

  currentTrace(stage: StageName): Trace | undefined {
    return this.#traces.currentTrace(stage);
  }

  setCurrent(stage: StageName, trace: number): void {
    this.#traces.setCurrent(stage, trace);
  }

  document(trace: number): KeyDocument | undefined {
    return this.#traces.document(trace);
  }

  pieces(trace: number): {readonly [piece: string]: string} | undefined {
    return this.#traces.pieces(trace);
  }

  because(trace: number): string | undefined {
    return this.#traces.because(trace);
  }

  inputs(trace: number): readonly InputEntry[] {
    return this.#traces.inputs(trace);
  }

  metrics(trace: number): readonly Metric[] {
    return this.#traces.metrics(trace);
  }

  commit(trace: NewTrace, end?: {readonly attempt: AttemptId; readonly end: AttemptEnd}): Trace {
    return this.#commits.commit(trace, end);
  }

  durations(): ReadonlyMap<StageName, number> {
    return this.#attempts.durations();
  }

  fileMemo(path: string): FileMemo | undefined {
    return this.#memos.fileMemo(path);
  }

  setFileMemo(path: string, memo: FileMemo): void {
    this.#memos.setFileMemo(path, memo);
  }

  toolMemo(tool: string, subject: string): ToolMemo | undefined {
    return this.#memos.toolMemo(tool, subject);
  }

  setToolMemo(tool: string, subject: string, memo: ToolMemo): void {
    this.#memos.setToolMemo(tool, subject, memo);
  }

  flushMemos(): void {
    this.#memos.flush();
  }

  referencedObjects(): ReturnType<Store['referencedObjects']> {
    return this.#housekeeping.referencedObjects();
  }

  writtenPaths(): ReturnType<Store['writtenPaths']> {
    return this.#housekeeping.writtenPaths();
  }

  objectsOfRuns(runs: readonly RunId[]): ReadonlySet<Digest> {
    return this.#housekeeping.objectsOfRuns(runs);
  }

  integrity(): string {
    return this.#housekeeping.integrity();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#memos.flush();
    } finally {
      this.presence.leave();
      this.#database.close();
    }
  }
}
