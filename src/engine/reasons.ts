/** Why a stage is stale, found by comparing it with the newest thing known of it. Asked only when it is. */
import type {FileContent} from '../model/artifact.ts';
import type {KeyedDocument} from '../model/key-document.ts';
import type {Reason, Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Store} from '../store/store.ts';
import {diffDocuments} from './key-diff.ts';
import type {StageCode} from './code.ts';

/** How many earlier results of a stage are looked through. */
const LOOK_BACK = 50;

interface Asked extends KeyedDocument {
  readonly code: StageCode;
}

/** @param traces known results under the present key; none of them equals the disk. */
export function reasonToRun(
  stage: StageSpec,
  known: Asked,
  traces: readonly Trace[],
  onDisk: ReadonlyMap<string, FileContent>,
  store: Store,
): Reason {
  const last = store.attempts({stage: stage.name, limit: 1})[0];
  const current = store.currentTrace(stage.name) ?? store.latestTrace(stage.name);
  if (last !== undefined && last.key === known.key) {
    if (last.state === 'interrupted') return {kind: 'interrupted-before', attempt: last.id};
    if (last.state === 'partial') return {kind: 'input-moved', paths: []};
    if (last.failure !== undefined) return {kind: 'failed-before', attempt: last.id};
  }
  if (current !== undefined && current.key !== known.key) {
    const before = store.document(current.id);
    if (before !== undefined) {
      const changes = diffDocuments(before, known.document);
      const code = changedPieces(store.pieces(current.id), known.code.pieces);
      return {kind: 'changed', changes, ...(code.length === 0 ? {} : {code})};
    }
  }
  const result = traces[0];
  if (result === undefined) return {kind: 'new'};
  return disturbedOutputs(result, onDisk, () => store.tracesOf(stage.name, LOOK_BACK));
}

/** The key is known, but the disk holds something else. */
function disturbedOutputs(
  result: Trace,
  onDisk: ReadonlyMap<string, FileContent>,
  others: () => readonly Trace[],
): Reason {
  const missing = result.outputs
    .filter((output) => output.type !== 'absent' && !onDisk.has(output.path))
    .map((output) => output.path);
  if (missing.length > 0) return {kind: 'outputs-missing', paths: missing};
  const edited = result.outputs
    .filter((output) => onDisk.get(output.path)?.hash !== output.hash)
    .map((output) => output.path);
  // What `mlp restore` brought back is no edit.
  const isKnown = (path: string): boolean =>
    others().some(({outputs}) => outputs.some((one) => one.path === path && one.hash === onDisk.get(path)?.hash));
  const isOfOtherRun = edited.length > 0 && edited.every((path) => isKnown(path));
  return {kind: isOfOtherRun ? 'outputs-of-other-run' : 'outputs-edited', paths: edited};
}

/** Names of functions, classes and statements whose meaning differs, as `path#name`. */
export function changedPieces(
  before: {readonly [piece: string]: string} | undefined,
  after: {readonly [piece: string]: string},
): readonly string[] {
  if (before === undefined) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
