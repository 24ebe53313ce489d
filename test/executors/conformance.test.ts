/** What every executor owes the engine. A new member of the family needs one setup here; without one the suite fails. */
import {describe, expect, it} from 'vitest';
import {Scheduler} from '../../src/engine/scheduler.ts';
import type {SchedulerGraph} from '../../src/engine/node-states.ts';
import type {Executor, JobStatus, Perform, StopHow} from '../../src/executors/executor.ts';
import {executors} from '../../src/executors/index.ts';
import {attemptId, stageName, type AttemptId} from '../../src/model/ids.ts';
import {FakeBatchSystem, NO_FAULTS} from '../fakes/fake-batch-system.ts';
import {jobOf, receiptOf} from '../fakes/jobs.ts';
import {Ledger, LedgerDriver} from '../fakes/ledger-driver.ts';
import {Random} from '../fakes/random.ts';
import {VirtualClock} from '../fakes/virtual-clock.ts';
import {tempHost} from '../host/rig.ts';

interface Opened {
  readonly executor: Executor;
  /** Waits, and lets the executor's time pass meanwhile. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets jobs that wait come to their end. */
  letEnd(): void;
  /** How often a stage was really started. */
  starts(stage: string): number;
}

const SETUPS: Readonly<Record<string, () => Opened>> = {
  local: () => {
    const host = tempHost();
    const member = executors.find(({name}) => name === 'local');
    if (member === undefined) throw new Error('the local executor is not in the list');
    const starts = new Map<string, number>();
    let letEnd = (): void => undefined;
    const ended = new Promise<void>((resolve) => (letEnd = resolve));
    const perform: Perform = async (job, control) => {
      starts.set(job.stage, (starts.get(job.stage) ?? 0) + 1);
      host.files.append(job.logFile, 'first line\nsecond line\n');
      const stopped = new Promise<StopHow>((resolve) => control.onStop(resolve));
      const how = await Promise.race([ended, stopped]);
      return receiptOf(job, how === undefined ? 'succeeded' : 'failed');
    };
    return {
      executor: member.create(perform, host),
      until: (promise) => promise,
      letEnd: () => letEnd(),
      starts: (stage) => starts.get(stage) ?? 0,
    };
  },
  'a batch system': () => {
    const clock = new VirtualClock();
    const executor = new FakeBatchSystem(new Random(7), clock, NO_FAULTS);
    return {
      executor,
      until: (promise) => clock.until(promise),
      letEnd: () => undefined,
      starts: (stage) => executor.starts.get(stage) ?? 0,
    };
  },
};

const goesOn = (status: JobStatus | undefined): boolean =>
  status === undefined || ['queued', 'starting', 'running', 'blocked'].includes(status.state);

async function statusOf(executor: Executor, attempt: AttemptId): Promise<JobStatus | undefined> {
  const reply = await executor.poll([attempt]);
  expect(reply.kind).toBe('complete');
  return reply.kind === 'complete' ? reply.statuses.get(attempt) : undefined;
}

/** The status with which a job ended. */
async function endOf(executor: Executor, attempt: AttemptId): Promise<JobStatus | undefined> {
  for (;;) {
    const status = await statusOf(executor, attempt);
    if (!goesOn(status)) return status;
    await executor.changed();
  }
}

it('every member of the family is held to this suite', () => {
  expect(executors.map(({name}) => name).filter((name) => SETUPS[name] === undefined)).toEqual([]);
});

