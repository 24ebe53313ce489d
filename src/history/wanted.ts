/** The outputs that a run, a revision, a lock file or the present results say shall be there: what `mlp restore` brings. */
import {err, ok, type Result} from '../base/result.ts';
import {unreachable} from '../base/unreachable.ts';
import {LOCK_FILE} from '../engine/locked-results.ts';
import type {Wanted} from '../engine/restore-run.ts';
import type {Host} from '../host/host.ts';
import type {Graph} from '../model/graph.ts';
import type {RunId, StageName} from '../model/ids.ts';
import {parseLock, type Lock} from '../model/lock-file.ts';
import type {Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {readBlobs} from './git.ts';
import type {Ref, RefProblem} from './refs.ts';
import {runLabel} from './run-snapshot.ts';

export interface WantedFrom {
  /** Whose they are, for sentences. */
  readonly from: string;
  readonly wanted: readonly Wanted[];
}

interface WantedWorld {
  readonly host: Host;
  readonly store: Store;
}

/** What mlp.lock says; of stages that it does not know the newest result. */
export function wantedNow(graph: Graph, {host, store}: WantedWorld): Result<WantedFrom, RefProblem> {
  const text = host.files.readTextIfThere(LOCK_FILE);
  const {candidates, problem} = text === undefined ? {candidates: []} : parseLock(text);
  if (candidates.length > 1)
    return err({
      message: '`mlp.lock` holds a merge conflict: it does not say which results are meant',
      hint: '`mlp run` settles it; or name a run or a revision',
    });
  if (problem !== undefined && candidates.length === 0) return err({message: problem});
  const lock = candidates[0] ?? {stages: []};
  const locked = new Set<StageName>(lock.stages.map(({name}) => name));
  const others = graph.nodes.flatMap((node) => {
    const trace = node.kind === 'stage' && !locked.has(node.name) ? store.currentTrace(node.name) : undefined;
    return trace === undefined ? [] : ofTrace(trace);
  });
  return ok({from: LOCK_FILE, wanted: [...ofLock(lock, store), ...others]});
}

export async function wantedOfRef(
  ref: Exclude<Ref, {readonly kind: 'workspace'}>,
  {host, store}: WantedWorld,
): Promise<Result<WantedFrom, RefProblem>> {
  switch (ref.kind) {
    case 'run': {
      const from = runLabel(ref.run);
      const wanted = store.runStages(ref.run.id).flatMap(({stage, trace: id}) => {
        const trace = id === undefined ? undefined : store.trace(id);
        return trace === undefined ? [] : ofTrace(trace, stage, ref.run.id);
      });
      return wanted.length > 0 ? ok({from, wanted}) : err({message: `${from} has no outputs`});
    }
    case 'revision': {
      const from = `${ref.text} (${ref.commit.slice(0, 7)})`;
      const text = ref.lock === undefined ? undefined : (await readBlobs(host, [ref.lock])).get(ref.lock);
      if (text === undefined)
        return err({message: `${from} has no \`${LOCK_FILE}\`, so it does not say which results it had`});
      return ofText(text, from, store);
    }
    case 'file':
      return ofText(host.files.readText(ref.path), ref.text, store);
    default:
      return unreachable(ref);
  }
}

function ofText(text: string, from: string, store: Store): Result<WantedFrom, RefProblem> {
  const {candidates, problem} = parseLock(text);
  const [lock, other] = candidates;
  if (lock === undefined) return err({message: `${from}: ${problem ?? 'it is no `mlp.lock`'}`});
  if (other !== undefined) return err({message: `${from} holds a merge conflict`});
  return ok({from, wanted: ofLock(lock, store)});
}

function ofLock({stages, sources = []}: Lock, store: Store): readonly Wanted[] {
  const added = sources.map((source): Wanted => ({...source, cached: true}));
  const made = stages.flatMap(({name, key, outs}) => {
    const run = store.traces(key).find((trace) => trace.run !== undefined)?.run;
    return outs.map((out): Wanted => ({...out, stage: name, ...(run === undefined ? {} : {run})}));
  });
  return [...added, ...made];
}

/** @param stage the name it goes by there. @param run the run that is asked about, where the trace names none. */
function ofTrace(trace: Trace, stage: StageName = trace.stage, run?: RunId): readonly Wanted[] {
  const made = trace.run ?? run;
  return trace.outputs.map((out): Wanted => ({...out, stage, ...(made === undefined ? {} : {run: made})}));
}
