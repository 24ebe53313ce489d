/**
 * Results in a cache folder that several projects share, so that one project's work is another's. One small file each:
 * `traces/ab/cdef.../<16 digits>.json`, the key in the first two parts, the digest of the outputs in the third, so that the
 * same result is written once. The text is canonical JSON with its own digest. It is made in `tmp` and moved by rename
 * after its objects are there; a file that is torn, of another version or not what its place says counts as none. One
 * file of all results would need a lock between machines; a database must not lie on a network file system.
 *
 * `sources/file/<hash>` and `sources/dir/<hash>` beside them are empty files: contents that `mlp add` put here. The cache may hold their only copy,
 * and which mlp.lock still names them is known to their projects alone, so that garbage collection never takes them.
 */
import {canonicalJson, isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import {FileTrouble} from '../host/host.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {Digest} from '../model/ids.ts';
import {formatMetricValue, parseMetricValue, type Metric} from '../model/metric.ts';

export const SHARED_TRACE_VERSION = 1;

/** An output as the key names it: by its name where the key does, else by its path. */
export type SharedOutput = Omit<OutputEntry, 'path'> & {readonly name: string};

export interface SharedTrace {
  readonly key: Digest;
  /** Who made it, for people. */
  readonly project: string;
  readonly stage: string;
  /** What a person edited or accepted is kept from garbage collection here, and used by its own project only. */
  readonly origin: 'ran' | 'adopted' | 'accepted';
  readonly createdAtMs: number;
  readonly durationMs?: number;
  /** Sorted by name. */
  readonly outputs: readonly SharedOutput[];
  /** `source` of one from a declared file is the name of that output. */
  readonly metrics: readonly Metric[];
}

/** A file of the folder, for garbage collection. */
export interface SharedTraceFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was written or last found. */
  readonly usedMs: number;
  readonly outputs: readonly SharedOutput[];
  /** A later version of mlp wrote it: what it needs is not known. */
  readonly newer: boolean;
}

/** @param folder the `cache.folder` of pipeline.yaml; without one nothing is shared. */
export const openSharedTraces = (host: Host, folder: string | undefined): SharedTraces | undefined =>
  folder === undefined ? undefined : new SharedTraces(host, host.files.absolute(folder));

export class SharedTraces {
  readonly #host: Host;
  readonly #folder: string;
  readonly #sources: string;
  readonly #temporary: string;

  /** @param folder of the cache, absolute. */
  constructor(host: Host, folder: string) {
    this.#host = host;
    this.#folder = `${folder}/traces`;
    this.#sources = `${folder}/sources`;
    this.#temporary = `${folder}/tmp`;
  }

  /** Quiet when the same outputs are known for the key. @throws FileTrouble */
  put(trace: SharedTrace): void {
    const {files, hashing} = this.#host;
    const outputs = hashing.sha256(canonicalJson(trace.outputs as unknown as Json));
    const path = `${this.#folderOf(trace.key)}/${outputs.slice(0, 16)}.json`;
    if (!files.exists(path)) this.#write(path, textOf(trace, this.#host));
  }

  /** Every sound result of a key, newest first. Being found is being of use. */
  of(key: Digest): readonly SharedTrace[] {
    const folder = this.#folderOf(key);
    return this.#names(folder)
      .flatMap((name) => {
        const path = `${folder}/${name}`;
        const trace = this.#read(path);
        return trace === undefined || trace === 'newer' || trace.key !== key ? [] : [trace];
      })
      .sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** Writes the file anew, so that it counts as used now. Quiet when the folder cannot be written. */
  touch(trace: SharedTrace): void {
    const outputs = this.#host.hashing.sha256(canonicalJson(trace.outputs as unknown as Json));
    try {
      this.#write(`${this.#folderOf(trace.key)}/${outputs.slice(0, 16)}.json`, textOf(trace, this.#host));
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
    }
  }

  *all(): Iterable<SharedTraceFile> {
    const {files} = this.#host;
    for (const shard of this.#names(this.#folder)) {
      for (const rest of this.#names(`${this.#folder}/${shard}`)) {
        const folder = `${this.#folder}/${shard}/${rest}`;
        for (const name of this.#names(folder)) {
          const path = `${folder}/${name}`;
          const stat = files.lstat(path);
          if (stat?.type !== 'file') continue;
          const found = this.#read(path);
          const [outputs, newer] = found === 'newer' ? [[], true] : [found?.outputs ?? [], false];
          yield {path, bytes: stat.size, usedMs: stat.mtimeMs, outputs, newer};
        }
      }
    }
  }

  /** To be called before a source is put into the cache. @throws FileTrouble */
  keepSource(hash: Digest, type: 'file' | 'dir'): void {
    const path = `${this.#sources}/${type}/${hash}`;
    if (!this.#host.files.exists(path)) this.#write(path, '');
  }

  *sources(): Iterable<{readonly hash: Digest; readonly type: 'file' | 'dir'}> {
    for (const type of ['file', 'dir'] as const)
      for (const hash of this.#names(`${this.#sources}/${type}`)) yield {hash: hash as Digest, type};
  }

  /** The file, and the folder of its key when it was the last. */
  remove({path}: SharedTraceFile): void {
    const {files} = this.#host;
    files.remove(path);
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (this.#names(folder).length === 0) files.remove(folder);
  }

  #folderOf(key: Digest): string {
    return `${this.#folder}/${key.slice(0, 2)}/${key.slice(2)}`;
  }

  #write(path: string, text: string): void {
    const {files, ids} = this.#host;
    const temporary = `${this.#temporary}/${ids.random(8)}`;
    try {
      files.writeAtomic(temporary, text);
      files.move(temporary, path);
    } catch (error) {
      files.remove(temporary);
      throw error;
    }
  }

  #read(path: string): SharedTrace | 'newer' | undefined {
    const text = this.#host.files.readTextIfThere(path);
    return text === undefined ? undefined : parse(text, this.#host);
  }

  /** Another project may collect garbage at the same time: a folder that has just gone is empty. */
  #names(folder: string): readonly string[] {
    const {files} = this.#host;
    if (!files.exists(folder)) return [];
    try {
      return files.list(folder).map(({name}) => name);
    } catch (error) {
      if (error instanceof FileTrouble && error.code === 'ENOENT') return [];
      throw error;
    }
  }
}

function textOf({metrics, ...rest}: SharedTrace, {hashing}: Host): string {
  const trace = {
    ...rest,
    metrics: metrics.map((metric) => ({...metric, value: formatMetricValue(metric.value)})),
  } as unknown as Json;
  const digest = hashing.sha256(canonicalJson(trace));
  return `${canonicalJson({trace_version: SHARED_TRACE_VERSION, digest, trace})}\n`;
}

function parse(text: string, {hashing}: Host): SharedTrace | 'newer' | undefined {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(document)) return undefined;
  const version = document['trace_version'];
  if (version !== SHARED_TRACE_VERSION)
    return typeof version === 'number' && version > SHARED_TRACE_VERSION ? 'newer' : undefined;
  const {digest, trace} = document;
  if (!isJsonObject(trace) || hashing.sha256(canonicalJson(trace)) !== digest) return undefined;
  // Its own digest says that it was written by this version, whole.
  const {metrics, ...rest} = trace as unknown as Omit<SharedTrace, 'metrics'> & {
    readonly metrics: readonly JsonObject[];
  };
  const read = metrics.map((metric) => ({...metric, value: parseMetricValue(String(metric['value'])) ?? Number.NaN}));
  return {...rest, metrics: read as unknown as readonly Metric[]};
}
