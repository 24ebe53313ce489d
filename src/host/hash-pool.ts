/** Worker threads that look at batches of files: started when there is work, let go when there has been none for a moment. */
import type {Worker} from 'node:worker_threads';
import type {LookBatch, LookedBatch} from './look-batch.ts';

const IDLE_MS = 500;

interface Task {
  readonly batch: () => LookBatch;
  readonly resolve: (looked: LookedBatch) => void;
  readonly reject: (error: Error) => void;
}

export class HashPool {
  readonly #entry: () => string;
  readonly #root: string;
  readonly #size: number;
  readonly #waiting: Task[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #idle = new Set<Worker>();
  #closing: NodeJS.Timeout | undefined;

  /** @param entry path of the worker's module. @param size most threads at once. */
  constructor(entry: () => string, root: string, size: number) {
    this.#entry = entry;
    this.#root = root;
    this.#size = size;
  }

  /** @param batch made when a thread is free to take it. */
  run(batch: () => LookBatch): Promise<LookedBatch> {
    clearTimeout(this.#closing);
    return new Promise((resolve, reject) => {
      this.#waiting.push({batch, resolve, reject});
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const [idle] = this.#idle;
      if (!idle && this.#busy.size >= this.#size) return;
      const task = this.#waiting.shift();
      if (!task) return;
      const worker = idle ?? this.#start();
      this.#idle.delete(worker);
      this.#busy.set(worker, task);
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

  #start(): Worker {
    const {Worker} = process.getBuiltinModule('node:worker_threads');
    const worker = new Worker(this.#entry(), {workerData: {root: this.#root}, execArgv: []});
    worker.on('message', (looked: LookedBatch) => {
      this.#settle(worker)?.resolve(looked);
      this.#idle.add(worker);
      worker.unref();
      this.#assign();
    });
    worker.on('error', (error) => {
      this.#settle(worker)?.reject(error);
    });
    worker.on('exit', () => {
      this.#idle.delete(worker);
      this.#settle(worker)?.reject(new Error('a thread that hashed files ended too early'));
      this.#assign();
    });
    return worker;
  }

  #settle(worker: Worker): Task | undefined {
    const task = this.#busy.get(worker);
    this.#busy.delete(worker);
    return task;
  }
}
