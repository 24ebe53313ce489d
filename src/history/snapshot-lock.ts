/** Snapshots of texts: an mlp.lock, wherever it was read, and a metrics file on its own. */
import {readMetricsFile, type ParseYaml} from '../engine/read-metrics.ts';
import {sameContent} from '../engine/staleness.ts';
import {parseLock, type LockStage} from '../model/lock-file.ts';
import {stageName} from '../model/ids.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';
import {stageOfTrace} from './run-snapshot.ts';

export const isLockText = (text: string): boolean => /^mlp-lock:/m.test(text);

/** @param store what it remembers of the same results adds code, environment and curves, which mlp.lock does not hold. */
export function snapshotOfLock(text: string, label: string, store: Store): Snapshot {
  const {candidates, problem} = parseLock(text);
  const notices = [
    ...(problem === undefined ? [] : [`${label}: ${problem}`]),
    ...(candidates.length > 1 ? [`${label}: it holds a merge conflict, of which the first side is shown`] : []),
  ];
  return {
    label,
    origin: 'lock',
    facts: {},
    stages: (candidates[0]?.stages ?? []).map((stage) => lockedStage(stage, store)),
    ...(notices.length === 0 ? {} : {notices}),
  };
}

function lockedStage(locked: LockStage, store: Store): SnapshotStage {
  const known = store.traces(locked.key).find(({outputs}) => {
    const found = new Map(outputs.map((output) => [output.path, output]));
    return outputs.length === locked.outs.length && locked.outs.every((out) => sameContent(out, found.get(out.path)));
  });
  if (known !== undefined) return stageOfTrace(store, known, locked.name);
  return {
    name: locked.name,
    key: locked.key,
    params: locked.params,
    inputs: locked.deps.map((dep) => ({...dep, name: dep.path})),
    outputs: locked.outs,
    metrics: locked.metrics,
  };
}

/** One metrics file without a stage: its numbers are compared by their names alone. */
export async function snapshotOfMetrics(
  path: string,
  text: string,
  label: string,
  parseYaml: ParseYaml,
): Promise<Snapshot> {
  const read = await readMetricsFile(path, text, parseYaml);
  return {
    label,
    origin: 'metrics',
    facts: {},
    stages: read.ok ? [{name: stageName(path), params: {}, inputs: [], outputs: [], metrics: read.metrics}] : [],
    ...(read.ok ? {} : {notices: [read.message]}),
  };
}
