/**
 * Which stage of a run came after which. What a run read and wrote is remembered, its graph is not: a stage comes after
 * whoever wrote what it read. For stages without a result, and for `after`, today's pipeline is asked.
 */
import type {InputEntry} from '../model/artifact.ts';
import type {Graph} from '../model/graph.ts';
import {isInside} from '../model/ids.ts';
import type {SnapshotStage} from '../model/snapshot.ts';

/** @returns stage -> names of stages of the run, in its order. */
export function needsOf(
  stages: readonly SnapshotStage[],
  today: Graph | undefined,
): ReadonlyMap<string, readonly string[]> {
  const writers = new Map<string, string>();
  for (const {name, outputs} of stages) for (const {path} of outputs) writers.set(path, name);
  const place = new Map<string, number>(stages.map(({name}, index) => [name, index]));
  return new Map(
    stages.map((stage) => {
      const found = new Set<string>(neededToday(stage, today));
      for (const input of stage.inputs) for (const writer of writersOf(input, writers)) found.add(writer);
      found.delete(stage.name);
      const known = [...found].filter((name) => place.has(name));
      return [stage.name, known.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))];
    }),
  );
}

/** Who wrote the path or a folder above it; of a folder, who wrote in it. */
function writersOf({path, type}: InputEntry, writers: ReadonlyMap<string, string>): readonly string[] {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const writer = writers.get(path.slice(0, end));
    if (writer !== undefined) return [writer];
  }
  return type === 'dir' ? [...writers].filter(([output]) => isInside(output, path)).map(([, writer]) => writer) : [];
}

function neededToday(stage: SnapshotStage, today: Graph | undefined): readonly string[] {
  const id = today?.indexOf.get(stage.name);
  if (today === undefined || id === undefined) return [];
  const nameOf = (up: number): string => today.nodes[up]?.name ?? '';
  if (stage.document === undefined) return (today.upstream[id] ?? []).map(nameOf);
  return (today.nodes[id]?.after ?? []).flatMap((name) =>
    today.indexOf.has(name) ? [name] : (today.membersOf.get(name) ?? []).map(nameOf),
  );
}
