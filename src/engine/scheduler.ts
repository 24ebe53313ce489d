/**
 * One loop: check every stage whose inputs have settled, start all that fits, else wait until something changes. Deciding
 * and running overlap, and the graph may grow while it is walked. No clock and no disk of its own: time comes from the
 * host, everything else from the driver and the executors.
 */
import type {Executor} from '../executors/executor.ts';
import type {Clock} from '../host/host.ts';
import type {StageName} from '../model/ids.ts';
import type {Reason} from '../model/run.ts';
import type {Failure, Job} from '../model/job.ts';
import {Heap} from '../base/heap.ts';
import {InFlight, type Attempt, type Ended} from './in-flight.ts';
import {NodeStates, type SchedulerGraph} from './node-states.ts';
import {ResourcePool} from './resources.ts';
import {backoffMs, mayRetry} from './retry.ts';
import type {SchedulerOptions} from './scheduler-options.ts';
import type {BadEnd, StageDriver, StageHolder, WorkNode} from './stage-driver.ts';

/** Attempts of an earlier process that may still be alive, to be found again instead of started anew. */
export type Adopted = readonly {readonly node: number; readonly job: Job; readonly number: number}[];

/** How many stages that do not fit are passed over in search of one that does. */
const MISFITS = 64;
/** How long what is killed after a bug may take to end. */
const ENDING_MS = 10_000;

export class Scheduler {
  readonly #states: NodeStates;
  readonly #driver: StageDriver;
  readonly #clock: Clock;
  readonly #options: SchedulerOptions;
  /** How many attempts a node had, and how many of them were lost by the machine's fault. */
  readonly #tries = new Map<number, {attempts: number; mishaps: number}>();
  readonly #toCheck: number[] = [];
  #nextCheck = 0;
  readonly #toStart: Heap<number>;
  readonly #pool: ResourcePool;
  readonly #inFlight: InFlight;
  #checking = 0;
  #stop: {readonly after?: StageName; readonly interrupted: boolean} | undefined;
  readonly #over = new AbortController();
  /** One for each pause: many listeners on one signal would make Node warn of a leak. */
  readonly #pauses = new Set<AbortController>();
  #wake: () => void = () => undefined;
  #woken: Promise<void>;
  #crash: {readonly error: unknown} | undefined;

  constructor(
    graph: SchedulerGraph,
    driver: StageDriver,
    executors: ReadonlyMap<string, Executor>,
    clock: Clock,
    options: SchedulerOptions,
  ) {
    this.#states = new NodeStates(graph);
    this.#driver = driver;
    this.#clock = clock;
    this.#options = options;
    this.#toStart = new Heap((a, b) => this.#states.before(a, b));
    this.#pool = new ResourcePool(options.capacity);
    this.#inFlight = new InFlight(executors, () => this.#wake());
    this.#woken = new Promise((resolve) => (this.#wake = resolve));
  }

