import {describe, expect, it} from 'vitest';
import {Scheduler} from '../../src/engine/scheduler.ts';
import type {SchedulerOptions} from '../../src/engine/scheduler-options.ts';
import type {SchedulerGraph} from '../../src/engine/node-states.ts';
import type {WorkNode} from '../../src/engine/stage-driver.ts';
import type {Executor, Perform} from '../../src/executors/executor.ts';
import {createLocalExecutor} from '../../src/executors/local.ts';
import {stageName} from '../../src/model/ids.ts';
import {FakeBatchSystem, NO_FAULTS, type Faults} from '../fakes/fake-batch-system.ts';
import {receiptOf} from '../fakes/jobs.ts';
import {Ledger, LedgerDriver} from '../fakes/ledger-driver.ts';
import {Random} from '../fakes/random.ts';
import {VirtualClock} from '../fakes/virtual-clock.ts';
import {tempHost} from '../host/rig.ts';

const OPTIONS: SchedulerOptions = {
  capacity: {cpu: 64, memoryBytes: 2 ** 40, tokens: {}},
  checks: 8,
  keepGoing: false,
  holdMs: 200,
  graceMs: 10_000,
};

const ALL_FAULTS: Faults = {
  lostReply: 0.05,
  lostSubmission: 0.05,
  refused: 0.03,
  failedQuery: 0.1,
  nodeFailure: 0.06,
  preemption: 0.04,
  zombie: 0.5,
  outOfMemory: 0.03,
};

/** Layers of random width; every node reads a few nodes of the layers before. */
function randomGraph(size: number, random: Random): SchedulerGraph {
  const upstream: number[][] = [];
  const downstream: number[][] = Array.from({length: size}, () => []);
  for (let node = 0; node < size; node++) {
    const ups = new Set<number>();
    const wanted = node === 0 ? 0 : random.below(4);
    for (let count = 0; count < wanted; count++) ups.add(Math.max(0, node - 1 - random.below(Math.min(node, 200))));
    upstream.push([...ups]);
    for (const up of ups) downstream[up]?.push(node);
  }
  const nodes = upstream.map((_, node): WorkNode => workNode(node));
  return {nodes, upstream, downstream, order: nodes.map((_, node) => node)};
}

function workNode(node: number): WorkNode {
  const retry = {times: 20, on: ['oom' as const, 'exit' as const], backoff: {firstMs: 10, factor: 2, maxMs: 1000}};
  return {
    name: stageName(`s${node}`),
    resources: {cpu: 1, tokens: {}},
    retry,
    onError: 'stop',
    executor: 'local',
    expectedMs: node % 7,
  };
}

function expectAllCommittedOnce(graph: SchedulerGraph, ledger: Ledger): void {
  expect(ledger.ends.size).toBe(0);
  expect(ledger.tooEarly).toEqual([]);
  expect(ledger.commits.size).toBe(graph.nodes.length);
}

