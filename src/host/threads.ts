/** The Threads of a Host: modules of mlp in worker threads, called method by method. */
import type {Worker} from 'node:worker_threads';
import type {Thread, Threads} from './host.ts';
import {moduleEntry} from './module-entry.ts';
import type {ThreadAnswer, ThreadCall, ThreadData} from './thread-protocol.ts';

const ENDED_EARLY = 'a thread ended before its work was done';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** No thread is started before it is asked for. */
export function createThreads(): Threads {
  const threads: RunningThread[] = [];
  return {
    start: (module, kind, setup) => {
      const thread = new RunningThread({module: moduleEntry(module), kind, setup});
      threads.push(thread);
      return thread;
    },
    usedCpuMs: () => threads.reduce((sum, thread) => sum + thread.cpuMs, 0),
  };
}

class RunningThread implements Thread {
  /** As it said with its last answer. */
  cpuMs = 0;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #failure: Error | undefined;

  constructor(workerData: ThreadData) {
    const {Worker} = process.getBuiltinModule('node:worker_threads');
    this.#worker = new Worker(moduleEntry('thread-worker'), {workerData, execArgv: []});
    this.#worker.on('message', ({id, cpuMs, result, error}: ThreadAnswer) => {
      this.cpuMs = cpuMs ?? this.cpuMs;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.#worker.on('error', (error) => {
      this.#fail(error);
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error(ENDED_EARLY));
    });
  }

  call(method: string, argument: unknown): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#calls += 1;
    const call: ThreadCall = {id: this.#calls, method, argument};
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, {resolve, reject});
      this.#worker.postMessage(call);
    });
  }

  end(): void {
    this.#fail(new Error(ENDED_EARLY));
    void this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const {reject} of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
