/**
 * The outside world behind one interface, passed as an argument: files, processes, threads, time, randomness, environment,
 * terminal. A relative path is relative to the project folder (`root`). Files are read and written synchronously:
 * measured, that costs a quarter of promises or streams.
 */
import type {Digest} from '../model/ids.ts';
import type {Hashing} from './hashing-contract.ts';
import type {FolderWatch} from './folder-watch.ts';

export type {FileHashes, Hashing, LookRequest} from './hashing-contract.ts';

export interface Host {
  /** Absolute path of the project folder, symbolic links resolved. */
  readonly root: string;
  readonly files: Files;
  readonly hashing: Hashing;
  readonly globs: Globs;
  readonly processes: Processes;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly env: Env;
  readonly output: Output;
  readonly machine: Machine;
  readonly signals: Signals;
  readonly http: Http;
  readonly compression: Compression;
  readonly folderWatch: FolderWatch;
}

export interface FileStat {
  /** `link` only from `lstat`: a symbolic link. `other`: socket, device, fifo. */
  readonly type: 'file' | 'dir' | 'link' | 'other';
  readonly size: number;
  /** Executable by the owner. */
  readonly exec: boolean;
  /** `dev:ino:size:mtimeNs:ctimeNs`: equal signatures mean "not written since", but for the racy rule. */
  readonly signature: string;
  /** Milliseconds since the epoch, fractions kept. */
  readonly mtimeMs: number;
}

export interface Files {
  /** Absolute form of a path. */
  absolute(path: string): string;
  /** Follows links. @returns undefined when nothing is there (also for a dangling link). */
  stat(path: string): FileStat | undefined;
  /** Does not follow links. */
  lstat(path: string): FileStat | undefined;
  exists(path: string): boolean;
  /** @throws FileTrouble */
  readText(path: string): string;
  readTextIfThere(path: string): string | undefined;
  readBytes(path: string): Uint8Array;
  /** Bytes from `offset`, at most `length`; for tailing logs. Empty when the file is not there. */
  readRange(path: string, offset: number, length: number): Uint8Array;
  /** Writes to a temp name beside it, fsyncs when asked, renames. Makes parent folders. */
  writeAtomic(
    path: string,
    content: string | Uint8Array,
    options?: {readonly fsync?: boolean; readonly mode?: number},
  ): void;
  append(path: string, content: string): void;
  makeFolder(path: string): void;
  /** Names in a folder, sorted by code units. @throws FileTrouble */
  list(path: string): readonly {readonly name: string; readonly type: FileStat['type']}[];
  /** Removes a file, a link or a whole folder; quiet when nothing is there. Makes read-only folders writable first. */
  remove(path: string): void;
  /** Renames; falls back to copy and remove across devices. */
  move(from: string, to: string): void;
  /** Copies one file by the first way that works; the copy has a new inode unless `hardlink` or `symlink`. */
  copy(from: string, to: string, ways: readonly ('reflink' | 'hardlink' | 'symlink' | 'copy')[]): void;
  /**
   * Copies a small file through memory, with a mode, and says what was copied. `to` must not exist.
   * @param options.limit in bytes. @returns undefined, and nothing was written, when the file is larger or growing.
   */
  copySmall(from: string, to: string, options: {readonly mode: number; readonly limit: number}): SmallCopy | undefined;
  setExec(path: string, exec: boolean): void;
  setMode(path: string, mode: number): void;
  fsync(path: string): void;
  readLink(path: string): string;
  makeLink(target: string, path: string): void;
  realPath(path: string): string | undefined;
  /** Every path below a folder, depth first, sorted by code units, folders included; links are reported, not followed. */
  walk(folder: string): Iterable<WalkEntry>;
  /** Free bytes on the device of a path. */
  freeBytes(path: string): number;
}

export interface SmallCopy {
  readonly sha256: Digest;
  readonly size: number;
}

export interface WalkEntry {
  /** Relative to the walked folder, forward slashes. */
  readonly path: string;
  readonly stat: FileStat;
}

/** What the operating system refused, with a sentence for the user. Thrown by Files and Hashing. */
export class FileTrouble extends Error {
  override readonly name = 'FileTrouble';
  /** POSIX name: ENOENT, EACCES, ENOSPC, EROFS, EISDIR, ... */
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

export interface Globs {
  /** Project-relative paths of files that match, sorted by code units; hidden files match only explicit dots; `.mlp`, `.git`, `node_modules` never. */
  match(pattern: string): Promise<readonly string[]>;
}

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
   * SIGKILLed; whatever it leaves behind in its group is killed when it exits.
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
  /** Files that metric() and progress() append JSON lines to. */
  readonly metricsFile: string;
  readonly progressFile: string;
  /** For a built-in kind: which one and its settings, the second argument of the function. A Host is its third. */
  readonly settings?: unknown;
}

export interface Functions {
  /** Runs an exported function in a fresh worker thread. One that throws, never ends or exhausts memory fails alone. */
  start(spec: FunctionSpec): RunningWork;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
  /** Resolves after `ms`, at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back every `ms` until the returned function is called; does not keep the process alive. */
  every(ms: number, callback: () => void): () => void;
}

export interface Ids {
  /** `bytes` random bytes as hexadecimal digits. */
  random(bytes: number): string;
}

export interface Env {
  get(name: string): string | undefined;
  all(): {readonly [name: string]: string};
}

export interface Output {
  /** stdout is data. */
  out(text: string): void;
  /** stderr is talk. */
  talk(text: string): void;
  readonly outIsTerminal: boolean;
  readonly talkIsTerminal: boolean;
  /** Columns of the terminal, 80 when unknown. */
  width(): number;
  /** Rows of the terminal, undefined when unknown. */
  height(): number | undefined;
}

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pid: number;
  /** As the kernel tells it; opaque. */
  readonly startTime: string;
}

export interface Machine {
  readonly self: ProcessIdentity;
  isAlive(identity: ProcessIdentity): boolean;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly arch: string;
  readonly hostName: string;
  /** e.g. 20.20.2 */
  readonly nodeVersion: string;
  /** Whether the file system of a path is a network one (NFS, CIFS, ...), where SQLite's WAL must not be used. */
  isNetworkFileSystem(path: string): boolean;
}

export interface Signals {
  /** Calls back on SIGINT, SIGTERM, SIGHUP instead of dying. @returns a function that stops listening. */
  listen(handler: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
}

/** The little of HTTP that staleness needs; follows redirects, times out after 30 s. */
export interface Http {
  head(
    url: string,
  ): Promise<
    | {readonly kind: 'answered'; readonly etag?: string; readonly lastModified?: string; readonly length?: string}
    | {readonly kind: 'failed'; readonly reason: string}
  >;
}

/** Raw deflate of UTF-8 texts. */
export type Compression = {deflate(text: string): Uint8Array; inflate(bytes: Uint8Array): string};
