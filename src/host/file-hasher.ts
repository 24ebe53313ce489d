/**
 * Reads files once and computes both hashes from the same bytes. Synchronous reads into one reused buffer: measured, a
 * quarter of the time of promises or streams. Used on the main thread and in the hash workers.
 */
import {createHash, hash} from 'node:crypto';
import * as fs from 'node:fs';
import type {FileRecords} from '../model/file-records.ts';
import {asTrouble, codeOf, troubleOf, troubleSaying} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import {isExecutable, signatureOf} from './file-stat.ts';

const BUFFER_BYTES = 1024 * 1024;
const SMALL_BYTES = 32 * 1024;

/** The part of xxhash-wasm that is used. */
export interface QuickHasher {
  h64Raw(bytes: Uint8Array): bigint;
  create64(): {update(bytes: Uint8Array): unknown; digest(): bigint};
}

/** `first`: both, but of a small file only sha256: what opening and reading it costs, the quick hash cannot save later. */
export type HashWhat = 'both' | 'first' | 'sha256' | 'quick';

/** `over`: the file is larger than the limit and was not read. */
export type HashOutcome = 'hashed' | 'over' | 'absent';

/** Started in time by whoever owns the thread, since loading WebAssembly is asynchronous. */
export async function loadQuickHasher(): Promise<QuickHasher> {
  const {default: xxhash} = await import('xxhash-wasm');
  return xxhash();
}

/** One per thread. */
export class FileHasher {
  readonly #quick: QuickHasher | undefined;
  readonly #show: ShowPath;
  #buffer: Buffer | undefined;

  /** @param quick undefined when only sha256 will be asked for. */
  constructor(quick: QuickHasher | undefined, show: ShowPath) {
    this.#quick = quick;
    this.#show = show;
  }

  /** @throws FileTrouble */
  stat(path: string): fs.BigIntStats | undefined {
    try {
      return fs.statSync(path, {bigint: true, throwIfNoEntry: false});
    } catch (error) {
      if (codeOf(error) === 'ENOTDIR') return undefined;
      throw asTrouble(error, path, this.#show);
    }
  }

  /**
   * Writes facts and hashes to a record.
   * @param path absolute. @param limit in bytes; a larger file is not read.
   * @throws FileTrouble when it cannot be read or is no regular file
   */
  hash(path: string, what: HashWhat, limit: number, into: FileRecords, index: number): HashOutcome {
    try {
      const first = this.#hashOnce(path, what, limit, into, index);
      // It changed while it was read: the second look settles a write that was just ending.
      return first === 'hashed' && !into.isSettled(index) ? this.#hashOnce(path, what, limit, into, index) : first;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
      throw asTrouble(error, path, this.#show);
    }
  }

  #hashOnce(path: string, what: HashWhat, limit: number, into: FileRecords, index: number): HashOutcome {
    // Non-blocking, or opening a named pipe would wait for its writer for ever.
    const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    try {
      const before = fs.fstatSync(file, {bigint: true});
      if (!before.isFile()) this.#refuse(path, before);
      const expected = Number(before.size);
      if (expected > limit) return 'over';
      into.setFacts(index, before, isExecutable(before));
      if (expected < BUFFER_BYTES) {
        // One read, so a second stat would tell little: whatever is written meanwhile moves the signature, which was
        // taken before, or is racy.
        const size = this.#hashSmall(file, what, into, index);
        if (size !== expected) into.setUnsettled(index, size);
      } else {
        const size = this.#hashLarge(file, what, into, index);
        const after = fs.fstatSync(file, {bigint: true});
        if (size !== expected || signatureOf(after) !== signatureOf(before)) into.setUnsettled(index, size);
      }
      return 'hashed';
    } finally {
      fs.closeSync(file);
    }
  }

  #refuse(path: string, stats: fs.BigIntStats): never {
    if (stats.isDirectory()) throw troubleOf('EISDIR', path, this.#show);
    throw troubleSaying(
      'EINVAL',
      path,
      `\`${this.#show(path)}\` is a device, pipe or socket, not a file: its content cannot be recorded`,
    );
  }

  #hashSmall(file: number, what: HashWhat, into: FileRecords, index: number): number {
    const buffer = this.#sharedBuffer();
    const size = fs.readSync(file, buffer, 0, buffer.length, null);
    const bytes = buffer.subarray(0, size);
    if (what !== 'quick') into.setSha256(index, hash('sha256', bytes, 'binary'));
    const skipsQuick = what === 'first' && size <= SMALL_BYTES;
    if (what !== 'sha256') into.setQuick(index, skipsQuick ? 0n : this.#quickHasher().h64Raw(bytes));
    return size;
  }

  #hashLarge(file: number, what: HashWhat, into: FileRecords, index: number): number {
    const buffer = this.#sharedBuffer();
    const sha256 = what === 'quick' ? undefined : createHash('sha256');
    const quick = what === 'sha256' ? undefined : this.#quickHasher().create64();
    let size = 0;
    for (;;) {
      const count = fs.readSync(file, buffer, 0, buffer.length, null);
      if (count === 0) break;
      size += count;
      const bytes = buffer.subarray(0, count);
      sha256?.update(bytes);
      quick?.update(bytes);
    }
    if (sha256) into.setSha256(index, sha256.digest('binary'));
    if (quick) into.setQuick(index, quick.digest());
    return size;
  }

  #quickHasher(): QuickHasher {
    if (!this.#quick) throw new Error('BUG: the quick hash was not loaded');
    return this.#quick;
  }

  #sharedBuffer(): Buffer {
    this.#buffer ??= Buffer.allocUnsafeSlow(BUFFER_BYTES);
    return this.#buffer;
  }
}
