/** The snapshot of a run: what the store remembers of every stage that the run came to. */
import type {AttemptRow, RunRow, Trace} from '../model/run.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {StageName} from '../model/ids.ts';
import type {Store} from '../store/store.ts';

export function snapshotOfRun(store: Store, run: RunRow): Snapshot {
  const reasons = store.runReasons(run.id);
  const attempts = new Map<StageName, AttemptRow>();
  for (const attempt of store.attempts({run: run.id}).toReversed()) attempts.set(attempt.stage, attempt);
  const stages = store.runStages(run.id).map(({stage, outcome, trace: id}): SnapshotStage => {
    const attempt = attempts.get(stage);
    const reason = reasons.get(stage) ?? attempt?.reason;
    const trace = id === undefined ? undefined : store.trace(id);
    const facts = {outcome, ...(reason === undefined ? {} : {reason})};
    if (trace !== undefined) return {...stageOfTrace(store, trace, stage), ...facts};
    const durationMs = attempt?.wallMs;
    return {
      name: stage,
      ...facts,
      ...(durationMs === undefined ? {} : {durationMs}),
      ...(attempt === undefined ? {} : {key: attempt.key}),
      params: {},
      inputs: [],
      outputs: [],
      metrics: [],
    };
  });
  return {
    label: runLabel(run),
    origin: 'run',
    run: {
      id: run.id,
      status: run.status,
      startedAtMs: run.startedAtMs,
      ...(run.endedAtMs === undefined ? {} : {endedAtMs: run.endedAtMs}),
    },
    ...(run.git === undefined ? {} : {git: run.git}),
    facts: run.facts,
    stages,
  };
}

/** `run 41`, or with its name `run 41 (baseline)`. */
export function runLabel({id, name}: Pick<RunRow, 'id' | 'name'>): string {
  return name === undefined ? `run ${id}` : `run ${id} (${name})`;
}

/** All that is known of a result. @param stage the name it goes by now: one result may stand for several names. */
export function stageOfTrace(store: Store, trace: Trace, stage: StageName = trace.stage): SnapshotStage {
  const document = store.document(trace.id);
  const pieces = store.pieces(trace.id);
  return {
    name: stage,
    ...(trace.durationMs === undefined ? {} : {durationMs: trace.durationMs}),
    key: trace.key,
    ...(document === undefined ? {} : {document}),
    ...(pieces === undefined ? {} : {pieces}),
    params: document?.params ?? {},
    inputs: store.inputs(trace.id),
    outputs: trace.outputs,
    metrics: store.metrics(trace.id),
  };
}
