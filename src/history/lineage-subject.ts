/**
 * What a word after `mlp lineage` means: a path (as it is now, or as it was last known), a run, a stage, or the sha256 of
 * a content. A path that is there wins over a stage or a hash of that name; `run:`, `stage:`, `sha256:` and `path:` say
 * which is meant.
 */
import {suggest} from '../base/suggest.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {FileContent} from '../model/artifact.ts';
import {projectPath, runId, stageName, type Digest, type RunId} from '../model/ids.ts';
import type {Lineage} from '../model/lineage.ts';
import type {Store} from '../store/store.ts';
import {foldersAbove, type LineageFinder, type Place} from './lineage-finder.ts';
import {placeOf} from './lineage-walk.ts';

export interface Trouble {
  readonly message: string;
  readonly hint?: string;
}

export interface Subject {
  readonly subject: Lineage['subject'];
  readonly notes: readonly string[];
  readonly places: readonly Place[];
  readonly traces: readonly number[];
  /** Of a run: all its results. Where several results made the same bytes, one of these is meant. */
  readonly preferred?: readonly number[];
}

export interface SubjectWorld {
  readonly store: Store;
  readonly finder: LineageFinder;
  /** What is on disk; `absent` for what is not there. */
  readonly contentNow: (path: string) => Promise<FileContent>;
  /** The path of a word that was typed in some folder, relative to the project; undefined outside it. */
  readonly toProject: (word: string) => string | undefined;
  /** The run that a name, a tag or `last~2` stands for. */
  readonly runNamed: (name: string) => Promise<RunId | undefined>;
}

const HASH = /^[0-9a-f]{8,64}$/;
const URL = /^[a-z][a-z0-9+.-]+:\/\//i;
const PREFIX = /^(run|stage|sha256|path):(.+)$/s;
const MOST_PATHS = 20;
const HINT = 'name a file, a run, a stage or a sha256; `mlp runs` lists runs';

export async function resolveSubject(word: string, world: SubjectWorld): Promise<Result<Subject, Trouble>> {
  const [, kind, rest = ''] = PREFIX.exec(word) ?? [];
  if (kind === 'run') return ofRun(rest, world);
  if (kind === 'stage') return ofStage(rest, world) ?? err({message: `no result of a stage \`${rest}\` is known`});
  if (kind === 'sha256') return ofHash(rest.toLowerCase(), world);
  if (kind === 'path') return (await ofPath(rest, world)) ?? unknownPath(rest, world);
  if (/^\d{1,9}$/.test(word)) return ofRun(word, world);
  if (URL.test(word)) return ofUrl(word, world);
  return (
    (await ofPath(word, world)) ??
    ofStage(word, world) ??
    (HASH.test(word) ? ofHash(word, world) : ofNamedRun(word, world))
  );
}

/** The results of a run that no other result of it reads from: everything else of the run lies above them. */
async function ofRun(word: string, {store, runNamed}: SubjectWorld): Promise<Result<Subject, Trouble>> {
  const newest = store.runs(1)[0]?.id ?? 0;
  const number = /^\d+$/.test(word) ? Number(word) : await runNamed(word);
  if (number === undefined || number < 1) return err({message: `there is no run \`${word}\``, hint: HINT});
  const id = runId(number);
  if (store.run(id) === undefined) {
    const gone = number <= newest ? `run ${String(number)} was deleted` : `there is no run ${String(number)}`;
    return err({
      message: gone,
      hint: '`mlp runs` lists them; the lineage of a file is known as long as its results are',
    });
  }
  const traces = tracesOf(store, id);
  const last = lastOf(store, traces);
  return ok({
    subject: {kind: 'run', run: number},
    notes: traces.length === 0 ? [`run ${String(number)} left no result`] : [],
    places: [],
    traces: last.length > 0 ? last : traces,
    preferred: traces,
  });
}

