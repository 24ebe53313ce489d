/** Parts of the store's contract: questions to the whole history, and runs that are forgotten. */
import type {Json} from '../base/json.ts';
import type {AttemptId, Digest, RunId, StageName} from '../model/ids.ts';
import type {Outcome, RunRow} from '../model/run.ts';

/** What a list of runs shows of each. */
export type RunHead = Omit<RunRow, 'argv' | 'facts'>;

/** A value that a stage has in a run. */
export interface StageValue<T> {
  readonly stage: StageName;
  readonly value: T;
}

/** Each value once, in the order of the stages. */
export type ValuesOfRuns<T> = ReadonlyMap<RunId, readonly T[]>;

/** What is said holds for the moment of the first question. */
export interface RunSearch {
  /** Newest first; all without a limit. */
  heads(limit?: number): readonly RunHead[];
  /** How many runs there are. */
  count(): number;
  /**
   * The value without a step, or that of the last step, in every stage that has one.
   * @param stage only in this stage and its branches.
   */
  metric(name: string, stage?: string): ValuesOfRuns<number>;
  /** Of one run, for which the others are not looked at. */
  metricIn(name: string, run: RunId): readonly StageValue<number>[];
  /** By stage, in the order they were reported. */
  metricNamesIn(run: RunId): readonly string[];
  /** @param name as the stage names it, down to a leaf: `train.lr`. */
  param(name: string, stage?: string): ValuesOfRuns<Json>;
  /** Facts of the machine, as they were recorded. */
  facts(): ReadonlyMap<RunId, {readonly [name: string]: Json}>;
  /** How a stage ended in each run that touched it. */
  outcomes(stage: StageName): ReadonlyMap<RunId, Outcome>;
  /** Sorted, as the next two. */
  metricNames(): readonly string[];
  paramNames(): readonly string[];
  /** Of all stages that any run had. */
  stageNames(): readonly StageName[];
}

export interface ForgetRequest {
  readonly runs: readonly RunId[];
  /** Keys whose results stay. */
  readonly lockedKeys: ReadonlySet<Digest>;
  /** true: only what would go. */
  readonly dryRun: boolean;
}

export interface Forgotten {
  /** Those that were there, ascending. */
  readonly runs: readonly RunId[];
  readonly attempts: readonly {readonly id: AttemptId; readonly logFile: string; readonly workFolder: string}[];
  /** How many results went. */
  readonly traces: number;
  /** How many results of these runs stay, since something else holds them. */
  readonly kept: number;
  /** What only those results named: nothing in the database does now. */
  readonly objects: readonly {readonly hash: Digest; readonly type: 'file' | 'dir'}[];
}
