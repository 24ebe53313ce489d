/** The cache over a folder of objects: files and folders in, files and folders out. */
import type {Host} from '../host/host.ts';
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import type {Digest} from '../model/ids.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import {parseTree, treeText} from '../model/tree.ts';
import type {Cache, RestoreReply} from './cache.ts';
import {ObjectFiles} from './object-files.ts';
import type {ObjectRecord} from './object-files.ts';
import {Restorer} from './restore.ts';
import type {TreeReply} from './restore.ts';
import {Staging} from './staging.ts';
import {sweep} from './sweep.ts';

/** How every tree object begins: tells a tree from a file of gigabytes without reading it. */
const TREE_START = treeText([]);

/** @param folder absolute, or relative to the project; made on the first write. */
export function openCache(host: Host, folder: string): Cache {
  return new DiskCache(host, host.files.absolute(folder));
}

class DiskCache implements Cache {
  readonly folder: string;
  readonly #host: Host;
  readonly #objects: ObjectFiles;
  readonly #staging: Staging;
  readonly #restorer: Restorer;

  constructor(host: Host, folder: string) {
    this.folder = folder;
    this.#host = host;
    this.#objects = new ObjectFiles(host, folder);
    this.#staging = new Staging(host);
    this.#restorer = new Restorer(host, this.#objects, this.#staging, (hash) => this.#openTree(hash));
  }

  has(hash: Digest): boolean {
    return this.#objects.sizeOf(hash) !== undefined;
  }

  sizeOf(hash: Digest): number | undefined {
    return this.#objects.sizeOf(hash);
  }

  complete(content: Pick<FileContent, 'type' | 'hash' | 'size'>, deep: boolean): boolean {
    if (content.hash === '') return true;
    if (content.type !== 'dir') return this.#fileIsComplete(content.hash, content.size, deep);
    const tree = this.#openTree(content.hash);
    return (
      tree.kind === 'tree' &&
      tree.entries.every((entry) => entry.hash === '' || this.#fileIsComplete(entry.hash, entry.size, deep))
    );
  }

  putFile(path: string, hash: Digest, size: number): void {
    this.#putFile(path, hash, size, true);
  }

  putTree(folder: string, tree: readonly TreeEntry[], hash: Digest): void {
    for (const entry of tree) {
      if (entry.type === 'file' && entry.hash !== '')
        this.#putFile(`${folder}/${entry.path}`, entry.hash, entry.size, false);
    }
    const written = this.putText(treeText(tree));
    if (written !== hash) throw new Error(`BUG: the tree of ${folder} has the hash ${written}, not ${hash}`);
  }

  readTree(hash: Digest): readonly TreeEntry[] | undefined {
    const path = this.#objects.pathOf(hash);
    const start = this.#host.files.readRange(path, 0, TREE_START.length);
    if (Buffer.from(start).toString('latin1') !== TREE_START) return undefined;
    const text = this.#host.files.readTextIfThere(path);
    return text === undefined || this.#host.hashing.sha256(text) !== hash ? undefined : parseTree(text);
  }

  restore(
    content: Pick<FileContent, 'type' | 'hash' | 'exec' | 'size'>,
    path: string,
    link: PipelineSettings['link'],
  ): RestoreReply {
    return this.#restorer.restore(content, path, link);
  }

  putText(text: string): Digest {
    const hash = this.#host.hashing.sha256(text);
    const size = Buffer.byteLength(text);
    if (this.#objects.sizeOf(hash) !== size) {
      this.#objects.add(hash, size, (temporary) => {
        this.#host.files.writeAtomic(temporary, text);
      });
    }
    return hash;
  }

  readText(hash: Digest): string | undefined {
    const bytes = this.readBytes(hash);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  readBytes(hash: Digest): Uint8Array | undefined {
    if (!this.has(hash)) return undefined;
    const bytes = this.#host.files.readBytes(this.#objects.pathOf(hash));
    if (this.#host.hashing.sha256(bytes) === hash) return bytes;
    this.#objects.setAside(hash);
    return undefined;
  }

  objects(): Iterable<ObjectRecord> {
    return this.#objects.all();
  }

  remove(hash: Digest): void {
    this.#objects.remove(hash);
  }

  sweepTemp(nowMs: number, dryRun: boolean): number {
    const temporary = [this.#objects.temporary, this.#staging.folder];
    return sweep(this.#host.files, {temporary, quarantine: this.#objects.quarantine, nowMs, dryRun});
  }

  /** @param durable see ObjectFiles.addFile: of a folder's files the small ones are not, since each would cost a wait for the disk. */
  #putFile(path: string, hash: Digest, size: number, durable: boolean): void {
    if (this.#objects.sizeOf(hash) !== size) this.#objects.addFile(hash, size, path, durable);
  }

  #fileIsComplete(hash: Digest, size: number, deep: boolean): boolean {
    return this.#objects.sizeOf(hash) === size && (!deep || this.#objects.isSound(hash));
  }

  /** For restoring: what is broken is set aside, so that a re-run can write it anew. */
  #openTree(hash: Digest): TreeReply {
    if (!this.has(hash)) return {kind: 'missing'};
    const entries = this.readTree(hash);
    if (entries !== undefined) return {kind: 'tree', entries};
    if (!this.#objects.isSound(hash)) this.#objects.setAside(hash);
    return {kind: 'corrupt'};
  }
}
