/**
 * Writes mlp.lock once at the end of a run: every stage of the pipeline with its current result, in the order of the file.
 * A run that changed nothing reads and writes nothing: a memo says which results the file on disk was made of.
 */
import type {Host} from '../host/host.ts';
import {parseLock, writeLock, type Lock, type LockStage} from '../model/lock-file.ts';
import type {StageName} from '../model/ids.ts';
import type {Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {LOCK_FILE} from './locked-results.ts';

const MEMO = 'lock-file 1';

/** A stage, or all branches that the file has of a dynamic stage. */
export type LockPlace = StageName | {readonly branchesOf: string};

/**
 * @param places in the order of pipeline.yaml, branches of dynamic stages in their place.
 * @param decided stages whose result this run knows.
 * @returns the stages for which the file has two results, as after a merge, that this run did not choose between: then
 * the file stays as it is, because either may be what the next run needs.
 */
export function updateLock(
  places: readonly LockPlace[],
  decided: ReadonlySet<StageName>,
  host: Host,
  store: Store,
): readonly StageName[] {
  const before = placesAreKnown(places) ? undefined : lockedStages(lockCandidates(host));
  const stages = places.flatMap((place) =>
    typeof place === 'string' ? [place] : branchNames(place.branchesOf, before ?? new Map<StageName, LockStage>()),
  );
  const current = stages.map((stage) => store.currentTrace(stage));
  const state = host.hashing.sha256(stages.map((stage, index) => `${stage} ${current[index]?.id ?? ''}`).join('\n'));
  const signature = host.files.stat(LOCK_FILE)?.signature ?? '';
  const memo = store.toolMemo(MEMO, LOCK_FILE);
  if (memo !== undefined && memo.value === state && memo.guards[LOCK_FILE] === signature) return [];
  const text = host.files.readTextIfThere(LOCK_FILE);
  const candidates = lockCandidates(host);
  const open = openConflicts(candidates, stages, decided);
  if (open.length > 0) return open;
  const known = before ?? lockedStages(candidates);
  let isOfThisStore = true;
  const locked = stages.flatMap((stage, index) => {
    const trace = current[index];
    const written = decided.has(stage) ? undefined : known.get(stage);
    if (written !== undefined && written.key !== trace?.key) isOfThisStore = false;
    const entry = written ?? (trace === undefined ? known.get(stage) : lockStage(stage, trace, store));
    return entry === undefined ? [] : [entry];
  });
  if (locked.length === 0 && text === undefined) return [];
  const next = writeLock({stages: locked});
  if (next !== text) host.files.writeAtomic(LOCK_FILE, next, {fsync: true});
  if (isOfThisStore) {
    store.setToolMemo(MEMO, LOCK_FILE, {
      guards: {[LOCK_FILE]: host.files.stat(LOCK_FILE)?.signature ?? ''},
      value: state,
    });
  }
  return [];
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

function lockCandidates(host: Host): readonly Lock[] {
  const text = host.files.readTextIfThere(LOCK_FILE);
  return text === undefined ? [] : parseLock(text).candidates;
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
