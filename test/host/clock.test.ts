import {afterEach, expect, it, vi} from 'vitest';
import {createClock} from '../../src/host/clock.ts';

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

it('sleeps for longer than a timer of Node can wait', async () => {
  vi.useFakeTimers();
  let awake = false;
  const slept = createClock()
    .sleep(60 * DAY_MS)
    .then(() => (awake = true));
  await vi.advanceTimersByTimeAsync(59 * DAY_MS);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(DAY_MS);
  await slept;
  expect(awake).toBe(true);
});

it('ends at once when it is told to, also in its second part', async () => {
  vi.useFakeTimers();
  const over = new AbortController();
  const slept = createClock().sleep(60 * DAY_MS, over.signal);
  await vi.advanceTimersByTimeAsync(40 * DAY_MS);
  over.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});
