/** The Hashing of a Host: decides which files are looked at on this thread and which on others. */
import {hash} from 'node:crypto';
import {FileRecords} from '../model/file-records.ts';
import {digest} from '../model/ids.ts';
import type {Digest, QuickHash} from '../model/ids.ts';
import {FileHasher, loadQuickHasher} from './file-hasher.ts';
import {troubleOf} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import {HashPool} from './hash-pool.ts';
import {FileTrouble} from './host.ts';
import type {FileHashes, Hashing, LookRequest} from './host.ts';
import {lookAtBatch} from './look-batch.ts';
import type {LookBatch, LookedBatch} from './look-batch.ts';

/** A thread costs about 30 ms to start: what takes less than that is done here. */
const INLINE_BYTES = 32 * 1024 * 1024;
/** In stats, of which reading a small file costs about as much as five. */
const INLINE_STATS = 20_000;
const STATS_OF_READING = 5;
const BATCH_FILES = 256;
const BATCH_BYTES = 64 * 1024 * 1024;
/** What this thread does of a batch between two looks at its messages: some milliseconds. */
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

  sha256(text: string | Uint8Array): Digest {
    return digest(hash('sha256', text, 'hex'));
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

  async look({folder, paths, more, known}: LookRequest): Promise<FileRecords> {
    const start = {
      prefix: folder === undefined ? '' : `${this.#parts.absolute(folder)}/`,
      nowMs: this.#parts.now(),
      what: 'both' as const,
    };
    const names = folder === undefined ? paths.map(this.#parts.absolute) : [...paths];
    if (more !== undefined) {
      // Long enough to be worth threads, or all that there are.
      const pieces = more[Symbol.iterator]();
      while (isSmall(names.length, undefined)) {
        const {done, value} = pieces.next();
        if (done === true) break;
        for (const name of value) names.push(name);
      }
      if (!isSmall(names.length, undefined)) return this.#lookWhileListed({...start, what: 'first'}, names, pieces);
    }
    const look: Look = {...start, ...named(names), known};
    if (look.count === 0) return look.looked;
    const later = isSmall(look.count, known) ? await this.#lookHere(look) : {from: 0, over: []};
    await Promise.all([
      this.#lookOnThreads(look, later.from),
      ...later.over.map((index) => this.#lookAtOne(look, index)),
    ]);
    return look.looked;
  }

  async #lookWhileListed(
    start: Pick<Look, 'prefix' | 'what' | 'nowMs'>,
    names: readonly string[],
    pieces: Iterator<readonly string[]>,
  ): Promise<FileRecords> {
    const looks: Look[] = [];
    const looking: Promise<void>[] = [];
    for (let piece = names; ;) {
      for (let from = 0; from < piece.length; from += BATCH_FILES) {
        const look: Look = {...start, ...joined(piece.slice(from, from + BATCH_FILES)), known: undefined};
        looks.push(look);
        const done = this.#lookAtSome(look, 0, look.count, true);
        // Its error is thrown below; until then it is not one that nobody waits for.
        done.catch(() => undefined);
        looking.push(done);
      }
      // Threads that are done get their next batch in between.
      await new Promise((resolve) => setImmediate(resolve));
      const next = pieces.next();
      if (next.done === true) break;
      piece = next.value;
    }
    const hasher = await this.#hasherHere();
    const limits = {fileLimit: INLINE_BYTES, bytesLimit: SHARE_BYTES};
    await this.#threads().help((batch) => lookAtBatch(hasher, {...batch, ...limits}));
    await Promise.all(looking);
    const all = new FileRecords(looks.reduce((sum, {count}) => sum + count, 0));
    let at = 0;
    for (const {looked, count} of looks) {
      all.setAll(at, looked, count);
      at += count;
    }
    return all;
  }

  /** @returns what was too large for this thread. */
  async #lookHere(look: Look): Promise<{readonly from: number; readonly over: readonly number[]}> {
    const limits = {fileLimit: INLINE_BYTES, bytesLimit: INLINE_BYTES};
    const reply = lookAtBatch(await this.#hasherHere(), batchOf(look, 0, look.count, limits));
    throwTrouble(reply);
    look.looked.setAll(0, new FileRecords(reply.records), reply.done);
    return {from: reply.done, over: reply.over};
  }

  async #lookOnThreads(look: Look, from: number): Promise<void> {
    const count = look.count - from;
    if (count === 0) return;
    const step = Math.max(1, Math.min(BATCH_FILES, Math.ceil(count / (this.#cores() * 4))));
    const starts = Array.from({length: Math.ceil(count / step)}, (_, index) => from + index * step);
    await Promise.all(starts.map((start) => this.#lookAtSome(look, start, Math.min(start + step, look.count), false)));
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
      for (const index of reply.over) {
        if (isShared) await this.#lookAtOne(look, start + index);
        else await this.#lookAtLarge(look, start + index);
      }
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

/** Keeps one string instead of many, which would be moved about by the garbage collector while they wait. */
function joined(names: readonly string[]): Pick<Look, 'count' | 'names' | 'looked'> {
  const count = names.length;
  const text = names.join('\0');
  const part = (from: number, to: number): string =>
    from === 0 && to === count ? text : text.split('\0').slice(from, to).join('\0');
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
