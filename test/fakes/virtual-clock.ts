/** A clock that only moves when a test says so: hours pass in microseconds, in the same order every time. */
import type {Clock} from '../../src/host/host.ts';
import {Heap} from '../../src/base/heap.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fire: () => void;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #timers = new Heap<Timer>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      signal?.addEventListener('abort', () => resolve(), {once: true});
      this.at(ms, resolve);
    });
  }

  every(ms: number, callback: () => void): () => void {
    let stopped = false;
    const again = (): void => {
      if (stopped) return;
      callback();
      this.at(ms, again);
    };
    this.at(ms, again);
    return () => (stopped = true);
  }

  /** Calls back `ms` from now. */
  at(ms: number, fire: () => void): void {
    this.#timers.push({atMs: this.#nowMs + ms, order: this.#order++, fire});
  }

  /** Fires the next timer. @returns false when there is none. */
  advance(): boolean {
    const next = this.#timers.pop();
    if (next === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.fire();
    return true;
  }

  /** Lets time pass until the promise settles. @throws when nothing is left that could settle it. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const settled = promise.finally(() => (done = true));
    settled.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) return settled;
      if (!this.advance()) {
        await new Promise((resolve) => setImmediate(resolve));
        if (!done) throw new Error('nothing is left to happen, yet the promise has not settled');
      }
    }
  }
}
