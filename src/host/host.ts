/**
 * The outside world behind one interface, passed as an argument: files, processes, threads, time, randomness, environment,
 * terminal. A relative path is relative to the project folder (`root`). Files are read and written synchronously:
 * measured, that costs a quarter of promises or streams.
 */
import type {Digest} from '../model/ids.ts';
import type {Content, Hashing} from './hashing-contract.ts';
import type {FolderWatch} from './folder-watch.ts';
import type {NewFile, OpenFile, StreamCompression} from './streams-contract.ts';
import type {Signatures} from './signatures-contract.ts';
import type {TimeLimit} from './time-limit.ts';
import type {Functions, Processes, Threads} from './work-contract.ts';

export type {Content, FileHashes, Hashing, LookRequest} from './hashing-contract.ts';
export type {CompressionFormat, Compressor, NewFile, OpenFile} from './streams-contract.ts';
export type {
  CapturedProcess,
  FunctionContextData,
  Functions,
  FunctionSpec,
  Processes,
  ProcessSpec,
  ResourceUse,
  RunningWork,
  Thread,
  Threads,
  WorkExit,
} from './work-contract.ts';
export type {Signatures, Signed, SigningKey} from './signatures-contract.ts';

export interface Host {
  /** Absolute path of the project folder, symbolic links resolved. */
  readonly root: string;
  readonly files: Files;
  readonly hashing: Hashing;
  readonly globs: Globs;
  readonly processes: Processes;
  readonly functions: Functions;
  readonly threads: Threads;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly env: Env;
  readonly input: Input;
  readonly output: Output;
  readonly machine: Machine;
  readonly signals: Signals;
  readonly http: Http;
  readonly compression: Compression;
  readonly folderWatch: FolderWatch;
  readonly signatures: Signatures;
  /** Runs code that may never end, for so many milliseconds at most. */
  readonly timeLimit: TimeLimit;
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
  writeAtomic(path: string, content: Content, options?: {readonly fsync?: boolean; readonly mode?: number}): void;
  /** For reading piece by piece. @throws FileTrouble */
  openRead(path: string): OpenFile;
  /** For writing piece by piece, to a temp name that `finish` renames. Makes parent folders. @throws FileTrouble */
  openWrite(path: string): NewFile;
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

export interface Input {
  readonly isTerminal: boolean;
  /** All that comes, once. */
  chunks(): AsyncIterable<Uint8Array>;
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
  /** Why a part of stdout is lost, in the words of the system: its disk is full. A reader that went away is no reason. */
  readonly lost?: string | undefined;
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
  /** false also for a process that cannot be seen from here: of an earlier boot, another machine, another container. */
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
  /** Ends this process at once, whatever its threads do, as `kill -9` would but for the exit code. */
  end(exitCode: number): void;
}

/** The little of HTTP that staleness and `ingest` need; follows redirects, gives up on a server that is silent for 30 s. */
export interface Http {
  head(
    url: string,
  ): Promise<
    | {readonly kind: 'answered'; readonly etag?: string; readonly lastModified?: string; readonly length?: string}
    | {readonly kind: 'failed'; readonly reason: string}
  >;
  /**
   * Downloads to `path`, whose parent folder is made. What came before a connection broke stays beside it (`.part`, and
   * `.part.json` with the server's validator), also when the program dies; a later call asks only for the rest, if the
   * server says that its content is still the same.
   * @returns failed with a sentence for the user; then nothing is at `path`
   */
  download(
    url: string,
    path: string,
    options?: {
      readonly signal?: AbortSignal;
      /** Called after each piece. `total` is undefined when the server does not say it. */
      readonly progress?: (bytes: number, total: number | undefined) => void;
    },
  ): Promise<Downloaded | {readonly kind: 'failed'; readonly reason: string}>;
}

export interface Downloaded {
  readonly kind: 'downloaded';
  readonly bytes: number;
  /** Of these, how many an earlier call had left. */
  readonly resumedAt: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface Compression extends StreamCompression {
  /** Raw deflate of a UTF-8 text. */
  deflate(text: string): Uint8Array;
  inflate(bytes: Uint8Array): string;
  /** The same bytes for the same content: no time and no name is in them. */
  gzip(bytes: Uint8Array): Uint8Array;
  /** Undefined for what is not gzip, or not whole. */
  gunzip(bytes: Uint8Array): Uint8Array | undefined;
}
