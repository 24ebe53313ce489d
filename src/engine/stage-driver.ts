/**
 * What the scheduler needs to know of a stage and asks of the engine. Three verbs: `prepare` decides, `begin` makes a job,
 * `conclude` records its result; only what lies between `begin` and `conclude` may happen on another machine. Behind this
 * interface stand the real driver and, in tests, one of a few lines.
 */
import type {StageName, AttemptId} from '../model/ids.ts';
import type {AttemptState, Failure, Job, Receipt} from '../model/job.ts';
import type {RunId} from '../model/ids.ts';
import type {Reason} from '../model/run.ts';
import type {Resources, RetryPolicy} from '../model/stage.ts';

/** A stage as the scheduler sees it. */
export interface WorkNode {
  readonly name: StageName;
  readonly resources: Resources;
  readonly retry: RetryPolicy;
  readonly onError: 'stop' | 'kill' | 'continue';
  readonly executor: string;
  /** Expected wall time, for priorities; 0 when unknown. */
  readonly expectedMs: number;
}

export type Prepared =
  /** Skipped or restored: the driver has recorded it. */
  | {readonly kind: 'settled'}
  | {readonly kind: 'run'}
  /** Another process runs this stage: ask again later. */
  | {readonly kind: 'held'; readonly holder: StageHolder}
  /** A person has to decide. */
  | {readonly kind: 'waiting'; readonly reason: Reason}
  | {readonly kind: 'failed'; readonly failure: Failure; readonly reason: Reason}
  /** A dynamic stage and its branches, now that they are known. */
  | {readonly kind: 'expanded'; readonly branches: readonly WorkNode[]};

export type Begun =
  | {readonly kind: 'job'; readonly job: Job}
  | {readonly kind: 'held'; readonly holder: StageHolder}
  /** Something changed since `prepare`: decide anew. */
  | {readonly kind: 'recheck'};

export interface StageHolder {
  readonly pid: number;
  readonly run?: RunId;
  readonly sinceMs: number;
}

export type Concluded =
  | {readonly kind: 'committed'}
  /** Another attempt's result was there first. */
  | {readonly kind: 'superseded'}
  | {readonly kind: 'failed'; readonly failure: Failure};

/** How a stage ends that the driver did not settle itself. */
export type BadEnd =
  | {readonly outcome: 'failed'; readonly failure: Failure; readonly attempt?: AttemptId; readonly reason?: Reason}
  | {readonly outcome: 'stopped'; readonly attempt: AttemptId}
  | {readonly outcome: 'not-run' | 'waiting'; readonly reason: Reason};

export interface StageDriver {
  prepare(node: number): Promise<Prepared>;
  begin(node: number, number: number): Begun;
  /** Records a receipt by compare-and-set; the attempt's row is ended. */
  conclude(node: number, job: Job, receipt: Receipt): Promise<Concluded>;
  /** An attempt ended without a receipt that counts: its row is ended, its leftovers are cleared. */
  abandon(node: number, job: Job, state: AttemptState, failure: Failure): void;
  /** Reports a stage that did not succeed. */
  end(node: number, end: BadEnd): void;
  /** An attempt failed and another follows. */
  willRetry(node: number, job: Job, failure: Failure, next: number, waitMs: number): void;
  waiting(node: number, holder: StageHolder): void;
  /** Ids that the scheduler gave to the branches of an expanded node, in their order. */
  expanded(node: number, branches: readonly number[]): void;
}
