/**
 * Archives of bundles in the ustar format of POSIX.1-1988, which every tar reads: 512-byte headers, each followed by the
 * file in blocks of 512 bytes; two empty blocks end it. Times and owners are always the same, and of the modes only whether
 * it is a program is kept, so equal files give equal bytes. Folders are not entries of their own.
 */
import {err, ok, type Result} from '../base/result.ts';

const BLOCK = 512;
const NAME = {offset: 0, length: 100} as const;
const SIZE = {offset: 124, length: 12} as const;
const CHECKSUM = {offset: 148, length: 8} as const;
const TYPE = 156;
const MAGIC = {offset: 257, text: 'ustar\u000000'} as const;
const PREFIX = {offset: 345, length: 155} as const;

export interface TarFile {
  /** Forward slashes, at most 100 bytes after the last slash that leaves at most 155 before it. */
  readonly path: string;
  readonly content: Uint8Array;
  /** A program; not told of an archive that is read. */
  readonly exec?: boolean;
}

/** @throws Error when a path is too long for the format */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;
  const total = files.reduce((sum, {content}) => sum + BLOCK + padded(content.length), 2 * BLOCK);
  const archive = new Uint8Array(total);
  let at = 0;
  for (const {path, content, exec} of files) {
    archive.set(header(path, content.length, exec === true), at);
    archive.set(content, at + BLOCK);
    at += BLOCK + padded(content.length);
  }
  return archive;
}

function header(path: string, size: number, exec: boolean): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const encoder = new TextEncoder();
  const put = (offset: number, text: string): void => block.set(encoder.encode(text), offset);
  const [prefix, name] = splitPath(path);
  put(NAME.offset, name);
  put(PREFIX.offset, prefix);
  put(100, exec ? '0000755\0' : '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(SIZE.offset, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(TYPE, '0');
  put(MAGIC.offset, MAGIC.text);
  put(CHECKSUM.offset, `${checksum(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** The sum of all bytes of a header, its own field counted as blanks. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const isOwn = at >= CHECKSUM.offset && at < CHECKSUM.offset + CHECKSUM.length;
    sum += isOwn ? 32 : (block[at] ?? 0);
  }
  return sum;
}

function splitPath(path: string): readonly [prefix: string, name: string] {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(path) <= NAME.length) return ['', path];
  for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (bytes(prefix) <= PREFIX.length && bytes(name) <= NAME.length) return [prefix, name];
  }
  throw new Error(`the path \`${path}\` is too long for an archive: give the file a shorter name`);
}

/** @returns the files, or a sentence about what is wrong with the archive. Anything but a plain file is refused. */
export function readTar(archive: Uint8Array): Result<readonly TarFile[], string> {
  const files: TarFile[] = [];
  let at = 0;
  while (at + BLOCK <= archive.length) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return ok(files);
    if (Number.parseInt(textAt(block, CHECKSUM), 8) !== checksum(block)) return err('the archive is damaged');
    const [prefix, name] = [textAt(block, PREFIX), textAt(block, NAME)];
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const size = Number.parseInt(textAt(block, SIZE), 8);
    const type = block[TYPE];
    const isFolder = type === 53;
    if (!isFolder && type !== 48 && type !== 0) return err(`the archive holds something that is no file: \`${path}\``);
    const end = at + BLOCK + size;
    if (!Number.isSafeInteger(size) || size < 0 || end > archive.length)
      return err(`the archive ends in the middle of \`${path}\``);
    if (!isFolder) files.push({path, content: archive.subarray(at + BLOCK, end)});
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return err('the archive is cut short');
}

function textAt(block: Uint8Array, {offset, length}: {readonly offset: number; readonly length: number}): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
