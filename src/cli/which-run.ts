/** The run that a word on the command line names, or a usage error that says what there is. */
import {namedRun, namedRuns} from '../history/where-named.ts';
import type {RefWorld} from '../history/refs.ts';
import type {Host} from '../host/host.ts';
import type {RunId} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import {UsageError} from '../project/usage-error.ts';
import type {Store} from '../store/store.ts';

const world = (host: Host, store: Store): RefWorld => ({host, store, cwd: host.root});

/** @throws UsageError */
export async function whichRun(text: string, host: Host, store: Store): Promise<RunRow> {
  const run = await namedRun(text, world(host, store));
  if (!run.ok) throw new UsageError(run.error.message, run.error.hint);
  return run.value;
}

/** @throws UsageError */
export async function whichRuns(texts: readonly string[], host: Host, store: Store): Promise<readonly RunId[]> {
  const runs = await namedRuns(texts, world(host, store));
  if (!runs.ok) throw new UsageError(runs.error.message, runs.error.hint);
  return runs.value;
}
