/** A driver of a few lines for tests of the scheduler: a stage is a number, a commit is an entry in a ledger that survives a crash. */
import {attemptId} from '../../src/model/ids.ts';
import type {AttemptState, Failure, Job, Receipt} from '../../src/model/job.ts';
import type {Adopted} from '../../src/engine/scheduler.ts';
import type {SchedulerGraph} from '../../src/engine/node-states.ts';
import type {BadEnd, Begun, Concluded, Prepared, StageDriver} from '../../src/engine/stage-driver.ts';
import {jobOf} from './jobs.ts';

export class Ledger {
  readonly commits = new Map<number, number>();
  readonly superseded: number[] = [];
  readonly ends = new Map<number, BadEnd>();
  /** Attempts that were begun and have not ended, as a store remembers them. */
  readonly open = new Map<string, {readonly node: number; readonly job: Job; readonly number: number}>();
  /** Every attempt at a stage that was not allowed to run yet. */
  readonly tooEarly: number[] = [];
  attempts = 0;

  adopted(): Adopted {
    const newest = new Map<number, {readonly node: number; readonly job: Job; readonly number: number}>();
    for (const entry of this.open.values()) if (!this.commits.has(entry.node)) newest.set(entry.node, entry);
    return [...newest.values()];
  }
}

export class LedgerDriver implements StageDriver {
  readonly #graph: SchedulerGraph;
  readonly #ledger: Ledger;

  constructor(graph: SchedulerGraph, ledger: Ledger) {
    this.#graph = graph;
    this.#ledger = ledger;
  }

  prepare(node: number): Promise<Prepared> {
    for (const up of this.#graph.upstream[node] ?? [])
      if (!this.#ledger.commits.has(up)) this.#ledger.tooEarly.push(node);
    return Promise.resolve({kind: this.#ledger.commits.has(node) ? 'settled' : 'run'});
  }

  begin(node: number, number: number): Begun {
    const attempt = attemptId(`a${this.#ledger.attempts++}`);
    const name = this.#graph.nodes[node]?.name;
    if (name === undefined) throw new Error('no such node');
    const job = jobOf(attempt, name);
    this.#ledger.open.set(attempt, {node, job, number});
    return {kind: 'job', job};
  }

  conclude(node: number, job: Job, receipt: Receipt): Promise<Concluded> {
    this.#ledger.open.delete(job.attempt);
    if (receipt.outcome === 'failed')
      return Promise.resolve({
        kind: 'failed',
        failure: receipt.failure ?? {class: 'exit', message: 'exit 1', exitCode: 1},
      });
    if (this.#ledger.commits.has(node)) {
      this.#ledger.superseded.push(node);
      return Promise.resolve({kind: 'superseded'});
    }
    this.#ledger.commits.set(node, 1);
    return Promise.resolve({kind: 'committed'});
  }

  abandon(_node: number, job: Job, _state: AttemptState, _failure: Failure): void {
    this.#ledger.open.delete(job.attempt);
  }

  end(node: number, end: BadEnd): void {
    if (this.#ledger.ends.has(node)) throw new Error(`node ${node} ended twice`);
    this.#ledger.ends.set(node, end);
  }

  willRetry(): void {}
  waiting(): void {}
  expanded(): void {}
}
