/**
 * A job is a ready stage as plain data, so that it can travel: the same text makes the same result in this process or
 * through `mlp exec` elsewhere. A receipt is what comes back. Both are JSON with a version.
 */
import type {Json, JsonObject} from '../base/json.ts';
import type {Manifest, InputEntry} from './artifact.ts';
import type {AttemptId, Digest, RunId, StageName} from './ids.ts';
import type {Metric} from './metric.ts';
import type {Opened} from './opened.ts';
import type {Action, OutSpec, Resources} from './stage.ts';

export const JOB_VERSION = 1;

export interface Job {
  readonly job_version: number;
  readonly attempt: AttemptId;
  readonly run: RunId;
  readonly stage: StageName;
  readonly key: Digest;
  readonly action: Action;
  /** For a function: project path of the built module below .mlp/build. */
  readonly bundle?: string;
  /** For a built-in stage: the functions that its settings name, as written there -> project path of the built module. */
  readonly functions?: {readonly [reference: string]: string};
  readonly cwd: string;
  /** Declared variables with their values, and the fixed ones; secrets are named apart. */
  readonly env: {readonly [name: string]: string};
  readonly secrets: readonly string[];
  /** `loose`: the caller's whole environment is passed on. */
  readonly envMode: 'strict' | 'loose';
  readonly params: JsonObject;
  readonly inputs: readonly InputEntry[];
  /** What the stage sees as names: a glob or a folder of several files gives a list. */
  readonly inputNames: {readonly [name: string]: string | readonly string[]};
  readonly outs: readonly OutSpec[];
  readonly seed: number;
  readonly resources: Resources;
  readonly timeoutMs?: number;
  readonly timeoutIdleMs?: number;
  readonly sandbox: 'off' | 'strict';
  /** With `strict`: files of the project that its processes read as code. */
  readonly codeFiles?: readonly string[];
  /** Whether output bytes go into the cache at all. */
  readonly publish: boolean;
  readonly keepFailed: boolean;
  /** Own folder of this attempt, below .mlp/work. */
  readonly workFolder: string;
  readonly logFile: string;
}

/** Why an attempt did not give a result. `user` classes are the stage's fault, the others the machine's. */
export type FailureClass =
  | 'exit'
  | 'signal'
  | 'threw'
  | 'timeout'
  | 'timeout-idle'
  | 'oom'
  | 'missing-output'
  | 'missing-metric'
  | 'wrong-output'
  | 'not-found'
  | 'nondeterministic'
  | 'rejected'
  | 'input-missing'
  | 'build'
  | 'interrupted'
  | 'disk-full'
  | 'read-only'
  | 'lost'
  | 'preempted'
  | 'infrastructure';

export interface Failure {
  readonly class: FailureClass;
  /** One sentence. */
  readonly message: string;
  readonly hint?: string;
  readonly exitCode?: number;
  readonly signal?: string;
}

export interface Receipt {
  readonly receipt_version: number;
  readonly attempt: AttemptId;
  readonly stage: StageName;
  readonly key: Digest;
  readonly outcome: 'succeeded' | 'failed';
  readonly failure?: Failure;
  /** Present when it succeeded. */
  readonly manifest?: Manifest;
  readonly metrics: readonly Metric[];
  /** Paths of inputs whose content moved while the stage ran (rule R7): the result must not be recorded under the key. */
  readonly movedInputs: readonly string[];
  /** What it was seen to open and the job does not declare; absent where nobody looked. */
  readonly opened?: Opened;
  /** Why `sandbox: strict` was not kept: what this machine lacks. */
  readonly sandboxMissing?: string;
  readonly wallMs: number;
  readonly cpuMs?: number;
  readonly peakRssBytes?: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly meta?: Json;
}

/** Where an attempt stands, from the scheduler's view. Side exits are terminal but `unknown`-free: a query that failed is not a state. */
export type AttemptState =
  | 'planned'
  | 'submitting'
  | 'queued'
  | 'starting'
  | 'running'
  | 'finished'
  | 'verifying'
  | 'committed'
  | 'rejected'
  | 'blocked'
  | 'cancelled'
  | 'failed'
  | 'oom'
  | 'timeout'
  | 'preempted'
  | 'lost'
  | 'superseded'
  | 'partial'
  | 'interrupted';
