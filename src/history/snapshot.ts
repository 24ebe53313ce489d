/** The snapshot of whatever a word means: run, revision, file or workspace. */
import {err, ok, type Result} from '../base/result.ts';
import {unreachable} from '../base/unreachable.ts';
import {LOCK_FILE} from '../engine/locked-results.ts';
import {readMetricsFile, type ParseYaml} from '../engine/read-metrics.ts';
import type {Metric} from '../model/metric.ts';
import type {ProjectPath, StageName} from '../model/ids.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {readBlobs, resolveNames} from './git.ts';
import type {Ref, RefProblem, RefWorld} from './refs.ts';
import {snapshotOfRun} from './run-snapshot.ts';
import {isLockText, snapshotOfLock, snapshotOfMetrics} from './snapshot-lock.ts';

export interface MetricsFile {
  readonly stage: StageName;
  readonly path: ProjectPath;
}

export interface SnapshotWorld extends RefWorld {
  readonly parseYaml: ParseYaml;
  /** Called at most once, and only when it is asked for. */
  readonly workspace: () => Promise<Snapshot>;
  /** Of today's pipeline: what is read of a revision that has no mlp.lock. */
  readonly metricsFiles: () => Promise<readonly MetricsFile[]>;
}

type Revision = Ref & {readonly kind: 'revision'};

/** With one more start of Git at most, unless a revision has no mlp.lock. */
export async function snapshotsOf(
  refs: readonly Ref[],
  world: SnapshotWorld,
): Promise<Result<readonly Snapshot[], RefProblem>> {
  const locks = refs.flatMap((ref) => (ref.kind === 'revision' && ref.lock !== undefined ? [ref.lock] : []));
  const texts = await readBlobs(world.host, locks);
  const snapshots: Snapshot[] = [];
  for (const ref of refs) {
    const snapshot = await snapshotOf(ref, texts, world);
    if (!snapshot.ok) return snapshot;
    snapshots.push(snapshot.value);
  }
  return ok(snapshots);
}

async function snapshotOf(
  ref: Ref,
  texts: ReadonlyMap<string, string>,
  world: SnapshotWorld,
): Promise<Result<Snapshot, RefProblem>> {
  switch (ref.kind) {
    case 'workspace':
      return ok(await world.workspace());
    case 'run':
      return ok(snapshotOfRun(world.store, ref.run));
    case 'revision': {
      const text = ref.lock === undefined ? undefined : texts.get(ref.lock);
      if (text === undefined) return snapshotWithoutLock(ref, world);
      return readable({...snapshotOfLock(text, revisionLabel(ref), world.store), git: {commit: ref.commit}});
    }
    case 'file': {
      const text = world.host.files.readText(ref.path);
      return readable(
        isLockText(text)
          ? snapshotOfLock(text, ref.text, world.store)
          : await snapshotOfMetrics(ref.text, text, ref.text, world.parseYaml),
      );
    }
    default:
      return unreachable(ref);
  }
}

/** Of a text in which nothing can be read, everything would look new, and no condition on it could fail. */
function readable(snapshot: Snapshot): Result<Snapshot, RefProblem> {
  const [notice] = snapshot.notices ?? [];
  return notice !== undefined && snapshot.stages.length === 0 ? err({message: notice}) : ok(snapshot);
}

/** `HEAD (1a2b3c4)`, or `commit 1a2b3c4` where the hash itself was typed. */
function revisionLabel({text, commit}: Revision): string {
  const short = commit.slice(0, 7);
  return commit.startsWith(text.toLowerCase()) ? `commit ${short}` : `${text} (${short})`;
}

/** The metrics files that were committed, where the pipeline of today names them. */
async function snapshotWithoutLock(ref: Revision, world: SnapshotWorld): Promise<Result<Snapshot, RefProblem>> {
  const label = revisionLabel(ref);
  const declared = await world.metricsFiles();
  const names = await resolveNames(
    world.host,
    declared.map(({path}) => `${ref.commit}:./${path}`),
  );
  const found = declared.flatMap((file, index) => {
    const name = names?.[index];
    return typeof name === 'object' && name.type === 'blob' ? [{...file, hash: name.hash}] : [];
  });
  const texts = await readBlobs(
    world.host,
    found.map(({hash}) => hash),
  );
  const metrics = new Map<StageName, Metric[]>();
  const notices = [`${label}: no \`${LOCK_FILE}\` is committed there: only its metrics files are compared`];
  for (const {stage, path, hash} of found) {
    const read = await readMetricsFile(path, texts.get(hash) ?? '', world.parseYaml);
    if (read.ok) metrics.set(stage, [...(metrics.get(stage) ?? []), ...read.metrics]);
    else notices.push(`${label}: ${read.message}`);
  }
  if (metrics.size === 0) {
    return err({
      message: `${label} has neither \`${LOCK_FILE}\` nor a metrics file that the pipeline names`,
      hint: `commit \`${LOCK_FILE}\` beside pipeline.yaml after \`mlp run\`: it holds what every stage read, wrote and measured`,
    });
  }
  const stages = [...metrics].map(([name, values]) => ({
    name,
    params: {},
    inputs: [],
    outputs: [],
    metrics: values,
  }));
  return ok({label, origin: 'metrics', git: {commit: ref.commit}, facts: {}, stages, notices});
}
