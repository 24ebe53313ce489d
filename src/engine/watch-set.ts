/** Exactly the files that a selection of stages depends on and does not write itself, and how to see that they changed. */
import {compileGlob, isGlob} from '../base/glob.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {Host, WalkEntry} from '../host/host.ts';
import {isInside} from '../model/ids.ts';
import type {NodeSpec, StageSpec} from '../model/stage.ts';
import {reviewsFolder} from '../review/decision-files.ts';
import type {CodeReader} from './code.ts';

/** Path -> what its state is; one that is not there is left out. Two of them are equal when nothing was written. */
export type WatchState = ReadonlyMap<string, string>;

export interface WatchSet {
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly globs: readonly string[];
  /** What is written by the stages themselves. */
  readonly outs: readonly string[];
}

/** @param more files that decide what the pipeline is. */
export async function watchSet(
  nodes: readonly NodeSpec[],
  more: readonly string[],
  code: Pick<CodeReader, 'filesOf'>,
): Promise<WatchSet> {
  const outs = new Set<string>();
  for (const node of nodes)
    for (const out of node.kind === 'stage' ? node.outs.map(({path}) => path) : node.outGlobs)
      if (!isGlob(out)) outs.add(out);
  const paths = new Set(more);
  const globs = new Set<string>();
  for (const node of nodes) {
    for (const dep of node.deps) {
      if (dep.kind === 'path') paths.add(dep.path);
      else if (dep.kind === 'glob') globs.add(dep.path);
    }
    if (node.kind === 'stage')
      for (const path of [...(await code.filesOf(node)), ...filesOfReview(node)]) paths.add(path);
    else if (node.over.kind === 'json') paths.add(node.over.path);
    else paths.add(node.over.folder);
  }
  const isOwn = (path: string): boolean => [...outs].some((out) => isInside(path, out));
  return {paths: [...paths].filter((path) => !isOwn(path)), globs: [...globs], outs: [...outs]};
}

/** Where people answer what an approval asks, and who they are. */
function filesOfReview({name, action}: StageSpec): readonly string[] {
  if (action.kind !== 'approval') return [];
  return [reviewsFolder(name), action.policy.reviewersFile, action.policy.signersFile];
}

export async function watchState({paths, globs, outs}: WatchSet, host: Host): Promise<WatchState> {
  const state = new Map<string, string>();
  const isOwn = (path: string): boolean => outs.some((out) => isInside(path, out));
  const add = (path: string): void => {
    const stat = host.files.stat(path);
    if (stat === undefined || isOwn(path)) return;
    if (stat.type !== 'dir') state.set(path, stat.signature);
    // A link in a folder is content itself: where it leads is not looked at, which may be back to the folder.
    else
      for (const below of filesBelow(path, host)) if (!isOwn(below.path)) state.set(below.path, below.stat.signature);
  };
  for (const path of paths) add(path);
  for (const glob of globs) for (const path of await host.globs.match(glob)) add(path);
  return state;
}

/** Sorted. */
export function changedPaths(before: WatchState, now: WatchState): readonly string[] {
  const all = new Set([...before.keys(), ...now.keys()]);
  return [...all].filter((path) => before.get(path) !== now.get(path)).sort(byCodeUnits);
}

/** Folders in which a change of the set would show: of each file the nearest that is there, of each folder all below it. */
export function watchFolders({paths, globs, outs}: WatchSet, {files}: Host): readonly string[] {
  const folders = new Set<string>();
  const isDir = (path: string): boolean => files.stat(path)?.type === 'dir';
  const addAll = (folder: string): void => {
    folders.add(folder);
    for (const {path, stat} of files.walk(folder)) {
      const below = folder === '.' ? path : `${folder}/${path}`;
      if (stat.type === 'dir' && !isHidden(below) && !outs.some((out) => isInside(below, out))) folders.add(below);
    }
  };
  const addNearest = (path: string): void => {
    let folder = parentOf(path);
    while (folder !== '.' && !isDir(folder)) folder = parentOf(folder);
    folders.add(folder);
  };
  for (const path of paths) {
    if (path.startsWith('/') || path.startsWith('../')) continue;
    addNearest(path);
    if (isDir(path)) addAll(path);
  }
  for (const glob of globs)
    for (const base of compileGlob(glob).bases) {
      if (isDir(base)) addAll(base);
      else addNearest(base);
    }
  return [...folders];
}

const isHidden = (path: string): boolean => /(?:^|\/)(?:\.mlp|\.git|node_modules)(?:\/|$)/.test(path);

const parentOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');

function* filesBelow(folder: string, {files}: Host): Iterable<WalkEntry> {
  for (const {path, stat} of files.walk(folder)) if (stat.type !== 'dir') yield {path: `${folder}/${path}`, stat};
}