describe('against a batch system with faults, on a virtual clock', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'seed %i: 2,000 stages are committed once each, never before their inputs',
    async (seed) => {
      const random = new Random(seed);
      const clock = new VirtualClock();
      const graph = randomGraph(2000, random);
      const ledger = new Ledger();
      const engine = new FakeBatchSystem(random, clock, ALL_FAULTS);
      await clock.until(
        new Scheduler(graph, new LedgerDriver(graph, ledger), new Map([['local', engine]]), clock, OPTIONS).run(),
      );
      expectAllCommittedOnce(graph, ledger);
      const starts = [...engine.starts.values()].reduce((sum, count) => sum + count, 0);
      expect(starts).toBeGreaterThan(2000);
      expect(ledger.superseded.length).toBeGreaterThan(0);
    },
  );

  it('100,000 stages finish', async () => {
    const random = new Random(42);
    const clock = new VirtualClock();
    const graph = randomGraph(100_000, random);
    const ledger = new Ledger();
    const engine = new FakeBatchSystem(random, clock, {...NO_FAULTS, nodeFailure: 0.01, zombie: 0.5, lostReply: 0.01});
    const options = {...OPTIONS, capacity: {...OPTIONS.capacity, cpu: 2000}};
    await clock.until(
      new Scheduler(graph, new LedgerDriver(graph, ledger), new Map([['local', engine]]), clock, options).run(),
    );
    expectAllCommittedOnce(graph, ledger);
  }, 300_000);

  it.each([11, 12, 13, 14, 15, 16])(
    'seed %i: a driver that crashes and comes back finds its jobs again',
    async (seed) => {
      const random = new Random(seed);
      const clock = new VirtualClock();
      const graph = randomGraph(400, random);
      const ledger = new Ledger();
      const engine = new FakeBatchSystem(random, clock, ALL_FAULTS);
      for (let crash = 0; crash < 5; crash++) {
        const mortal = new MortalExecutor(engine);
        const scheduler = new Scheduler(
          graph,
          new LedgerDriver(graph, ledger),
          new Map([['local', mortal]]),
          clock,
          OPTIONS,
        );
        const crashed = clock.sleep(500 + random.below(3000)).then(() => mortal.die());
        await clock.until(Promise.race([scheduler.run(ledger.adopted()), crashed]));
      }
      await clock.until(
        new Scheduler(graph, new LedgerDriver(graph, ledger), new Map([['local', engine]]), clock, OPTIONS).run(
          ledger.adopted(),
        ),
      );
      expectAllCommittedOnce(graph, ledger);
    },
  );

  it('attempts that were given up take no room in an engine that runs two jobs at a time', async () => {
    const random = new Random(5);
    const clock = new VirtualClock();
    const graph = randomGraph(50, random);
    const ledger = new Ledger();
    const engine = new FakeBatchSystem(random, clock, {...NO_FAULTS, nodeFailure: 0.2, zombie: 1});
    const narrow = Object.assign(engine, {capabilities: {...engine.capabilities, maxInFlight: 2}});
    await clock.until(
      new Scheduler(graph, new LedgerDriver(graph, ledger), new Map([['local', narrow]]), clock, OPTIONS).run(),
    );
    expectAllCommittedOnce(graph, ledger);
  });

  it('an interrupt ends the run: nothing new starts and what runs is cancelled', async () => {
    const random = new Random(3);
    const clock = new VirtualClock();
    const graph = randomGraph(300, random);
    const ledger = new Ledger();
    const engine = new FakeBatchSystem(random, clock, NO_FAULTS);
    const scheduler = new Scheduler(
      graph,
      new LedgerDriver(graph, ledger),
      new Map([['local', engine]]),
      clock,
      OPTIONS,
    );
    clock.at(1500, () => scheduler.interrupt('SIGINT'));
    await clock.until(scheduler.run());
    const outcomes = new Set([...ledger.ends.values()].map((end) => end.outcome));
    expect(outcomes).toEqual(new Set(['stopped', 'not-run']));
    expect(ledger.commits.size + ledger.ends.size).toBe(300);
    expect(ledger.open.size).toBe(0);
  });
});

