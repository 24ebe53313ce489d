/**
 * What is known of many files, one record of 96 bytes each, in one array of bytes: 100,000 files are ten megabytes and no
 * objects, travel between threads without being copied, and are kept on disk as they are. Layout in slots of 8 bytes, in
 * the byte order of the machine, which they never leave:
 *
 *     0-3 sha256   4 xxh64   5 size   6 device   7 inode   8 mtime (ns)   9 ctime (ns)   10 hashed at (ms, double)   11 flags
 *
 * Slots 5 to 9 are the signature. An array of objects lost: it took four times the memory, and structured clone between
 * threads took longer than hashing small files does.
 */
import {quickHash} from './ids.ts';
import type {Digest, QuickHash} from './ids.ts';

const RECORD_BYTES = 96;
const SLOTS = 12;
const XXH64 = 4;
const SIZE = 5;
const DEVICE = 6;
const INODE = 7;
const MTIME = 8;
const CTIME = 9;
const HASHED_AT = 10;
const FLAGS_AT = 88;
const THERE = 1;
const EXEC = 2;
const SETTLED = 4;
const LEARNED = 8;
/** Half slots: the first and the one after the last of a signature. */
const SIGNATURE_START = 2 * SIZE;
const SIGNATURE_END = 2 * HASHED_AT;

/** The facts of a file that make its signature. */
export interface SignatureFacts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A new record says: the file is not there. */
export class FileRecords {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly #halves: Uint32Array;
  readonly #signed: BigInt64Array;
  readonly #unsigned: BigUint64Array;
  readonly #numbers: Float64Array;
  /** A view for whole hashes; made on use. */
  #text: Buffer | undefined;

  /** @param source how many, or the bytes of others, which are used and not copied. */
  constructor(source: number | ArrayBuffer) {
    const buffer = typeof source === 'number' ? new ArrayBuffer(source * RECORD_BYTES) : source;
    this.bytes = new Uint8Array(buffer);
    this.count = buffer.byteLength / RECORD_BYTES;
    this.#halves = new Uint32Array(buffer);
    this.#signed = new BigInt64Array(buffer);
    this.#unsigned = new BigUint64Array(buffer);
    this.#numbers = new Float64Array(buffer);
  }

  static concat(parts: readonly FileRecords[]): FileRecords {
    const all = new FileRecords(parts.reduce((sum, {count}) => sum + count, 0));
    let at = 0;
    for (const part of parts) {
      all.setAll(at, part, part.count);
      at += part.count;
    }
    return all;
  }

  /** The file was there when it was looked at. The other fields mean something only then. */
  isThere(index: number): boolean {
    return this.#has(index, THERE);
  }

  exec(index: number): boolean {
    return this.#has(index, EXEC);
  }

  /** It is there and did not change while it was read, as far as is known: the signature belongs to the hashes. */
  isSettled(index: number): boolean {
    return this.#has(index, SETTLED);
  }

  /** The look that made the record had to read the file. */
  isLearned(index: number): boolean {
    return this.#has(index, LEARNED);
  }

