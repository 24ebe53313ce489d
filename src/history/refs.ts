/**
 * What a word on the command line means: a run by number, name or tag, `last` and `last~2`, a Git revision, the
 * workspace, a file. A word that means two things is refused with the two ways to write it; `run:`, `git:` and `file:`
 * say which is meant.
 */
import {quoteName} from '../base/display.ts';
import {formatList} from '../base/format.ts';
import {err, ok, type Result} from '../base/result.ts';
import {suggest} from '../base/suggest.ts';
import {LOCK_FILE} from '../engine/locked-results.ts';
import type {Host} from '../host/host.ts';
import {runId} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {listNames, resolveNames, type GitName} from './git.ts';
import {runLabel} from './run-snapshot.ts';

export type Ref =
  | {readonly kind: 'workspace'}
  | {readonly kind: 'run'; readonly run: RunRow}
  /** `text` as it was typed; `lock` is the blob of the project's mlp.lock, where the commit has one. */
  | {readonly kind: 'revision'; readonly text: string; readonly commit: string; readonly lock?: string}
  /** `path` absolute, `text` as it was typed. */
  | {readonly kind: 'file'; readonly text: string; readonly path: string};

export interface RefWorld {
  /** For the project folder. */
  readonly host: Host;
  readonly store: Store;
  /** Absolute folder that paths of files are relative to. */
  readonly cwd: string;
}

/** A word that means nothing, or more than one thing: a sentence, and how to mend it. */
export interface RefProblem {
  readonly message: string;
  readonly hint?: string;
}

export const WORKSPACE = 'workspace';
const FILE_ENDINGS = /\.(?:lock|json|ya?ml|csv)$/;
const MOST_SUGGESTED = 500;
/** How much of a history is searched for the names that are near to a wrong one. */
const MOST_RUNS = 200;

export async function resolveRef(text: string, world: RefWorld): Promise<Result<Ref, RefProblem>> {
  const resolved = await resolveRefs([text], world);
  return resolved.ok ? ok(resolved.value[0] as Ref) : resolved;
}

/** All words with one start of Git at most. The first that cannot be resolved is the error. */
export async function resolveRefs(
  texts: readonly string[],
  world: RefWorld,
): Promise<Result<readonly Ref[], RefProblem>> {
  const words = texts.map(wordOf);
  const asked = words.filter((word) => mayBeGit(word, world)).flatMap(({name}) => [commitOf(name), lockOf(name)]);
  const answers = asked.length === 0 ? [] : await resolveNames(world.host, asked);
  const objects = new Map(asked.map((name, index) => [name, answers?.[index] ?? 'missing']));
  const refs: Ref[] = [];
  for (const word of words) {
    const ref = chosen(word, objects, world);
    if (ref === undefined) return err(await unknownWord(word, world, answers !== undefined));
    if (!ref.ok) return ref;
    refs.push(ref.value);
  }
  return ok(refs);
}

const commitOf = (name: string): string => `${name}^{commit}`;
const lockOf = (name: string): string => `${name}:./${LOCK_FILE}`;

interface Word {
  readonly text: string;
  /** Without its prefix. */
  readonly name: string;
  readonly prefix?: 'run' | 'git' | 'file';
}

function wordOf(text: string): Word {
  const [, prefix, name] = /^(run|git|file):(.+)$/s.exec(text) ?? [];
  if (name === undefined) return {text, name: text};
  return {text, name, prefix: prefix as 'run' | 'git' | 'file'};
}

/** Whether Git has to be asked: not for what can only be a run, a file or the workspace. */
function mayBeGit({name, prefix}: Word, {store}: RefWorld): boolean {
  if (prefix !== undefined) return prefix === 'git';
  if (name === '' || name === WORKSPACE || isLast(name)) return false;
  // A number is a run; only where there is none it may be the beginning of a commit.
  return !/^\d+$/.test(name) || runByNumber(name, store) === undefined;
}

interface Meaning {
  readonly ref: Ref;
  /** How to write just this one. */
  readonly written: string;
}

