/** Copies one file by the first way that the file systems allow. */
import {hash} from 'node:crypto';
import * as fs from 'node:fs';
import {codeOf} from './file-trouble.ts';

export type CopyWay = 'reflink' | 'hardlink' | 'symlink' | 'copy';

/** Codes that say "not this way here", as against "not at all". */
const NOT_THIS_WAY: ReadonlySet<string> = new Set([
  'EXDEV',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EINVAL',
  'ENOSYS',
  'ENOTTY',
  'EPERM',
  'EMLINK',
  'EBADF',
  'ETXTBSY',
]);

/** @param to must not exist. @throws errors of node:fs of the last way tried */
export function copyFile(from: string, to: string, ways: readonly CopyWay[]): void {
  let refused: unknown = new RangeError('BUG: no way to copy was given');
  for (const way of ways) {
    try {
      copyOneWay(from, to, way);
      return;
    } catch (error) {
      fs.rmSync(to, {force: true});
      const code = codeOf(error);
      if (code === undefined || !NOT_THIS_WAY.has(code)) throw error;
      refused = error;
    }
  }
  throw refused;
}

function copyOneWay(from: string, to: string, way: CopyWay): void {
  switch (way) {
    case 'reflink':
      fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE_FORCE);
      return;
    case 'hardlink':
      fs.linkSync(from, to);
      return;
    case 'symlink':
      fs.symlinkSync(from, to);
      return;
    case 'copy':
      fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
  }
}

/**
 * Copies a small file through memory and hashes what it copies: a third of the calls that copying, hashing, setting the mode
 * and renaming take, which is what many small files cost.
 * @param to must not exist. @param limit in bytes. @returns undefined when the file is larger. @throws errors of node:fs
 */
export function copySmall(
  from: string,
  to: string,
  {mode, limit}: {readonly mode: number; readonly limit: number},
): {readonly sha256: string; readonly size: number} | undefined {
  const bytes = readSmall(from, limit);
  if (bytes === undefined) return undefined;
  const target = fs.openSync(to, 'wx', mode);
  try {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(target, bytes, done);
    // The mask of the process may have taken bits away.
    fs.fchmodSync(target, mode);
  } catch (error) {
    fs.rmSync(to, {force: true});
    throw error;
  } finally {
    fs.closeSync(target);
  }
  return {sha256: hash('sha256', bytes, 'hex'), size: bytes.length};
}

function readSmall(path: string, limit: number): Uint8Array | undefined {
  const source = fs.openSync(path, 'r');
  try {
    const {size} = fs.fstatSync(source);
    if (size > limit) return undefined;
    // One byte more than it should have, so that growth is seen.
    const buffer = Buffer.allocUnsafe(size + 1);
    const count = fs.readSync(source, buffer, 0, buffer.length, 0);
    return count > size ? undefined : buffer.subarray(0, count);
  } finally {
    fs.closeSync(source);
  }
}
