/** Whether a failed attempt is followed by another, and after how long. */
import type {Failure} from '../model/job.ts';
import type {RetryCause, RetryPolicy} from '../model/stage.ts';

/** How often the machine's own mishaps are forgiven; they never count as the stage's failures. */
const MISHAPS = 10;

/** @param tries how many attempts failed by the stage's fault (this one included) and by the machine's (this one not). */
export function mayRetry(
  policy: RetryPolicy,
  failure: Failure,
  tries: {readonly failures: number; readonly mishaps: number},
): 'yes' | 'mishap' | 'no' {
  if (failure.class === 'lost' || failure.class === 'preempted') return tries.mishaps < MISHAPS ? 'mishap' : 'no';
  if (tries.failures > policy.times) return 'no';
  const cause = causeOf(failure);
  if (cause !== undefined && policy.on.includes(cause)) return 'yes';
  return failure.exitCode !== undefined && policy.on.includes(failure.exitCode) ? 'yes' : 'no';
}

/** Only what may go otherwise the next time: a missing output or a disk that is full is not tried again. */
function causeOf(failure: Failure): RetryCause | undefined {
  switch (failure.class) {
    case 'exit':
    case 'threw':
      return 'exit';
    case 'timeout':
    case 'timeout-idle':
      return 'timeout';
    case 'signal':
      return 'signal';
    case 'oom':
      return 'oom';
    default:
      return undefined;
  }
}

/** @param attempt number of the attempt that failed, from 1. */
export function backoffMs(policy: RetryPolicy, attempt: number): number {
  const {firstMs, factor, maxMs} = policy.backoff;
  return Math.min(maxMs, firstMs * factor ** (attempt - 1));
}
