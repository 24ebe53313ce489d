/** The stages of a run that nobody ended: it still goes on, or was killed. Only its attempts tell how far it came. */
import type {AttemptRow, Outcome} from '../model/run.ts';
import type {SnapshotStage} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';
import {stageOfTrace} from './run-snapshot.ts';

/** @param attempts in the order they started; the last one of a stage counts. */
export function unfinishedStages(store: Store, attempts: readonly AttemptRow[]): readonly SnapshotStage[] {
  const last = new Map(attempts.map((attempt) => [attempt.stage, attempt]));
  return [...last.values()].map((attempt): SnapshotStage => {
    const facts = {outcome: outcomeOf(attempt), reason: attempt.reason};
    const trace = store.traces(attempt.key).find((known) => known.attempt === attempt.id);
    if (trace !== undefined) return {...stageOfTrace(store, trace, attempt.stage), ...facts};
    return {name: attempt.stage, ...facts, params: {}, inputs: [], outputs: [], metrics: []};
  });
}

function outcomeOf({state, failure}: AttemptRow): Outcome {
  if (state === 'committed') return 'ran';
  return failure === undefined || state === 'interrupted' ? 'stopped' : 'failed';
}
