/** Runs a selection of an open project: what `mlp run`, everything that runs again, and the typed API have in common. */
import {runPipeline, type RunEnd} from '../engine/run-pipeline.ts';
import type {RunOptions} from '../engine/run-context.ts';
import type {Selected} from '../engine/select.ts';
import type {Emit} from '../model/event.ts';
import type {RunStart} from '../model/run.ts';
import {isDirty} from './git-state.ts';
import type {Project} from './load-project.ts';
import {notices} from './run-start.ts';
import type {Wired} from './wire.ts';

export interface RunProjectRequest {
  readonly selected: Selected;
  readonly options: RunOptions;
  /** Cores to use at the same time. */
  readonly jobs: number;
  /** After a failure go on with what does not depend on it. */
  readonly keepGoing: boolean;
  /** How long a stage may take to stop before it is killed. */
  readonly graceMs: number;
}

/** What a run is when nothing special was asked. */
export const USUAL_OPTIONS: RunOptions = {
  forced: new Set(),
  readCache: true,
  writeCache: true,
  keepEdits: false,
  keepFailed: false,
  envMode: 'strict',
};

export async function runProject(
  {host, pipeline, graph, diagnostics}: Project,
  wired: Wired,
  request: RunProjectRequest,
  start: RunStart,
  emit: Emit,
): Promise<RunEnd> {
  const {expand, executors, sample, store, world} = wired;
  let dirty: Promise<boolean | undefined> | undefined;
  for (const notice of notices(store, diagnostics)) emit(notice);
  const end = await runPipeline(
    {
      pipeline,
      graph,
      selected: request.selected,
      options: request.options,
      scheduling: {
        capacity: {cpu: request.jobs, memoryBytes: host.machine.memoryBytes, tokens: pipeline.settings.tokens},
        keepGoing: request.keepGoing,
        graceMs: request.graceMs,
      },
      start,
    },
    {
      host,
      store,
      world,
      executors,
      sample,
      expand,
      emit: (event) => {
        if (event.type === 'stage.start') dirty ??= isDirty(host);
        emit(event);
      },
    },
  );
  const isDirtyNow = await dirty;
  if (isDirtyNow !== undefined) store.setRunDirty(end.run, isDirtyNow);
  return end;
}
