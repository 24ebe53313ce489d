/// <reference lib="esnext.disposable" preserve="true" />
/**
 * What `openProject` gives: the whole surface of the typed API. Times are Dates, lengths of time are milliseconds, sizes
 * are bytes, paths are relative to the project folder with forward slashes. Every method throws MlpError.
 */
import type {Lineage} from '../model/lineage.ts';

export type {Lineage, LineageFile, LineageResult} from '../model/lineage.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | {readonly [key: string]: JsonValue};

/** A run by its number, its name or tag, `'last'`, `'last~2'`. */
export type RunRef = number | string;

export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted' | 'waiting';

/** How a stage ended in a run. `restored`: its outputs came from the cache. `waiting`: a person has to decide, about it or about something it needs. `not-run`: something it needs failed. */
export type StageOutcome = 'skipped' | 'ran' | 'restored' | 'failed' | 'stopped' | 'waiting' | 'not-run';

export interface Run {
  readonly number: number;
  readonly status: RunStatus;
  readonly startedAt: Date;
  /** Absent while it runs. */
  readonly endedAt?: Date;
  readonly name?: string;
  readonly tags: readonly string[];
  readonly note?: string;
  readonly git?: {readonly commit: string; readonly branch?: string; readonly dirty?: boolean};
  /** How many stages ended how; outcomes that did not occur are absent. */
  readonly counts: {readonly [Outcome in StageOutcome]?: number};
}

export interface RunDetails extends Run {
  /** Words of the command line that began it. */
  readonly command: readonly string[];
  /** mlp and Node versions, operating system, cores and so on. */
  readonly facts: {readonly [name: string]: JsonValue};
  /** In the order of the pipeline. */
  readonly stages: readonly StageOfRun[];
}

export interface StageOfRun {
  readonly name: string;
  readonly outcome: StageOutcome;
  /** Wall time of the attempt that made the result, which may be of an earlier run. */
  readonly durationMs?: number;
  /** Only the params that the stage names, under their dotted paths. */
  readonly params: {readonly [path: string]: JsonValue};
  readonly metrics: readonly Metric[];
  readonly inputs: readonly FileInfo[];
  readonly outputs: readonly FileInfo[];
}

export interface Metric {
  readonly stage: string;
  readonly name: string;
  /** May be NaN, Infinity or -Infinity. */
  readonly value: number;
  /** Present for a point of a curve. */
  readonly step?: number;
}

export interface FileInfo {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'absent';
  /** Of the bytes; of a folder that of its listing; absent for what was not there. */
  readonly sha256?: string;
  /** Bytes; of a folder the sum over its files. */
  readonly size: number;
}

export interface RunsOptions {
  /** As `mlp runs --where`: `metric.f1 > 0.9 and status = done`. */
  readonly where?: string;
  /** How many, newest first. Default 100; `Infinity` for all. */
  readonly limit?: number;
}

export interface LineageOptions {
  /** What it came from. Default true. */
  readonly up?: boolean;
  /** What was made of it. Default true. */
  readonly down?: boolean;
  /** How many results to follow. Default: all. */
  readonly depth?: number;
}

export interface ExecuteOptions {
  /** Stages, groups, `name@branch`, patterns, `tag:name`; what they need runs too. Default: everything. */
  readonly stages?: readonly string[];
  /** Run the named stages even when they are fresh. */
  readonly force?: boolean;
  /** Params for this run: `{'train.trees': 500}`. */
  readonly set?: {readonly [path: string]: JsonValue};
  /** Cores to use at the same time. Default: all. */
  readonly jobs?: number;
  /** After a failure go on with what does not depend on it. */
  readonly keepGoing?: boolean;
  /** Called with everything that happens, as it happens. */
  readonly onEvent?: (event: ExecutionEvent) => void;
  /** Aborting it stops the run as Ctrl-C does: stages are asked to end, and killed after ten seconds. */
  readonly signal?: AbortSignal;
}

/** One line of `mlp run --json`; the package's events.schema.json describes the fields of each type. */
export interface ExecutionEvent {
  readonly type:
    | 'plan'
    | 'notice'
    | 'stage.expand'
    | 'stage.wait'
    | 'stage.start'
    | 'stage.output'
    | 'stage.progress'
    | 'stage.retry'
    | 'stage.end'
    | 'interrupt'
    | 'summary';
  readonly stage?: string;
  readonly [field: string]: unknown;
}

export interface Execution {
  /** Number of the run. */
  readonly run: number;
  /** `failed` is a result, not an error: see the stages. */
  readonly status: 'done' | 'failed' | 'interrupted' | 'waiting';
  readonly stages: readonly ExecutedStage[];
  /** Of all stages that have a result, whether it was made now or before. */
  readonly metrics: readonly Metric[];
}

export interface ExecutedStage {
  readonly name: string;
  readonly outcome: StageOutcome;
  /** Wall time of what was done now. */
  readonly durationMs: number;
  /** One sentence, of a stage that failed. */
  readonly failure?: string;
}

/** A project that is open. Close it, or begin with `await using project = await openProject()`. */
export interface Project extends AsyncDisposable {
  /** Absolute folder of pipeline.yaml. */
  readonly folder: string;
  /** Version of mlp. */
  readonly mlp: string;
  /** Newest first. */
  runs(options?: RunsOptions): Promise<readonly Run[]>;
  run(ref: RunRef): Promise<RunDetails>;
  /** Values that its stages reported, without the points of curves. */
  metrics(ref: RunRef): Promise<readonly Metric[]>;
  /** All params that its stages name, under their dotted paths. */
  params(ref: RunRef): Promise<{readonly [path: string]: JsonValue}>;
  /** @param what a path, a run (`41`, `run:baseline`), `stage:NAME` or `sha256:DIGITS`. */
  lineage(what: string, options?: LineageOptions): Promise<Lineage>;
  /**
   * The bytes of an output as they were in a run, whatever lies in the workspace now; checked by their sha256.
   * @param path of an output, or of a file in a folder that is one.
   */
  readOutput(ref: RunRef, path: string): Promise<Uint8Array>;
  /** The same as UTF-8 text. */
  readOutputText(ref: RunRef, path: string): Promise<string>;
  /** Writes an output, a file or a whole folder, into a folder, under its own name. @returns the absolute path. */
  writeOutput(ref: RunRef, path: string, folder: string): Promise<string>;
  /** Runs what is stale, as `mlp run` does. One after the other when called twice at once. */
  execute(options?: ExecuteOptions): Promise<Execution>;
  /** Waits for what is running. Quiet when it is closed already. */
  close(): Promise<void>;
}
