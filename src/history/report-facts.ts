/** All that a report on a run is made of, read from the store and the logs. */
import type {Files} from '../host/host.ts';
import type {Graph} from '../model/graph.ts';
import type {AttemptRow, RunRow} from '../model/run.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';
import {readLogTails, type LogTail} from './report-logs.ts';
import {needsOf} from './report-needs.ts';
import {unfinishedStages} from './report-unfinished.ts';
import {snapshotOfRun} from './run-snapshot.ts';

export interface ReportFacts {
  readonly run: RunRow;
  readonly snapshot: Snapshot;
  /** Of this run, in the order they started. */
  readonly attempts: readonly AttemptRow[];
  /** Stage -> the attempt that made the result it has now, where that was another run's. */
  readonly makers: ReadonlyMap<string, AttemptRow>;
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** undefined: not asked for. */
  readonly logs?: readonly LogTail[];
}

export interface ReportFactsOptions {
  readonly store: Store;
  readonly files: Pick<Files, 'stat' | 'readRange'>;
  /** Of today's pipeline, where it can be loaded. */
  readonly graph?: Graph;
  readonly withLogs: boolean;
}

const LOG_BUDGET = {bytesEach: 64 * 1024, bytes: 2 * 1024 * 1024};

export function reportFacts(run: RunRow, {store, files, graph, withLogs}: ReportFactsOptions): ReportFacts {
  const attempts = store.attempts({run: run.id}).toReversed();
  const settled = snapshotOfRun(store, run);
  const snapshot = settled.stages.length > 0 ? settled : {...settled, stages: unfinishedStages(store, attempts)};
  const makers = new Map<string, AttemptRow>();
  for (const {stage, trace} of store.runStages(run.id)) {
    const attempt = trace === undefined ? undefined : store.trace(trace)?.attempt;
    const row = attempt === undefined ? undefined : store.attempt(attempt);
    if (row !== undefined && row.run !== run.id) makers.set(stage, row);
  }
  return {
    run,
    snapshot,
    attempts,
    makers,
    needs: needsOf(snapshot.stages, graph),
    ...(withLogs ? {logs: readLogTails(files, attempts, LOG_BUDGET)} : {}),
  };
}
