/** What is on disk, as data: the content of a path, a folder's tree, a stage's outputs. */
import type {Digest, ProjectPath} from './ids.ts';

/** The content of one path. For a folder, `hash` is the digest of its tree object. */
export interface FileContent {
  readonly type: 'file' | 'dir' | 'absent';
  /** Executable by the owner. Only for files. */
  readonly exec: boolean;
  /** '' when absent. */
  readonly hash: Digest | '';
  /** Bytes; for a folder the sum over its files. */
  readonly size: number;
  /** For a folder: how many files. */
  readonly files?: number;
}

/** One line of a tree object, sorted by path (code units). Empty folders are entries too. */
export interface TreeEntry {
  /** Relative to the folder, forward slashes. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'link';
  readonly exec: boolean;
  readonly size: number;
  /** File: sha256 of the bytes. Link that stays inside the folder: sha256 of its target text. Folder: ''. */
  readonly hash: Digest | '';
  /** Only for links. */
  readonly target?: string;
}

export interface OutputEntry extends FileContent {
  readonly path: ProjectPath;
  readonly role: 'out' | 'metrics' | 'plots';
  /** Whether its bytes were put into the cache. */
  readonly cached: boolean;
}

export interface InputEntry extends FileContent {
  /** Name in the stage's deps. */
  readonly name: string;
  readonly path: ProjectPath | string;
}

/** All outputs of one successful attempt, sorted by path. */
export interface Manifest {
  readonly outputs: readonly OutputEntry[];
}
