/** A run in which every stage is as the last run left it: recorded and reported like any other, decided by stats alone. */
import type {Host} from '../host/host.ts';
import type {Emit} from '../model/event.ts';
import {runId, type RunId, type StageName} from '../model/ids.ts';
import type {RunStart, StageResult} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {LOCK_FILE} from './locked-results.ts';
import {Settled} from './settled.ts';
import {lockIsCurrent} from './write-lock.ts';

export interface SettledRun {
  readonly stages: readonly StageName[];
  /** See `planDigest`. */
  readonly plan: string;
  readonly jobs: number;
  readonly start: RunStart;
}

/** @returns undefined, with nothing changed or said, when something must be looked at closely. */
export function runSettled(
  {stages, plan, jobs, start}: SettledRun,
  host: Host,
  store: Store,
  emit: Emit,
): RunId | undefined {
  const startedMs = host.clock.monotonic();
  if (store.deadAttempts(() => false).length > 0 || !lockIsCurrent(host, store, LOCK_FILE)) return undefined;
  const traces = new Settled(host, store, plan).all(stages);
  if (traces === undefined) return undefined;
  const results = stages.map((stage, index): StageResult => ({
    stage,
    outcome: 'skipped',
    reason: {kind: 'fresh'},
    trace: traces[index]?.trace ?? 0,
  }));
  const counts = {skipped: stages.length};
  const run = store.recordRun(start, host.machine.self, {endedAtMs: host.clock.now(), status: 'done', counts, results});
  emit({type: 'plan', run, jobs, stages: stages.map((stage) => ({stage}))});
  let savedMs = 0;
  stages.forEach((stage, index) => {
    const {atMs = 0, run: madeIn, durationMs} = traces[index] ?? {};
    savedMs += durationMs ?? 0;
    emit({
      type: 'stage.end',
      stage,
      outcome: 'skipped',
      reason: {kind: 'fresh'},
      durationMs: 0,
      from: {atMs, ...(madeIn === undefined ? {} : {run: runId(madeIn)})},
      ...(durationMs === undefined ? {} : {savedMs: durationMs}),
    });
  });
  emit({
    type: 'summary',
    run,
    status: 'done',
    exitCode: 0,
    counts,
    durationMs: host.clock.monotonic() - startedMs,
    savedMs,
  });
  return run;
}
