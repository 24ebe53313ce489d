/** Stages side by side: how each ended or would end, and in what the two differ. */
import {canonicalJson} from '../base/json.ts';
import type {StageRow, StageState} from '../model/diff.ts';
import type {FileContent} from '../model/artifact.ts';
import type {KeyChange} from '../model/key-document.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import {diffDocuments} from '../engine/key-diff.ts';
import {pairStages, type StagePair} from './diff-rows.ts';

export function diffStages(before: Snapshot, after: Snapshot): readonly StageRow[] {
  return pairStages(before, after).map((pair) => {
    const differs = differences(pair);
    return {
      stage: pair.stage,
      change: changeOf(pair, differs),
      ...(pair.before === undefined ? {} : {before: stateOf(pair.before)}),
      ...(pair.after === undefined ? {} : {after: stateOf(pair.after)}),
      differs,
    };
  });
}

function changeOf({before, after}: StagePair, differs: readonly string[]): StageRow['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return differs.length === 0 ? 'same' : 'changed';
}

function stateOf({outcome, verdict, reason, durationMs}: SnapshotStage): StageState {
  return {
    ...(outcome === undefined ? {} : {outcome}),
    ...(verdict === undefined ? {} : {verdict}),
    ...(reason === undefined ? {} : {reason}),
    ...(durationMs === undefined ? {} : {durationMs}),
  };
}

const WORDS: Readonly<Record<KeyChange['part'], string>> = {
  params: 'params',
  code: 'code',
  deps: 'inputs',
  action: 'command',
  env: 'environment',
  runtime: 'runtime',
  seed: 'seed',
  cwd: 'cwd',
  outs: 'declared outputs',
  names: 'names',
  salt: 'salt',
  scheme: 'key scheme',
};

/** From the two key documents, where both are known; else from what mlp.lock holds. */
function differences({before, after}: StagePair): readonly string[] {
  if (before === undefined || after === undefined) return [];
  const keysDiffer = before.key !== after.key;
  const words =
    before.document !== undefined && after.document !== undefined
      ? keysDiffer
        ? diffDocuments(before.document, after.document).map(({part}) => WORDS[part])
        : []
      : differencesWithoutDocuments(before, after, keysDiffer);
  const outputs = sameContents(before.outputs, after.outputs) ? [] : ['outputs'];
  return [...new Set([...words, ...outputs])];
}

/** A failed stage has neither document nor contents: then only its key speaks. */
function differencesWithoutDocuments(
  before: SnapshotStage,
  after: SnapshotStage,
  keysDiffer: boolean,
): readonly string[] {
  if (!keysDiffer) return [];
  const words = [
    ...(canonicalJson(before.params) === canonicalJson(after.params) ? [] : ['params']),
    ...(sameContents(before.inputs, after.inputs) ? [] : ['inputs']),
  ];
  return words.length > 0 ? words : ['code, command or environment'];
}

type Entry = FileContent & {readonly path: string};

function sameContents(before: readonly Entry[], after: readonly Entry[]): boolean {
  const text = (entries: readonly Entry[]): string =>
    entries
      .filter(({type}) => type !== 'absent')
      .map(({path, type, exec, hash}) => JSON.stringify([path, type, exec, hash]))
      .sort()
      .join();
  return text(before) === text(after);
}
