/** The Hashing of a Host: decides which files are looked at on this thread and which on others. */
import {createHash, hash} from 'node:crypto';
import {FileRecords} from '../model/file-records.ts';
import {digest} from '../model/ids.ts';
import type {Digest, QuickHash} from '../model/ids.ts';
import {FileHasher, loadQuickHasher} from './file-hasher.ts';
import {troubleOf} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import {HashPool} from './hash-pool.ts';
import {FileTrouble} from './host.ts';
import type {Content, FileHashes, Hashing, LookRequest} from './host.ts';
import {lookAtBatch} from './look-batch.ts';
import type {LookBatch, LookedBatch} from './look-batch.ts';

/** A thread costs about 30 ms to start: what takes less than that is done here. */
const INLINE_BYTES = 32 * 1024 * 1024;
/** In stats, of which reading a small file costs about as much as five. */
const INLINE_STATS = 20_000;
const STATS_OF_READING = 5;
const BATCH_FILES = 512;
/** Fewer where this thread takes a part: about 3 ms, during which nothing else happens on it. */
const SHARED_FILES = 256;
const BATCH_BYTES = 64 * 1024 * 1024;
/** It leaves the rest of a batch of larger ones. */
const SHARE_BYTES = 4 * 1024 * 1024;
/** From here on the two hashes of one file are computed on two threads: reading twice is cheaper than waiting. */
const SPLIT_BYTES = 256 * 1024 * 1024;

export interface HashingParts {
  readonly absolute: (path: string) => string;
  readonly show: ShowPath;
  readonly root: string;
  readonly cores: () => number;
  readonly now: () => number;
  /** Path of the module of a hash worker. */
  readonly workerEntry: () => string;
}

/** Nothing is loaded or started before the first file. */
export function createHashing(parts: HashingParts): Hashing {
  return new DiskHashing(parts);
}

/** A look that goes on: what was asked, and the records that fill up. */
interface Look {
  readonly prefix: string;
  readonly count: number;
  /** Names joined by NUL. */
  readonly names: (from: number, to: number) => string;
  readonly known: FileRecords | undefined;
  readonly what: 'both' | 'first';
  readonly nowMs: number;
  readonly looked: FileRecords;
}

class DiskHashing implements Hashing {
  readonly #parts: HashingParts;
  #hasher: Promise<FileHasher> | undefined;
  #plainHasher: FileHasher | undefined;
  #pool: HashPool | undefined;

  constructor(parts: HashingParts) {
    this.#parts = parts;
  }

  sha256(content: Content): Digest {
    if (typeof content === 'string' || content instanceof Uint8Array) return digest(hash('sha256', content, 'hex'));
    const whole = createHash('sha256');
    for (const part of content) whole.update(part);
    return digest(whole.digest('hex'));
  }

