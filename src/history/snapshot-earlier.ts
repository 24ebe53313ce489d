/**
 * A run of some stages only says nothing of the others, though each of them had a result then. Where the other side of a
 * comparison has such a stage, its result of the run before is taken, and said to be.
 */
import {formatList} from '../base/format.ts';
import {runId} from '../model/ids.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {Store} from '../store/store.ts';
import {stageOfTrace} from './run-snapshot.ts';

/** How many runs are looked back for a stage. */
const MOST_RUNS = 100;

export function completedBy(snapshot: Snapshot, other: Snapshot, store: Store): Snapshot {
  const {run} = snapshot;
  if (run === undefined || other.origin === 'metrics' || !isPartial(store.run(run.id)?.argv ?? [])) return snapshot;
  const own = new Set(snapshot.stages.map(({name}) => name));
  const groups = new Set([...own].flatMap((name) => groupOf(name) ?? []));
  // A branch of a stage that the run came to is one that is no more.
  const missing = new Set(
    other.stages.map(({name}) => name).filter((name) => !own.has(name) && !groups.has(groupOf(name) ?? '')),
  );
  const found: SnapshotStage[] = [];
  for (let id = run.id - 1; id > 0 && id >= run.id - MOST_RUNS && missing.size > 0; id--) {
    for (const {stage, trace: traceId} of store.runStages(runId(id))) {
      const trace = traceId === undefined || !missing.has(stage) ? undefined : store.trace(traceId);
      if (trace === undefined) continue;
      missing.delete(stage);
      found.push(stageOfTrace(store, trace, stage));
    }
  }
  if (found.length === 0) return snapshot;
  const names = formatList(found.map(({name}) => `\`${name}\``));
  const notice = `run ${run.id} did not come to ${names}: taken from the run before it that did`;
  // In the order of the other side, as far as it knows them.
  const stages = new Map([...snapshot.stages, ...found].map((stage) => [stage.name, stage]));
  const ordered = other.stages.flatMap(({name}) => {
    const stage = stages.get(name);
    return stage !== undefined && stages.delete(name) ? [stage] : [];
  });
  return {...snapshot, stages: [...ordered, ...stages.values()], notices: [...(snapshot.notices ?? []), notice]};
}

/** `train` of `train@forest`. */
const groupOf = (name: string): string | undefined => /^(.+?)@/s.exec(name)?.[1];

/** Options of `mlp run` whose value is the next word. */
const WITH_VALUE = /^(?:-C|--chdir|-j|--jobs|--set|--env|--grace|--profile|--reporter|--openlineage)$/;
/** Its value may be left out. */
const NO_CACHE = ['read', 'write'];

/** Whether the command line of a run named stages. What is not understood counts as whole: nothing is made up then. */
export function isPartial(argv: readonly string[]): boolean {
  const [command, ...words] = argv.filter(
    (word, index) => !WITH_VALUE.test(word) && !WITH_VALUE.test(argv[index - 1] ?? ''),
  );
  // As the typed API records it: only the patterns follow.
  if (command === 'openProject') return words.length > 0;
  if (command !== 'run') return false;
  return words.some((word, index) => {
    if (/^--(?:only|downstream|from)(?:=|$)/.test(word)) return true;
    return !word.startsWith('-') && !(words[index - 1] === '--no-cache' && NO_CACHE.includes(word));
  });
}
