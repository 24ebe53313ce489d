import {describe, expect, it} from 'vitest';
import type {Perform, StopHow} from '../../src/executors/executor.ts';
import {executors} from '../../src/executors/index.ts';
import {createLocalExecutor} from '../../src/executors/local.ts';
import {FileTrouble} from '../../src/host/host.ts';
import {attemptId} from '../../src/model/ids.ts';
import {jobOf, receiptOf} from '../fakes/jobs.ts';
import {tempHost} from '../host/rig.ts';

describe('the local executor', () => {
  it('runs an attempt once however often it is handed over, and tells its end', async () => {
    let performed = 0;
    const executor = createLocalExecutor(async (job) => {
      performed++;
      return Promise.resolve(receiptOf(job));
    }, tempHost());
    const job = jobOf('1-train-a');
    expect(await executor.find(job.attempt)).toEqual({kind: 'absent'});
    expect(await executor.submit(job)).toEqual({kind: 'accepted'});
    expect(await executor.submit(job)).toEqual({kind: 'accepted'});
    await executor.changed();
    expect(await executor.submit(job)).toEqual({kind: 'accepted'});
    const finished = {state: 'finished', receipt: receiptOf(job)};
    expect(await executor.find(job.attempt)).toEqual({kind: 'found', status: finished});
    const reply = await executor.poll([job.attempt, attemptId('unknown')]);
    expect(reply).toEqual({kind: 'complete', statuses: new Map([[job.attempt, finished]])});
    expect(performed).toBe(1);
  });

  it('misses no end between a poll and the next wait', async () => {
    const ends: (() => void)[] = [];
    const perform: Perform = (job) => new Promise((resolve) => ends.push(() => resolve(receiptOf(job))));
    const executor = createLocalExecutor(perform, tempHost());
    await executor.submit(jobOf('a'));
    await executor.submit(jobOf('b'));
    expect((await executor.find(attemptId('b'))).kind).toBe('found');
    for (const end of ends) {
      end();
      await executor.changed();
    }
    const reply = await executor.poll([attemptId('a'), attemptId('b')]);
    expect(reply.kind === 'complete' && [...reply.statuses.values()].map(({state}) => state)).toEqual([
      'finished',
      'finished',
    ]);
  });

  it('passes on every request to stop, also one that came before the stage listened', async () => {
    const heard: StopHow[] = [];
    const gate: {open?: () => void} = {};
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    const executor = createLocalExecutor(async (job, control) => {
      await opened;
      await new Promise<void>((resolve) => {
        control.onStop((how) => {
          heard.push(how);
          if (how === 'kill') resolve();
        });
      });
      return receiptOf(job);
    }, tempHost());
    const {attempt} = jobOf('a');
    await executor.cancel(attempt, 'interrupt');
    await executor.submit(jobOf('a'));
    await executor.cancel(attempt, 'interrupt');
    gate.open?.();
    await executor.cancel(attempt, 'terminate');
    await executor.cancel(attempt, 'kill');
    await executor.changed();
    await executor.cancel(attempt, 'kill');
    expect(heard).toEqual(['interrupt', 'terminate', 'kill']);
  });

  it('shows what a stage printed and what it uses', async () => {
    const host = tempHost();
    const sampled: unknown[] = [];
    const executor = createLocalExecutor(async (job, control) => {
      const argv = ['sh', '-c', 'echo hello; exit 0'];
      const work = host.processes.start({argv, cwd: '.', env: {PATH: process.env['PATH'] ?? ''}, logFile: job.logFile});
      control.started?.(work);
      sampled.push(executor.use(job.attempt));
      await work.exited;
      return receiptOf(job);
    }, host);
    const {attempt} = jobOf('a');
    await executor.submit(jobOf('a'));
    await executor.changed();
    expect(sampled).toEqual([{rssBytes: expect.any(Number) as number, cpuMs: expect.any(Number) as number}]);
    expect(executor.use(attempt)).toBeUndefined();
    expect(Buffer.from(await executor.logs(attempt, 2)).toString()).toBe('llo\n');
  });

  it('calls an attempt lost when the machine fails it, and does not hide a bug', async () => {
    const host = tempHost();
    const full = createLocalExecutor(() => Promise.reject(new FileTrouble('ENOSPC', 'x', 'no space')), host);
    await full.submit(jobOf('a'));
    await full.changed();
    expect(await full.find(attemptId('a'))).toEqual({
      kind: 'found',
      status: {state: 'lost', failure: {class: 'infrastructure', message: 'no space'}},
    });
    const broken = createLocalExecutor(() => Promise.reject(new RangeError('BUG')), host);
    await broken.submit(jobOf('a'));
    await broken.changed();
    await expect(broken.poll([attemptId('a')])).rejects.toThrow('BUG');
  });
});

it.each(executors.map((member) => [member.name, member] as const))(
  'the executor %s says whether it can be used here',
  async (name, member) => {
    const executor = member.create((job) => Promise.resolve(receiptOf(job)), tempHost());
    expect(executor.name).toBe(name);
    expect((await executor.doctor()).length).toBeGreaterThan(0);
  },
);
