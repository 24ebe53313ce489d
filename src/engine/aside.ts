/**
 * Old outputs step aside while a stage runs, and come back when it fails. The list of them is written before the first is
 * moved, so that after a crash at any point `bringBack` can finish the job; it may be called any number of times.
 */
import {FileTrouble, type Host} from '../host/host.ts';
import type {OutSpec} from '../model/stage.ts';

type FilesOnly = Pick<Host, 'files'>;

/** With less than this free on the disk, what a failed attempt wrote is not kept: it may be what filled it. */
const LEAST_FREE_BYTES = 64 * 2 ** 20;

/** aside.json of an attempt's folder, version 1. */
interface AsideList {
  readonly aside_version: 1;
  /** All outputs of the stage, in its order: index n is kept as aside/n and partial/n. */
  readonly outs: readonly string[];
  /** Which of them were there before. */
  readonly before: readonly boolean[];
}

/** Moves what is at the stage's outputs into the attempt's folder. Persistent outputs are copied: the stage goes on from them. */
export function stepAside(outs: readonly OutSpec[], workFolder: string, {files}: FilesOnly): void {
  const before = outs.map((out) => files.lstat(out.path) !== undefined);
  const list: AsideList = {aside_version: 1, outs: outs.map((out) => out.path), before};
  files.append(`${workFolder}/aside.json`, JSON.stringify(list));
  if (!before.includes(true)) return;
  files.makeFolder(`${workFolder}/aside`);
  outs.forEach((out, index) => {
    if (before[index] !== true) return;
    const kept = `${workFolder}/aside/${index}`;
    if (!out.persist) files.move(out.path, kept);
    else {
      copyAny(out.path, `${kept}.copy`, files);
      files.move(`${kept}.copy`, kept);
    }
  });
}

/**
 * What the failed attempt wrote is moved to `partial`, what was there before comes back.
 * @param keepNew leaves new files in place where nothing was before (`--keep-failed`).
 * @returns the paths that were touched.
 */
export function bringBack(workFolder: string, {files}: FilesOnly, keepNew: boolean = false): readonly string[] {
  const list = readList(files.readTextIfThere(`${workFolder}/aside.json`));
  if (list === undefined) return [];
  list.outs.forEach((path, index) => {
    const old = `${workFolder}/aside/${index}`;
    const isAside = files.lstat(old) !== undefined;
    // It was there and is not aside: it never left, or it is back already.
    if (list.before[index] === true && !isAside) return;
    if (keepNew && !isAside) return;
    if (files.lstat(path) !== undefined) keepPartial(path, `${workFolder}/partial`, index, files);
    if (isAside) files.move(old, path);
  });
  if (files.freeBytes(workFolder) < LEAST_FREE_BYTES) files.remove(`${workFolder}/partial`);
  return list.outs;
}

/** For whoever wants to look at it; it is not worth the old output, so it goes where it cannot be moved. */
function keepPartial(path: string, folder: string, index: number, files: Host['files']): void {
  try {
    files.remove(`${folder}/${index}`);
    files.makeFolder(folder);
    files.move(path, `${folder}/${index}`);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    files.remove(path);
    files.remove(`${folder}/${index}`);
  }
}

/** A list that was cut off by a crash was never acted upon: outputs are moved only once it is whole. */
function readList(text: string | undefined): AsideList | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as AsideList;
  } catch {
    return undefined;
  }
}

function copyAny(from: string, to: string, files: Host['files']): void {
  const stat = files.lstat(from);
  if (stat?.type === 'dir') {
    files.remove(to);
    files.makeFolder(to);
    for (const {name} of files.list(from)) copyAny(`${from}/${name}`, `${to}/${name}`, files);
  } else if (stat?.type === 'link') files.makeLink(files.readLink(from), to);
  else if (stat !== undefined) {
    files.copy(from, to, ['reflink', 'copy']);
    if (stat.exec) files.setExec(to, true);
  }
}
