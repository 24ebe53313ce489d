/** Files and folders that stages read and wrote: bytes, rows where they can be counted, and what changed in a folder. */
import {byCodeUnits} from '../base/compare.ts';
import type {FileContent, TreeEntry} from '../model/artifact.ts';
import type {DataRow, DataState, FileChanges} from '../model/diff.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import {changeOfValues, type DiffWorld} from './diff-rows.ts';

interface Place {
  readonly role: DataRow['role'];
  readonly content: FileContent;
  readonly stages: readonly string[];
}

/** Sources first, then what stages made, each by path. */
export function diffData(before: Snapshot, after: Snapshot, world: DiffWorld): readonly DataRow[] {
  const unspoken = {before: silentStages(before), after: silentStages(after)};
  const [olds, news] = [placesOf(before.stages), placesOf(after.stages)];
  return [...new Set([...news.keys(), ...olds.keys()])]
    .map((path) => {
      const [old, now] = [olds.get(path), news.get(path)];
      const place = (now ?? old) as Place;
      // A stage that failed says nothing of its files, which is not to say that they went.
      const isSilent = place.stages.every((stage) =>
        old === undefined ? unspoken.before.has(stage) : now === undefined && unspoken.after.has(stage),
      );
      return rowOf(path, old, now, isSilent && (old === undefined || now === undefined), world);
    })
    .sort((a, b) => Number(b.role === 'source') - Number(a.role === 'source') || byCodeUnits(a.path, b.path));
}

function silentStages({stages}: Snapshot): ReadonlySet<string> {
  return new Set(
    stages
      .filter(({outputs, inputs, outcome}) => outcome !== undefined && outputs.length + inputs.length === 0)
      .map(({name}) => name),
  );
}

function placesOf(stages: readonly SnapshotStage[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const stage of stages) {
    for (const {path, role, ...content} of stage.outputs)
      if (content.type !== 'absent') places.set(path, {role, content, stages: [stage.name]});
  }
  const written = new Set<string>(places.keys());
  for (const stage of stages) {
    for (const {path, name: _, ...content} of stage.inputs) {
      const known = places.get(path);
      if (content.type === 'absent' || (known !== undefined && known.role !== 'source')) continue;
      if (foldersAbove(path).some((folder) => written.has(folder))) continue;
      places.set(path, {role: 'source', content, stages: [...(known?.stages ?? []), stage.name]});
    }
  }
  return places;
}

/** A file in a folder that a stage wrote is no source. */
const foldersAbove = (path: string): readonly string[] =>
  [...path.matchAll(/\//g)].map(({index}) => path.slice(0, index));

function rowOf(
  path: string,
  old: Place | undefined,
  now: Place | undefined,
  isUnknown: boolean,
  world: DiffWorld,
): DataRow {
  const isSame =
    old?.content.hash === now?.content.hash &&
    old?.content.type === now?.content.type &&
    old?.content.exec === now?.content.exec;
  const change = isUnknown ? 'unknown' : changeOfValues(old, now, isSame);
  const isCounted = change !== 'same';
  const files = change === 'changed' ? fileChanges(old?.content, now?.content, world) : undefined;
  const {role, stages} = (now ?? old) as Place;
  return {
    path,
    role,
    change,
    ...(old === undefined ? {} : {before: stateOf(path, old.content, isCounted, world)}),
    ...(now === undefined ? {} : {after: stateOf(path, now.content, isCounted, world)}),
    stages,
    ...(files === undefined ? {} : {files}),
  };
}

function stateOf(path: string, content: FileContent, isCounted: boolean, {countRows}: DiffWorld): DataState {
  const {type, size, files, hash} = content;
  const rows = isCounted && type === 'file' && hash !== '' ? countRows(path, hash, size) : undefined;
  return {type, size, hash, ...(files === undefined ? {} : {files}), ...(rows === undefined ? {} : {rows})};
}

function fileChanges(
  old: FileContent | undefined,
  now: FileContent | undefined,
  {readTree}: DiffWorld,
): FileChanges | undefined {
  if (old?.type !== 'dir' || now?.type !== 'dir' || old.hash === '' || now.hash === '') return undefined;
  const [before, after] = [readTree(old.hash), readTree(now.hash)];
  if (before === undefined || after === undefined) return undefined;
  const olds = new Map(before.map((entry) => [entry.path, entry]));
  const news = new Set(after.map(({path}) => path));
  return {
    added: after.filter(({path}) => !olds.has(path)).map(({path}) => path),
    removed: before.filter(({path}) => !news.has(path)).map(({path}) => path),
    changed: after.filter((entry) => !sameEntry(olds.get(entry.path), entry)).map(({path}) => path),
  };
}

function sameEntry(old: TreeEntry | undefined, now: TreeEntry): boolean {
  return old === undefined || (old.hash === now.hash && old.type === now.type && old.exec === now.exec);
}