/** The results that none of the others reads from, by path or through a folder. */
function lastOf(store: Store, traces: readonly number[]): readonly number[] {
  const read = new Set<string>();
  for (const trace of traces) {
    for (const {path} of store.inputs(trace)) for (const one of [path, ...foldersAbove(path)]) read.add(one);
  }
  return traces.filter((trace) =>
    (store.trace(trace)?.outputs ?? []).every(({path}) => ![path, ...foldersAbove(path)].some((one) => read.has(one))),
  );
}

export function tracesOf(store: Store, run: RunId): readonly number[] {
  return store.runStages(run).flatMap(({trace}) => trace ?? []);
}

/** A name that is no path and no stage may be that of a run. */
async function ofNamedRun(word: string, world: SubjectWorld): Promise<Result<Subject, Trouble>> {
  return (await world.runNamed(word)) === undefined ? unknownPath(word, world) : ofRun(word, world);
}

function ofStage(word: string, {store}: SubjectWorld): Result<Subject, Trouble> | undefined {
  const trace = store.currentTrace(stageName(word)) ?? store.latestTrace(stageName(word));
  if (trace === undefined) return undefined;
  return ok({subject: {kind: 'stage', stage: word}, notes: [], places: [], traces: [trace.id]});
}

function ofHash(prefix: string, {store}: SubjectWorld): Result<Subject, Trouble> {
  if (!HASH.test(prefix)) return err({message: `\`${prefix}\` is no sha256: 8 to 64 hexadecimal digits`, hint: HINT});
  const [hash, ...more] = store.lineage.objectsWithPrefix(prefix, 2);
  if (hash === undefined)
    return err({
      message: `no content that mlp knows has a sha256 that begins with ${prefix}`,
      hint: 'files inside a folder are known by the sha256 of the folder: name their path',
    });
  if (more.length > 0)
    return err({message: `several contents have a sha256 that begins with ${prefix}`, hint: 'give more digits'});
  const places = placesOf(store, hash);
  const paths = places.map(({path}) => `\`${path}\``).join(', ');
  return ok({
    subject: {kind: 'object', sha256: hash},
    notes: places.length > 1 ? [`the same bytes were at ${String(places.length)} paths: ${paths}`] : [],
    places,
    traces: [],
  });
}

/** Every path at which a content was written or read. */
function placesOf(store: Store, hash: Digest): readonly Place[] {
  const places = new Map<string, Place>();
  const {lineage} = store;
  for (const {path, trace} of lineage.writersOfObject(hash, {limit: 1000})) {
    const entry = places.has(path) ? undefined : store.trace(trace)?.outputs.find((output) => output.path === path);
    if (entry !== undefined) places.set(path, placeOf(entry));
  }
  for (const {path, trace} of lineage.readersOfObject(hash, {limit: 1000})) {
    const entry = places.has(path) ? undefined : store.inputs(trace).find((input) => input.path === path);
    if (entry !== undefined) places.set(path, placeOf(entry));
  }
  return [...places.values()].slice(0, MOST_PATHS);
}

function ofUrl(url: string, {store}: SubjectWorld): Result<Subject, Trouble> {
  const newest = store.runs(1)[0];
  const traces = (newest === undefined ? [] : tracesOf(store, newest.id)).filter((trace) =>
    store.document(trace)?.deps.some(([path, type]) => type === 'url' && path === url),
  );
  if (traces.length === 0) return err({message: `no stage of the last run reads ${url}`});
  return ok({subject: {kind: 'file', path: url}, notes: [], places: [], traces});
}

/** @returns undefined when nothing is there and nothing was ever known of it. */
async function ofPath(word: string, world: SubjectWorld): Promise<Result<Subject, Trouble> | undefined> {
  const path = world.toProject(word);
  if (path === undefined || path === '.') return undefined;
  const now = await world.contentNow(path);
  const place: Place = {...placeOf({...now, name: path, path}), path};
  const subject = {kind: 'file', path} as const;
  const as = (known: Place, ...notes: readonly string[]): Result<Subject, Trouble> =>
    ok({subject, notes, places: [known], traces: []});
  if (now.type !== 'absent' && world.finder.isRecorded(place)) return as(place);
  const known = lastKnown(path, world);
  if (now.type === 'absent')
    return known === undefined ? undefined : as(known.place, `\`${path}\` is not there now; ${known.was}`);
  if (known !== undefined)
    return as(known.place, `\`${path}\` was edited since ${known.was}; this is the lineage of its content then`);
  if (now.type === 'dir' && hasParts(path, world)) return as({...place, hash: ''});
  return elsewhere(place, world) ?? undefined;
}

