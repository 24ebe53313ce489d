/**
 * FAMILY contract: where a job runs. Small, and it knows no graph. mlp alone decides when a job may start; execution is
 * at least once, so an executor may run a job twice or report it late, and the engine commits by compare-and-set.
 */
import type {Host, RunningWork} from '../host/host.ts';
import type {AttemptId} from '../model/ids.ts';
import type {Failure, Job, Receipt} from '../model/job.ts';

export interface ExecutorCapabilities {
  /** How many jobs may be handed over at once; undefined: as many as the resources allow. */
  readonly maxInFlight?: number;
  /** Whether logs can be read while the job runs. */
  readonly liveLogs: boolean;
  /** Whether jobs outlive this process. */
  readonly detached: boolean;
}

/** `unknown` when the reply was lost: the job may or may not exist, ask `find`. */
export type SubmitReply =
  | {readonly kind: 'accepted'}
  | {readonly kind: 'rejected'; readonly failure: Failure; readonly permanent: boolean}
  | {readonly kind: 'unknown'; readonly reason: string};

export type JobStatus =
  | {
      readonly state: 'queued' | 'starting' | 'running';
      readonly use?: {readonly rssBytes: number; readonly cpuMs: number};
    }
  | {readonly state: 'blocked'; readonly reason: string}
  /** The receipt is there; it may still say that the stage failed. */
  | {readonly state: 'finished'; readonly receipt: Receipt}
  /** Ended without a receipt. */
  | {readonly state: 'lost' | 'preempted' | 'oom' | 'timeout' | 'cancelled'; readonly failure: Failure};

/** `unknown` is a state of the query, never of a job. `absent` only from a complete answer. */
export type FindReply =
  | {readonly kind: 'found'; readonly status: JobStatus}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unknown'; readonly reason: string};

export type PollReply =
  | {readonly kind: 'complete'; readonly statuses: ReadonlyMap<AttemptId, JobStatus>}
  | {readonly kind: 'unknown'; readonly reason: string};

export type StopHow = 'interrupt' | 'terminate' | 'kill';

export interface Executor {
  readonly name: string;
  readonly capabilities: ExecutorCapabilities;
  submit(job: Job): Promise<SubmitReply>;
  /** By the attempt's unique name, e.g. after a lost reply. */
  find(attempt: AttemptId): Promise<FindReply>;
  /** The statuses of the named attempts; one that the executor does not know is missing from a complete reply. */
  poll(attempts: readonly AttemptId[]): Promise<PollReply>;
  /** Resolves when a poll is worth while: for local work when something changed, for a batch system after its interval. */
  changed(): Promise<void>;
  cancel(attempt: AttemptId, how: StopHow): Promise<void>;
  /** What the job printed so far, from a byte offset. */
  logs(attempt: AttemptId, fromByte: number): Promise<Uint8Array>;
  /** Whether it can be used here: one line a finding. */
  doctor(): Promise<readonly {readonly ok: boolean; readonly message: string; readonly hint?: string}[]>;
}

/** How a job that is performed in this process hears that it must stop, and shows what it uses meanwhile. */
export interface PerformControl {
  /** Calls back for every request to stop, also one that came before this call. */
  onStop(handler: (how: StopHow) => void): void;
  /** The process or thread was started. */
  started?(work: RunningWork): void;
}

/** What makes a job's result: the engine's `performJob`, bound to its world. */
export type Perform = (job: Job, control: PerformControl) => Promise<Receipt>;

/** A member of the family, as `executors/index.ts` lists it. */
export interface ExecutorMember {
  readonly name: string;
  /** One sentence for `mlp doctor` and the help. */
  readonly summary: string;
  create(perform: Perform, host: Host): Executor;
}
