/** The part of the Host's contract about the content of files; to be imported from host.ts. */
import type {FileRecords} from '../model/file-records.ts';
import type {Digest, QuickHash} from '../model/ids.ts';

export interface FileHashes {
  readonly sha256: Digest;
  readonly xxh64: QuickHash;
  readonly size: number;
  /** undefined when the file changed while being read (it was read again, then given up). */
  readonly signature: string | undefined;
}

/** Of a file, whole or in parts, one after the other. */
export type Content = string | Uint8Array | readonly Uint8Array[];

export interface LookRequest {
  /** What the paths are relative to; absent: the project. */
  readonly folder?: string;
  readonly paths: readonly string[];
  /** What was known of each of the paths before. */
  readonly known?: FileRecords | undefined;
}

export interface Hashing {
  /**
   * Looks at files as cheaply as may be. One whose signature is as it was known, and not racy, costs a stat; one of the
   * known size costs the quick hash when its bytes are the same; any other is hashed both ways. A batch of few files or
   * bytes is looked at on this thread, a large one on all cores.
   * @returns a record for each path, in their order. @throws FileTrouble
   */
  look(request: LookRequest): Promise<FileRecords>;
  /**
   * Looks at files of which nothing is known while they are still listed: each piece is asked for when the one before is
   * under way. Of a small file the quick hash may be left out. Until all is looked at this thread takes a part of the work,
   * between two pieces of the result too.
   * @returns for each piece, in their order, a record for each of its paths. @throws FileTrouble, and what `pieces` throws
   */
  lookPieces(folder: string, pieces: Iterable<readonly string[]>): AsyncIterable<FileRecords>;
  sha256(content: Content): Digest;
  /** Only the quick hash of a file: tells "same bytes as the memo" at a fraction of sha256. */
  quick(path: string): Promise<QuickHash>;
  /** Hashes files, as `look` does with nothing known. The result has the order of `paths`; a file that is not there is undefined. */
  files(paths: readonly string[]): Promise<readonly (FileHashes | undefined)[]>;
  /**
   * sha256 of one file's bytes, read now on this thread with constant memory: for checking an object before it is used.
   * @throws FileTrouble
   */
  fileSha256(path: string): Digest;
}
