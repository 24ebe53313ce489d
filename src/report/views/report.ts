/** All that a report on a run says, as plain data: what `--json` prints and what the page is drawn from. Pure. */
import {groupBy} from '../../base/group-by.ts';
import {isJsonObject, leavesOf, type Json} from '../../base/json.ts';
import type {Change, SnapshotDiff} from '../../model/diff.ts';
import type {AttemptRow, GitState, Outcome, Reason, RunRow} from '../../model/run.ts';
import type {Snapshot, SnapshotStage} from '../../model/snapshot.ts';
import {LineSplitter} from '../log-text.ts';
import {timelineOf, type TimelineView} from './report-timeline.ts';

export interface ReportView {
  /** Name of the pipeline, or of the project's folder. */
  readonly project: string;
  readonly run: Pick<
    RunRow,
    'id' | 'name' | 'tags' | 'note' | 'status' | 'startedAtMs' | 'endedAtMs' | 'argv' | 'counts' | 'facts'
  >;
  readonly git?: GitState;
  readonly madeAtMs: number;
  readonly totals: ReportTotals;
  /** In the order of the pipeline. */
  readonly stages: readonly ReportStage[];
  readonly timeline: TimelineView;
  /** Plain values, and the last point of each curve. */
  readonly metrics: readonly ReportMetric[];
  readonly curves: readonly ReportCurve[];
  readonly params: readonly ReportParam[];
  /** Interpreters and packages that the results depend on. */
  readonly runtime: readonly ReportVersion[];
  /** The difference to another run or revision. */
  readonly baseline?: ReportBaseline;
  /** undefined: left out. */
  readonly logs?: readonly ReportLog[];
}

export interface ReportBaseline {
  /** Why just this one, e.g. `the last run on main before it`; '' when it was asked for. */
  readonly why: string;
  /** Without rows that are the same, but for metrics. */
  readonly diff: SnapshotDiff;
}

export interface ReportTotals {
  /** Of the attempts of this run. */
  readonly cpuMs: number;
  readonly peakRssBytes?: number;
  readonly bytesWritten: number;
  /** What the stages that were skipped or restored took when they ran. */
  readonly savedMs: number;
}

export interface ReportStage {
  readonly name: string;
  readonly outcome: Outcome;
  readonly reason?: Reason;
  readonly failure?: {readonly message: string; readonly hint?: string};
  readonly needs: readonly string[];
  readonly attempts: number;
  /** Of its last attempt in this run. */
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly peakRssBytes?: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of a result that an earlier run made. */
  readonly madeBy?: {readonly run: number; readonly wallMs?: number};
}

export interface ReportMetric {
  readonly stage: string;
  readonly name: string;
  readonly source: string;
  readonly value: number;
  /** Of the last point of a curve. */
  readonly step?: number;
}

export interface ReportCurve {
  readonly stage: string;
  readonly name: string;
  readonly source: string;
  readonly points: readonly {readonly x: number; readonly y: number}[];
}

export interface ReportParam {
  /** `train.trees` */
  readonly path: string;
  readonly value: Json;
  readonly stages: readonly string[];
}

export interface ReportVersion {
  /** `python3` */
  readonly runtime: string;
  /** `python`, `packages.numpy` */
  readonly name: string;
  readonly version: Json;
  readonly stages: readonly string[];
}

export interface ReportLog {
  readonly stage: string;
  readonly attempt: string;
  readonly number: number;
  readonly state: AttemptRow['state'];
  /** Cleaned: no escape sequences, progress bars in their last state. */
  readonly lines: readonly string[];
  /** What stands before the lines and was left out. */
  readonly cutLines: number;
  readonly cutBytes: number;
  readonly missing?: 'gone' | 'budget';
}

export interface ReportSource {
  readonly project: string;
  readonly nowMs: number;
  readonly run: RunRow;
  readonly snapshot: Snapshot;
  readonly attempts: readonly AttemptRow[];
  readonly makers: ReadonlyMap<string, AttemptRow>;
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly baseline?: ReportBaseline;
  readonly logs?: readonly {
    readonly attempt: AttemptRow;
    readonly text: string;
    readonly cutBytes: number;
    readonly missing?: 'gone' | 'budget';
  }[];
}

const MOST_LOG_LINES = 200;

export function reportView(source: ReportSource): ReportView {
  const {run, snapshot, attempts} = source;
  const byStage = groupBy<AttemptRow, string>(attempts, ({stage}) => stage);
  const stages = snapshot.stages.map((stage) => stageView(stage, byStage.get(stage.name) ?? [], source));
  const {id, status, startedAtMs, argv, counts, facts} = run;
  return {
    project: source.project,
    run: {
      id,
      status,
      startedAtMs,
      argv,
      counts,
      facts,
      ...(run.endedAtMs === undefined ? {} : {endedAtMs: run.endedAtMs}),
      ...(run.name === undefined ? {} : {name: run.name}),
      ...(run.tags === undefined ? {} : {tags: run.tags}),
      ...(run.note === undefined ? {} : {note: run.note}),
    },
    ...(snapshot.git === undefined ? {} : {git: snapshot.git}),
    madeAtMs: source.nowMs,
    totals: totalsOf(stages, attempts),
    stages,
    timeline: timelineOf({
      startedAtMs,
      ...(run.endedAtMs === undefined ? {} : {endedAtMs: run.endedAtMs}),
      nowMs: source.nowMs,
      attempts,
      needs: source.needs,
    }),
    ...metricsOf(snapshot.stages),
    params: paramsOf(snapshot.stages),
    runtime: runtimeOf(snapshot.stages),
    ...(source.baseline === undefined ? {} : {baseline: baselineView(source.baseline)}),
    ...(source.logs === undefined ? {} : {logs: source.logs.map(logView)}),
  };
}

