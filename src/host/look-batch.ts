/** A batch of files that one thread looks at, cut off when it has grown large, so that threads can share what is left. */
import {FileRecords} from '../model/file-records.ts';
import {RACY_MS} from '../model/racy.ts';
import type {FileHasher, HashOutcome, HashWhat} from './file-hasher.ts';
import {isExecutable} from './file-stat.ts';
import {FileTrouble} from './host.ts';

export interface LookBatch {
  /** Comes before every name: an absolute folder with its slash, or nothing before absolute paths. */
  readonly prefix: string;
  /** Joined by NUL, since one string crosses to another thread faster than many. */
  readonly names: string;
  /** The bytes of the records that are known, one for each name. Only with `both` and `first`. */
  readonly known?: ArrayBuffer | undefined;
  readonly what: HashWhat;
  /** A file that must be read and is larger is reported as `over`. */
  readonly fileLimit: number;
  /** The batch is cut off after this many bytes, but for the first file. */
  readonly bytesLimit: number;
  /** When the look began. */
  readonly nowMs: number;
}

/** `done` says how many of the names were looked at; the rest was cut off. */
export interface LookedBatch {
  readonly done: number;
  readonly records: ArrayBuffer;
  /** Positions of those that were not read. */
  readonly over: readonly number[];
  readonly trouble?: {readonly code: string; readonly path: string; readonly message: string};
}

/** @returns trouble as data, since the class of an error is lost between threads. */
export function lookAtBatch(hasher: FileHasher, batch: LookBatch): LookedBatch {
  const names = batch.names.split('\0');
  const looked = new FileRecords(names.length);
  const known = batch.known && new FileRecords(batch.known);
  const over: number[] = [];
  const reply = (done: number): LookedBatch => ({done, records: looked.bytes.buffer, over});
  let left = batch.bytesLimit;
  let index = 0;
  try {
    for (const name of names) {
      if (left <= 0 && index > 0) break;
      const outcome = lookAt(hasher, batch.prefix + name, batch, {looked, known, index});
      if (outcome === 'over') over.push(index);
      else if (outcome === 'absent') looked.setAbsent(index);
      else if (looked.isLearned(index)) left -= looked.size(index);
      index++;
    }
    return reply(index);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return {...reply(index), trouble: {code: error.code, path: error.path, message: error.message}};
  }
}

interface Place {
  readonly looked: FileRecords;
  readonly known: FileRecords | undefined;
  readonly index: number;
}

function lookAt(hasher: FileHasher, path: string, batch: LookBatch, {looked, known, index}: Place): HashOutcome {
  if (known?.isSettled(index) === true) {
    const stats = hasher.stat(path);
    if (stats === undefined) return 'absent';
    looked.setFacts(index, stats, isExecutable(stats));
    if (holds(looked, known, index)) {
      looked.copyHashes(index, known, index);
      return 'hashed';
    }
    if (stats.isFile() && known.hasQuick(index) && looked.size(index) === known.size(index)) {
      const outcome = hasher.hash(path, 'quick', batch.fileLimit, looked, index);
      if (outcome !== 'hashed') return outcome;
      if (looked.isSettled(index) && looked.sameQuick(index, known, index)) {
        looked.copyHashes(index, known, index);
        return learned(looked, index, batch);
      }
    }
  }
  const outcome = hasher.hash(path, batch.what, batch.fileLimit, looked, index);
  return outcome === 'hashed' ? learned(looked, index, batch) : outcome;
}

/** Whether nothing was written since the hashes were made; a write within the last moments could hide in a coarse clock. */
function holds(looked: FileRecords, known: FileRecords, index: number): boolean {
  return looked.sameSignature(index, known, index) && looked.mtimeMs(index) < known.hashedAtMs(index) - RACY_MS;
}

function learned(looked: FileRecords, index: number, batch: LookBatch): 'hashed' {
  looked.setHashedAt(index, batch.nowMs);
  looked.setLearned(index, true);
  return 'hashed';
}
