/** Work on whole folders: list, walk, remove, copy. Names are read as bytes where a name may not be UTF-8. */
import * as fs from 'node:fs';
import {byCodeUnits} from '../base/compare.ts';
import {codeOf, troubleSaying} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import {readStat} from './file-stat.ts';
import type {FileStat, WalkEntry} from './host.ts';

/** Entries of a folder, sorted by code units. @throws errors of node:fs, FileTrouble EILSEQ for a name that is not UTF-8 */
export function listFolder(absolute: string, show: ShowPath): fs.Dirent[] {
  const entries = fs.readdirSync(absolute, {withFileTypes: true});
  // U+FFFD stands for bytes that could not be decoded: such a name would lead to another file, or to none.
  if (entries.some((entry) => entry.name.includes('\ufffd'))) refuseUndecodable(absolute, show);
  return entries.sort((a, b) => byCodeUnits(a.name, b.name));
}

function refuseUndecodable(absolute: string, show: ShowPath): void {
  for (const bytes of fs.readdirSync(absolute, {encoding: 'buffer'})) {
    if (Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)) continue;
    const escaped = bytes
      .toString('latin1')
      .replace(/[^ -~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
    throw troubleSaying(
      'EILSEQ',
      absolute,
      `the folder \`${show(absolute)}\` holds a file whose name is not UTF-8: \`${escaped}\`; rename it (\`convmv\` does so for many)`,
    );
  }
}

/** The type of an entry, without another question to the disk. */
export function direntType(entry: fs.Dirent): FileStat['type'] {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'dir' : entry.isSymbolicLink() ? 'link' : 'other';
}

/** Everything below a folder, depth first; what vanishes meanwhile is left out. */
export function* walkFolder(absolute: string, show: ShowPath, prefix = ''): Generator<WalkEntry> {
  for (const {name} of listFolder(absolute, show)) {
    const path = `${absolute}/${name}`;
    const stat = readStat(path, false);
    if (!stat) continue;
    yield {path: prefix + name, stat};
    if (stat.type !== 'dir') continue;
    try {
      yield* walkFolder(path, show, `${prefix}${name}/`);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** Removes whatever is at a path; quiet when nothing is. Paths are bytes, so that any name can be removed. */
export function removeAll(path: Buffer): void {
  let stats;
  try {
    stats = fs.lstatSync(path);
  } catch (error) {
    if (isGone(error)) return;
    throw error;
  }
  if (!stats.isDirectory()) {
    quietWhenGone(() => {
      fs.unlinkSync(path);
    });
    return;
  }
  // Without write and search permission on a folder its entries cannot be removed, not even by their owner.
  if ((stats.mode & 0o700) !== 0o700) fs.chmodSync(path, stats.mode | 0o700);
  for (const name of fs.readdirSync(path, {encoding: 'buffer'})) {
    removeAll(Buffer.concat([path, Buffer.from('/'), name]));
  }
  quietWhenGone(() => {
    fs.rmdirSync(path);
  });
}

/** Copies a file, a link or a whole folder with modes and times, for a move across devices. */
export function copyAll(from: string, to: string): void {
  const stats = fs.lstatSync(from);
  if (stats.isSymbolicLink()) {
    fs.symlinkSync(fs.readlinkSync(from), to);
    return;
  }
  if (stats.isDirectory()) {
    fs.mkdirSync(to, {mode: 0o700});
    for (const name of fs.readdirSync(from)) copyAll(`${from}/${name}`, `${to}/${name}`);
    fs.chmodSync(to, stats.mode);
  } else {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
  }
  fs.utimesSync(to, stats.atime, stats.mtime);
}

function quietWhenGone(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
