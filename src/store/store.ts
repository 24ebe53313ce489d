/**
 * The store's contract: what mlp remembers of a project, in .mlp/mlp.db. The implementation (open-store.ts and one file per
 * subject) is the only place with SQL. All calls are synchronous and short; every method that writes is one transaction.
 */
import type {Json} from '../base/json.ts';
import type {InputEntry, OutputEntry} from '../model/artifact.ts';
import type {AttemptId, Digest, ProjectPath, QuickHash, RunId, StageName} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {Metric} from '../model/metric.ts';
import type {
  AttemptEnd,
  AttemptRow,
  AttemptStart,
  Reason,
  RunRow,
  RunStart,
  RunStatus,
  Outcome,
  StageResult,
  Trace,
} from '../model/run.ts';
import type {Forgotten, ForgetRequest, RunSearch} from './search-contract.ts';
import type {LineageQueries} from './lineage.ts';
import type {Models} from './models.ts';

/** Same fields as the host's: the store does not import the host. */
export interface Owner {
  readonly bootId: string;
  readonly pid: number;
  readonly startTime: string;
}

/** Who runs a stage, or (without an attempt) brings back its outputs. */
export interface Holder extends Owner {
  readonly attempt?: AttemptId;
  /** Absent: `mlp restore`, `mlp accept`. */
  readonly run?: RunId;
  readonly sinceMs: number;
}

/** Engines whose processes cannot be seen from here. */
export interface Presence {
  /** From here on until the store is closed others find that this process is there. */
  announce(owner: Owner): void;
  /** What one that is not there left behind is removed. */
  isThere(owner: Owner): boolean;
}

export type Claimed = {readonly claimed: true} | {readonly claimed: false; readonly holder?: Holder};

/** What is remembered of a file so that it need not be read again. */
export interface FileMemo {
  /** See FileStat.signature. */
  readonly signature: string;
  readonly sha256: Digest;
  /** Zeros: not known. */
  readonly xxh64: QuickHash;
  readonly size: number;
  readonly hashedAtMs: number;
}

export interface NewTrace {
  readonly stage: StageName;
  readonly key: Digest;
  readonly document: KeyDocument;
  readonly createdAtMs: number;
  readonly run?: RunId;
  readonly attempt?: AttemptId;
  readonly origin: Trace['origin'];
  readonly durationMs?: number;
  readonly because?: string;
  readonly inputs: readonly InputEntry[];
  readonly outputs: readonly OutputEntry[];
  readonly metrics: readonly Metric[];
  /** Named pieces of code -> hash, for `why`; not part of the key. */
  readonly pieces?: {readonly [piece: string]: string};
}

/** A memo of something that depends on files only through their signatures: fingerprints, runtimes, built bundles. */
export interface ToolMemo {
  /** path -> signature (`''`: was absent) that must all be equal for the value to hold. */
  readonly guards: {readonly [path: string]: string};
  readonly value: Json;
}

/** What is to be said of a run from now on; what is absent stays. `null` takes away. */
export interface LabelChange {
  readonly name?: string | null;
  readonly note?: string | null;
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
  readonly pinned?: boolean;
  readonly atMs: number;
}

export interface Store {
  // runs
  startRun(start: RunStart, owner: Owner): RunId;
  /** `results` are the stages that were touched by this run, skipped ones included; unchanged states are stored once. */
  finishRun(
    run: RunId,
    end: {
      readonly endedAtMs: number;
      readonly status: RunStatus;
      readonly counts: Readonly<Partial<Record<Outcome, number>>>;
      readonly results: readonly StageResult[];
    },
  ): void;
  /** A run that began and ended at once: `startRun` and `finishRun` in one transaction. */
  recordRun(start: RunStart, owner: Owner, end: Parameters<Store['finishRun']>[1]): RunId;
  /** Whether the work tree differed from the commit when the run started its first stage. */
  setRunDirty(run: RunId, dirty: boolean): void;
  run(id: RunId): RunRow | undefined;
  /** Newest first. */
  runs(limit: number): readonly RunRow[];
  /** For questions to the whole history. */
  searchRuns(): RunSearch;
  /** Deletes runs with all that only they hold; the files and objects are the caller's to remove. */
  forgetRuns(request: ForgetRequest): Forgotten;
  /** Removes rows that nothing points at, such as names of what was forgotten. */
  removeLostRows(): void;
  /** @returns false when there is no such run. */
  labelRun(run: RunId, change: LabelChange): boolean;
  /** Names that the run had before, newest first, and until when. */
  earlierNames(run: RunId): readonly {readonly name: string; readonly untilMs: number}[];
  /** Newest first: the runs that have this name, or when there is none, those that had it. */
  runsNamed(name: string): readonly RunId[];
  /** Newest first. */
  runsTagged(tag: string): readonly RunId[];
  /** Newest first. */
  pinnedRuns(): readonly RunId[];
  /** stage -> outcome and trace of a run, in the order they were given. */
  runStages(id: RunId): readonly {readonly stage: StageName; readonly outcome: Outcome; readonly trace?: number}[];
  /** Why the stages of a finished run were decided as they were; of skipped ones nothing is kept. */
  runReasons(id: RunId): ReadonlyMap<StageName, Reason>;
  /** Nobody owns the run and its attempts any more: the next `deadAttempts` and `closeDeadRuns` find them. */
  disownRun(run: RunId): void;
  /** Runs that say `running` become `interrupted` when `alive` denies their owner. */
  closeDeadRuns(alive: (owner: Owner) => boolean, nowMs: number): readonly RunId[];