describe.each(Object.entries(SETUPS))('%s', (_, open) => {
  it('does not know an attempt that was never handed over, and says so with certainty', async () => {
    const {executor, until} = open();
    expect(await until(executor.find(attemptId('never')))).toEqual({kind: 'absent'});
    const reply = await until(executor.poll([attemptId('never')]));
    expect(reply).toEqual({kind: 'complete', statuses: new Map()});
    await until(executor.cancel(attemptId('never'), 'kill'));
    expect(await until(executor.logs(attemptId('never'), 0))).toHaveLength(0);
  });

  it('finds an attempt from the moment it accepted it, and starts it once however often it is handed over', async () => {
    const {executor, until, letEnd, starts} = open();
    const job = jobOf('a');
    for (let time = 0; time < 3; time++) expect(await until(executor.submit(job))).toEqual({kind: 'accepted'});
    expect(await until(executor.find(job.attempt))).toMatchObject({kind: 'found'});
    letEnd();
    expect(await until(endOf(executor, job.attempt))).toMatchObject({state: 'finished'});
    expect(await until(executor.submit(job))).toEqual({kind: 'accepted'});
    expect(await until(endOf(executor, job.attempt))).toMatchObject({state: 'finished'});
    expect(starts('train')).toBe(1);
  });

  it('gives the receipt of the attempt that was asked for, again and again', async () => {
    const {executor, until, letEnd} = open();
    const jobs = ['a', 'b', 'c'].map((attempt) => jobOf(attempt));
    for (const job of jobs) await until(executor.submit(job));
    letEnd();
    for (const job of jobs) await until(endOf(executor, job.attempt));
    for (const job of [...jobs, ...jobs]) {
      const expected = {state: 'finished', receipt: {attempt: job.attempt, stage: 'train', outcome: 'succeeded'}};
      expect(await until(executor.find(job.attempt))).toMatchObject({kind: 'found', status: expected});
      expect(await until(statusOf(executor, job.attempt))).toMatchObject(expected);
    }
  });

  it('polls all attempts that it knows, and only those, in one answer', async () => {
    const {executor, until} = open();
    const jobs = ['a', 'b'].map((attempt) => jobOf(attempt));
    for (const job of jobs) await until(executor.submit(job));
    const reply = await until(executor.poll([attemptId('a'), attemptId('never'), attemptId('b')]));
    expect(reply.kind === 'complete' ? [...reply.statuses.keys()].sort() : reply).toEqual(['a', 'b']);
    expect(await until(executor.poll([]))).toEqual({kind: 'complete', statuses: new Map()});
  });

  it.each<StopHow>(['interrupt', 'terminate', 'kill'])('%s ends an attempt without a result', async (how) => {
    const {executor, until, starts} = open();
    const job = jobOf('a');
    await until(executor.submit(job));
    await until(executor.cancel(job.attempt, how));
    await until(executor.cancel(job.attempt, 'kill'));
    const end = await until(endOf(executor, job.attempt));
    if (end?.state === 'finished') expect(end.receipt.outcome).toBe('failed');
    else expect(end?.state).toBe('cancelled');
    expect(starts('train')).toBeLessThanOrEqual(1);
  });

  it('a result that is there is not lost by a request to stop', async () => {
    const {executor, until, letEnd} = open();
    const job = jobOf('a');
    await until(executor.submit(job));
    letEnd();
    const end = await until(endOf(executor, job.attempt));
    for (const how of ['interrupt', 'terminate', 'kill'] as const) await until(executor.cancel(job.attempt, how));
    expect(await until(statusOf(executor, job.attempt))).toEqual(end);
    expect(end).toMatchObject({state: 'finished', receipt: {outcome: 'succeeded'}});
  });

  it('gives logs from an offset, and nothing beyond their end', async () => {
    const {executor, until, letEnd} = open();
    const job = jobOf('a');
    await until(executor.submit(job));
    letEnd();
    await until(endOf(executor, job.attempt));
    const whole = await until(executor.logs(job.attempt, 0));
    if (executor.capabilities.liveLogs) expect(new TextDecoder().decode(whole)).toBe('first line\nsecond line\n');
    for (const offset of [0, 1, whole.length]) {
      expect(await until(executor.logs(job.attempt, offset))).toEqual(whole.subarray(offset));
    }
    expect(await until(executor.logs(job.attempt, whole.length + 1000))).toHaveLength(0);
  });

  it('a doctor that finds trouble says how to mend it', async () => {
    const {executor, until} = open();
    const findings = await until(executor.doctor());
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) if (!finding.ok) expect(finding.hint).toBeTruthy();
  });
});

