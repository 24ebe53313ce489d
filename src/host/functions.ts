/** The Functions of a Host: an exported function in a fresh worker thread. */
import type {Worker} from 'node:worker_threads';
import type {Functions, FunctionSpec, RunningWork, WorkExit} from './host.ts';
import type {FunctionMessage, FunctionWorkerData} from './function-protocol.ts';
import {endMarked} from './marked-processes.ts';
import {cpuOfStat} from './process-group.ts';
import {Sampler} from './sampler.ts';

const MEBIBYTE = 1024 * 1024;
/**
 * What Node 20 gives a thread. With the larger young heap of Node 22 and 24 more can become old at once than the 16 MB by
 * which Node raises the limit of a thread that it is about to end, and then the whole process dies with it.
 */
const YOUNG_HEAP_MB = 48;

export interface FunctionsParts {
  readonly absolute: (path: string) => string;
  /** Path of the module of a function worker. */
  readonly workerEntry: () => string;
}

/** No thread is started before the first function. */
export function createFunctions({absolute, workerEntry}: FunctionsParts): Functions {
  const sampler = new Sampler();
  return {
    start: (spec) => {
      // A stage must see the same time zone on every machine; a thread takes it from the process, not from its own env.
      process.env['TZ'] = 'UTC';
      // Relative paths in a function are relative to the project; a thread cannot change its folder.
      process.chdir(absolute('.'));
      // mlp keeps its own young heap small (`Processes.prepare`); a function may need one that grows.
      process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=2');
      const paths = {bundle: absolute(spec.bundle), logFile: absolute(spec.logFile)};
      return new RunningFunction({...spec, ...paths}, workerEntry(), sampler);
    },
    load: async (source) => (await import('./load-function.ts')).loadFunction(source),
  };
}

class RunningFunction implements RunningWork {
  readonly pid = process.pid;
  readonly exited: Promise<WorkExit>;
  readonly #spec: FunctionSpec;
  readonly #worker: Worker;
  readonly #startedAt = performance.now();
  /** Written by the thread now and then: bytes in use. */
  readonly #memory = new Float64Array(new SharedArrayBuffer(8));
  #thread: string | undefined;
  #killed = false;
  #ended = false;

  constructor(spec: FunctionSpec, entry: string, sampler: Sampler) {
    this.#spec = spec;
    const {Worker} = process.getBuiltinModule('node:worker_threads');
    const {bundle, exportName, context, logFile, memoryBytes} = spec;
    const workerData: FunctionWorkerData = {bundle, exportName, context, logFile, memory: this.#memory};
    this.#worker = new Worker(entry, {
      workerData,
      env: {...spec.env},
      execArgv: spec.preload === undefined ? [] : ['--require', spec.preload],
      // The thread writes its log itself; what slips through must not appear between the reporter's lines.
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_HEAP_MB,
        ...(memoryBytes === undefined ? {} : {maxOldGenerationSizeMb: Math.max(1, Math.floor(memoryBytes / MEBIBYTE))}),
      },
    });
    const watch = sampler.watch(() => this.#use());
    this.exited = new Promise((resolve) => {
      let outcome: Pick<WorkExit, 'code' | 'error'> | undefined;
      let endCpuMs: number | undefined;
      this.#worker.on('message', (message: FunctionMessage) => {
        if (message.kind === 'started') {
          this.#thread = message.thread;
          return;
        }
        endCpuMs = message.cpuMs;
        outcome ??=
          message.kind === 'returned'
            ? {code: message.code}
            : {code: 1, error: {kind: 'threw', message: message.message, stack: message.stack}};
        // Timers and sockets that the function left open would keep the thread alive.
        void this.#worker.terminate();
      });
      this.#worker.on('error', (error) => {
        outcome ??= {code: 1, error: this.#errorOf(error)};
      });
      this.#worker.on('exit', (code) => {
        this.#ended = true;
        const {peakRssBytes, last} = watch.stop();
        const peak = Math.max(peakRssBytes ?? 0, this.#memory[0] ?? 0);
        const cpuMs = endCpuMs ?? last?.cpuMs;
        const use = {
          wallMs: performance.now() - this.#startedAt,
          ...(cpuMs === undefined ? {} : {cpuMs}),
          ...(peak === 0 ? {} : {peakRssBytes: peak}),
        };
        if (outcome === undefined && this.#killed) resolve({code: undefined, signal: 'SIGKILL', use});
        else resolve({code, signal: undefined, ...outcome, use});
      });
    });
  }

  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    if (this.#ended) return;
    if (signal === 'SIGKILL') {
      this.#killed = true;
      void this.#worker.terminate();
      // A thread that waits for a process that it started ends no sooner than that one.
      const {mark = '', env} = this.#spec;
      const value = env[mark];
      if (value !== undefined) void endMarked(mark, value);
    } else this.#worker.postMessage(signal);
  }

  sample(): {readonly rssBytes: number; readonly cpuMs: number} | undefined {
    return this.#use();
  }

  #use(): {readonly rssBytes: number; readonly cpuMs: number} | undefined {
    if (this.#ended) return undefined;
    const cpuMs = this.#thread === undefined ? undefined : cpuOfStat(`/proc/${this.#thread}/stat`, false);
    return {rssBytes: this.#memory[0] ?? 0, cpuMs: cpuMs ?? 0};
  }

  #errorOf(error: Error): NonNullable<WorkExit['error']> {
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      const {memoryBytes} = this.#spec;
      const limit = memoryBytes === undefined ? '' : ` of ${Math.floor(memoryBytes / MEBIBYTE)} MiB`;
      return {
        kind: 'out-of-memory',
        message: `the function needed more than its memory${limit}: raise \`resources.memory\`, or hold less at a time`,
      };
    }
    return {kind: 'threw', message: error.message, ...(error.stack === undefined ? {} : {stack: error.stack})};
  }
}