  readonly presence: Presence;

  // attempts; a running row is the lock of its stage
  /**
   * Claims the stage: inserts a running row unless one is there. `alive` is asked inside the transaction; where the owner of
   * the row is dead there is no holder, and the attempt must be repaired first: see `deadAttempts`.
   */
  claim(
    start: AttemptStart,
    owner: Owner,
    alive: (owner: Owner) => boolean,
    /** Asked first, inside the transaction: true when the reason to run is gone. Nothing is claimed then, and nobody holds it. */
    isOutdated?: () => boolean,
  ): Claimed;
  /**
   * Claims the stage for as long as its outputs are brought back, under the same conditions. One that was never released
   * holds nothing once its owner is dead: what it was about to write is made whole by whoever comes next.
   */
  hold(stage: StageName, by: Holder, alive: (owner: Owner) => boolean): Claimed;
  release(stage: StageName): void;
  /** Who runs the stage or brings its outputs back, and lives. */
  holder(stage: StageName, alive: (owner: Owner) => boolean): Holder | undefined;
  endAttempt(id: AttemptId, end: AttemptEnd): void;
  /** Running attempts whose owner is not alive; the caller repairs the disk, then ends them as interrupted. */
  deadAttempts(alive: (owner: Owner) => boolean): readonly AttemptRow[];
  /**
   * Before the repair, so that only one process does it: hands a running attempt of a dead owner to another.
   * @returns who had it; undefined when it has ended or `alive` does not deny its owner, and nothing is changed.
   */
  takeOver(id: AttemptId, owner: Owner, alive: (owner: Owner) => boolean): Owner | undefined;
  attempt(id: AttemptId): AttemptRow | undefined;
  /** Who holds the stage, if its newest running row says so; whether that process lives is the caller's question. */
  runningAttempt(stage: StageName): Holder | undefined;
  /** Newest first; of one stage, of one run, of those that have not ended, or of what is all of that. */
  attempts(filter: {
    readonly stage?: StageName;
    readonly run?: RunId;
    readonly running?: true;
    readonly limit?: number;
  }): readonly AttemptRow[];

  // traces
  /** All known results under a key, newest first. */
  traces(key: Digest): readonly Trace[];
  trace(id: number): Trace | undefined;
  /** The newest traces of a stage by name, newest first. */
  tracesOf(stage: StageName, limit: number): readonly Trace[];
  /** The newest trace of a stage by name. */
  latestTrace(stage: StageName): Trace | undefined;
  /** The trace that was current for the stage at its last settled run, which need not be the newest made. */
  currentTrace(stage: StageName): Trace | undefined;
  setCurrent(stage: StageName, trace: number): void;
  document(trace: number): KeyDocument | undefined;
  pieces(trace: number): {readonly [piece: string]: string} | undefined;
  /** What a person said when the result was accepted without a run. */
  because(trace: number): string | undefined;
  inputs(trace: number): readonly InputEntry[];
  metrics(trace: number): readonly Metric[];
  /** The commit of an attempt: trace, rows, current pointer and the attempt's end in one transaction. Equal (key, outputs) is found, not added twice. */
  commit(trace: NewTrace, end?: {readonly attempt: AttemptId; readonly end: AttemptEnd}): Trace;
  /** Wall times of the newest successful attempt of each stage, for priorities and expected times. */
  durations(): ReadonlyMap<StageName, number>;

  /** Who wrote and who read a content or a path. */
  readonly lineage: LineageQueries;
  /** Packaged models by name. */
  readonly models: Models;

  // memos
  fileMemo(path: string): FileMemo | undefined;
  /** Writes are collected and flushed in one transaction by `flushMemos` (and on close). */
  setFileMemo(path: string, memo: FileMemo): void;
  toolMemo(tool: string, subject: string): ToolMemo | undefined;
  setToolMemo(tool: string, subject: string, memo: ToolMemo): void;
  flushMemos(): void;

  // housekeeping
  /** Every object that some trace names (outputs), with the newest use. */
  referencedObjects(): Iterable<{readonly hash: Digest; readonly type: 'file' | 'dir'; readonly lastUsedMs: number}>;
  /** Every path that some stage ever wrote, with the contents it wrote there. */
  writtenPaths(): Iterable<{readonly path: ProjectPath; readonly stage: StageName; readonly hash: Digest | ''}>;
  /** Digests that the state of these runs and the current traces need. */
  objectsOfRuns(runs: readonly RunId[]): ReadonlySet<Digest>;
  /** 'ok' or what SQLite's integrity check found. */
  integrity(): string;
  readonly schemaVersion: number;
  /** Text to show when the database had to be set aside or uses a rollback journal; undefined when all is well. */
  readonly notices: readonly string[];
  close(): void;
}