  fileSha256(path: string): Digest {
    const absolute = this.#parts.absolute(path);
    this.#plainHasher ??= new FileHasher(undefined, this.#parts.show);
    const record = new FileRecords(1);
    if (this.#plainHasher.hash(absolute, 'sha256', Number.MAX_SAFE_INTEGER, record, 0) !== 'hashed')
      throw troubleOf('ENOENT', absolute, this.#parts.show);
    return record.sha256(0);
  }

  async quick(path: string): Promise<QuickHash> {
    const record = await this.look({paths: [path]});
    if (!record.isThere(0)) throw troubleOf('ENOENT', this.#parts.absolute(path), this.#parts.show);
    return record.xxh64(0);
  }

  async files(paths: readonly string[]): Promise<readonly (FileHashes | undefined)[]> {
    const looked = await this.look({paths});
    return paths.map((_, index) => fileHashes(looked, index));
  }

  async look({folder, paths, known}: LookRequest): Promise<FileRecords> {
    const prefix = folder === undefined ? '' : `${this.#parts.absolute(folder)}/`;
    const names = folder === undefined ? paths.map(this.#parts.absolute) : paths;
    const look: Look = {prefix, ...named(names), known, what: 'both', nowMs: this.#parts.now()};
    if (look.count === 0) return look.looked;
    const later = isSmall(look.count, known) ? await this.#lookHere(look) : {from: 0, over: []};
    await Promise.all([
      this.#lookOnThreads(look, later.from, false),
      ...later.over.map((index) => this.#lookAtOne(look, index)),
    ]);
    return look.looked;
  }

  async *lookPieces(folder: string, pieces: Iterable<readonly string[]>): AsyncGenerator<FileRecords, void> {
    const [prefix, nowMs] = [`${this.#parts.absolute(folder)}/`, this.#parts.now()];
    const left = pieces[Symbol.iterator]();
    // Long enough to be worth threads, or all that there are.
    const first: (readonly string[])[] = [];
    let count = 0;
    while (isSmall(count, undefined)) {
      const {done, value} = left.next();
      if (done === true) {
        const all = await this.look({folder, paths: first.flat()});
        let at = 0;
        for (const {length} of first) yield all.part(at, (at += length));
        return;
      }
      first.push(value);
      count += value.length;
    }
    const under: {readonly look: Look; readonly end: Promise<void>}[] = [];
    const start = (piece: readonly string[]): void => {
      const look: Look = {prefix, ...joined(piece), known: undefined, what: 'first', nowMs};
      const end = this.#lookOnThreads(look, 0, true);
      // Its error is thrown below; until then it is not one that nobody waits for.
      end.catch(() => undefined);
      under.push({look, end});
    };
    first.forEach(start);
    for (let next = left.next(); next.done !== true; next = left.next()) {
      start(next.value);
      // Threads that are done get more in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const hasher = await this.#hasherHere();
    const limits = {fileLimit: INLINE_BYTES, bytesLimit: SHARE_BYTES};
    for (const {look, end} of under) {
      await this.#threads().help((batch) => lookAtBatch(hasher, {...batch, ...limits}), end);
      yield look.looked;
    }
  }

  /** @returns what was too large for this thread. */
  async #lookHere(look: Look): Promise<{readonly from: number; readonly over: readonly number[]}> {
    const limits = {fileLimit: INLINE_BYTES, bytesLimit: INLINE_BYTES};
    const reply = lookAtBatch(await this.#hasherHere(), batchOf(look, 0, look.count, limits));
    throwTrouble(reply);
    look.looked.setAll(0, new FileRecords(reply.records), reply.done);
    return {from: reply.done, over: reply.over};
  }

  async #lookOnThreads(look: Look, from: number, isShared: boolean): Promise<void> {
    const count = look.count - from;
    if (count === 0) return;
    const step = isShared ? SHARED_FILES : Math.max(1, Math.min(BATCH_FILES, Math.ceil(count / (this.#cores() * 4))));
    const starts = Array.from({length: Math.ceil(count / step)}, (_, index) => from + index * step);
    await Promise.all(
      starts.map((start) => this.#lookAtSome(look, start, Math.min(start + step, look.count), isShared)),
    );
  }

  /**
   * A batch that was cut off goes back into the queue, where another thread may take it.
   * @param isShared whether this thread may take a part, as long as its files are small.
   */
  async #lookAtSome(look: Look, from: number, to: number, isShared: boolean): Promise<void> {
    const fileLimit = this.#cores() > 1 ? SPLIT_BYTES : Number.MAX_SAFE_INTEGER;
    for (let start = from; start < to;) {
      const reply = await this.#send(() => batchOf(look, start, to, {fileLimit, bytesLimit: BATCH_BYTES}), isShared);
      look.looked.setAll(start, new FileRecords(reply.records), reply.done);
      const first = start;
      await Promise.all(
        reply.over.map((index) =>
          // Perhaps too large for this thread only.
          isShared ? this.#lookAtOne(look, first + index) : this.#lookAtLarge(look, first + index),
        ),
      );
      start += reply.done;
    }
  }

  #lookAtOne(look: Look, index: number): Promise<void> {
    return this.#lookAtSome(look, index, index + 1, false);
  }

  /** Too large to wait for both hashes on one thread. What is known is asked first, since the quick hash may do. */
  async #lookAtLarge(look: Look, index: number): Promise<void> {
    const {known, looked} = look;
    const half = async (what: LookBatch['what']): Promise<FileRecords> => {
      const limits = {fileLimit: Number.MAX_SAFE_INTEGER, bytesLimit: Number.MAX_SAFE_INTEGER};
      const {records} = await this.#send(() => ({...batchOf(look, index, index + 1, limits), known: undefined, what}));
      return new FileRecords(records);
    };
    const mayBeSame = known?.isSettled(index) === true && known.size(index) === looked.size(index);
    const early = mayBeSame ? await half('quick') : undefined;
    if (known && early?.isThere(0) === true && early.isSettled(0) && early.sameQuick(0, known, index)) {
      looked.setAll(index, early, 1);
      looked.copyHashes(index, known, index);
      looked.setHashedAt(index, look.nowMs);
      return;
    }
    const [slow, quick] = await Promise.all([half('sha256'), early ?? half('quick')]);
    looked.setAll(index, slow, 1);
    if (!slow.isThere(0) || !quick.isThere(0)) {
      looked.setAbsent(index);
      return;
    }
    looked.copyQuick(index, quick, 0);
    // Two readers saw two states unless both saw the same signature.
    if (!quick.isSettled(0) || !quick.sameSignature(0, slow, 0)) looked.setUnsettled(index, slow.size(0));
  }

  /** @param batch made when a thread is free, so that what waits takes no room. */
  async #send(batch: () => LookBatch, isShared = false): Promise<LookedBatch> {
    const reply = await this.#threads().run(batch, isShared);
    throwTrouble(reply);
    return reply;
  }

  #threads(): HashPool {
    return (this.#pool ??= new HashPool(this.#parts.workerEntry, this.#parts.root, this.#cores()));
  }

  #hasherHere(): Promise<FileHasher> {
    return (this.#hasher ??= loadQuickHasher().then((quick) => new FileHasher(quick, this.#parts.show)));
  }

  #cores(): number {
    return Math.max(1, this.#parts.cores());
  }
}

function isSmall(count: number, known: FileRecords | undefined): boolean {
  let stats = count;
  if (stats > INLINE_STATS) return false;
  for (let index = 0; index < count; index++) {
    if (known?.isSettled(index) !== true) stats += STATS_OF_READING;
  }
  return stats <= INLINE_STATS;
}

function batchOf(look: Look, from: number, to: number, limits: Pick<LookBatch, 'fileLimit' | 'bytesLimit'>): LookBatch {
  const {prefix, known, what, nowMs} = look;
  return {prefix, names: look.names(from, to), known: known?.part(from, to).bytes.buffer, what, nowMs, ...limits};
}

function named(names: readonly string[]): Pick<Look, 'count' | 'names' | 'looked'> {
  const count = names.length;
  return {count, names: (from, to) => names.slice(from, to).join('\0'), looked: new FileRecords(count)};
}

/** Keeps a string for each batch instead of many, which would be moved about by the garbage collector while they wait. */
function joined(names: readonly string[]): Pick<Look, 'count' | 'names' | 'looked'> {
  const count = names.length;
  const texts: string[] = [];
  for (let at = 0; at < count; at += SHARED_FILES) texts.push(names.slice(at, at + SHARED_FILES).join('\0'));
  const part = (from: number, to: number): string => {
    const text = texts[Math.floor(from / SHARED_FILES)] ?? '';
    const start = from % SHARED_FILES;
    const whole = start === 0 && (to === count || to === from + SHARED_FILES);
    return whole
      ? text
      : text
          .split('\0')
          .slice(start, start + to - from)
          .join('\0');
  };
  return {count, names: part, looked: new FileRecords(count)};
}

function fileHashes(looked: FileRecords, index: number): FileHashes | undefined {
  if (!looked.isThere(index)) return undefined;
  return {
    sha256: looked.sha256(index),
    xxh64: looked.xxh64(index),
    size: looked.size(index),
    signature: looked.isSettled(index) ? looked.signature(index) : undefined,
  };
}

function throwTrouble({trouble}: Pick<LookedBatch, 'trouble'>): void {
  if (trouble) throw new FileTrouble(trouble.code, trouble.path, trouble.message);
}