interface LastKnown {
  readonly place: Place;
  /** `train wrote it in run 3`. */
  readonly was: string;
}

/** The newest content that was written or, where nobody wrote it, read at a path. */
function lastKnown(path: string, {store, finder}: SubjectWorld): LastKnown | undefined {
  const [written] = store.lineage.writersOfPath(path, {limit: 1});
  const [read] = written === undefined ? store.lineage.readersOfPath(path, {limit: 1}) : [];
  const touch = written ?? read;
  if (touch !== undefined) {
    const entries = written === undefined ? store.inputs(touch.trace) : (store.trace(touch.trace)?.outputs ?? []);
    const entry = entries.find((candidate) => candidate.path === path);
    const verb = written === undefined ? 'read' : 'wrote';
    if (entry !== undefined && entry.hash !== '')
      return {place: placeOf(entry), was: `\`${touch.stage}\` ${verb} it ${inRun(store, touch.trace)}`};
  }
  const inside = finder.entryInFolder(path);
  if (inside === undefined) return undefined;
  const place: Place = {path, type: 'file', hash: inside.entry.hash, size: inside.entry.size};
  return {place, was: `\`${inside.stage}\` wrote it ${inRun(store, inside.trace)}`};
}

function inRun(store: Store, id: number): string {
  const run = store.trace(id)?.run;
  return run === undefined ? 'before' : `in run ${String(run)}`;
}

/** Whether stages wrote or read something below a folder that is no input or output itself. */
function hasParts(path: string, {store}: SubjectWorld): boolean {
  const {lineage} = store;
  return lineage.writersBelow(path, {limit: 1}).length + lineage.readersBelow(path, {limit: 1}).length > 0;
}

/** A file that mlp knows nothing of may still have the bytes of one it knows. An empty file has nobody's bytes. */
function elsewhere(place: Place, {store}: SubjectWorld): Result<Subject, Trouble> | undefined {
  if (place.hash === '' || place.size === 0) return undefined;
  const places = placesOf(store, place.hash);
  const [first] = places;
  if (first === undefined) return undefined;
  const note = `no stage reads or writes \`${place.path}\`; it has the bytes of \`${first.path}\``;
  return ok({subject: {kind: 'file', path: place.path}, notes: [note], places: [first], traces: []});
}

function unknownPath(word: string, {store, toProject}: SubjectWorld): Result<Subject, Trouble> {
  const path = toProject(word);
  if (path === undefined) return err({message: `\`${word}\` is outside the project`, hint: HINT});
  const newest = store.runs(1)[0];
  if (newest === undefined)
    return err({message: `nothing is known of \`${word}\`: there was no run yet`, hint: '`mlp run` makes the first'});
  const names = tracesOf(store, newest.id).flatMap((trace) => {
    const {stage, outputs} = store.trace(trace) ?? {stage: '', outputs: []};
    return [stage, ...outputs.map((output) => output.path), ...store.inputs(trace).map((input) => input.path)];
  });
  const near = suggest(path, new Set(names));
  return err({
    message: `no stage ever wrote or read \`${word}\``,
    hint: near === undefined ? HINT : `did you mean \`${near}\`?`,
  });
}

/** What a user typed, in the folder `from` of the project. */
export function projectPathOf(word: string, root: string, from: string): string | undefined {
  if (word === root || word.startsWith(`${root}/`)) return projectPath(word.slice(root.length + 1) || '.');
  return projectPath(word.replace(/\/+$/, '') || '.', from);
}