describe('on a small graph', () => {
  const chain = (size: number): SchedulerGraph => ({
    nodes: Array.from({length: size}, (_, node) => workNode(node)),
    upstream: Array.from({length: size}, (_, node) => (node === 0 ? [] : [node - 1])),
    downstream: Array.from({length: size}, (_, node) => (node === size - 1 ? [] : [node + 1])),
    order: Array.from({length: size}, (_, node) => node),
  });

  it('a chain of 20,000 stages does not exhaust the stack when its head fails', async () => {
    const clock = new VirtualClock();
    const graph = chain(20_000);
    const ledger = new Ledger();
    const driver = new LedgerDriver(graph, ledger);
    driver.prepare = () =>
      Promise.resolve({
        kind: 'failed',
        failure: {class: 'input-missing', message: 'no input'},
        reason: {kind: 'input-missing', paths: ['x']},
      });
    await clock.until(
      new Scheduler(
        graph,
        driver,
        new Map([['local', new FakeBatchSystem(new Random(1), clock, NO_FAULTS)]]),
        clock,
        OPTIONS,
      ).run(),
    );
    expect(ledger.ends.get(0)?.outcome).toBe('failed');
    expect([...ledger.ends.values()].filter((end) => end.outcome === 'not-run')).toHaveLength(19_999);
  });

  it('what asks for more than there is runs alone instead of never', async () => {
    const clock = new VirtualClock();
    const small = chain(3);
    const graph = {
      ...small,
      upstream: [[], [], []],
      downstream: [[], [], []],
      nodes: small.nodes.map((node) => ({...node, resources: {cpu: 1000, memoryBytes: 2 ** 60, tokens: {gpu: 7}}})),
    };
    const ledger = new Ledger();
    const running = new Set<string>();
    let most = 0;
    const driver = new LedgerDriver(graph, ledger);
    const begin = driver.begin.bind(driver);
    driver.begin = (node, number) => {
      running.add(String(node));
      most = Math.max(most, running.size);
      return begin(node, number);
    };
    const conclude = driver.conclude.bind(driver);
    driver.conclude = (node, job, receipt) => {
      running.delete(String(node));
      return conclude(node, job, receipt);
    };
    await clock.until(
      new Scheduler(
        graph,
        driver,
        new Map([['local', new FakeBatchSystem(new Random(1), clock, NO_FAULTS)]]),
        clock,
        OPTIONS,
      ).run(),
    );
    expectAllCommittedOnce(graph, ledger);
    expect(most).toBe(1);
  });
});

/** Stands between a scheduler and its executor; after `die` the scheduler hears nothing any more, as if its process were gone. */
class MortalExecutor implements Executor {
  readonly name = 'local';
  readonly #inner: Executor;
  #dead = false;

  constructor(inner: Executor) {
    this.#inner = inner;
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  die(): void {
    this.#dead = true;
  }

  #alive<T>(reply: Promise<T>): Promise<T> {
    return this.#dead
      ? new Promise(() => undefined)
      : reply.then((value) => (this.#dead ? new Promise<T>(() => undefined) : value));
  }

  submit: Executor['submit'] = (job) =>
    this.#dead ? new Promise(() => undefined) : this.#alive(this.#inner.submit(job));
  find: Executor['find'] = (attempt) => this.#alive(this.#inner.find(attempt));
  poll: Executor['poll'] = (attempts) => this.#alive(this.#inner.poll(attempts));
  changed: Executor['changed'] = () => this.#alive(this.#inner.changed());
  cancel: Executor['cancel'] = (attempt, how) => (this.#dead ? Promise.resolve() : this.#inner.cancel(attempt, how));
  logs: Executor['logs'] = (attempt, from) => this.#alive(this.#inner.logs(attempt, from));
  doctor: Executor['doctor'] = () => this.#inner.doctor();
}

it('after a bug the run ends no sooner than what it killed: until then that may write', async () => {
  const graph: SchedulerGraph = {
    nodes: [workNode(0), workNode(1)],
    upstream: [[], []],
    downstream: [[], []],
    order: [0, 1],
  };
  let begin = (): void => undefined;
  const began = new Promise<void>((resolve) => (begin = resolve));
  let ended = false;
  const perform: Perform = async (job, control) => {
    begin();
    await new Promise<void>((resolve) => control.onStop((how) => how === 'kill' && resolve()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended = true;
    return receiptOf(job, 'failed');
  };
  const driver = new LedgerDriver(graph, new Ledger());
  const prepare = driver.prepare.bind(driver);
  driver.prepare = async (node) => {
    if (node === 0) return prepare(node);
    await began;
    throw new TypeError('a bug');
  };
  const host = tempHost();
  const executors = new Map([['local', createLocalExecutor(perform, host)]]);
  await expect(new Scheduler(graph, driver, executors, host.clock, OPTIONS).run()).rejects.toThrow('a bug');
  expect(ended).toBe(true);
});
