/**
 * Attempts that were handed to an executor and are not known to be over. Execution is at least once: a reply may be lost,
 * a job may be reported lost and come back, a query may fail. A query that fails says nothing about the job.
 */
import type {Executor, JobStatus, StopHow} from '../executors/executor.ts';
import type {AttemptId} from '../model/ids.ts';
import type {Failure, Job, Receipt} from '../model/job.ts';

export interface Attempt {
  readonly node: number;
  readonly job: Job;
  readonly number: number;
  readonly executor: Executor;
  /**
   * submitting: not yet answered. unsure: the answer was lost. known: the executor has it. zombie: given up, yet it may
   * still finish; it is asked for as long as its stage has not settled and nobody waits for it.
   */
  state: 'submitting' | 'unsure' | 'known' | 'zombie';
  /** Not asked for any more. */
  over: boolean;
  /** The executor was asked for news while this attempt was being submitted. */
  askedTooEarly: boolean;
}

export type Ended =
  | {readonly receipt: Receipt}
  | {readonly state: 'lost' | 'preempted' | 'oom' | 'timeout' | 'cancelled' | 'rejected'; readonly failure: Failure};

export class InFlight {
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #wake: () => void;
  readonly #attempts = new Map<AttemptId, Attempt>();
  readonly #byNode = new Map<number, Attempt[]>();
  /** Executors whose `changed` is being waited for. */
  readonly #listening = new Set<Executor>();
  readonly #ready: [Attempt, Ended][] = [];
  #due = false;

  constructor(executors: ReadonlyMap<string, Executor>, wake: () => void) {
    this.#executors = executors;
    this.#wake = wake;
  }

