/** A project in a temp folder with a cache, and one file system call that can be made to fail. */
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import {openCache} from '../../src/cache/open-cache.ts';
import type {Cache} from '../../src/cache/cache.ts';
import {FileTrouble} from '../../src/host/host.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open-host.ts';
import type {FileContent, TreeEntry} from '../../src/model/artifact.ts';
import type {Digest} from '../../src/model/ids.ts';
import {treeText} from '../../src/model/tree.ts';
import {withFiles} from '../rig/with-files.ts';

export interface CacheRig {
  readonly root: string;
  readonly host: Host;
  readonly cache: Cache;
  /** Absolute path below the project. */
  at(path: string): string;
  write(path: string, text: string, mode?: number): Digest;
  read(path: string): string;
  mode(path: string): number;
  /** Puts a text as an object, by way of a file that is gone afterwards. */
  put(text: string): Pick<FileContent, 'type' | 'hash' | 'exec' | 'size'> & {readonly hash: Digest};
  /** Puts a folder that was written before. */
  putFolder(path: string): {readonly hash: Digest; readonly tree: readonly TreeEntry[]};
  objectPath(hash: Digest): string;
  /** Makes the bytes of an object other than its name says, of the same length. */
  corrupt(hash: Digest): void;
  /** Everything in the places where things are built: must be empty when nothing is going on. */
  leftovers(): readonly string[];
}

export function cacheRig(): CacheRig {
  const root = mkdtempSync(join(tmpdir(), 'mlp-cache-'));
  onTestFinished(() => {
    rmSync(root, {recursive: true, force: true});
  });
  const host = openHost(root);
  const cache = openCache(host, '.mlp/cache');
  const at = (path: string): string => join(host.root, path);
  const write: CacheRig['write'] = (path, text, mode = 0o644) => {
    mkdirSync(dirname(at(path)), {recursive: true});
    writeFileSync(at(path), text);
    chmodSync(at(path), mode);
    return host.hashing.sha256(text);
  };
  const objectPath = (hash: Digest): string => join(cache.folder, 'objects', hash.slice(0, 2), hash.slice(2));
  return {
    root: host.root,
    host,
    cache,
    at,
    write,
    read: (path) => readFileSync(at(path), 'utf8'),
    mode: (path) => statSync(at(path)).mode & 0o777,
    put: (text) => {
      const hash = write('to-put', text);
      cache.putFile('to-put', hash, Buffer.byteLength(text));
      rmSync(at('to-put'));
      return {type: 'file', hash, exec: false, size: Buffer.byteLength(text)};
    },
    putFolder: (path) => {
      const tree = treeOf(host, path);
      const hash = host.hashing.sha256(treeText(tree));
      cache.putTree(path, tree, hash);
      return {hash, tree};
    },
    objectPath,
    corrupt: (hash) => {
      const path = objectPath(hash);
      const bytes = readFileSync(path);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      rmSync(path);
      writeFileSync(path, bytes, {mode: 0o444});
    },
    leftovers: () => ['.mlp/tmp', '.mlp/cache/tmp'].flatMap((folder) => entriesOf(at(folder))),
  };
}

export function treeOf(host: Host, folder: string): readonly TreeEntry[] {
  return [...host.files.walk(folder)].map(({path, stat}): TreeEntry => {
    if (stat.type === 'dir') return {path, type: 'dir', exec: false, size: 0, hash: ''};
    if (stat.type === 'link') {
      return {path, type: 'link', exec: false, size: 0, hash: '', target: host.files.readLink(`${folder}/${path}`)};
    }
    return {path, type: 'file', exec: stat.exec, size: stat.size, hash: host.hashing.fileSha256(`${folder}/${path}`)};
  });
}

export function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The same disk, but one call is refused: always, or only at its n-th time (from 0). */
export function withRefusal(
  host: Host,
  call: 'copy' | 'fsync' | 'move' | 'makeLink',
  code: 'ENOSPC' | 'EROFS' | 'EIO',
  only?: number,
): Host {
  let calls = 0;
  const refused =
    <Request extends readonly unknown[], Reply>(name: typeof call, real: (...request: Request) => Reply) =>
    (...request: Request): Reply => {
      if (name === call && (calls++ === only || only === undefined))
        throw new FileTrouble(code, String(request[0]), `refused with ${code}`);
      return real(...request);
    };
  return withFiles(host, (files) => ({
    copy: refused('copy', files.copy.bind(files)),
    // However little is copied.
    copySmall: refused('copy', files.copySmall.bind(files)),
    fsync: refused('fsync', files.fsync.bind(files)),
    move: refused('move', files.move.bind(files)),
    makeLink: refused('makeLink', files.makeLink.bind(files)),
  }));
}
