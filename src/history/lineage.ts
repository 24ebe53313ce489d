/**
 * The lineage of a file, a run, a stage or a content, both ways: up to what no stage made, with commit, params, code and
 * environment of every result on the way, and down to everything that was made of it.
 */
import {err, ok, type Result} from '../base/result.ts';
import type {Cache} from '../cache/cache.ts';
import {Contents, NotAFile} from '../engine/contents.ts';
import {addedSources} from '../engine/sources.ts';
import type {Host} from '../host/host.ts';
import type {FileContent} from '../model/artifact.ts';
import {isInside, type Digest, type RunId} from '../model/ids.ts';
import type {Lineage, LineageFile} from '../model/lineage.ts';
import type {Store} from '../store/store.ts';
import {foldersAbove, LineageFinder} from './lineage-finder.ts';
import {projectPathOf, resolveSubject, type Trouble} from './lineage-subject.ts';
import {LineageWalk} from './lineage-walk.ts';
import {resolveRef} from './refs.ts';

export type {Trouble} from './lineage-subject.ts';

export interface LineageWorld {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
}

export interface LineageRequest {
  /** As typed. */
  readonly word: string;
  /** Folder of the project in which it was typed; `.` for its root. */
  readonly from: string;
  readonly up: boolean;
  readonly down: boolean;
  /** How many results to follow; absent: all. */
  readonly depth?: number;
}

const ABSENT: FileContent = {type: 'absent', exec: false, hash: '', size: 0};
/** More sources are not asked about one by one. */
const MOST_ASKED = 500;

export async function lineageOf(request: LineageRequest, world: LineageWorld): Promise<Result<Lineage, Trouble>> {
  const {host, store, cache} = world;
  const contents = new Contents(host, store, {paranoid: false});
  const contentNow = (path: string): Promise<FileContent> => contentOf(contents, path);
  const toProject = (word: string): string | undefined => projectPathOf(word, host.root, request.from);
  const foldersNow = await foldersAround(toProject(request.word), store, contentNow);
  const preferred = new Set<number>();
  const finder = new LineageFinder({store, readTree: (hash) => cache.readTree(hash), foldersNow, preferred});
  const runNamed = async (name: string): Promise<RunId | undefined> => {
    const ref = await resolveRef(`run:${name}`, {host, store, cwd: host.root});
    return ref.ok && ref.value.kind === 'run' ? ref.value.run.id : undefined;
  };
  const found = await resolveSubject(request.word, {store, finder, contentNow, toProject, runNamed});
  if (!found.ok) return err(found.error);
  const {subject, notes, places, traces} = found.value;
  if (subject.kind === 'run') for (const id of found.value.preferred ?? []) preferred.add(id);
  const walk = new LineageWalk(store, finder, request.depth === undefined ? {} : {depth: request.depth});
  if (request.up) walk.up(places, traces);
  if (request.down) walk.down(places, traces);
  const startFiles = places.map((place) => walk.addFile(place));
  for (const [id, inGit] of await trackedByGit(walk.files, host)) walk.markSource(id, {inGit});
  const added = addedSources(host);
  for (const {id, path, origin} of walk.files) {
    if (origin === 'source' && added.some((source) => isInside(path, source.path))) walk.markSource(id, {added: true});
  }
  return ok({subject, notes, startFiles, startResults: traces, files: walk.files, results: walk.results});
}

/** What cannot be looked at (a device, a folder without permission) counts as not there. */
async function contentOf(contents: Contents, path: string): Promise<FileContent> {
  try {
    return await contents.one(path);
  } catch (error) {
    if (error instanceof NotAFile) return ABSENT;
    throw error;
  }
}

/** The folders above a path that some stage read as a whole: what they hold now says who read the file in them. */
async function foldersAround(
  path: string | undefined,
  store: Store,
  contentNow: (path: string) => Promise<FileContent>,
): Promise<ReadonlyMap<string, Digest | ''>> {
  const folders = new Map<string, Digest | ''>();
  for (const folder of path === undefined ? [] : foldersAbove(path)) {
    if (store.lineage.readersOfPath(folder, {limit: 1}).length > 0)
      folders.set(folder, (await contentNow(folder)).hash);
  }
  return folders;
}

/** Asks Git once about all sources. @returns nothing where there is no repository or no Git. */
async function trackedByGit(files: readonly LineageFile[], host: Host): Promise<ReadonlyMap<number, boolean>> {
  const sources = files.filter(
    ({origin, type, path}) => origin === 'source' && (type === 'file' || type === 'dir') && host.files.exists(path),
  );
  if (sources.length === 0) return new Map();
  const asked = sources.length > MOST_ASKED ? [] : sources.map(({path}) => path);
  const git = await host.processes.capture(['git', '--literal-pathspecs', 'ls-files', '-z', '--', ...asked], {
    cwd: host.root,
    timeoutMs: 20_000,
  });
  if (git.code !== 0) return new Map();
  const tracked = new Set<string>();
  for (const path of git.stdout.split('\0')) for (const one of [path, ...foldersAbove(path)]) tracked.add(one);
  return new Map(sources.map(({id, path}) => [id, tracked.has(path)]));
}
