import type {Clock} from './host.ts';

/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    // Not `performance`, whose first use loads a module of 3 ms.
    monotonic: () => Number(process.hrtime.bigint()) / 1e6,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        let timer: NodeJS.Timeout | undefined;
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const wait = (left: number): void => {
          timer =
            left <= LONGEST_TIMER_MS
              ? setTimeout(end, left)
              : setTimeout(() => wait(left - LONGEST_TIMER_MS), LONGEST_TIMER_MS);
        };
        wait(ms);
        signal?.addEventListener('abort', end);
      }),
    every: (ms, callback) => {
      const timer = setInterval(callback, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