  size(index: number): number {
    return Number(this.#signed[index * SLOTS + SIZE]);
  }

  /** Fractions kept. */
  mtimeMs(index: number): number {
    return Number(this.#signed[index * SLOTS + MTIME]) / 1e6;
  }

  /** Milliseconds since the epoch: a time before the bytes were read. */
  hashedAtMs(index: number): number {
    return this.#numbers[index * SLOTS + HASHED_AT] ?? 0;
  }

  /** Where its 32 bytes start in `bytes`. */
  sha256At(index: number): number {
    return index * RECORD_BYTES;
  }

  sha256(index: number): Digest {
    const start = this.sha256At(index);
    return this.#asText().toString('hex', start, start + 32) as Digest;
  }

  xxh64(index: number): QuickHash {
    return quickHash(this.#quickBits(index).toString(16).padStart(16, '0'));
  }

  /** As in FileStat. */
  signature(index: number): string {
    const at = index * SLOTS;
    const [unsigned, signed] = [this.#unsigned, this.#signed];
    return `${unsigned[at + DEVICE]}:${unsigned[at + INODE]}:${signed[at + SIZE]}:${signed[at + MTIME]}:${signed[at + CTIME]}`;
  }

  sameSignature(index: number, others: FileRecords, other: number): boolean {
    const mine = this.#halves;
    const theirs = others.#halves;
    const at = index * 2 * SLOTS;
    const otherAt = other * 2 * SLOTS;
    for (let half = SIGNATURE_START; half < SIGNATURE_END; half++) {
      if (mine[at + half] !== theirs[otherAt + half]) return false;
    }
    return true;
  }

  /** Whether the quick hash was computed: zero says that it was not. A file whose hash is zero is read once more, no worse. */
  hasQuick(index: number): boolean {
    return this.#quickBits(index) !== 0n;
  }

  sameQuick(index: number, others: FileRecords, other: number): boolean {
    return this.hasQuick(index) && this.#quickBits(index) === others.#quickBits(other);
  }

  /** The file is there and has these facts. The hashes stay as they are. */
  setFacts(index: number, facts: SignatureFacts, exec: boolean): void {
    const at = index * SLOTS;
    this.#signed[at + SIZE] = facts.size;
    this.#unsigned[at + DEVICE] = facts.dev;
    this.#unsigned[at + INODE] = facts.ino;
    this.#signed[at + MTIME] = facts.mtimeNs;
    this.#signed[at + CTIME] = facts.ctimeNs;
    this.bytes[index * RECORD_BYTES + FLAGS_AT] = THERE | SETTLED | (exec ? EXEC : 0);
  }

  setAbsent(index: number): void {
    this.bytes[index * RECORD_BYTES + FLAGS_AT] = 0;
  }

  /** The facts as a signature says them. */
  setSignature(index: number, signature: string, exec: boolean): void {
    const [dev = 0n, ino = 0n, size = 0n, mtimeNs = 0n, ctimeNs = 0n] = signature.split(':').map(BigInt);
    this.setFacts(index, {dev, ino, size, mtimeNs, ctimeNs}, exec);
  }

  /** @param binary 32 characters, one for each byte: an array of bytes for each hash costs more to make and to clear away. */
  setSha256(index: number, binary: string): void {
    this.#asText().write(binary, this.sha256At(index), 32, 'latin1');
  }

  setSha256Hex(index: number, hex: Digest): void {
    this.#asText().write(hex, this.sha256At(index), 32, 'hex');
  }

  setQuick(index: number, bits: bigint): void {
    this.#unsigned[index * SLOTS + XXH64] = bits;
  }

  setXxh64(index: number, hex: QuickHash): void {
    this.setQuick(index, BigInt(`0x${hex}`));
  }

  setHashedAt(index: number, ms: number): void {
    this.#numbers[index * SLOTS + HASHED_AT] = ms;
  }

  /** @param size what was read, when the file changed meanwhile. */
  setUnsettled(index: number, size: number): void {
    this.#signed[index * SLOTS + SIZE] = BigInt(size);
    this.#setFlag(index, SETTLED, false);
  }

  setLearned(index: number, learned: boolean): void {
    this.#setFlag(index, LEARNED, learned);
  }

  /** The hashes of another record, and when they were made. */
  copyHashes(index: number, others: FileRecords, other: number): void {
    const start = other * RECORD_BYTES;
    this.bytes.set(others.bytes.subarray(start, start + 8 * SIZE), index * RECORD_BYTES);
    this.setHashedAt(index, others.hashedAtMs(other));
  }

  copyQuick(index: number, others: FileRecords, other: number): void {
    this.setQuick(index, others.#quickBits(other));
  }

  /** Takes the first `count` records of another, from `index` on. */
  setAll(index: number, others: FileRecords, count: number): void {
    this.bytes.set(others.bytes.subarray(0, count * RECORD_BYTES), index * RECORD_BYTES);
  }

  /** A copy of some, in an array of their own. */
  part(from: number, to: number): FileRecords {
    return new FileRecords(this.bytes.buffer.slice(from * RECORD_BYTES, to * RECORD_BYTES));
  }

  #asText(): Buffer {
    return (this.#text ??= Buffer.from(this.bytes.buffer));
  }

  #quickBits(index: number): bigint {
    return this.#unsigned[index * SLOTS + XXH64] ?? 0n;
  }

  #has(index: number, flag: number): boolean {
    return ((this.bytes[index * RECORD_BYTES + FLAGS_AT] ?? 0) & flag) !== 0;
  }

  #setFlag(index: number, flag: number, on: boolean): void {
    const at = index * RECORD_BYTES + FLAGS_AT;
    const flags = this.bytes[at] ?? 0;
    this.bytes[at] = on ? flags | flag : flags & ~flag;
  }
}
