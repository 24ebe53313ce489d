/** Code by what it means: the pieces (functions, classes, statements) that differ, extra code files, and commands. */
import {leavesOf, type Json, type JsonObject} from '../base/json.ts';
import type {CodeRow} from '../model/diff.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import {changeOfValues, keysOf, mergeStages, pairStages, sameJson} from './diff-rows.ts';

/** Of stages that both sides have. */
export function diffCode(before: Snapshot, after: Snapshot): readonly CodeRow[] {
  const rows = pairStages(before, after).flatMap(({stage, before: old, after: now}) =>
    old === undefined || now === undefined ? [] : rowsOf(stage, old, now),
  );
  return mergeStages(rows);
}

function rowsOf(stage: string, old: SnapshotStage, now: SnapshotStage): readonly CodeRow[] {
  const stages = [stage];
  if (old.document === undefined || now.document === undefined) {
    if (old.key === now.key && old.key !== undefined) return [{what: 'code and command', change: 'same', stages}];
    return [{what: 'code and command', change: 'unknown', stages}];
  }
  const command = commandRow(old.document.action, now.document.action, stages);
  const pieces = pieceRows(old.pieces ?? {}, now.pieces ?? {}, stages);
  const isSame = sameJson(old.document.code, now.document.code);
  if (isSame) {
    const files = Object.keys(now.document.code).map((what): CodeRow => ({what, change: 'same', stages}));
    return [command, ...files];
  }
  // Where the pieces do not say what changed, the files do.
  const changedPieces = pieces.filter(({change}) => change !== 'same');
  const files = fileRows(old.document.code, now.document.code, stages).filter(({change}) => change !== 'same');
  return [command, ...(changedPieces.length > 0 ? changedPieces : files)];
}

function commandRow(old: JsonObject, now: JsonObject, stages: readonly string[]): CodeRow {
  const [before, after] = [commandText(old), commandText(now)];
  const change = sameJson(old, now) ? 'same' : 'changed';
  return {what: 'command', change, before, after, stages};
}

/** As it was written, near enough to recognise it. */
function commandText(action: JsonObject): string {
  const {kind, text, function: name, argv, uses, with: settings, ...rest} = action;
  if (kind === 'builtin') return `${String(uses)} ${JSON.stringify(settings ?? {})}`;
  if (Array.isArray(argv)) return argv.join(' ');
  const written = text ?? name;
  return typeof written === 'string' ? written : `${String(kind)} ${JSON.stringify(rest)}`;
}

function pieceRows(
  old: {readonly [piece: string]: string},
  now: {readonly [piece: string]: string},
  stages: readonly string[],
): readonly CodeRow[] {
  return compared(new Map(Object.entries(old)), new Map(Object.entries(now)), stages);
}

function fileRows(old: JsonObject, now: JsonObject, stages: readonly string[]): readonly CodeRow[] {
  return compared(new Map(leavesOf(old)), new Map(leavesOf(now)), stages);
}

function compared(
  olds: ReadonlyMap<string, Json>,
  news: ReadonlyMap<string, Json>,
  stages: readonly string[],
): readonly CodeRow[] {
  return keysOf(olds, news).map((what) => {
    const [old, now] = [olds.get(what), news.get(what)];
    return {what, change: changeOfValues(old, now, sameJson(old, now)), stages};
  });
}