describe('the scheduler on the local executor', () => {
  const SIZE = 2000;

  function graphOf(random: Random): SchedulerGraph {
    const upstream = Array.from({length: SIZE}, (_, node) =>
      node === 0 ? [] : [...new Set(Array.from({length: random.below(4)}, () => random.below(node)))],
    );
    const downstream: number[][] = Array.from({length: SIZE}, () => []);
    upstream.forEach((ups, node) => ups.forEach((up) => downstream[up]?.push(node)));
    const nodes = upstream.map((_, node) => ({
      name: stageName(`s${node}`),
      resources: {cpu: 1, tokens: {}},
      retry: {times: 5, on: ['exit' as const], backoff: {firstMs: 0, factor: 1, maxMs: 0}},
      onError: 'stop' as const,
      executor: 'local',
      expectedMs: node % 5,
    }));
    return {nodes, upstream, downstream, order: nodes.map((_, node) => node)};
  }

  it.each([1, 2, 3])('seed %i: 2,000 stages are committed once each, never before their inputs', async (seed) => {
    const random = new Random(seed);
    const graph = graphOf(random);
    const ledger = new Ledger();
    const host = tempHost();
    const committed = (name: string): boolean => ledger.commits.has(Number(name.slice(1)));
    const early: string[] = [];
    let atOnce = 0;
    let most = 0;
    const perform: Perform = async (job) => {
      most = Math.max(most, ++atOnce);
      for (const up of graph.upstream[Number(job.stage.slice(1))] ?? [])
        if (!committed(`s${up}`)) early.push(job.stage);
      for (let turn = random.below(4); turn > 0; turn--) await new Promise(setImmediate);
      atOnce--;
      return receiptOf(job, random.chance(0.02) ? 'failed' : 'succeeded');
    };
    const member = executors.find(({name}) => name === 'local');
    const local = member?.create(async (job, control) => {
      const receipt = await perform(job, control);
      return receipt.outcome === 'failed'
        ? {...receipt, failure: {class: 'exit', message: 'exit 1', exitCode: 1}}
        : receipt;
    }, host);
    if (local === undefined) throw new Error('the local executor is not in the list');
    const options = {
      capacity: {cpu: 8, memoryBytes: 2 ** 40, tokens: {}},
      checks: 8,
      keepGoing: false,
      holdMs: 200,
      graceMs: 10_000,
    };
    await new Scheduler(graph, new LedgerDriver(graph, ledger), new Map([['local', local]]), host.clock, options).run();
    expect([...ledger.ends]).toEqual([]);
    expect([ledger.commits.size, ledger.open.size, early, ledger.tooEarly]).toEqual([SIZE, 0, [], []]);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });

  it('a crash of the engine kills what it started, and is not swallowed', async () => {
    const graph = graphOf(new Random(9));
    const host = tempHost();
    const stopped: StopHow[] = [];
    let performed = 0;
    const perform: Perform = (job, control) =>
      ++performed < 5
        ? new Promise((resolve) => control.onStop((how) => (stopped.push(how), resolve(receiptOf(job, 'failed')))))
        : Promise.resolve(receiptOf(job, 'succeeded'));
    const local = executors[0]?.create(perform, host);
    if (local === undefined) throw new Error('there is no executor');
    class CrashingDriver extends LedgerDriver {
      override conclude(): never {
        throw new Error('the database is gone');
      }
    }
    const options = {
      capacity: {cpu: 8, memoryBytes: 2 ** 40, tokens: {}},
      checks: 8,
      keepGoing: false,
      holdMs: 200,
      graceMs: 10_000,
    };
    const driver = new CrashingDriver({...graph, upstream: graph.upstream.map(() => [])}, new Ledger());
    const flat = {...graph, upstream: graph.upstream.map(() => []), downstream: graph.downstream.map(() => [])};
    const run = new Scheduler(flat, driver, new Map([['local', local]]), host.clock, options).run();
    await expect(run).rejects.toThrow('the database is gone');
    expect(stopped).toEqual(['kill', 'kill', 'kill', 'kill']);
  });
});
