/** Reads the facts of a path. Nanoseconds need bigint: the double that node gives by default cannot hold them. */
import {lstatSync, statSync} from 'node:fs';
import type {BigIntStats} from 'node:fs';
import {codeOf} from './file-trouble.ts';
import type {FileStat} from './host.ts';

/** `dev:ino:size:mtimeNs:ctimeNs`. */
export function signatureOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/** By its owner. */
export function isExecutable(stats: BigIntStats): boolean {
  return (stats.mode & 0o100n) !== 0n;
}

/** @param follow whether a symbolic link is followed. @returns undefined when nothing is there. @throws errors of node:fs */
export function readStat(absolute: string, follow: boolean): FileStat | undefined {
  let stats: BigIntStats | undefined;
  try {
    stats = (follow ? statSync : lstatSync)(absolute, {bigint: true, throwIfNoEntry: false});
  } catch (error) {
    // A file where a folder should be means that nothing is there; Node 20 does not count that as "no entry".
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  return stats && fileStat(stats);
}

/** The facts of an open or named file in the shape of the Host. */
export function fileStat(stats: BigIntStats): FileStat {
  const type = stats.isFile() ? 'file' : stats.isDirectory() ? 'dir' : stats.isSymbolicLink() ? 'link' : 'other';
  return {
    type,
    size: Number(stats.size),
    exec: isExecutable(stats),
    signature: signatureOf(stats),
    mtimeMs: Number(stats.mtimeNs / 1_000_000n) + Number(stats.mtimeNs % 1_000_000n) / 1e6,
  };
}
