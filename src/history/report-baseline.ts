/** What a run is compared with in its report when nothing is said: the last good run on the main branch before it. */
import {runId} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import type {Store} from '../store/store.ts';

const MAIN_NAMES: readonly string[] = ['main', 'master', 'trunk'];
/** How far back is looked. */
const MOST_RUNS = 1000;

/** @returns undefined for the first run. */
export function earlierRun(run: RunRow, store: Store): {readonly run: RunRow; readonly why: string} | undefined {
  let good: RunRow | undefined;
  let any: RunRow | undefined;
  for (let id = run.id - 1; id > 0 && id >= run.id - MOST_RUNS; id--) {
    const earlier = store.run(runId(id));
    if (earlier === undefined || earlier.status === 'running') continue;
    any ??= earlier;
    if (earlier.status !== 'done') continue;
    good ??= earlier;
    const branch = earlier.git?.branch;
    if (branch !== undefined && MAIN_NAMES.includes(branch))
      return {run: earlier, why: `the last good run on ${branch} before it`};
  }
  if (good !== undefined) return {run: good, why: 'the last good run before it'};
  return any === undefined ? undefined : {run: any, why: 'the run before it'};
}
