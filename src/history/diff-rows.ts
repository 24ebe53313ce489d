/** What the sections of a difference have in common: stages side by side, equal rows of several stages as one. */
import {groupBy} from '../base/group-by.ts';
import {canonicalJson, type Json} from '../base/json.ts';
import type {TreeEntry} from '../model/artifact.ts';
import type {Change} from '../model/diff.ts';
import type {DeclaredDirections} from '../model/direction.ts';
import type {Digest} from '../model/ids.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';

export interface DiffWorld {
  /** The list of files of a folder, where it is kept. */
  readonly readTree: (hash: Digest) => readonly TreeEntry[] | undefined;
  /** Rows of a table whose bytes are at hand. */
  readonly countRows: (path: string, hash: Digest, size: number) => number | undefined;
  /** Of pipeline.yaml as it is now. */
  readonly better?: DeclaredDirections;
}

export interface StagePair {
  readonly stage: string;
  readonly before?: SnapshotStage;
  readonly after?: SnapshotStage;
}

/** In the order of the new side; what is only on the old one comes last. */
export function pairStages(before: Snapshot, after: Snapshot): readonly StagePair[] {
  const olds = new Map<string, SnapshotStage>(before.stages.map((stage) => [stage.name, stage]));
  const pairs: StagePair[] = after.stages.map((now) => {
    const old = olds.get(now.name);
    olds.delete(now.name);
    return {stage: now.name, after: now, ...(old === undefined ? {} : {before: old})};
  });
  return [...pairs, ...[...olds.values()].map((old) => ({stage: old.name, before: old}))];
}

export function sameJson(before: Json | undefined, after: Json | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return canonicalJson(before) === canonicalJson(after);
}

export function changeOfValues(before: unknown, after: unknown, isSame: boolean): Change {
  if (before === undefined) return after === undefined ? 'same' : 'added';
  if (after === undefined) return 'removed';
  return isSame ? 'same' : 'changed';
}

/** Rows that say the same of several stages become one that names them all. */
export function mergeStages<T extends {readonly stages: readonly string[]}>(rows: readonly T[]): readonly T[] {
  const alike = groupBy(rows, (row) => JSON.stringify({...row, stages: undefined}));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{...first, stages: [...new Set(group.flatMap(({stages}) => stages))]}];
  });
}

/** Both maps' keys, those of the second first, in their order. */
export function keysOf<V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): readonly string[] {
  return [...new Set([...after.keys(), ...before.keys()])];
}
