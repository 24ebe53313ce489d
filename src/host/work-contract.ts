/** The part of the Host's contract about processes and functions that run; to be imported from host.ts. */

export interface ResourceUse {
  readonly wallMs: number;
  /** user + system of the process and all descendants it waited for; of the thread for a function. */
  readonly cpuMs?: number;
  /** Largest sum of resident memory over the process group that was sampled; the isolate's memory for a function. */
  readonly peakRssBytes?: number;
}

export interface WorkExit {
  /** undefined when killed by a signal. */
  readonly code: number | undefined;
  /** Name such as SIGKILL. A shell's 128 + n is turned back into the signal. */
  readonly signal: string | undefined;
  /** It could not be started at all, or (function) threw: message and stack for the user. */
  readonly error?: {
    readonly kind: 'not-found' | 'not-started' | 'threw' | 'out-of-memory';
    readonly message: string;
    readonly stack?: string;
  };
  readonly use: ResourceUse;
}

/** Work that goes on: a process group or a worker thread. */
export interface RunningWork {
  readonly pid: number;
  readonly exited: Promise<WorkExit>;
  /** SIGINT, SIGTERM or SIGKILL to the whole group; for a function: abort its signal, and SIGKILL terminates the thread. */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  /** Bytes and CPU at this moment, undefined once it ended. */
  sample(): {readonly rssBytes: number; readonly cpuMs: number} | undefined;
}

export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: {readonly [name: string]: string};
  /** stdout and stderr are appended here in the order they were written. */
  readonly logFile: string;
}

export interface Processes {
  /** To be called before a run: keeps the young heap of this process small, whose memory each start pays for. */
  prepare(): void;
  /**
   * Starts a process as leader of its own group, stdin closed. It dies with this process, even when this one is
   * SIGKILLed; whatever it leaves behind in its group is killed when it exits, as far as the system lets us.
   */
  start(spec: ProcessSpec): RunningWork;
  /** Runs a short helper program to its end and returns what it printed; never throws for a non-zero exit. */
  capture(
    argv: readonly string[],
    options?: {
      readonly cwd?: string;
      readonly env?: {readonly [name: string]: string};
      readonly input?: string;
      readonly timeoutMs?: number;
    },
  ): Promise<CapturedProcess>;
  /** Kills every process that has `name=value` in its environment, and waits. @returns how many there were. */
  endMarked(name: string, value: string): Promise<number>;
  /** Absolute path of a program on PATH (or of a relative path that is executable). */
  which(program: string): string | undefined;
}

export interface CapturedProcess {
  /** undefined when it could not be started or was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FunctionSpec {
  /** Absolute path of a JavaScript module to import. */
  readonly bundle: string;
  readonly exportName: string;
  /** Handed to the thread by structured clone; becomes the stage's context. */
  readonly context: FunctionContextData;
  readonly env: {readonly [name: string]: string};
  /** The variable of `env` by which what the function starts is found when it is killed. Absent: it is left to itself. */
  readonly mark?: string;
  readonly logFile: string;
  readonly memoryBytes?: number;
  /** Absolute path of a CommonJS module that the thread loads first. */
  readonly preload?: string;
}

export interface FunctionContextData {
  readonly stage: string;
  readonly runId: number;
  readonly params: unknown;
  readonly inputs: {readonly [name: string]: string | readonly string[]};
  readonly outputs: {readonly [name: string]: string};
  readonly seed: number;
  readonly memoryBytes?: number;
  /** Files that metric() and progress() append JSON lines to. */
  readonly metricsFile: string;
  readonly progressFile: string;
  /** For a built-in kind: which one and its settings, the second argument of the function. A Host is its third. */
  readonly settings?: unknown;
  /** With `settings`: the command that starts this very mlp. */
  readonly mlp?: readonly string[];
  /** For a built-in kind: functions of the user by reference -> absolute path of a module whose default export it is. */
  readonly functions?: {readonly [reference: string]: string};
}

export interface Functions {
  /** Runs an exported function in a fresh worker thread. One that throws, never ends or exhausts memory fails alone. */
  start(spec: FunctionSpec): RunningWork;
  /**
   * The default export of a module whose source holds all it imports but Node's own modules, loaded into this thread.
   * @throws Error when it cannot be loaded or its default export is no function
   */
  load(source: Uint8Array): Promise<(...args: unknown[]) => unknown>;
}

/** Modules of mlp that work in threads of their own, for stages that use several cores. */
export interface Threads {
  /**
   * Starts a thread that imports a module of mlp and calls its export `createMember(kind, setup)`.
   * @param setup goes there by structured clone; shared memory is shared.
   */
  start(module: 'train-member', kind: string, setup: unknown): Thread;
  /** CPU of all threads that were started here, as they said with their last answers. */
  usedCpuMs(): number;
}

export interface Thread {
  /** Calls a method of what `createMember` made. @throws Error with the message of what it threw */
  call(method: string, argument: unknown): Promise<unknown>;
  /** Ends the thread, whatever it does. */
  end(): void;
}
