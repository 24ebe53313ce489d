/**
 * Worker threads that look at batches of files: started when there is work, let go when there has been none for a moment.
 * The thread that asks may take a share of the work: that saves one thread, its start and its compilation of the same
 * functions.
 */
import type {Worker} from 'node:worker_threads';
import type {LookBatch, LookedBatch} from './look-batch.ts';

const IDLE_MS = 500;

interface Task {
  readonly batch: () => LookBatch;
  readonly isShared: boolean;
  readonly resolve: (looked: LookedBatch) => void;
  readonly reject: (error: Error) => void;
}

export class HashPool {
  readonly #entry: () => string;
  readonly #root: string;
  readonly #size: number;
  readonly #waiting: Task[] = [];
  /** What each was sent and has not answered, in that order. */
  readonly #busy = new Map<Worker, Task[]>();
  readonly #idle = new Set<Worker>();
  #closing: NodeJS.Timeout | undefined;

  /** @param entry path of the worker's module. @param size most threads at once. */
  constructor(entry: () => string, root: string, size: number) {
    this.#entry = entry;
    this.#root = root;
    this.#size = size;
  }

  /** @param batch made when a thread is free to take it. @param isShared whether `help` may take it. */
  run(batch: () => LookBatch, isShared: boolean): Promise<LookedBatch> {
    clearTimeout(this.#closing);
    return new Promise((resolve, reject) => {
      this.#waiting.push({batch, isShared, resolve, reject});
      this.#assign();
    });
  }

  /**
   * Does on this thread what is shared and not taken yet, the first first, until `end` is settled.
   * @param look is cut off soon, since nothing else happens on this thread meanwhile
   */
  async help(look: (batch: LookBatch) => LookedBatch, end: Promise<void>): Promise<void> {
    let isOver = false;
    const over = end.finally(() => (isOver = true));
    // Its error is thrown below.
    over.catch(() => undefined);
    while (!isOver) {
      const at = this.#waiting.findIndex(({isShared}) => isShared);
      const [task] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (!task) break;
      try {
        task.resolve(look(task.batch()));
      } catch (error) {
        task.reject(error as Error);
      }
      // Threads that are done get more in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await over;
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const [task] = this.#waiting;
      const worker = task && this.#workerFor(task);
      if (!worker) return;
      this.#waiting.shift();
      this.#idle.delete(worker);
      this.#busy.set(worker, [...(this.#busy.get(worker) ?? []), task]);
      worker.ref();
      const batch = task.batch();
      worker.postMessage(batch, batch.known === undefined ? [] : [batch.known]);
    }
    if (this.#busy.size === 0) {
      // Unreferenced: neither the timer nor an idle thread may keep the process from ending.
      this.#closing = setTimeout(() => {
        for (const worker of this.#idle) void worker.terminate();
        this.#idle.clear();
      }, IDLE_MS).unref();
    }
  }

  #workerFor({isShared}: Task): Worker | undefined {
    const [idle] = this.#idle;
    if (idle) return idle;
    if (this.#busy.size < (isShared ? Math.max(1, this.#size - 1) : this.#size)) return this.#start();
    if (!isShared) return undefined;
    // Its next, since this thread may be busy when it is done.
    for (const [worker, tasks] of this.#busy) if (tasks.length === 1) return worker;
    return undefined;
  }

  #start(): Worker {
    const {Worker} = process.getBuiltinModule('node:worker_threads');
    const worker = new Worker(this.#entry(), {workerData: {root: this.#root}, execArgv: []});
    worker.on('message', (looked: LookedBatch) => {
      const [task, ...left] = this.#busy.get(worker) ?? [];
      task?.resolve(looked);
      if (left.length > 0) this.#busy.set(worker, left);
      else {
        this.#busy.delete(worker);
        this.#idle.add(worker);
        worker.unref();
      }
      this.#assign();
    });
    worker.on('error', (error) => {
      this.#fail(worker, error);
    });
    worker.on('exit', () => {
      this.#idle.delete(worker);
      this.#fail(worker, new Error('a thread that hashed files ended too early'));
      this.#assign();
    });
    return worker;
  }

  #fail(worker: Worker, error: Error): void {
    for (const task of this.#busy.get(worker) ?? []) task.reject(error);
    this.#busy.delete(worker);
  }
}
