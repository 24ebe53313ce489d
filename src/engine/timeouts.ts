/** `timeout` and `timeout_idle`: TERM when the time is over, KILL after the grace. */
import type {Host, RunningWork} from '../host/host.ts';
import type {Failure, Job} from '../model/job.ts';

/** @returns a function that ends the watch. */
export function stopWhenLate(
  work: RunningWork,
  job: Job,
  world: {readonly host: Host; readonly graceMs: number},
  late: (failure: Failure) => void,
): () => void {
  if (job.timeoutMs === undefined && job.timeoutIdleMs === undefined) return () => undefined;
  const over = new AbortController();
  const stop = async (failure: Failure): Promise<void> => {
    if (over.signal.aborted) return;
    late(failure);
    work.stop('SIGTERM');
    await world.host.clock.sleep(world.graceMs, over.signal);
    if (!over.signal.aborted) work.stop('SIGKILL');
  };
  if (job.timeoutMs !== undefined) void afterTime(job.timeoutMs, world.host, over.signal, stop);
  if (job.timeoutIdleMs !== undefined) void afterSilence(job.timeoutIdleMs, job, work, world.host, over.signal, stop);
  return () => over.abort();
}

type Stop = (failure: Failure) => Promise<void>;

async function afterTime(limitMs: number, host: Host, over: AbortSignal, stop: Stop): Promise<void> {
  await host.clock.sleep(limitMs, over);
  await stop({
    class: 'timeout',
    message: `took longer than its timeout of ${limitMs / 1000} s`,
    hint: 'raise `timeout`, or make the stage faster',
  });
}

/** Idle: no new output and no CPU time. */
async function afterSilence(
  limitMs: number,
  job: Job,
  work: RunningWork,
  host: Host,
  over: AbortSignal,
  stop: Stop,
): Promise<void> {
  const signOfLife = (): string => `${host.files.stat(job.logFile)?.size ?? 0} ${work.sample()?.cpuMs ?? 0}`;
  let last = signOfLife();
  let since = host.clock.monotonic();
  while (!over.aborted) {
    await host.clock.sleep(Math.min(1000, Math.max(20, limitMs / 4)), over);
    const now = signOfLife();
    if (now !== last) {
      last = now;
      since = host.clock.monotonic();
    } else if (host.clock.monotonic() - since >= limitMs) {
      await stop({
        class: 'timeout-idle',
        message: `neither printed nor computed anything for ${limitMs / 1000} s`,
        hint: 'raise `timeout_idle`, or let the stage print its progress',
      });
      return;
    }
  }
}