/** @returns undefined when the word means nothing. */
function chosen(
  {text, name, prefix}: Word,
  objects: ReadonlyMap<string, GitName>,
  world: RefWorld,
): Result<Ref, RefProblem> | undefined {
  if (text === WORKSPACE) return ok({kind: 'workspace'});
  const commit = objects.get(commitOf(name));
  if (commit === 'ambiguous') {
    return err({message: `\`${text}\` begins the names of several commits`, hint: 'write more of its digits'});
  }
  const meanings: Meaning[] = [];
  if (prefix === undefined || prefix === 'run') meanings.push(...runMeanings(name, world.store));
  if (typeof commit === 'object') {
    const lock = objects.get(lockOf(name));
    const ref = {kind: 'revision', text: name, commit: commit.hash} as const;
    const withLock = typeof lock === 'object' && lock.type === 'blob' ? {...ref, lock: lock.hash} : ref;
    meanings.push({ref: withLock, written: `git:${name}`});
  }
  if (prefix === 'file' || (prefix === undefined && FILE_ENDINGS.test(name))) {
    const path = name.startsWith('/') ? name : `${world.cwd}/${name}`;
    if (world.host.files.stat(path)?.type === 'file')
      meanings.push({ref: {kind: 'file', text: name, path}, written: `file:${name}`});
  }
  const [first, ...more] = meanings;
  if (first === undefined) return undefined;
  if (more.length === 0) return ok(first.ref);
  return err({
    message: `\`${text}\` means ${formatList(meanings.map(meaningText), 5)}`,
    hint: `write ${meanings.map(({written}) => inTicks(written)).join(' or ')}`,
  });
}

function meaningText({ref}: Meaning): string {
  switch (ref.kind) {
    case 'run':
      return runLabel(ref.run);
    case 'revision':
      return `the Git revision ${ref.commit.slice(0, 7)}`;
    case 'file':
      return 'a file';
    case 'workspace':
      return 'the workspace';
  }
}

/** A number stands before names, and names before tags; two runs of one tag are the newest of them. */
function runMeanings(name: string, store: Store): readonly Meaning[] {
  const last = lastRun(name, store);
  if (last !== undefined) return [runMeaning(last)];
  const numbered = runByNumber(name, store);
  if (numbered !== undefined) return [runMeaning(numbered)];
  const [named] = store.runsNamed(name);
  const [tagged] = store.runsTagged(name);
  return [...new Set([named, tagged])].flatMap((id) => {
    const run = id === undefined ? undefined : store.run(id);
    return run === undefined ? [] : [runMeaning(run)];
  });
}

const runMeaning = (run: RunRow): Meaning => ({ref: {kind: 'run', run}, written: `run:${run.id}`});

function runByNumber(name: string, store: Store): RunRow | undefined {
  const number = /^\d{1,15}$/.test(name) ? Number(name) : 0;
  return number < 1 ? undefined : store.run(runId(number));
}

const isLast = (name: string): boolean => /^last(~\d{1,6})?$/.test(name);

const backOf = (name: string): number => Number(name.slice('last~'.length));

/** `last` is the newest run that has ended, `last~1` the one before it. */
function lastRun(name: string, store: Store): RunRow | undefined {
  if (!isLast(name)) return undefined;
  const back = backOf(name);
  return endedRuns(store, back + 1)[back];
}

/** Newest first. */
export function endedRuns(store: Store, most: number): readonly RunRow[] {
  for (let limit = most + 1; ; limit *= 2) {
    const runs = store.runs(limit);
    const ended = runs.filter(({status}) => status !== 'running');
    if (ended.length >= most || runs.length < limit) return ended.slice(0, most);
  }
}

function inTicks(name: string): string {
  const quoted = quoteName(name);
  return quoted.startsWith('"') ? quoted : `\`${quoted}\``;
}

async function unknownWord({text, name, prefix}: Word, world: RefWorld, isRepository: boolean): Promise<RefProblem> {
  const shown = inTicks(text);
  if (isLast(name)) {
    const count = endedRuns(world.store, backOf(name)).length;
    return count === 0
      ? {message: 'no run has ended yet', hint: '`mlp run` makes the first'}
      : {message: `there is no run ${shown}: only ${count} ${count === 1 ? 'has' : 'have'} ended`};
  }
  if (/^\d+$/.test(name) && prefix !== 'git')
    return {message: `there is no run ${name}`, hint: '`mlp runs` lists them'};
  if (prefix === 'file' || (prefix === undefined && FILE_ENDINGS.test(name)))
    return {message: `there is no file ${shown}`, hint: 'paths are relative to where you are'};
  const runs = world.store.runs(MOST_RUNS).flatMap((run) => [run.name ?? [], run.tags ?? []].flat());
  const branches = isRepository && prefix !== 'run' ? await listNames(world.host, MOST_SUGGESTED) : [];
  const near = suggest(name, new Set([WORKSPACE, 'last', 'HEAD', ...runs, ...branches]));
  const hint = near === undefined ? '' : `did you mean ${inTicks(near)}? `;
  const what = isRepository
    ? 'a run (its number, name or tag), `last`, a Git revision, `workspace` or a file'
    : 'a run (its number, name or tag), `last`, `workspace` or a file; Git finds no repository here';
  // What CI services clone: HEAD is there, its parents are not.
  const isShallow = isRepository && world.host.files.exists('.git/shallow');
  const deepen = isShallow ? '; this clone is shallow: `git fetch --unshallow` brings the rest' : '';
  return {message: `${shown} names nothing to look at`, hint: `${hint}it can be ${what}${deepen}`};
}
