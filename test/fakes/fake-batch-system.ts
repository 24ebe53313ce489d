/**
 * A batch system with every fault that real ones were seen to have: replies that are lost after the job was accepted,
 * queries that fail, nodes that die, preemption, jobs reported lost that go on and finish (zombies), receipts that come
 * late, memory that runs out. Seeded, on a virtual clock.
 */
import type {Executor, FindReply, JobStatus, PollReply, StopHow, SubmitReply} from '../../src/executors/executor.ts';
import type {AttemptId} from '../../src/model/ids.ts';
import type {Failure, Job, Receipt} from '../../src/model/job.ts';
import type {Random} from './random.ts';
import type {VirtualClock} from './virtual-clock.ts';

export interface Faults {
  readonly lostReply: number;
  readonly lostSubmission: number;
  readonly refused: number;
  readonly failedQuery: number;
  readonly nodeFailure: number;
  readonly preemption: number;
  /** Of the jobs that are reported lost: how many go on all the same. */
  readonly zombie: number;
  readonly outOfMemory: number;
}

export const NO_FAULTS: Faults = {
  lostReply: 0,
  lostSubmission: 0,
  refused: 0,
  failedQuery: 0,
  nodeFailure: 0,
  preemption: 0,
  zombie: 0,
  outOfMemory: 0,
};

const POLL_MS = 1000;

interface FakeJob {
  readonly job: Job;
  status: JobStatus;
}

export class FakeBatchSystem implements Executor {
  readonly name = 'local';
  readonly capabilities = {liveLogs: false, detached: true};
  /** How many jobs were really started, by stage. */
  readonly starts = new Map<string, number>();
  readonly #jobs = new Map<AttemptId, FakeJob>();
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #faults: Faults;

  constructor(random: Random, clock: VirtualClock, faults: Faults) {
    this.#random = random;
    this.#clock = clock;
    this.#faults = faults;
  }

  async submit(job: Job): Promise<SubmitReply> {
    await this.#clock.sleep(this.#random.below(20));
    if (this.#jobs.has(job.attempt)) return {kind: 'accepted'};
    if (this.#random.chance(this.#faults.refused))
      return {kind: 'rejected', permanent: false, failure: {class: 'infrastructure', message: 'queue full'}};
    if (this.#random.chance(this.#faults.lostSubmission)) return {kind: 'unknown', reason: 'connection reset'};
    this.#accept(job);
    return this.#random.chance(this.#faults.lostReply)
      ? {kind: 'unknown', reason: 'connection reset'}
      : {kind: 'accepted'};
  }

  find(attempt: AttemptId): Promise<FindReply> {
    if (this.#random.chance(this.#faults.failedQuery)) return Promise.resolve({kind: 'unknown', reason: 'timed out'});
    const found = this.#jobs.get(attempt);
    return Promise.resolve(found === undefined ? {kind: 'absent'} : {kind: 'found', status: found.status});
  }

  poll(attempts: readonly AttemptId[]): Promise<PollReply> {
    if (this.#random.chance(this.#faults.failedQuery)) return Promise.resolve({kind: 'unknown', reason: 'timed out'});
    const statuses = new Map<AttemptId, JobStatus>();
    for (const attempt of attempts) {
      const found = this.#jobs.get(attempt);
      if (found !== undefined) statuses.set(attempt, found.status);
    }
    return Promise.resolve({kind: 'complete', statuses});
  }

  /** A poll interval, as batch systems want it. */
  changed(): Promise<void> {
    return this.#clock.sleep(POLL_MS);
  }

  cancel(attempt: AttemptId, _how: StopHow): Promise<void> {
    const found = this.#jobs.get(attempt);
    if (found !== undefined && isGoingOn(found.status))
      this.#set(attempt, {state: 'cancelled', failure: {class: 'interrupted', message: 'cancelled'}});
    return Promise.resolve();
  }

  logs(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array());
  }

  doctor(): Promise<readonly {readonly ok: boolean; readonly message: string}[]> {
    return Promise.resolve([{ok: true, message: 'fake'}]);
  }

  #accept(job: Job): void {
    this.starts.set(job.stage, (this.starts.get(job.stage) ?? 0) + 1);
    this.#jobs.set(job.attempt, {job, status: {state: 'queued'}});
    this.#clock.at(this.#random.below(50), () => this.#startJob(job));
  }

  #startJob(job: Job): void {
    this.#set(job.attempt, {state: 'running'});
    const lastsMs = 1 + this.#random.below(2000);
    const fate = this.#random.next();
    const {nodeFailure, preemption, outOfMemory, zombie} = this.#faults;
    const mishap =
      fate < nodeFailure
        ? 'lost'
        : fate < nodeFailure + preemption
          ? 'preempted'
          : fate < nodeFailure + preemption + outOfMemory
            ? 'oom'
            : undefined;
    if (mishap === undefined) {
      this.#clock.at(lastsMs, () =>
        this.#set(job.attempt, {state: 'finished', receipt: receiptOf(job, this.#clock.now())}),
      );
      return;
    }
    const failure: Failure = {class: mishap, message: mishap};
    this.#clock.at(lastsMs, () => this.#set(job.attempt, {state: mishap, failure}));
    if (mishap === 'lost' && this.#random.chance(zombie)) {
      this.#clock.at(lastsMs + this.#random.below(5000), () =>
        this.#set(job.attempt, {state: 'finished', receipt: receiptOf(job, this.#clock.now())}, true),
      );
    }
  }

  #set(attempt: AttemptId, status: JobStatus, fromTheDead = false): void {
    const found = this.#jobs.get(attempt);
    if (found === undefined || (!isGoingOn(found.status) && !(fromTheDead && found.status.state === 'lost'))) return;
    found.status = status;
  }
}

const isGoingOn = (status: JobStatus): boolean =>
  status.state === 'queued' || status.state === 'starting' || status.state === 'running' || status.state === 'blocked';

function receiptOf(job: Job, nowMs: number): Receipt {
  return {
    receipt_version: 1,
    attempt: job.attempt,
    stage: job.stage,
    key: job.key,
    outcome: 'succeeded',
    manifest: {outputs: []},
    metrics: [],
    movedInputs: [],
    wallMs: 1,
    startedAtMs: nowMs,
    endedAtMs: nowMs,
  };
}
