/** What `mlp show` says of a run: read from the store. */
import {groupBy} from '../base/group-by.ts';
import {canonicalJson, leavesOf, type Json} from '../base/json.ts';
import {unfinishedStages} from '../history/report-unfinished.ts';
import {snapshotOfRun} from '../history/run-snapshot.ts';
import type {AttemptRow, RunRow} from '../model/run.ts';
import type {SnapshotStage} from '../model/snapshot.ts';
import type {ShowMetric, ShowParam, ShowStage, ShowView} from '../report/views/show.ts';
import type {Store} from '../store/store.ts';

export function showView(run: RunRow, store: Store): ShowView {
  const attempts = store.attempts({run: run.id}).toReversed();
  const settled = snapshotOfRun(store, run).stages;
  const stages = settled.length > 0 ? settled : unfinishedStages(store, attempts);
  const traces = new Map(store.runStages(run.id).map(({stage, trace}) => [stage, trace]));
  const byStage = groupBy<AttemptRow, string>(attempts, ({stage}) => stage);
  return {
    run,
    earlierNames: store.earlierNames(run.id),
    stages: stages.map((stage) => showStage(stage, byStage.get(stage.name) ?? [], traces.get(stage.name), run, store)),
    metrics: stages.flatMap(metricsOf),
    params: paramsOf(stages),
  };
}

function showStage(
  stage: SnapshotStage,
  attempts: readonly AttemptRow[],
  traceId: number | undefined,
  run: RunRow,
  store: Store,
): ShowStage {
  const trace = traceId === undefined ? undefined : store.trace(traceId);
  const maker = trace?.attempt === undefined ? undefined : store.attempt(trace.attempt);
  const attempt = maker ?? attempts.at(-1);
  const madeIn =
    trace?.run === undefined || trace.run === run.id
      ? undefined
      : {run: trace.run, isThere: store.run(trace.run) !== undefined};
  const durationMs = stage.durationMs ?? attempt?.wallMs;
  const bytes = stage.outputs.reduce((sum, output) => sum + output.size, 0);
  return {
    name: stage.name,
    attempts: attempts.length,
    ...(stage.outcome === undefined ? {} : {outcome: stage.outcome}),
    ...(stage.reason === undefined ? {} : {reason: stage.reason}),
    ...(madeIn === undefined ? {} : {madeIn}),
    ...(durationMs === undefined ? {} : {durationMs}),
    ...(attempt?.cpuMs === undefined ? {} : {cpuMs: attempt.cpuMs}),
    ...(attempt?.peakRssBytes === undefined ? {} : {peakRssBytes: attempt.peakRssBytes}),
    ...(trace === undefined ? {} : {bytes}),
    ...(attempt?.failure === undefined || trace !== undefined ? {} : {failure: attempt.failure}),
  };
}

function metricsOf(stage: SnapshotStage): readonly ShowMetric[] {
  const byName = groupBy(stage.metrics, ({name, source}) => JSON.stringify([source, name]));
  return [...byName.values()].flatMap((points): readonly ShowMetric[] => {
    const plain = points.findLast(({step}) => step === undefined);
    const last = plain ?? points.reduce((a, b) => ((b.step ?? 0) >= (a.step ?? 0) ? b : a));
    const curve = points.filter(({step}) => step !== undefined);
    return [
      {
        stage: stage.name,
        name: last.name,
        value: last.value,
        ...(last.step === undefined ? {} : {step: last.step}),
        ...(curve.length === 0 ? {} : {points: curve.length}),
      },
    ];
  });
}

/** Each value once, with the stages that name it; branches of a matrix may have one param with many values. */
function paramsOf(stages: readonly SnapshotStage[]): readonly ShowParam[] {
  const found = new Map<string, {readonly name: string; readonly value: Json; readonly stages: string[]}>();
  for (const stage of stages) {
    for (const [name, value] of leavesOf(stage.params)) {
      const key = JSON.stringify([name, canonicalJson(value)]);
      const param = found.get(key) ?? {name, value, stages: []};
      param.stages.push(stage.name);
      found.set(key, param);
    }
  }
  return [...found.values()];
}
