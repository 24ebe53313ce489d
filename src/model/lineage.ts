/**
 * Where contents came from and what was made of them, as a graph of two sorts of nodes: files, each one content at one
 * path, and results, each what one stage once made. Plain data: shown by `mlp lineage`, handed out by the typed API.
 */
import type {JsonObject} from '../base/json.ts';

export interface Lineage {
  /** What was asked about. */
  readonly subject:
    | {readonly kind: 'file'; readonly path: string}
    | {readonly kind: 'object'; readonly sha256: string}
    | {readonly kind: 'stage'; readonly stage: string}
    | {readonly kind: 'run'; readonly run: number};
  /** What has to be said beside the graph, one sentence each: the file was edited since, other results have the same bytes. */
  readonly notes: readonly string[];
  /** Where the graph begins: ids of files, or for a run or a stage ids of results. */
  readonly startFiles: readonly number[];
  readonly startResults: readonly number[];
  readonly files: readonly LineageFile[];
  readonly results: readonly LineageResult[];
}

/** One content at one path. */
export interface LineageFile {
  /** Of this graph only. */
  readonly id: number;
  /** Relative to the project, or a URL. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'url' | 'absent';
  /** Of the bytes; of a folder that of its listing; absent where none is known. */
  readonly sha256?: string;
  /** Bytes; of a folder the sum over its files; absent where it is not known. */
  readonly size?: number;
  /** How many files a folder has. */
  readonly files?: number;
  /** `made`: a stage wrote it; `source`: no stage did. Absent where nobody looked (a limit was reached). */
  readonly origin?: 'made' | 'source';
  /** Results that wrote it. More than one for a folder that several stages fill. */
  readonly madeBy?: readonly number[];
  /** How many other results have the same bytes at the same path. */
  readonly alsoMade?: number;
  /** The folder, written as one output, that it lies in. */
  readonly inFolder?: string;
  /** The listing of that folder is not in the cache any more: that the file was in it is a conclusion from the order of results. */
  readonly assumed?: boolean;
  /** Of a source: Git tracks it. Absent where it was not asked. */
  readonly inGit?: boolean;
  /** Of a source: `mlp add` versions it, or a folder that it lies in. */
  readonly added?: boolean;
  /** Results that read it, the newest of each stage. */
  readonly readBy?: readonly number[];
  /** How many older results of the same stages read it. */
  readonly alsoRead?: number;
  /** There are so many readings that only the newest were looked at: `alsoRead` is the least it can be. */
  readonly alsoReadAtLeast?: boolean;
}

/** What one stage once made. */
export interface LineageResult {
  /** Number of the result in the project's history. */
  readonly id: number;
  readonly stage: string;
  /** The run that made it; absent when it came from mlp.lock or a remote. */
  readonly run?: number;
  /** The run was deleted from the history. */
  readonly runDeleted?: boolean;
  readonly attempt?: string;
  readonly origin: 'ran' | 'adopted' | 'accepted' | 'lock' | 'remote';
  /** Why it was accepted without a run. */
  readonly because?: string;
  /** Milliseconds since the epoch. */
  readonly madeAtMs: number;
  /** Wall time of the attempt that made it. */
  readonly durationMs?: number;
  readonly git?: {readonly commit: string; readonly branch?: string; readonly dirty?: boolean};
  /** The command, or `module#export`, or the built-in kind. */
  readonly action?: string;
  /** Only the params that the stage names. */
  readonly params: JsonObject;
  /** Where its code begins, with a hash of what it means: `python train.py` -> hash. */
  readonly code: JsonObject;
  /** Declared variables; null when one was not set. */
  readonly env: {readonly [name: string]: string | null};
  /** Interpreter and package versions. */
  readonly runtime: JsonObject;
  /** What it read, when the graph was followed upwards from it. */
  readonly inputs?: readonly number[];
  /** What it wrote, when the graph was followed downwards from it. */
  readonly outputs?: readonly number[];
}
