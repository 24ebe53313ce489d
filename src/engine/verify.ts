/**
 * `mlp verify`: a stage is run again although its result is known, to see whether it gives that again. What it gave is
 * kept as a second result of the key; on disk stays what was there (rule R3).
 */
import type {FileContent, OutputEntry, TreeEntry} from '../model/artifact.ts';
import type {Host} from '../host/host.ts';
import type {ProjectPath, StageName} from '../model/ids.ts';
import type {Job, Receipt} from '../model/job.ts';
import type {Metric} from '../model/metric.ts';
import type {Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {firstDifference, type TextDifference} from './first-difference.ts';
import {failureOf, know, matches, outputsOnDisk, sameContent, type StalenessWorld} from './staleness.ts';

export interface DifferingOutput {
  readonly path: ProjectPath;
  readonly before: FileContent;
  readonly after: FileContent;
  /** Of two texts: where they begin to differ. */
  readonly text?: TextDifference;
  /** Of two folders: what is not the same in them. */
  readonly files?: readonly {readonly path: string; readonly change: 'added' | 'removed' | 'changed'}[];
}

/** A stage that was run again and gave its receipt. */
export interface Verified {
  readonly stage: StageName;
  readonly differing: readonly DifferingOutput[];
  readonly before: readonly Metric[];
  readonly after: readonly Metric[];
}

/** What a run is handed that verifies: the results to compare with, and whom to tell. */
export interface Verifying {
  readonly baselines: ReadonlyMap<StageName, Trace>;
  tell(verified: Verified): void;
}

/** The known result of the present key that is on disk, or why there is none. @throws NotAFile, FileTrouble */
export async function baselineOf(spec: StageSpec, world: StalenessWorld): Promise<Trace | string> {
  if (spec.action.kind === 'approval') return 'people decide it, so that it cannot run again';
  const known = await know(spec, world);
  if ('kind' in known) return failureOf(known).message;
  const results = world.store.traces(known.key);
  const locked = results.length === 0 ? world.fromLock(spec, known) : undefined;
  const onDisk = await outputsOnDisk(spec, world.contents);
  const baseline = [...results, ...(locked === undefined ? [] : [locked])].find((trace) => matches(trace, onDisk));
  return baseline ?? 'no result of what it is now is on disk';
}

/** @param job of the attempt: what it wrote lies in `partial` of its folder, what was there before is back in its place. */
export function compareWith(
  baseline: Trace,
  job: Job,
  receipt: Receipt,
  {store, cache, host}: StalenessWorld,
): Verified {
  const after = new Map(receipt.manifest?.outputs.map((output) => [output.path, output]));
  const differing = baseline.outputs.flatMap((before): DifferingOutput[] => {
    const now = after.get(before.path);
    if (now === undefined || sameContent(before, now.type === 'absent' ? undefined : now)) return [];
    const partial = `${job.workFolder}/partial/${String(job.outs.findIndex(({path}) => path === before.path))}`;
    return [{path: before.path, before, after: now, ...detailsOf(before, now, partial, {cache, host})}];
  });
  return {stage: job.stage, differing, before: store.metrics(baseline.id), after: receipt.metrics};
}

function detailsOf(
  before: OutputEntry,
  after: OutputEntry,
  partial: string,
  {cache, host}: Pick<StalenessWorld, 'cache' | 'host'>,
): Pick<DifferingOutput, 'text' | 'files'> {
  if (before.type === 'file' && after.type === 'file') {
    const text = differenceOf(before.path, partial, host);
    return text === undefined ? {} : {text};
  }
  if (before.type !== 'dir' || after.type !== 'dir' || before.hash === '' || after.hash === '') return {};
  const [old, now] = [cache.readTree(before.hash), cache.readTree(after.hash)];
  return old === undefined || now === undefined ? {} : {files: differingEntries(old, now)};
}

/** Only the beginning of large files is looked at: a line number far down helps nobody. */
const LOOKED_AT_BYTES = 4 * 2 ** 20;

function differenceOf(path: string, other: string, {files}: Host): TextDifference | undefined {
  if (files.stat(path)?.type !== 'file' || files.stat(other)?.type !== 'file') return undefined;
  return firstDifference(files.readRange(path, 0, LOOKED_AT_BYTES), files.readRange(other, 0, LOOKED_AT_BYTES));
}

function differingEntries(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): NonNullable<DifferingOutput['files']> {
  const text = ({type, exec, hash, target}: TreeEntry): string => JSON.stringify([type, exec, hash, target]);
  const olds = new Map(before.map((entry) => [entry.path, text(entry)]));
  const news = new Map(after.map((entry) => [entry.path, text(entry)]));
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((path) => {
    const [old, now] = [olds.get(path), news.get(path)];
    if (old === now) return [];
    return [{path, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'} as const];
  });
}
