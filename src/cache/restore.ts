/** Makes files and folders of objects again: built apart, checked, then put in place by rename. */
import type {Host} from '../host/host.ts';
import {FileTrouble} from '../host/host.ts';
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import {projectPath} from '../model/ids.ts';
import type {Digest} from '../model/ids.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import type {RestoreReply} from './cache.ts';
import {SMALL_BYTES, type ObjectFiles} from './object-files.ts';
import type {Staging} from './staging.ts';

type Ways = PipelineSettings['link'];

const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;

export type TreeReply =
  | {readonly kind: 'tree'; readonly entries: readonly TreeEntry[]}
  | {readonly kind: 'missing'}
  | {readonly kind: 'corrupt'};

export class Restorer {
  readonly #host: Host;
  readonly #objects: ObjectFiles;
  readonly #staging: Staging;
  readonly #readTree: (hash: Digest) => TreeReply;

  constructor(host: Host, objects: ObjectFiles, staging: Staging, readTree: (hash: Digest) => TreeReply) {
    this.#host = host;
    this.#objects = objects;
    this.#staging = staging;
    this.#readTree = readTree;
  }

  restore(content: Pick<FileContent, 'type' | 'hash' | 'exec' | 'size'>, path: string, ways: Ways): RestoreReply {
    const {files} = this.#host;
    if (content.hash === '') {
      files.remove(path);
      return {kind: 'restored', bytes: 0};
    }
    const built = this.#staging.pathFor(path);
    try {
      const reply =
        content.type === 'dir'
          ? this.#buildFolder(content.hash, built, ways)
          : this.#buildFile({hash: content.hash, exec: content.exec, size: content.size}, built, ways);
      if (reply.kind === 'restored') this.#staging.moveInto(built, path);
      return reply;
    } finally {
      files.remove(built);
    }
  }

  #buildFolder(hash: Digest, built: string, ways: Ways): RestoreReply {
    const tree = this.#readTree(hash);
    if (tree.kind !== 'tree') return {kind: tree.kind, hashes: [hash]};
    const links = new Set(tree.entries.flatMap(({type, path}) => (type === 'link' ? [path] : [])));
    if (!tree.entries.every((entry) => staysInside(entry, links))) return this.#corrupt(hash);
    const missing = tree.entries.flatMap((entry) =>
      entry.hash !== '' && this.#objects.sizeOf(entry.hash) === undefined ? [entry.hash] : [],
    );
    if (missing.length > 0) return {kind: 'missing', hashes: [...new Set(missing)]};
    const {files} = this.#host;
    files.makeFolder(built);
    let bytes = 0;
    const corrupt = new Set<Digest>();
    for (const entry of tree.entries) {
      const path = `${built}/${entry.path}`;
      if (entry.type === 'dir') files.makeFolder(path);
      else if (entry.type === 'link') files.makeLink(entry.target ?? '', path);
      else if (entry.hash !== '' && !corrupt.has(entry.hash)) {
        const reply = this.#buildFile({hash: entry.hash, exec: entry.exec, size: entry.size}, path, ways);
        if (reply.kind === 'missing') return reply;
        if (reply.kind === 'corrupt') corrupt.add(entry.hash);
        else bytes += reply.bytes;
      }
    }
    // All are looked at, so that one re-run mends them all.
    return corrupt.size > 0 ? {kind: 'corrupt', hashes: [...corrupt]} : {kind: 'restored', bytes};
  }

  #buildFile(
    file: {readonly hash: Digest; readonly exec: boolean; readonly size: number},
    built: string,
    ways: Ways,
  ): RestoreReply {
    const bytes = this.#objects.sizeOf(file.hash);
    if (bytes === undefined) return {kind: 'missing', hashes: [file.hash]};
    if (bytes !== file.size) return this.#corrupt(file.hash);
    const object = this.#objects.pathOf(file.hash);
    const mode = file.exec ? PROGRAM_MODE : FILE_MODE;
    if (bytes <= SMALL_BYTES && !ways.some(isLink)) {
      const copied = this.#host.files.copySmall(object, built, {mode, limit: SMALL_BYTES});
      return copied?.sha256 === file.hash ? {kind: 'restored', bytes} : this.#corrupt(file.hash);
    }
    // A link shares its mode with the object, which is not executable; and a file system may refuse every other way.
    const usable = [...ways.filter((way) => !file.exec || !isLink(way)), 'copy' as const];
    for (const [index, way] of usable.entries()) {
      if (isLink(way) && !this.#objects.isSound(file.hash)) return this.#corrupt(file.hash);
      if (!this.#copied(object, built, way, index === usable.length - 1)) continue;
      if (isLink(way)) break;
      if (this.#host.hashing.fileSha256(built) !== file.hash) return this.#corrupt(file.hash);
      this.#host.files.setMode(built, mode);
      break;
    }
    return {kind: 'restored', bytes};
  }

  /** @returns false when the file system does not do it this way. @throws FileTrouble when it was the last way. */
  #copied(object: string, built: string, way: Ways[number], last: boolean): boolean {
    try {
      this.#host.files.copy(object, built, [way]);
      return true;
    } catch (error) {
      if (last || !(error instanceof FileTrouble)) throw error;
      return false;
    }
  }

  #corrupt(hash: Digest): RestoreReply {
    this.#objects.setAside(hash);
    return {kind: 'corrupt', hashes: [hash]};
  }
}

/** Whether the target is the object itself, so that it stays read-only and must be checked before. */
function isLink(way: Ways[number]): boolean {
  return way === 'hardlink' || way === 'symlink';
}

/**
 * A tree may come from elsewhere: nothing in it may lead out of the folder that is built. Paths and targets are told by their
 * words alone, which holds only where nothing lies below a link and no target goes up again from one.
 */
function staysInside({path, type, target = ''}: TreeEntry, links: ReadonlySet<string>): boolean {
  if (projectPath(path) !== path || path === '.') return false;
  if (links.size === 0) return true;
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
    if (links.has(path.slice(0, slash))) return false;
  if (type !== 'link') return true;
  let at = path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.';
  if (projectPath(target, at) === undefined) return false;
  let isThroughLink = false;
  for (const part of target.split('/')) {
    if (part === '..' && isThroughLink) return false;
    at = projectPath(part || '.', at) ?? '.';
    isThroughLink ||= links.has(at);
  }
  return true;
}
