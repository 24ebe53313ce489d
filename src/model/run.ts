/** What a run and an attempt are once they happened: the rows of the store, as plain data. */
import type {Json} from '../base/json.ts';
import type {KeyChange} from './key-document.ts';
import type {AttemptId, Digest, RunId, StageName} from './ids.ts';
import type {AttemptState, Failure} from './job.ts';
import type {Metric} from './metric.ts';

/** How a stage ended in a run. */
export type Outcome =
  /** Fresh: nothing was done. */
  | 'skipped'
  | 'ran'
  /** Outputs came from the cache. */
  | 'restored'
  | 'failed'
  /** Was running when the run was interrupted or killed by the error policy. */
  | 'stopped'
  /** A person has to decide, about it or about something it needs. */
  | 'waiting'
  /** Something it needs failed, was stopped or was not run. */
  | 'not-run';

/** Why a stage was decided as it was: the sentence is made by report/say.ts. */
export type Reason =
  /** `sameBytes`: stages that it reads from, that ran in this run and wrote the bytes that were there before. */
  | {readonly kind: 'fresh'; readonly sameBytes?: readonly StageName[]}
  /** Never ran (nothing known under any key). */
  | {readonly kind: 'new'}
  /** The key differs from the newest known result of this stage. */
  | {readonly kind: 'changed'; readonly changes: readonly KeyChange[]; readonly code?: readonly string[]}
  | {readonly kind: 'outputs-missing'; readonly paths: readonly string[]}
  | {readonly kind: 'outputs-edited'; readonly paths: readonly string[]}
  /** The outputs are those of another result; this key's own result is known. */
  | {readonly kind: 'outputs-of-other-run'; readonly paths: readonly string[]}
  | {readonly kind: 'failed-before'; readonly attempt: AttemptId}
  | {readonly kind: 'interrupted-before'; readonly attempt: AttemptId}
  | {readonly kind: 'input-moved'; readonly paths: readonly string[]}
  | {readonly kind: 'not-in-cache'; readonly paths: readonly string[]}
  | {readonly kind: 'corrupt-object'; readonly paths: readonly string[]}
  | {readonly kind: 'always'}
  | {readonly kind: 'forced'}
  | {readonly kind: 'no-outputs'}
  | {readonly kind: 'frozen'}
  /** An approval that is not given yet; `because` says what is missing. */
  | {readonly kind: 'needs-approval'; readonly request: string; readonly because: string}
  /** Reviewers or gates said no. */
  | {readonly kind: 'rejected'; readonly request: string; readonly because: string}
  /** `--no-review`: nobody was asked. */
  | {readonly kind: 'no-review'}
  /** plan only: depends on stages that will run. */
  | {readonly kind: 'upstream'; readonly stages: readonly StageName[]}
  /** not-run: because of these. */
  | {readonly kind: 'blocked-by'; readonly stages: readonly StageName[]}
  /** not-run: the run stopped before this stage was reached, because `after` failed or (undefined) it was interrupted. */
  | {readonly kind: 'run-stopped'; readonly after?: StageName}
  | {readonly kind: 'input-missing'; readonly paths: readonly string[]}
  | {readonly kind: 'cannot-decide'; readonly message: string};

export interface GitState {
  readonly commit: string;
  readonly branch?: string;
  /** undefined when it was not asked. */
  readonly dirty?: boolean;
}

export interface RunStart {
  readonly startedAtMs: number;
  /** The command line as typed, for people. */
  readonly argv: readonly string[];
  readonly git?: GitState;
  /** os, arch, cores, memory, node, mlp version: host facts that are never part of a key. */
  readonly facts: {readonly [name: string]: Json};
}

/** `waiting`: all that could run is done, and a person has to decide. */
export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted' | 'waiting';

/** What a person says of a run; absent where nothing was said. */
export interface RunLabels {
  /** Several runs may have had one name: it stands for the newest of them. */
  readonly name?: string;
  /** Sorted; never an empty list. */
  readonly tags?: readonly string[];
  readonly note?: string;
  /** Its results stay whatever garbage collection is told. */
  readonly pinned?: true;
}

export interface RunRow extends RunStart, RunLabels {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly endedAtMs?: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
}

export interface AttemptStart {
  readonly id: AttemptId;
  readonly run: RunId;
  readonly stage: StageName;
  readonly key: Digest;
  /** 1 for the first, 2 for the first retry. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly executor: string;
  readonly logFile: string;
  readonly workFolder: string;
  readonly reason: Reason;
}

export interface AttemptEnd {
  readonly state: AttemptState;
  readonly endedAtMs: number;
  readonly wallMs: number;
  readonly cpuMs?: number;
  readonly peakRssBytes?: number;
  readonly failure?: Failure;
  readonly logBytes: number;
}

export interface AttemptRow extends AttemptStart, Partial<Omit<AttemptEnd, 'state'>> {
  readonly state: AttemptState;
}

/** One known result for one key. */
export interface Trace {
  readonly id: number;
  readonly key: Digest;
  readonly stage: StageName;
  readonly createdAtMs: number;
  /** The run that made it; undefined when it came from mlp.lock or a shared cache folder (`remote`). */
  readonly run?: RunId;
  readonly attempt?: AttemptId;
  readonly origin: 'ran' | 'adopted' | 'accepted' | 'lock' | 'remote';
  /** Wall time of the attempt that made it. */
  readonly durationMs?: number;
  readonly outputs: readonly import('./artifact.ts').OutputEntry[];
}

export interface StageResult {
  readonly stage: StageName;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly trace?: number;
  readonly metrics?: readonly Metric[];
}