  /** Runs until every node has settled and nothing is out any more. */
  async run(adopted: Adopted = []): Promise<void> {
    for (const {node, job, number} of adopted) {
      const {resources, executor} = this.#states.node(node);
      this.#states.set(node, 'active');
      this.#tries.set(node, {attempts: number, mishaps: 0});
      this.#pool.take(resources);
      this.#inFlight.adopt(node, job, number, executor);
    }
    for (const id of this.#states.roots()) this.#toCheck.push(id);
    try {
      await this.#loop();
    } catch (error) {
      // Nobody is left to record a result: what runs in this process would go on for nothing.
      await Promise.race([this.#inFlight.killAttached(), this.#clock.sleep(ENDING_MS, this.#over.signal)]);
      throw error;
    } finally {
      this.#over.abort();
    }
  }

  async #loop(): Promise<void> {
    while (this.#states.unsettled > 0 || this.#inFlight.mustWait) {
      this.#check();
      this.#start();
      if (this.#crash !== undefined) throw this.#crash.error;
      if (this.#checking > 0 || this.#pauses.size > 0 || this.#inFlight.mustWait) await this.#somethingChanged();
      else if (this.#stop !== undefined) this.#abandonRest(this.#stop.after);
      else if (this.#nextCheck === this.#toCheck.length && this.#states.unsettled > 0)
        throw new Error('BUG: stages are left and nothing can be done');
    }
  }

  /** Start nothing more; ask what runs to end, and kill it after the grace. A second call kills at once. */
  interrupt(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
    const again = this.#stop?.interrupted === true;
    this.#halt({interrupted: true});
    this.#inFlight.cancelAll(again ? 'kill' : signal === 'SIGINT' ? 'interrupt' : 'terminate');
    if (!again) this.#killAfterGrace();
  }

  #halt(stop: {readonly after?: StageName; readonly interrupted: boolean}): void {
    this.#stop = stop;
    for (const pause of this.#pauses) pause.abort();
    this.#wake();
  }

  #killAfterGrace(): void {
    void this.#clock.sleep(this.#options.graceMs, this.#over.signal).then(() => this.#inFlight.cancelAll('kill'));
  }

  async #somethingChanged(): Promise<void> {
    await this.#woken;
    this.#woken = new Promise((resolve) => (this.#wake = resolve));
    await this.#inFlight.poll((attempt, ended) => this.#ended(attempt, ended));
  }

  #check(): void {
    while (
      this.#stop === undefined &&
      this.#checking < this.#options.checks &&
      this.#nextCheck < this.#toCheck.length
    ) {
      const id = this.#toCheck[this.#nextCheck++] as number;
      if (this.#states.state(id) !== 'waiting') continue;
      this.#states.set(id, 'checking');
      this.#checking++;
      this.#driver.prepare(id).then(
        (prepared) => {
          this.#checking--;
          if (prepared.kind === 'settled') this.#settle(id, true);
          else if (prepared.kind === 'failed')
            this.#fail(id, {outcome: 'failed', failure: prepared.failure, reason: prepared.reason});
          else if (prepared.kind === 'waiting') this.#wait(id, prepared.reason);
          else if (prepared.kind === 'held') this.#hold(id, prepared.holder);
          else if (prepared.kind === 'expanded') this.#expand(id, prepared.branches);
          else this.#queue(id);
          this.#wake();
        },
        (error: unknown) => {
          this.#crash ??= {error};
          this.#wake();
        },
      );
    }
  }

  #start(): void {
    const misfits: number[] = [];
    while (this.#stop === undefined && this.#toStart.size > 0 && misfits.length < MISFITS) {
      const id = this.#toStart.pop() as number;
      // Its result may have come from an attempt that was thought lost.
      if (this.#states.state(id) !== 'queued') continue;
      const {executor, resources} = this.#states.node(id);
      if (!this.#inFlight.hasRoom(executor) || !this.#pool.take(resources)) misfits.push(id);
      else if (!this.#begin(id)) this.#pool.give(resources);
    }
    for (const id of misfits) this.#toStart.push(id);
  }

  /** @returns whether an attempt is under way. */
  #begin(id: number): boolean {
    const tries = this.#tries.get(id) ?? {attempts: 0, mishaps: 0};
    const begun = this.#driver.begin(id, tries.attempts + 1);
    if (begun.kind === 'job') {
      this.#tries.set(id, {...tries, attempts: tries.attempts + 1});
      this.#states.set(id, 'active');
      this.#inFlight.submit(id, begun.job, tries.attempts + 1, this.#states.node(id).executor);
      return true;
    }
    if (begun.kind === 'held') this.#hold(id, begun.holder);
    else this.#checkAgain(id);
    return false;
  }

  #queue(id: number): void {
    this.#states.set(id, 'queued');
    this.#toStart.push(id);
  }

  #checkAgain(id: number): void {
    this.#states.set(id, 'waiting');
    this.#toCheck.push(id);
  }

  #hold(id: number, holder: StageHolder): void {
    this.#driver.waiting(id, holder);
    this.#pause(id, this.#options.holdMs, () => this.#checkAgain(id));
  }

  #pause(id: number, ms: number, then: () => void): void {
    const pause = new AbortController();
    this.#states.set(id, 'pausing');
    this.#pauses.add(pause);
    void this.#clock.sleep(this.#stop === undefined ? ms : 0, pause.signal).then(() => {
      this.#pauses.delete(pause);
      if (this.#states.state(id) === 'pausing') then();
      this.#wake();
    });
  }

  #expand(id: number, branches: readonly WorkNode[]): void {
    const ids = this.#states.expand(id, branches);
    this.#driver.expanded(id, ids);
    for (const branch of ids) this.#toCheck.push(branch);
    if (ids.length === 0) this.#settle(id, true);
  }

  /** An attempt is over, with a receipt or without. */
  async #ended(attempt: Attempt, ended: Ended): Promise<void> {
    const id = attempt.node;
    if (!('receipt' in ended)) {
      this.#driver.abandon(id, attempt.job, ended.state, ended.failure);
      if (!this.#states.isSettled(id)) this.#failedAttempt(attempt, ended.failure);
      return;
    }
    const concluded = await this.#driver.conclude(id, attempt.job, ended.receipt);
    if (this.#states.isSettled(id) || concluded.kind === 'superseded') return;
    if (concluded.kind === 'failed') {
      this.#failedAttempt(attempt, concluded.failure);
      return;
    }
    this.#inFlight.cancelOthers(id, attempt);
    this.#free(id);
    this.#settle(id, true);
  }

  #failedAttempt(attempt: Attempt, failure: Failure): void {
    const id = attempt.node;
    const tries = this.#tries.get(id) ?? {attempts: 1, mishaps: 0};
    // A later attempt is under way: this one was given up already.
    if (attempt.number !== tries.attempts || this.#states.state(id) !== 'active') return;
    this.#free(id);
    if (this.#stop?.interrupted === true || failure.class === 'interrupted') {
      this.#driver.end(id, {outcome: 'stopped', attempt: attempt.job.attempt});
      this.#settle(id, false);
      return;
    }
    const {retry} = this.#states.node(id);
    const verdict = mayRetry(retry, failure, {failures: tries.attempts - tries.mishaps, mishaps: tries.mishaps});
    if (this.#stop !== undefined || verdict === 'no') {
      this.#fail(id, {outcome: 'failed', failure, attempt: attempt.job.attempt});
      return;
    }
    if (verdict === 'mishap') this.#tries.set(id, {...tries, mishaps: tries.mishaps + 1});
    const waitMs = backoffMs(retry, attempt.number);
    this.#driver.willRetry(id, attempt.job, failure, attempt.number + 1, waitMs);
    this.#pause(id, waitMs, () => this.#queue(id));
  }

  #free(id: number): void {
    if (this.#states.state(id) === 'active') this.#pool.give(this.#states.node(id).resources);
  }

  #fail(id: number, end: BadEnd & {readonly outcome: 'failed'}): void {
    const {name, onError} = this.#states.node(id);
    this.#driver.end(id, end);
    const policy = this.#options.keepGoing ? 'continue' : onError;
    if (policy !== 'continue' && this.#stop === undefined) {
      this.#halt({after: name, interrupted: false});
      if (policy === 'kill') {
        this.#inFlight.cancelAll('terminate');
        this.#killAfterGrace();
      }
    }
    this.#settle(id, false);
  }

  /** A person has to decide: whatever needs it waits, too, and everything else goes on. */
  #wait(id: number, reason: Reason): void {
    this.#driver.end(id, {outcome: 'waiting', reason});
    this.#settle(id, false, 'waiting');
  }

  #settle(id: number, good: boolean, blockedAs: 'not-run' | 'waiting' = 'not-run'): void {
    const {ready, blocked} = this.#states.settle(id, good);
    for (const next of ready) this.#toCheck.push(next);
    for (const [next, cause] of blocked) {
      this.#driver.end(next, {
        outcome: blockedAs,
        reason: {kind: 'blocked-by', stages: [this.#states.node(cause).name]},
      });
    }
  }

  #abandonRest(after: StageName | undefined): void {
    for (const id of this.#states.abandonRest()) {
      this.#driver.end(id, {
        outcome: 'not-run',
        reason: {kind: 'run-stopped', ...(after === undefined ? {} : {after})},
      });
    }
  }
}
