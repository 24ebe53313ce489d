/**
 * Where objects lie and how one comes to lie there: `objects/ab/cdef...` (read-only), made in `tmp` and moved by rename,
 * so that a name in `objects` never stands for half an object. What turns out not to be what its name says goes to
 * `quarantine`.
 */
import type {Host} from '../host/host.ts';
import {FileTrouble} from '../host/host.ts';
import type {Digest} from '../model/ids.ts';

const READ_ONLY = 0o444;
/** Files of up to so many bytes are copied through memory and hashed on the way; larger ones may share blocks instead. */
export const SMALL_BYTES = 64 * 1024;
/** Larger ones are worth the wait until the disk has them. */
const DURABLE_BYTES = 1024 * 1024;

export interface ObjectRecord {
  readonly hash: Digest;
  readonly bytes: number;
  readonly mtimeMs: number;
}

export class ObjectFiles {
  readonly temporary: string;
  readonly quarantine: string;
  readonly #host: Host;
  readonly #objects: string;

  /** @param folder absolute. */
  constructor(host: Host, folder: string) {
    this.#host = host;
    this.#objects = `${folder}/objects`;
    this.temporary = `${folder}/tmp`;
    this.quarantine = `${folder}/quarantine`;
  }

  pathOf(hash: Digest): string {
    return `${this.#objects}/${hash.slice(0, 2)}/${hash.slice(2)}`;
  }

  /** Bytes of an object, undefined when it is not there. */
  sizeOf(hash: Digest): number | undefined {
    const stat = this.#host.files.lstat(this.pathOf(hash));
    return stat?.type === 'file' ? stat.size : undefined;
  }

  /** Whether the bytes hash to the name; false also when it is not there. */
  isSound(hash: Digest): boolean {
    return this.sizeOf(hash) !== undefined && this.#host.hashing.fileSha256(this.pathOf(hash)) === hash;
  }

  /**
   * Makes an object of what `write` puts at a temp path.
   * @param size what must have come there; a file that was written to meanwhile is refused.
   * @param durable see addFile.
   * @throws FileTrouble
   */
  add(hash: Digest, size: number, write: (temporary: string) => void, durable = true): void {
    const {files} = this.#host;
    this.#addBy(hash, (temporary) => {
      write(temporary);
      const written = files.lstat(temporary)?.size;
      if (written !== size) this.#refuse(hash, `${String(size)} bytes`, `${String(written ?? 0)} were`);
      files.setMode(temporary, READ_ONLY);
      if (durable) files.fsync(temporary);
    });
  }

  /**
   * Makes an object of a file.
   * @param durable whether a small one must be there after a power failure, too. One that is not costs a re-run then and
   *   nothing else: what a power failure leaves of it has another size or another hash, and both are looked at.
   * @throws FileTrouble
   */
  addFile(hash: Digest, size: number, path: string, durable: boolean): void {
    const {files} = this.#host;
    if (size > SMALL_BYTES) {
      const copy = (temporary: string): void => {
        files.copy(path, temporary, ['reflink', 'copy']);
      };
      this.add(hash, size, copy, durable || size > DURABLE_BYTES);
      return;
    }
    this.#addBy(hash, (temporary) => {
      const copied = files.copySmall(path, temporary, {mode: READ_ONLY, limit: SMALL_BYTES});
      if (copied?.sha256 !== hash) this.#refuse(hash, `${String(size)} bytes`, 'others were');
      if (durable) files.fsync(temporary);
    });
  }

  #addBy(hash: Digest, write: (temporary: string) => void): void {
    const {files, ids} = this.#host;
    const temporary = `${this.temporary}/${ids.random(8)}`;
    try {
      write(temporary);
      files.move(temporary, this.pathOf(hash));
    } catch (error) {
      this.#removeQuietly(temporary);
      throw error;
    }
  }

  #refuse(hash: Digest, expected: string, found: string): never {
    throw new FileTrouble(
      'ESTALE',
      this.pathOf(hash),
      `${expected} were to be put into the cache and ${found} there: ` +
        'the file was written to at the same time; run again when nothing else writes it',
    );
  }

  setAside(hash: Digest): void {
    const {files} = this.#host;
    if (!files.exists(this.pathOf(hash))) return;
    files.makeFolder(this.quarantine);
    files.move(this.pathOf(hash), `${this.quarantine}/${hash}`);
  }

  remove(hash: Digest): void {
    this.#host.files.remove(this.pathOf(hash));
  }

  *all(): Iterable<ObjectRecord> {
    const {files} = this.#host;
    if (!files.exists(this.#objects)) return;
    for (const shard of files.list(this.#objects)) {
      if (shard.type !== 'dir' || !/^[0-9a-f]{2}$/.test(shard.name)) continue;
      for (const name of this.#namesIn(`${this.#objects}/${shard.name}`)) {
        if (!/^[0-9a-f]{62}$/.test(name)) continue;
        const stat = files.lstat(`${this.#objects}/${shard.name}/${name}`);
        if (stat?.type !== 'file') continue;
        yield {hash: `${shard.name}${name}` as Digest, bytes: stat.size, mtimeMs: stat.mtimeMs};
      }
    }
  }

  /** Another process may collect garbage while this one lists. */
  #namesIn(folder: string): readonly string[] {
    try {
      return this.#host.files.list(folder).map(({name}) => name);
    } catch (error) {
      if (error instanceof FileTrouble && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  /** The first trouble is what the caller must hear of; what is left here is swept later. */
  #removeQuietly(path: string): void {
    try {
      this.#host.files.remove(path);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
    }
  }
}
