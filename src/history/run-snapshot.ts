/** A run of the store as a snapshot: every stage with the result that it left, whoever made it. */
import type {RunId, StageName} from '../model/ids.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';

/** @returns undefined when there is no such run. */
export function snapshotOfRun(store: Store, id: RunId): Snapshot | undefined {
  const row = store.run(id);
  if (row === undefined) return undefined;
  const reasons = store.runReasons(id);
  const {status, startedAtMs, endedAtMs, git, facts, name} = row;
  return {
    label: name === undefined ? `run ${id}` : `run ${id} (${name})`,
    run: {id, status, startedAtMs, ...(endedAtMs === undefined ? {} : {endedAtMs})},
    ...(git === undefined ? {} : {git}),
    facts,
    stages: store.runStages(id).map(({stage, outcome, trace}) => {
      const reason = reasons.get(stage);
      const result = trace === undefined ? undefined : snapshotOfTrace(store, stage, trace);
      return {
        ...(result ?? {name: stage, params: {}, inputs: [], outputs: [], metrics: []}),
        outcome,
        ...(reason === undefined ? {} : {reason}),
      };
    }),
  };
}

/** @param name of the stage, which may have had another one when the result was made. */
export function snapshotOfTrace(store: Store, name: StageName, id: number): SnapshotStage | undefined {
  const trace = store.trace(id);
  if (trace === undefined) return undefined;
  const document = store.document(id);
  const pieces = store.pieces(id);
  return {
    name,
    key: trace.key,
    ...(trace.durationMs === undefined ? {} : {durationMs: trace.durationMs}),
    ...(document === undefined ? {} : {document}),
    ...(pieces === undefined ? {} : {pieces}),
    params: document?.params ?? {},
    inputs: store.inputs(id),
    outputs: trace.outputs,
    metrics: store.metrics(id),
  };
}
