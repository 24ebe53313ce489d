/**
 * What is on disk now, as hashes, without reading what was read before. A path's stat signature against the memo decides;
 * a moved signature or a racy one (written within two seconds of being hashed) costs the quick hash; only a real change
 * pays for sha256. Within one run nothing is looked at twice, unless `forget` says that it was written (rule R10).
 */
import type {FileStat, Host} from '../host/host.ts';
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import {FileRecords} from '../model/file-records.ts';
import {RACY_MS} from '../model/racy.ts';
import {treeText} from '../model/tree.ts';
import type {FileMemo, Store} from '../store/store.ts';
import {FolderLister, NotAFile, PIECE_FILES, type FolderListing} from './folder-listing.ts';
import {PlainTree} from './folder-tree.ts';
import {readFolderMemo, writeFolderMemo, type FolderLook} from './folder-memo.ts';

/** From here on a folder has a memo of its own, beside those of single files. */
const MEMO_FILES = 32;
const ABSENT: FileContent = {type: 'absent', exec: false, hash: '', size: 0};

export {NotAFile} from './folder-listing.ts';
export {RACY_MS} from '../model/racy.ts';

export class Contents {
  readonly #host: Host;
  readonly #store: Store;
  readonly #paranoid: boolean;
  readonly #known = new Map<string, FileContent>();
  /** The folders among the known. */
  readonly #folders = new Map<string, FolderLook>();
  /** Folders as they were last found, also after they were forgotten: what is held against the disk at the next look. */
  readonly #before = new Map<string, FolderLook>();

  constructor(host: Host, store: Store, options: {readonly paranoid: boolean}) {
    this.#host = host;
    this.#store = store;
    this.#paranoid = options.paranoid;
  }

  /** Contents of paths, in their order. Links are followed. @throws NotAFile, FileTrouble */
  async of(paths: readonly string[]): Promise<readonly FileContent[]> {
    const open: string[] = [];
    const results = paths.map((path) => {
      const known = this.#known.get(path) ?? this.#remembered(path);
      if (known === undefined) open.push(path);
      return known;
    });
    if (open.length === 0) return results as readonly FileContent[];
    await this.#look([...new Set(open)]);
    return paths.map((path, index) => results[index] ?? this.#known.get(path) ?? ABSENT);
  }

  async one(path: string): Promise<FileContent> {
    return (await this.of([path]))[0] ?? ABSENT;
  }

  /** What was found when the path was last asked for in this run. */
  known(path: string): FileContent | undefined {
    return this.#known.get(path);
  }

  /** Plans only: the path will hold this once a stage was restored. */
  pretend(path: string, content: FileContent): void {
    this.#known.set(path, content);
  }

  /** The entries of a folder whose content was asked for before. */
  tree(path: string): readonly TreeEntry[] | undefined {
    const look = this.#folders.get(path);
    return look?.listing.tree(look.records);
  }

  /** The path, what lies below it and the folders above it were or may have been written. */
  forget(path: string): void {
    const wasFolder = this.#folders.delete(path);
    this.#known.delete(path);
    if (wasFolder) {
      for (const known of this.#known.keys()) if (known.startsWith(`${path}/`)) this.#known.delete(known);
    }
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const above = path.slice(0, cut);
      this.#known.delete(above);
      this.#folders.delete(above);
    }
    this.#known.delete('.');
  }

  /** The cheap answers: absent, or a file whose memo holds. */
  #remembered(path: string): FileContent | undefined {
    const stat = this.#host.files.stat(path);
    if (stat === undefined) return this.#learn(path, ABSENT);
    if (stat.type !== 'file') return undefined;
    const memo = this.#store.fileMemo(path);
    if (memo === undefined || !this.#holds(memo, stat)) return undefined;
    return this.#learn(path, {type: 'file', exec: stat.exec, hash: memo.sha256, size: stat.size});
  }

  #holds(memo: FileMemo, stat: FileStat): boolean {
    return !this.#paranoid && memo.signature === stat.signature && stat.mtimeMs < memo.hashedAtMs - RACY_MS;
  }

