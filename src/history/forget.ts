/**
 * Deletes runs: rows, logs, work folders, and the objects that nothing else needs: no other run, no mlp.lock of any branch,
 * no present state of the workspace. Rows go first: what a crash leaves after that is found by `mlp gc`.
 */
import type {Cache} from '../cache/cache.ts';
import type {Host} from '../host/host.ts';
import type {Digest, RunId} from '../model/ids.ts';
import type {Forgotten} from '../store/search-contract.ts';
import type {Store} from '../store/store.ts';
import type {Locked} from './forget-locks.ts';

export interface ForgetWorld {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly locked: Locked;
  /** Other projects may need the objects, and only `mlp gc` looks at what they know. */
  readonly isShared: boolean;
}

export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

export interface ForgetReport {
  readonly runs: readonly RunId[];
  readonly results: number;
  /** Results of these runs that stay, since something else needs them. */
  readonly resultsKept: number;
  readonly logs: Amount;
  readonly workFolders: Amount;
  readonly objects: Amount;
  /** Objects stay for `mlp gc`, since a run that is going on, or another project, may have come to need one of them. */
  readonly objectsLeft: boolean;
}

export function forget(runs: readonly RunId[], world: ForgetWorld, dryRun: boolean): ForgetReport {
  const {host, store, locked} = world;
  const forgotten = store.forgetRuns({runs, lockedKeys: locked.keys, dryRun});
  const isBusy = world.isShared || store.attempts({running: true, limit: 1}).length > 0;
  const objects = isBusy ? {count: 0, bytes: 0} : removeObjects(deadObjects(forgotten, world), world, dryRun);
  const report: ForgetReport = {
    runs: forgotten.runs,
    results: forgotten.traces,
    resultsKept: forgotten.kept,
    logs: removePaths(
      forgotten.attempts.map(({logFile}) => logFile),
      host,
      dryRun,
    ),
    workFolders: removePaths(
      forgotten.attempts.map(({workFolder}) => workFolder),
      host,
      dryRun,
    ),
    objects,
    objectsLeft: isBusy && forgotten.objects.length > 0,
  };
  if (!dryRun && forgotten.runs.length > 0) store.removeLostRows();
  return report;
}

/** Objects that only forgotten results name, and files of such folders that no other folder holds. */
function deadObjects(forgotten: Forgotten, {store, cache, locked}: ForgetWorld): ReadonlySet<Digest> {
  const dead = new Set(forgotten.objects.map(({hash}) => hash).filter((hash) => !locked.objects.has(hash)));
  const blobs = new Set(
    forgotten.objects
      .filter(({hash, type}) => type === 'dir' && dead.has(hash))
      .flatMap(({hash}) => filesOf(cache, hash)),
  );
  if (dead.size === 0) return dead;
  const kept = [...store.referencedObjects(), ...[...locked.objects].map(([hash, type]) => ({hash, type}))].filter(
    ({hash}) => !dead.has(hash),
  );
  for (const {hash, type} of kept) {
    blobs.delete(hash);
    if (type !== 'dir') continue;
    for (const blob of filesOf(cache, hash)) {
      blobs.delete(blob);
      // What one result has as a file of its own may lie in a folder of another.
      dead.delete(blob);
    }
  }
  return new Set([...dead, ...blobs]);
}

function filesOf(cache: Cache, tree: Digest): readonly Digest[] {
  return (cache.readTree(tree) ?? []).flatMap(({hash}) => (hash === '' ? [] : [hash]));
}

/** What is gone already counts nothing. */
function removeObjects(objects: ReadonlySet<Digest>, {cache}: ForgetWorld, dryRun: boolean): Amount {
  let [count, bytes] = [0, 0];
  for (const hash of objects) {
    const size = cache.sizeOf(hash);
    if (size === undefined) continue;
    count++;
    bytes += size;
    if (!dryRun) cache.remove(hash);
  }
  return {count, bytes};
}

function removePaths(paths: readonly string[], {files}: Host, dryRun: boolean): Amount {
  let [count, bytes] = [0, 0];
  for (const path of paths) {
    const stat = files.lstat(path);
    if (stat === undefined) continue;
    count++;
    if (stat.type !== 'dir') bytes += stat.size;
    else for (const entry of files.walk(path)) if (entry.stat.type === 'file') bytes += entry.stat.size;
    if (!dryRun) files.remove(path);
  }
  return {count, bytes};
}
