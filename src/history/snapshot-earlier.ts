/**
 * A run of some stages only says nothing of the others, though each of them had a result then. Where the other side of a
 * comparison has such a stage, its result of the run before is taken, and said to be.
 */
import {formatList} from '../base/format.ts';
import {runId} from '../model/ids.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';
import {stageOfTrace} from './run-snapshot.ts';

/** How many runs are looked back for a stage. */
const MOST_RUNS = 100;

export function completedBy(snapshot: Snapshot, other: Snapshot, store: Store): Snapshot {
  const {run} = snapshot;
  if (run === undefined || other.origin === 'metrics') return snapshot;
  const own = new Set(snapshot.stages.map(({name}) => name));
  const missing = new Set(other.stages.map(({name}) => name).filter((name) => !own.has(name)));
  const found: SnapshotStage[] = [];
  for (let id = run.id - 1; id > 0 && id >= run.id - MOST_RUNS && missing.size > 0; id--) {
    for (const {stage, trace: traceId} of store.runStages(runId(id))) {
      const trace = traceId === undefined || !missing.has(stage) ? undefined : store.trace(traceId);
      if (trace === undefined) continue;
      missing.delete(stage);
      found.push(stageOfTrace(store, trace, stage));
    }
  }
  if (found.length === 0) return snapshot;
  const names = formatList(found.map(({name}) => `\`${name}\``));
  const notice = `run ${run.id} did not come to ${names}: taken from the run before it that did`;
  // In the order of the other side, as far as it knows them.
  const stages = new Map([...snapshot.stages, ...found].map((stage) => [stage.name, stage]));
  const ordered = other.stages.flatMap(({name}) => {
    const stage = stages.get(name);
    return stage !== undefined && stages.delete(name) ? [stage] : [];
  });
  return {...snapshot, stages: [...ordered, ...stages.values()], notices: [...(snapshot.notices ?? []), notice]};
}
