/**
 * Files and folders that were added with `mlp add`: how they are now, and back from the cache when a stage that is about to
 * be decided reads one that is not there. What is on disk is used as it is, whatever was added: a difference is only told.
 */
import {compileGlob} from '../base/glob.ts';
import {quoteName} from '../base/display.ts';
import {quoteWord} from '../base/shell-quote.ts';
import {FileTrouble, type Host} from '../host/host.ts';
import type {FileContent} from '../model/artifact.ts';
import type {Emit} from '../model/event.ts';
import {isInside} from '../model/ids.ts';
import {mergeSources, parseSources, type LockSource} from '../model/lock-sources.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import type {NodeSpec} from '../model/stage.ts';
import {NotAFile} from './contents.ts';
import {LOCK_FILE} from './locked-results.ts';
import type {StalenessWorld} from './staleness.ts';

export interface SourceState {
  readonly source: LockSource;
  /** `absent`: not there, the cache has it; `lost`: neither has it. */
  readonly state: 'as-added' | 'edited' | 'absent' | 'lost';
}

/** What a run knows of the sources, for writing them down again. */
export interface SourcesOfRun {
  /** Of the paths that the sides of a merge conflict know differently: the side that is on disk. */
  readonly chosen: readonly LockSource[];
  /** false while one that is read differs from what was added: each run looks and says so. */
  readonly steady: boolean;
}

type SourcesWorld = Pick<StalenessWorld, 'host' | 'contents' | 'cache'>;

function sidesInLock({files}: Host): readonly (readonly LockSource[])[] {
  const text = files.readTextIfThere(LOCK_FILE);
  return text === undefined ? [] : parseSources(text);
}

/** What mlp.lock says was added, sorted by path. */
export function addedSources(host: Host): readonly LockSource[] {
  return mergeSources(sidesInLock(host)).sources;
}

/** The sources that these stages read, as they are on disk. */
export async function lookAtSources(specs: readonly NodeSpec[], world: SourcesWorld): Promise<readonly SourceState[]> {
  const sources = addedSources(world.host);
  if (sources.length === 0) return [];
  const isRead = readBy(specs);
  return statesOf(
    sources.filter(({path}) => isRead(path)),
    world,
  );
}

export async function statesOf(sources: readonly LockSource[], world: SourcesWorld): Promise<readonly SourceState[]> {
  const states: SourceState[] = [];
  for (const source of sources) states.push(await stateOf(source, world));
  return states;
}

/** @returns what is to be said of the sources that differ from what was added. */
export function sayEdited(states: readonly SourceState[]): readonly string[] {
  return states.flatMap(({source: {path}, state}) =>
    state === 'edited'
      ? `${quoteName(path)} differs from what was added; \`mlp add ${quoteWord(path)}\` records it`
      : state === 'lost'
        ? `${quoteName(path)} was added and is neither on disk nor in the cache: put it there again, or bring the cache of whoever added it`
        : [],
  );
}

/** Before anything is decided: what was added and is not there comes back, what was edited is told. */
export async function bringSources(
  specs: readonly NodeSpec[],
  world: SourcesWorld,
  link: PipelineSettings['link'],
  emit: Emit,
): Promise<SourcesOfRun> {
  const states = await lookAtSources(specs, world);
  for (const {source, state} of states) {
    if (state === 'absent') bringBack(source, world, link, emit);
  }
  for (const message of sayEdited(states)) emit({type: 'notice', level: 'warning', code: 'source-differs', message});
  return {chosen: await chosenSides(world), steady: states.every(({state}) => state === 'as-added')};
}

function bringBack(
  source: LockSource,
  {cache, contents}: SourcesWorld,
  link: PipelineSettings['link'],
  emit: Emit,
): void {
  const name = quoteName(source.path);
  try {
    const reply = cache.restore(source, source.path, link);
    contents.forget(source.path);
    if (reply.kind === 'restored') {
      const message = `${name} came from the cache, as it was added`;
      emit({type: 'notice', level: 'info', code: 'source-restored', message});
    } else {
      const message = `the cached copy of ${name}, which was added, is damaged: put the file there again and \`mlp add\` it`;
      emit({type: 'notice', level: 'warning', code: 'corrupt-object', message});
    }
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    emit({type: 'notice', level: 'warning', code: 'source-restored', message: `${name}: ${error.message}`});
  }
}

async function chosenSides(world: SourcesWorld): Promise<readonly LockSource[]> {
  const sides = sidesInLock(world.host);
  const open = new Set(mergeSources(sides).open);
  const chosen: LockSource[] = [];
  for (const source of sides.flat()) {
    if (open.has(source.path) && (await stateOf(source, world)).state === 'as-added') chosen.push(source);
  }
  return chosen;
}

async function stateOf(source: LockSource, {host, contents, cache}: SourcesWorld): Promise<SourceState> {
  if (host.files.lstat(source.path) === undefined)
    return {source, state: cache.complete(source, false) ? 'absent' : 'lost'};
  try {
    return {source, state: isSame(source, await contents.one(source.path)) ? 'as-added' : 'edited'};
  } catch (error) {
    if (error instanceof NotAFile || error instanceof FileTrouble) return {source, state: 'edited'};
    throw error;
  }
}

const isSame = (a: FileContent, b: FileContent): boolean => a.type === b.type && a.hash === b.hash && a.exec === b.exec;

/** Whether some stage reads a path, something in it, or a folder that holds it. */
function readBy(specs: readonly NodeSpec[]): (path: string) => boolean {
  const paths: string[] = [];
  const globs = new Set<string>();
  for (const {deps} of specs) {
    for (const dep of deps) {
      if (dep.kind === 'path') paths.push(dep.path);
      else if (dep.kind === 'glob') globs.add(dep.path);
    }
  }
  const compiled = [...globs].map(compileGlob);
  return (path) =>
    paths.some((other) => isInside(path, other) || isInside(other, path)) ||
    compiled.some((glob) => glob.matches(path) || glob.mayMatchBelow(path));
}