  /** Whether something is out there that must end before the run may. */
  get mustWait(): boolean {
    if (this.#ready.length > 0) return true;
    for (const attempt of this.#attempts.values()) if (attempt.state !== 'zombie') return true;
    return false;
  }

  /** One that was given up takes no room: what follows it could never start. */
  hasRoom(name: string): boolean {
    const executor = this.#executor(name);
    const most = executor.capabilities.maxInFlight;
    if (most === undefined) return true;
    let count = 0;
    for (const attempt of this.#attempts.values())
      if (attempt.executor === executor && attempt.state !== 'zombie') count++;
    return count < most;
  }

  submit(node: number, job: Job, number: number, name: string): void {
    const attempt: Attempt = {
      node,
      job,
      number,
      executor: this.#executor(name),
      state: 'submitting',
      over: false,
      askedTooEarly: false,
    };
    this.#add(attempt);
    this.#send(attempt);
    this.#listen(attempt.executor);
  }

  /** An attempt of an earlier process: whether it exists must be asked. */
  adopt(node: number, job: Job, number: number, name: string): void {
    const attempt: Attempt = {
      node,
      job,
      number,
      executor: this.#executor(name),
      state: 'unsure',
      over: false,
      askedTooEarly: false,
    };
    this.#add(attempt);
    this.#listen(attempt.executor);
    this.#due = true;
    this.#wake();
  }

  cancelAll(how: StopHow): void {
    for (const attempt of this.#attempts.values()) void attempt.executor.cancel(attempt.job.attempt, how);
  }

  /** Kills what cannot outlive this process. @returns when it has ended: until then it may write. */
  async killAttached(): Promise<void> {
    const attached = [...this.#attempts.values()].filter(({executor}) => !executor.capabilities.detached);
    for (const {executor, job} of attached) void executor.cancel(job.attempt, 'kill');
    for (const {executor, job} of attached) while (await isUnderWay(executor, job.attempt)) await executor.changed();
  }

  /** The stage has a result: its other attempts are not needed, and what they may still say is not asked for. */
  cancelOthers(node: number, winner: Attempt): void {
    for (const attempt of this.#byNode.get(node) ?? []) {
      if (attempt === winner || attempt.over) continue;
      void attempt.executor.cancel(attempt.job.attempt, 'kill');
      this.#remove(attempt);
    }
  }

  /** Asks the executors when they have something to say, and hands every attempt that is over to `ended`, once. */
  async poll(ended: (attempt: Attempt, ended: Ended) => Promise<void>): Promise<void> {
    if (this.#due) {
      this.#due = false;
      for (const executor of new Set([...this.#attempts.values()].map((attempt) => attempt.executor)))
        await this.#ask(executor);
    }
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) await ended(next[0], next[1]);
  }

  #send(attempt: Attempt): void {
    attempt.state = 'submitting';
    attempt.executor.submit(attempt.job).then(
      (reply) => {
        if (reply.kind === 'rejected')
          this.#finish(attempt, {
            state: 'rejected',
            failure: reply.permanent ? reply.failure : {...reply.failure, class: 'lost'},
          });
        else attempt.state = reply.kind === 'accepted' ? 'known' : 'unsure';
        // An accepted job says itself when something changes, unless it did so before the reply was here.
        if (attempt.state === 'unsure' || attempt.askedTooEarly) this.#due = true;
        this.#wake();
      },
      (error: unknown) => {
        this.#finish(attempt, {
          state: 'rejected',
          failure: {class: 'infrastructure', message: error instanceof Error ? error.message : String(error)},
        });
        this.#wake();
      },
    );
  }

  #listen(executor: Executor): void {
    if (this.#listening.has(executor)) return;
    this.#listening.add(executor);
    void executor.changed().then(() => {
      this.#listening.delete(executor);
      this.#due = true;
      this.#wake();
    });
  }

  async #ask(executor: Executor): Promise<void> {
    const mine = [...this.#attempts.values()].filter((attempt) => attempt.executor === executor);
    for (const attempt of mine) if (attempt.state === 'submitting') attempt.askedTooEarly = true;
    for (const attempt of mine) if (attempt.state === 'unsure') await this.#find(attempt);
    const known = mine.filter((attempt) => attempt.state === 'known' || attempt.state === 'zombie');
    if (known.length > 0) {
      const reply = await executor.poll(known.map((attempt) => attempt.job.attempt));
      if (reply.kind === 'complete') {
        for (const attempt of known) {
          const status = reply.statuses.get(attempt.job.attempt);
          if (status !== undefined) this.#take(attempt, status);
          else if (attempt.state === 'zombie') this.#remove(attempt);
          else await this.#find(attempt);
        }
      }
    }
    if (mine.some((attempt) => !attempt.over)) this.#listen(executor);
  }

  async #find(attempt: Attempt): Promise<void> {
    const found = await attempt.executor.find(attempt.job.attempt);
    if (found.kind === 'unknown') return;
    if (found.kind === 'found') {
      attempt.state = 'known';
      this.#take(attempt, found.status);
    } else if (attempt.state === 'unsure') this.#send(attempt);
    else
      this.#finish(attempt, {
        state: 'lost',
        failure: {class: 'lost', message: `the executor \`${attempt.executor.name}\` does not know the job any more`},
      });
  }

  #take(attempt: Attempt, status: JobStatus): void {
    switch (status.state) {
      case 'queued':
      case 'starting':
      case 'running':
      case 'blocked':
        return;
      case 'finished':
        this.#finish(attempt, {receipt: status.receipt});
        return;
      case 'lost':
      case 'preempted':
        if (attempt.state === 'zombie') return;
        // It may come back from the dead with a good result, so it stays in sight.
        attempt.state = 'zombie';
        this.#ready.push([attempt, {state: status.state, failure: status.failure}]);
        return;
      case 'oom':
      case 'timeout':
      case 'cancelled':
        this.#finish(attempt, {state: status.state, failure: status.failure});
    }
  }

  #finish(attempt: Attempt, ended: Ended): void {
    if (attempt.over) return;
    this.#remove(attempt);
    this.#ready.push([attempt, ended]);
  }

  #add(attempt: Attempt): void {
    this.#attempts.set(attempt.job.attempt, attempt);
    const others = this.#byNode.get(attempt.node);
    if (others === undefined) this.#byNode.set(attempt.node, [attempt]);
    else others.push(attempt);
  }

  #remove(attempt: Attempt): void {
    attempt.over = true;
    this.#attempts.delete(attempt.job.attempt);
    const left = (this.#byNode.get(attempt.node) ?? []).filter((other) => other !== attempt);
    if (left.length === 0) this.#byNode.delete(attempt.node);
    else this.#byNode.set(attempt.node, left);
  }

  #executor(name: string): Executor {
    const executor = this.#executors.get(name);
    if (executor === undefined) throw new Error(`BUG: no executor named ${name}`);
    return executor;
  }
}

/** One that nothing can be learnt of counts as ended. */
async function isUnderWay(executor: Executor, attempt: AttemptId): Promise<boolean> {
  try {
    const reply = await executor.poll([attempt]);
    const state = reply.kind === 'complete' ? reply.statuses.get(attempt)?.state : undefined;
    return state === 'queued' || state === 'starting' || state === 'running' || state === 'blocked';
  } catch {
    return false;
  }
}
