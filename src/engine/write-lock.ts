/**
 * Writes mlp.lock once at the end of a run: every stage of the pipeline with its current result, in the order of the file.
 * A run that changed nothing reads and writes nothing: a memo says which results the file on disk was made of.
 */
import type {Host} from '../host/host.ts';
import {parseLock, writeLock, type Lock, type LockStage, type ParsedLock} from '../model/lock-file.ts';
import {mergeSources, type LockSource} from '../model/lock-sources.ts';
import type {StageName} from '../model/ids.ts';
import type {Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {LOCK_FILE} from './locked-results.ts';
import type {SourcesOfRun} from './sources.ts';

const MEMO = 'lock-file 1';
/** No file's signature: the next run looks closely. */
const UNSTEADY = 'a source differs';

/** A stage, or all branches that the file has of a dynamic stage. */
export type LockPlace = StageName | {readonly branchesOf: string};

export interface LockUpdate {
  /**
   * Stages and added files for which the file has two results, as after a merge, that this run did not choose between:
   * then the file stays as it is, because either may be what the next run needs.
   */
  readonly open: readonly string[];
  /** A later mlp wrote the file: it stays as it is. */
  readonly problem?: string;
}

const NOTHING_OPEN: LockUpdate = {open: []};
const SETTLED_SOURCES: SourcesOfRun = {chosen: [], steady: true};

/**
 * @param places in the order of pipeline.yaml, branches of dynamic stages in their place.
 * @param decided stages whose result this run knows.
 */
export function updateLock(
  places: readonly LockPlace[],
  decided: ReadonlySet<StageName>,
  host: Host,
  store: Store,
  sourcesNow: SourcesOfRun = SETTLED_SOURCES,
): LockUpdate {
  const before = placesAreKnown(places) ? undefined : lockedStages(readLock(host).candidates);
  const known = before ?? new Map<StageName, LockStage>();
  const stages = [
    ...new Set(places.flatMap((place) => (typeof place === 'string' ? [place] : branchNames(place.branchesOf, known)))),
  ];
  const current = stages.map((stage) => store.currentTrace(stage));
  const state = host.hashing.sha256(stages.map((stage, index) => `${stage} ${current[index]?.id ?? ''}`).join('\n'));
  const signature = host.files.stat(LOCK_FILE)?.signature ?? '';
  const memo = store.toolMemo(MEMO, LOCK_FILE);
  if (memo !== undefined && memo.value === state && memo.guards[LOCK_FILE] === signature) {
    if (!sourcesNow.steady) remember(UNSTEADY, state, store);
    return NOTHING_OPEN;
  }
  const {text, candidates, isNewer, problem} = readLock(host);
  if (isNewer === true && problem !== undefined) return {open: [], problem};
  const sources = sourcesOf(candidates, sourcesNow.chosen);
  const open = [...openConflicts(candidates, stages, decided), ...sources.open];
  if (open.length > 0) return {open};
  const written = before ?? lockedStages(candidates);
  let isOfThisStore = true;
  const locked = stages.flatMap((stage, index) => {
    const trace = current[index];
    const kept = decided.has(stage) ? undefined : written.get(stage);
    if (kept !== undefined && kept.key !== trace?.key) isOfThisStore = false;
    const entry = kept ?? (trace === undefined ? written.get(stage) : lockStage(stage, trace, store));
    return entry === undefined ? [] : [entry];
  });
  if (locked.length === 0 && text === undefined) return NOTHING_OPEN;
  const next = writeLock({stages: locked, sources: sources.sources});
  if (next !== text) host.files.writeAtomic(LOCK_FILE, next, {fsync: true});
  if (isOfThisStore)
    remember(sourcesNow.steady ? (host.files.stat(LOCK_FILE)?.signature ?? '') : UNSTEADY, state, store);
  return NOTHING_OPEN;
}

function remember(signature: string, state: string, store: Store): void {
  store.setToolMemo(MEMO, LOCK_FILE, {guards: {[LOCK_FILE]: signature}, value: state});
}

/** What was added with `mlp add` is no run's to forget. */
function sourcesOf(
  candidates: readonly Lock[],
  chosen: readonly LockSource[],
): {readonly sources: readonly LockSource[]; readonly open: readonly string[]} {
  const sides = candidates.map(({sources = []}) => sources);
  const paths = new Set(chosen.map(({path}) => path));
  const {sources} = mergeSources([chosen, ...sides]);
  return {sources, open: mergeSources(sides).open.filter((path) => !paths.has(path))};
}

/** Of `stages`, those that the sides of a merge conflict know under different keys and that nobody has decided yet. */
function openConflicts(
  candidates: readonly Lock[],
  stages: readonly StageName[],
  decided: ReadonlySet<StageName>,
): readonly StageName[] {
  if (candidates.length < 2) return [];
  const sides = candidates.map((lock) => new Map(lock.stages.map(({name, key}) => [name, key])));
  return stages.filter((stage) => !decided.has(stage) && new Set(sides.map((side) => side.get(stage))).size > 1);
}

const placesAreKnown = (places: readonly LockPlace[]): boolean => places.every((place) => typeof place === 'string');

const branchNames = (group: string, locked: ReadonlyMap<StageName, LockStage>): readonly StageName[] =>
  [...locked.keys()].filter((name) => name.startsWith(`${group}@`));

/** Results of stages that this run did not come to stay as they are in the file: somebody else's run may have made them. */
function lockedStages(candidates: readonly Lock[]): ReadonlyMap<StageName, LockStage> {
  const stages = new Map<StageName, LockStage>();
  for (const lock of [...candidates].reverse()) for (const stage of lock.stages) stages.set(stage.name, stage);
  return stages;
}

function readLock(host: Host): ParsedLock & {readonly text?: string} {
  const text = host.files.readTextIfThere(LOCK_FILE);
  return text === undefined ? {candidates: []} : {...parseLock(text), text};
}

/** Whether mlp.lock is the file that the last run left, so that a run that changes nothing need not look into it. */
export function lockIsCurrent(host: Host, store: Store, file: string): boolean {
  const memo = store.toolMemo(MEMO, file);
  return memo !== undefined && memo.guards[file] === (host.files.stat(file)?.signature ?? '');
}

function lockStage(name: StageName, trace: Trace, store: Store): LockStage {
  return {
    name,
    key: trace.key,
    deps: store.inputs(trace.id).map(({name: _, ...dep}) => dep),
    params: store.document(trace.id)?.params ?? {},
    outs: trace.outputs,
    metrics: store.metrics(trace.id).filter((metric) => metric.step === undefined),
  };
}