  #learn(path: string, content: FileContent): FileContent {
    this.#known.set(path, content);
    return content;
  }

  async #look(paths: readonly string[]): Promise<void> {
    const single: string[] = [];
    for (const path of paths) {
      const stat = this.#host.files.stat(path);
      if (stat === undefined) this.#learn(path, ABSENT);
      else if (stat.type === 'file') single.push(path);
      else if (stat.type === 'dir') await this.#lookAtFolder(path);
      else throw new NotAFile(path);
    }
    if (single.length > 0) await this.#lookAtFiles(single);
  }

  async #lookAtFiles(paths: readonly string[]): Promise<void> {
    const known = this.#memosOf(paths);
    const fromFolder = new Set<number>();
    for (const [index, path] of paths.entries()) {
      if (!known.isThere(index) && this.#copyFromFolder(path, known, index)) fromFolder.add(index);
    }
    const records = await this.#host.hashing.look({paths, ...this.#unlessParanoid(known)});
    for (const [index, path] of paths.entries()) {
      if (!records.isThere(index)) {
        this.#learn(path, ABSENT);
        continue;
      }
      if (fromFolder.has(index) || records.isLearned(index)) this.#memoise(path, records, index);
      const [exec, hash, size] = [records.exec(index), records.sha256(index), records.size(index)];
      this.#learn(path, {type: 'file', exec, hash, size});
    }
  }

  async #lookAtFolder(path: string): Promise<void> {
    const lister = new FolderLister(this.#host, path);
    const first = lister.next();
    const isLarge = first.length >= MEMO_FILES;
    const before = this.#before.get(path) ?? (isLarge ? readFolderMemo(this.#host, path) : undefined);
    const {listing, records, tree} = await this.#lookBelow(path, {lister, first, before});
    const look =
      before?.listing.text === listing.text && !this.#paranoid && nothingLearned(records)
        ? before
        : {listing, records, content: this.#folderContent(listing, records, tree)};
    this.#folders.set(path, look);
    this.#before.set(path, look);
    this.#learn(path, look.content);
    if (look === before) return;
    if (isLarge) writeFolderMemo(this.#host, path, look);
    else
      for (const [index, file] of listing.files.entries())
        if (records.isLearned(index)) this.#memoise(`${path}/${file}`, records, index);
  }

  async #lookBelow(path: string, {lister, first, before}: Listed): Promise<Looked> {
    if (before === undefined && first.length >= PIECE_FILES) return this.#lookWhileListed(path, lister, first);
    const listing = lister.listing();
    const paths = listing.files;
    // Without a memo of its own it asks for those of its files: it may just have grown.
    const known =
      before === undefined ? this.#memosOf(paths.map((file) => `${path}/${file}`)) : aligned(before, listing);
    const records = await this.#host.hashing.look({folder: path, paths, ...this.#unlessParanoid(known)});
    return {listing, records, tree: undefined};
  }

  async #lookWhileListed(path: string, lister: FolderLister, first: readonly string[]): Promise<Looked> {
    const tree = new PlainTree();
    const parts: FileRecords[] = [];
    for await (const records of this.#host.hashing.lookPieces(path, withFirst(first, lister))) {
      tree.add(lister.texts[parts.length] ?? '', records);
      parts.push(records);
    }
    for (const text of lister.texts.slice(parts.length)) tree.add(text, new FileRecords(0));
    return {listing: lister.listing(), records: FileRecords.concat(parts), tree};
  }

  /** @param tree of them, when it was made already */
  #folderContent(listing: FolderListing, records: FileRecords, tree: PlainTree | undefined): FileContent {
    let size = 0;
    let files = 0;
    for (let index = 0; index < records.count; index++) {
      if (!records.isThere(index)) continue;
      size += records.size(index);
      files++;
    }
    const text = (tree ?? plainTree(listing, records)).parts() ?? treeText(listing.tree(records));
    const hash = this.#host.hashing.sha256(text);
    return {type: 'dir', exec: false, hash, size, files};
  }

  #unlessParanoid(known: FileRecords | undefined): {readonly known?: FileRecords | undefined} {
    return this.#paranoid ? {} : {known};
  }

  #memosOf(paths: readonly string[]): FileRecords {
    const records = new FileRecords(paths.length);
    for (const [index, path] of paths.entries()) {
      const memo = this.#store.fileMemo(path);
      if (memo === undefined) continue;
      records.setSignature(index, memo.signature, false);
      records.setSha256Hex(index, memo.sha256);
      records.setXxh64(index, memo.xxh64);
      records.setHashedAt(index, memo.hashedAtMs);
    }
    return records;
  }

  /** A single file may have been hashed as part of a folder. */
  #copyFromFolder(path: string, records: FileRecords, index: number): boolean {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const look = this.#before.get(path.slice(0, cut));
      const position = look?.listing.positionOf(path.slice(cut + 1));
      if (look === undefined || position === undefined) continue;
      records.setAll(index, look.records.part(position, position + 1), 1);
      return true;
    }
    return false;
  }

  #memoise(path: string, records: FileRecords, index: number): void {
    if (!records.isSettled(index)) return;
    this.#store.setFileMemo(path, {
      signature: records.signature(index),
      sha256: records.sha256(index),
      xxh64: records.xxh64(index),
      size: records.size(index),
      hashedAtMs: records.hashedAtMs(index),
    });
  }
}

/** A folder that is being listed. */
interface Listed {
  readonly lister: FolderLister;
  /** The first piece of it. */
  readonly first: readonly string[];
  readonly before: FolderLook | undefined;
}

/** What was found below a folder. */
interface Looked extends Omit<FolderLook, 'content'> {
  /** When it was made on the way. */
  readonly tree: PlainTree | undefined;
}

function* withFirst<T>(first: T, others: Iterable<T>): Generator<T, void> {
  yield first;
  yield* others;
}

function plainTree(listing: FolderListing, records: FileRecords): PlainTree {
  const tree = new PlainTree();
  tree.add(listing.text, records);
  return tree;
}

/** What was known before, in the order of another listing. */
function aligned(before: FolderLook, listing: FolderListing): FileRecords {
  if (before.listing.text === listing.text) return before.records;
  const records = new FileRecords(listing.files.length);
  for (const [index, file] of listing.files.entries()) {
    const position = before.listing.positionOf(file);
    if (position !== undefined) records.setAll(index, before.records.part(position, position + 1), 1);
  }
  return records;
}

/** Whether every file is there as it was known. */
function nothingLearned(records: FileRecords): boolean {
  for (let index = 0; index < records.count; index++) {
    if (!records.isThere(index) || records.isLearned(index)) return false;
  }
  return true;
}
