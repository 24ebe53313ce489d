/**
 * The cache's contract: content-addressed objects below .mlp/cache. A blob is the bytes of a file under their sha256; a
 * tree is the canonical text of a folder's entries under its sha256. An object is written once, by rename, and checked by
 * whoever restores it.
 */
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import type {Digest} from '../model/ids.ts';
import type {PipelineSettings} from '../model/pipeline.ts';

export type RestoreReply =
  | {readonly kind: 'restored'; readonly bytes: number}
  /** The object, or one that a tree needs, is not there. */
  | {readonly kind: 'missing'; readonly hashes: readonly Digest[]}
  /** Bytes do not hash to the name: the object was set aside, nothing at the target was changed. */
  | {readonly kind: 'corrupt'; readonly hashes: readonly Digest[]};

export interface Cache {
  /** Absolute folder of the objects. */
  readonly folder: string;
  has(hash: Digest): boolean;
  /** Bytes of an object, undefined when it is not there. */
  sizeOf(hash: Digest): number | undefined;
  /** Whether the object and everything a tree names are there with the right sizes; hashes them when `deep`. */
  complete(content: Pick<FileContent, 'type' | 'hash' | 'size'>, deep: boolean): boolean;
  /** Puts a file whose hash is known into the cache; quiet when it is there. @throws FileTrouble for a full disk or a read-only cache. */
  putFile(path: string, hash: Digest, size: number): void;
  /** Puts a folder: its blobs, then its tree. */
  putTree(folder: string, tree: readonly TreeEntry[], hash: Digest): void;
  readTree(hash: Digest): readonly TreeEntry[] | undefined;
  /**
   * Makes `path` hold the content: written beside it, checked, then renamed over what was there, so that a failure leaves
   * the old content.
   */
  restore(
    content: Pick<FileContent, 'type' | 'hash' | 'exec' | 'size'>,
    path: string,
    link: PipelineSettings['link'],
  ): RestoreReply;
  putText(text: string): Digest;
  readText(hash: Digest): string | undefined;
  /** Undefined when the object is not there, or its bytes are no longer those of its name. */
  readBytes(hash: Digest): Uint8Array | undefined;
  /** Every object with its size and the time it was last written or used. */
  objects(): Iterable<{readonly hash: Digest; readonly bytes: number; readonly mtimeMs: number}>;
  remove(hash: Digest): void;
  /** Temp files that a crash left, older than an hour, and quarantined objects. @returns bytes freed (or to be freed when `dryRun`). */
  sweepTemp(nowMs: number, dryRun: boolean): number;
}
