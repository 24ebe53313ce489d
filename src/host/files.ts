/** The Files of a Host, on node:fs. Synchronous throughout. */
import * as fs from 'node:fs';
import {dirname, resolve} from 'node:path';
import {asTrouble, codeOf} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import {copyFile, copySmall} from './copy-file.ts';
import {readStat} from './file-stat.ts';
import {fsyncPath, openForReading, openForWriting} from './file-streams.ts';
import {copyAll, direntType, listFolder, removeAll, walkFolder} from './folders.ts';
import type {Content, Files, FileStat, Ids, NewFile, OpenFile, SmallCopy, WalkEntry} from './host.ts';
import {digest} from '../model/ids.ts';

/** @param root absolute path of the project folder. @param ids for the names of temp files. */
export function createFiles(root: string, ids: Ids): Files {
  return new DiskFiles(root, ids);
}

/** Shows a path relative to the project when it lies inside. */
export function pathShower(root: string): ShowPath {
  return (path) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
}

class DiskFiles implements Files {
  readonly #root: string;
  readonly #ids: Ids;
  readonly #show: ShowPath;

  constructor(root: string, ids: Ids) {
    this.#root = root;
    this.#ids = ids;
    this.#show = pathShower(root);
  }

  absolute(path: string): string {
    return resolve(this.#root, path);
  }

  stat(path: string): FileStat | undefined {
    return this.#try(path, (absolute) => readStat(absolute, true));
  }

  lstat(path: string): FileStat | undefined {
    return this.#try(path, (absolute) => readStat(absolute, false));
  }

  exists(path: string): boolean {
    return fs.existsSync(this.absolute(path));
  }

  readText(path: string): string {
    return this.#try(path, (absolute) => fs.readFileSync(absolute, 'utf8'));
  }

  readTextIfThere(path: string): string | undefined {
    return this.#ifThere(path, (absolute) => fs.readFileSync(absolute, 'utf8'));
  }

  readBytes(path: string): Uint8Array {
    return this.#try(path, (absolute) => fs.readFileSync(absolute));
  }

  readRange(path: string, offset: number, length: number): Uint8Array {
    const read = (absolute: string): Uint8Array => {
      const file = fs.openSync(absolute, 'r');
      try {
        const left = Math.max(0, Math.min(length, fs.fstatSync(file).size - offset));
        const bytes = Buffer.allocUnsafe(left);
        let filled = 0;
        while (filled < left) {
          const count = fs.readSync(file, bytes, filled, left - filled, offset + filled);
          if (count === 0) break;
          filled += count;
        }
        return bytes.subarray(0, filled);
      } finally {
        fs.closeSync(file);
      }
    };
    return this.#ifThere(path, read) ?? new Uint8Array();
  }

  writeAtomic(path: string, content: Content, options: {fsync?: boolean; mode?: number} = {}): void {
    const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    this.#try(path, (absolute) => {
      const folder = dirname(absolute);
      const temp = this.#tempBeside(absolute);
      const file = this.#inFolder(folder, () => fs.openSync(temp, 'wx', 0o666));
      try {
        try {
          for (const part of parts) fs.writeFileSync(file, part);
          if (options.mode !== undefined) fs.fchmodSync(file, options.mode);
          if (options.fsync === true) fs.fsyncSync(file);
        } finally {
          fs.closeSync(file);
        }
        fs.renameSync(temp, absolute);
      } catch (error) {
        fs.rmSync(temp, {force: true});
        throw error;
      }
      if (options.fsync === true) fsyncPath(folder);
    });
  }

  openRead(path: string): OpenFile {
    const absolute = this.absolute(path);
    return openForReading(absolute, (error) => asTrouble(error, absolute, this.#show));
  }

  openWrite(path: string): NewFile {
    const absolute = this.absolute(path);
    return openForWriting(absolute, this.#tempBeside(absolute), (error) => asTrouble(error, absolute, this.#show));
  }

  append(path: string, content: string): void {
    this.#try(path, (absolute) => {
      this.#inFolder(dirname(absolute), () => {
        fs.appendFileSync(absolute, content);
      });
    });
  }

  makeFolder(path: string): void {
    this.#try(path, (absolute) => fs.mkdirSync(absolute, {recursive: true}));
  }

  list(path: string): readonly {readonly name: string; readonly type: FileStat['type']}[] {
    return this.#try(path, (absolute) =>
      listFolder(absolute, this.#show).map((entry) => ({name: entry.name, type: direntType(entry)})),
    );
  }

  remove(path: string): void {
    this.#try(path, (absolute) => {
      removeAll(Buffer.from(absolute));
    });
  }

  move(from: string, to: string): void {
    const source = this.absolute(from);
    this.#try(to, (target) => {
      try {
        this.#rename(source, target);
      } catch (error) {
        // The same code says that the target's folder is missing.
        if (codeOf(error) !== 'ENOENT') throw error;
        if (readStat(source, false) === undefined) throw asTrouble(missing(source), source, this.#show);
        this.#inFolder(dirname(target), () => {
          this.#rename(source, target);
        });
      }
    });
  }

  copy(from: string, to: string, ways: readonly ('reflink' | 'hardlink' | 'symlink' | 'copy')[]): void {
    const source = this.absolute(from);
    this.#try(to, (target) => {
      if (readStat(source, true) === undefined) throw asTrouble(missing(source), source, this.#show);
      const temp = this.#tempBeside(target);
      try {
        this.#inFolder(dirname(target), () => {
          copyFile(source, temp, ways);
        });
        fs.renameSync(temp, target);
      } finally {
        // A rename between two names of one inode does nothing and leaves both, so the temp name is always removed.
        fs.rmSync(temp, {force: true});
      }
    });
  }

  copySmall(from: string, to: string, options: {mode: number; limit: number}): SmallCopy | undefined {
    const source = this.absolute(from);
    return this.#try(to, (target) => {
      const copy = this.#inFolder(dirname(target), () => copySmall(source, target, options));
      return copy && {sha256: digest(copy.sha256), size: copy.size};
    });
  }

  setExec(path: string, exec: boolean): void {
    this.#try(path, (absolute) => {
      const mode = fs.statSync(absolute).mode & 0o7777;
      // Whoever may read the file may run it, as `chmod +x` under a common umask does.
      fs.chmodSync(absolute, exec ? mode | 0o100 | ((mode & 0o444) >> 2) : mode & ~0o111);
    });
  }

  setMode(path: string, mode: number): void {
    this.#try(path, (absolute) => {
      fs.chmodSync(absolute, mode);
    });
  }

  fsync(path: string): void {
    this.#try(path, fsyncPath);
  }

  readLink(path: string): string {
    return this.#try(path, (absolute) => fs.readlinkSync(absolute));
  }

  makeLink(target: string, path: string): void {
    this.#try(path, (absolute) => {
      this.#inFolder(dirname(absolute), () => {
        fs.symlinkSync(target, absolute);
      });
    });
  }

  realPath(path: string): string | undefined {
    return this.#ifThere(path, (absolute) => fs.realpathSync.native(absolute));
  }

  *walk(folder: string): Iterable<WalkEntry> {
    const absolute = this.absolute(folder);
    try {
      yield* walkFolder(absolute, this.#show);
    } catch (error) {
      throw asTrouble(error, pathIn(error) ?? absolute, this.#show);
    }
  }

  freeBytes(path: string): number {
    let absolute = this.absolute(path);
    while (!fs.existsSync(absolute) && dirname(absolute) !== absolute) absolute = dirname(absolute);
    return this.#try(absolute, (there) => {
      const stats = fs.statfsSync(there);
      return stats.bavail * stats.bsize;
    });
  }

  /** A name in the same folder, so that the rename is atomic; short, so that a long name has room. */
  #tempBeside(absolute: string): string {
    return `${dirname(absolute)}/.mlp-tmp-${this.#ids.random(8)}`;
  }

  /** Does something in a folder; makes the folder only when it turns out to be missing, which is rare. */
  #inFolder<T>(folder: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      // Another process may make it at the same moment, so whether it is there is not asked.
      fs.mkdirSync(folder, {recursive: true});
      return action();
    }
  }

  #rename(source: string, target: string): void {
    try {
      fs.renameSync(source, target);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
      this.#moveAcrossDevices(source, target);
    }
  }

  #moveAcrossDevices(source: string, target: string): void {
    const temp = this.#tempBeside(target);
    try {
      copyAll(source, temp);
      fs.renameSync(temp, target);
    } catch (error) {
      removeAll(Buffer.from(temp));
      throw error;
    }
    removeAll(Buffer.from(source));
  }

  #ifThere<T>(path: string, action: (absolute: string) => T): T | undefined {
    const absolute = this.absolute(path);
    try {
      return action(absolute);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw asTrouble(error, absolute, this.#show);
    }
  }

  #try<T>(path: string, action: (absolute: string) => T): T {
    const absolute = this.absolute(path);
    try {
      return action(absolute);
    } catch (error) {
      throw asTrouble(error, absolute, this.#show);
    }
  }
}

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), {code: 'ENOENT'});
}

function pathIn(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