function stageView(
  stage: SnapshotStage,
  own: readonly AttemptRow[],
  {makers, needs}: Pick<ReportSource, 'makers' | 'needs'>,
): ReportStage {
  const last = own.at(-1);
  const maker = makers.get(stage.name);
  const sum = (entries: readonly {readonly size: number}[]): number => entries.reduce((all, {size}) => all + size, 0);
  return {
    name: stage.name,
    outcome: stage.outcome ?? 'skipped',
    ...(stage.reason === undefined ? {} : {reason: stage.reason}),
    ...(last?.failure === undefined ? {} : {failure: last.failure}),
    needs: needs.get(stage.name) ?? [],
    attempts: own.length,
    ...(last?.wallMs === undefined ? {} : {wallMs: last.wallMs}),
    ...(last?.cpuMs === undefined ? {} : {cpuMs: last.cpuMs}),
    ...(last?.peakRssBytes === undefined ? {} : {peakRssBytes: last.peakRssBytes}),
    bytesIn: sum(stage.inputs),
    bytesOut: sum(stage.outputs),
    ...(maker === undefined
      ? {}
      : {madeBy: {run: maker.run, ...(maker.wallMs === undefined ? {} : {wallMs: maker.wallMs})}}),
  };
}

function baselineView({why, diff}: ReportBaseline): ReportBaseline {
  const changed = <T extends {readonly change: Change}>(rows: readonly T[]): readonly T[] =>
    rows.filter(({change}) => change !== 'same' && change !== 'unknown');
  return {
    why,
    diff: {
      ...diff,
      params: changed(diff.params),
      stages: changed(diff.stages),
      code: changed(diff.code),
      data: changed(diff.data),
      env: changed(diff.env),
    },
  };
}

function totalsOf(stages: readonly ReportStage[], attempts: readonly AttemptRow[]): ReportTotals {
  const peaks = attempts.flatMap(({peakRssBytes}) => peakRssBytes ?? []);
  const isSaved = ({outcome}: ReportStage): boolean => outcome === 'skipped' || outcome === 'restored';
  return {
    cpuMs: attempts.reduce((sum, {cpuMs}) => sum + (cpuMs ?? 0), 0),
    ...(peaks.length === 0 ? {} : {peakRssBytes: peaks.reduce((most, peak) => Math.max(most, peak))}),
    bytesWritten: stages.reduce((sum, {outcome, bytesOut}) => sum + (outcome === 'ran' ? bytesOut : 0), 0),
    savedMs: stages.filter(isSaved).reduce((sum, {madeBy}) => sum + (madeBy?.wallMs ?? 0), 0),
  };
}

function metricsOf(stages: readonly SnapshotStage[]): Pick<ReportView, 'metrics' | 'curves'> {
  const metrics: ReportMetric[] = [];
  const curves: ReportCurve[] = [];
  for (const stage of stages) {
    const groups = groupBy(stage.metrics, ({source, name}) => JSON.stringify([source, name]));
    for (const group of groups.values()) {
      const points = group.flatMap(({step, value}) => (step === undefined ? [] : [{x: step, y: value}]));
      const plain = group.findLast(({step}) => step === undefined);
      const last = plain ?? group.reduce((best, one) => ((one.step ?? 0) >= (best.step ?? 0) ? one : best));
      const {name, source, value, step} = last;
      metrics.push({stage: stage.name, name, source, value, ...(step === undefined ? {} : {step})});
      if (points.length > 1) curves.push({stage: stage.name, name, source, points});
    }
  }
  return {metrics, curves};
}

function paramsOf(stages: readonly SnapshotStage[]): readonly ReportParam[] {
  const found = new Map<string, {path: string; value: Json; stages: string[]}>();
  for (const {name, params} of stages) {
    for (const [path, value] of leavesOf(params)) {
      const key = JSON.stringify([path, value]);
      const known = found.get(key);
      if (known === undefined) found.set(key, {path, value, stages: [name]});
      else known.stages.push(name);
    }
  }
  return [...found.values()];
}

function runtimeOf(stages: readonly SnapshotStage[]): readonly ReportVersion[] {
  const found = new Map<string, {runtime: string; name: string; version: Json; stages: string[]}>();
  for (const {name: stage, document} of stages) {
    for (const [runtime, versions] of Object.entries(document?.runtime ?? {})) {
      const leaves = isJsonObject(versions) ? leavesOf(versions) : [['', versions] as const];
      for (const [path, version] of leaves) {
        if (isJsonObject(version) || Array.isArray(version)) continue;
        const name = path === '' ? runtime : path.replace(/^packages\./, '');
        const key = JSON.stringify([runtime, name, version]);
        const known = found.get(key);
        if (known === undefined) found.set(key, {runtime, name, version, stages: [stage]});
        else known.stages.push(stage);
      }
    }
  }
  return [...found.values()];
}

function logView({attempt, text, cutBytes, missing}: NonNullable<ReportSource['logs']>[number]): ReportLog {
  const splitter = new LineSplitter();
  const lines = [...splitter.push(text), ...splitter.flush()];
  const shown = lines.slice(-MOST_LOG_LINES);
  return {
    stage: attempt.stage,
    attempt: attempt.id,
    number: attempt.number,
    state: attempt.state,
    lines: shown,
    cutLines: lines.length - shown.length,
    cutBytes,
    ...(missing === undefined ? {} : {missing}),
  };
}
