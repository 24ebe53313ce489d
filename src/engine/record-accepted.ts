/** Acceptances as a run of their own: in history, in mlp.lock, and for the next run to be found. */
import type {RunEvent} from '../model/event.ts';
import type {Graph} from '../model/graph.ts';
import type {RunId} from '../model/ids.ts';
import type {RunStart, StageResult, Trace} from '../model/run.ts';
import {accept, type Acceptable} from './accept.ts';
import {lockNotices} from './run-pipeline.ts';
import type {SourcesOfRun} from './sources.ts';
import type {StalenessWorld} from './staleness.ts';
import {updateLock} from './write-lock.ts';

export interface Accepted {
  readonly run: RunId;
  readonly traces: readonly Trace[];
  readonly notices: readonly RunEvent[];
}

/** Nobody has looked at them: the next run does. */
const UNSEEN_SOURCES: SourcesOfRun = {chosen: [], steady: false};

export function recordAccepted(
  stages: readonly Acceptable[],
  world: StalenessWorld,
  how: {readonly graph: Graph; readonly start: RunStart; readonly because: string},
): Accepted {
  const {host, store} = world;
  const run = store.startRun(how.start, host.machine.self);
  const traces = stages.flatMap((stage) => accept(stage, world, {run, because: how.because}) ?? []);
  const results = traces.map(({id, stage}): StageResult => ({
    stage,
    outcome: 'skipped',
    reason: {kind: 'fresh'},
    trace: id,
  }));
  const counts = {skipped: results.length};
  store.finishRun(run, {endedAtMs: host.clock.now(), status: 'done', counts, results});
  const places = how.graph.nodes.map((node) => (node.kind === 'stage' ? node.name : {branchesOf: node.group}));
  const branches = traces.map(({stage}) => stage).filter((stage) => !places.includes(stage));
  const update = updateLock(
    [...places, ...branches],
    new Set(traces.map(({stage}) => stage)),
    host,
    store,
    UNSEEN_SOURCES,
  );
  return {run, traces, notices: lockNotices(update)};
}
