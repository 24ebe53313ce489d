/**
 * Skip, restore or run: rule R2. The questions are asked from cheap to dear, and what is on disk always wins over what a
 * record says (R5). Nothing here changes the disk or the store, except that a result found in mlp.lock becomes a trace.
 */
import {isGlob} from '../base/glob.ts';
import type {Cache} from '../cache/cache.ts';
import type {FileContent} from '../model/artifact.ts';
import {FileTrouble} from '../host/host.ts';
import type {Digest, ProjectPath, StageName} from '../model/ids.ts';
import type {Failure} from '../model/job.ts';
import type {Reason, Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {GatesTrouble} from '../review/request.ts';
import type {Store} from '../store/store.ts';
import {askedOf, codeOfApproval, undecided} from './approval.ts';
import {NotAFile, type Contents} from './contents.ts';
import type {Decision, Known, StalenessWorld} from './decision.ts';
import {resolveInputs} from './inputs.ts';
import {keyDocument, keyOf, olderKeys} from './key.ts';
import {ModelTrouble} from './model-inputs.ts';
import {reasonToRun} from './reasons.ts';
import {settledTrace} from './settled.ts';
import {UrlTrouble} from './urls.ts';

export type {Decision, Known, StalenessWorld} from './decision.ts';

export interface DecideOptions {
  /** Run even when fresh. */
  readonly force: boolean;
  /** false: never restore from the cache. */
  readonly readCache: boolean;
  /** May answer from what the last run left settled; false where upstream outputs are only expected. */
  readonly settled: boolean;
  /** Hash objects before promising that they can be restored. */
  readonly deep: boolean;
}

export async function decide(stage: StageSpec, world: StalenessWorld, options: DecideOptions): Promise<Decision> {
  try {
    return await decideOnDisk(stage, world, options);
  } catch (error) {
    return undecidable(error);
  }
}

async function decideOnDisk(stage: StageSpec, world: StalenessWorld, options: DecideOptions): Promise<Decision> {
  if (options.settled && !options.force) {
    const settled = world.settled.one(stage.name);
    if (settled !== undefined) return {kind: 'skip', result: settled, remembered: true, reason: {kind: 'fresh'}};
  }
  if (stage.frozen && !options.force) {
    const frozen = await decideFrozen(stage, world);
    if (frozen !== undefined) return frozen;
  }
  const known = await know(stage, world);
  if ('kind' in known) return known;
  if (options.force) return {kind: 'run', known, reason: {kind: 'forced'}, results: 0};
  if (stage.always) return {kind: 'run', known, reason: {kind: 'always'}, results: 0};
  const traces = knownResults(stage, known, world);
  const onDisk = await outputsOnDisk(stage, world.contents);
  const equal = traces.find((trace) => matches(trace, onDisk));
  if (equal !== undefined)
    return {kind: 'skip', result: settledTrace(equal), remembered: false, reason: {kind: 'fresh'}};
  const reason = reasonToRun(stage, known, traces, onDisk, world.store);
  if (options.readCache && stage.cache) {
    const candidates = currentFirst(stage.name, traces, world.store).filter((trace) =>
      restorable(trace, onDisk, world.cache, options.deep),
    );
    if (candidates.length > 0) return {kind: 'restore', known, candidates, reason, results: traces.length};
  }
  const lost = lostFromCache(stage, traces[0], onDisk, world.cache, options);
  return {kind: 'run', known, reason: lost ?? reason, results: traces.length};
}

/** Of several results of one key the one that the stage had last is what everything after it was made of. */
function currentFirst(stage: StageName, traces: readonly Trace[], store: Store): readonly Trace[] {
  if (traces.length < 2) return traces;
  const current = store.currentTrace(stage)?.id;
  return [...traces.filter(({id}) => id === current), ...traces.filter(({id}) => id !== current)];
}

/** A result is known, and its bytes were to be had from the cache. */
function lostFromCache(
  stage: StageSpec,
  result: Trace | undefined,
  onDisk: OnDisk,
  cache: Cache,
  options: DecideOptions,
): Reason | undefined {
  if (result === undefined || !stage.cache || !options.readCache) return undefined;
  const lost = result.outputs.filter((output) => output.cached && !sameContent(output, onDisk.get(output.path)));
  if (lost.length === 0) return undefined;
  const isDamaged = lost.every((output) => cache.has(output.hash as Digest));
  return {kind: isDamaged ? 'corrupt-object' : 'not-in-cache', paths: lost.map((output) => output.path)};
}

/** Everything that the key is made of, or why it cannot be made. */
export async function know(
  stage: StageSpec,
  world: StalenessWorld,
): Promise<Known | (Decision & {kind: 'error' | 'waiting'})> {
  try {
    const inputs = await resolveInputs(stage, world);
    if (inputs.missing.length > 0) return missingInputs(inputs.missing);
    const approval = await askedOf(stage, inputs, world);
    if (approval !== undefined && approval.verdict.state !== 'approved') return undecided(approval);
    const code = approval === undefined ? await world.code.of(stage) : codeOfApproval(approval, world.host);
    if ('kind' in code) {
      const failure: Failure = {
        class: 'build',
        message: code.message,
        ...(code.hint === undefined ? {} : {hint: code.hint}),
      };
      return {kind: 'error', failure, reason: {kind: 'cannot-decide', message: code.message}};
    }
    const document = keyDocument(
      stage,
      {salt: world.salt, code: code.code, runtime: code.runtime, deps: inputs.keyed},
      world.host,
    );
    const key = keyOf(document, world.host);
    return {key, document, inputs, code, ...(approval === undefined ? {} : {approval})};
  } catch (error) {
    return undecidable(error);
  }
}

/** What is wrong with an input, an output or a server keeps one stage from being decided, and no other. @throws a bug */
function undecidable(error: unknown): Decision & {kind: 'error'} {
  if (
    error instanceof NotAFile ||
    error instanceof FileTrouble ||
    error instanceof UrlTrouble ||
    error instanceof ModelTrouble ||
    error instanceof GatesTrouble
  )
    return cannotDecide(error.message);
  throw error;
}

/** Why there is no key, as a failure. */
export function failureOf(decision: Decision & {kind: 'error' | 'waiting'}): Failure {
  return decision.kind === 'error' ? decision.failure : {class: 'rejected', message: decision.asked.verdict.because};
}

function missingInputs(paths: readonly string[]): Decision & {kind: 'error'} {
  const shown = paths.slice(0, 5).map((path) => `\`${path}\``);
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  const failure: Failure = {
    class: 'input-missing',
    message: `${paths.length === 1 ? 'an input is' : 'inputs are'} not there: ${shown.join(', ')}${more}`,
    hint: paths.some(isGlob)
      ? 'a pattern must match a file: correct it under `deps`; a file whose name holds such signs is written `{path: NAME}`, a pattern that may match nothing `{glob: PATTERN, optional: true}`'
      : 'no stage of this run writes it: put the file there, correct the path under `deps`, or mark it `optional: true`',
  };
  return {kind: 'error', failure, reason: {kind: 'input-missing', paths}};
}

function cannotDecide(message: string): Decision & {kind: 'error'} {
  return {kind: 'error', failure: {class: 'infrastructure', message}, reason: {kind: 'cannot-decide', message}};
}

/** A frozen stage asks nothing of its inputs: its outputs are there, or come back from its last result. */
async function decideFrozen(stage: StageSpec, world: StalenessWorld): Promise<Decision | undefined> {
  const trace = world.store.currentTrace(stage.name);
  const contents = await world.contents.of(stage.outs.map((out) => out.path));
  const there = stage.outs.every((out, index) => out.optional || contents[index]?.type !== 'absent');
  if (there)
    return {
      kind: 'skip',
      ...(trace === undefined ? {} : {result: settledTrace(trace)}),
      remembered: false,
      reason: {kind: 'frozen'},
    };
  return undefined;
}

/** The traces of the key; with none, those of older schemes (R9), then what mlp.lock or a shared folder remembers. */
function knownResults(stage: StageSpec, known: Known, world: StalenessWorld): readonly Trace[] {
  const traces = world.store.traces(known.key);
  if (traces.length > 0) return traces;
  for (const older of olderKeys(known.document, world.host, world.olderSchemes)) {
    const old = world.store.traces(older.key);
    if (old.length > 0) return old.map((trace) => copyTrace(stage.name, known, trace, world));
  }
  const locked = world.fromLock(stage, known);
  return locked === undefined ? (world.shared?.find(stage, known) ?? []) : [locked];
}

function copyTrace(stage: StageName, known: Known, trace: Trace, world: StalenessWorld): Trace {
  return world.store.commit({
    stage,
    key: known.key,
    document: known.document,
    createdAtMs: trace.createdAtMs,
    ...(trace.run === undefined ? {} : {run: trace.run}),
    ...(trace.durationMs === undefined ? {} : {durationMs: trace.durationMs}),
    origin: trace.origin,
    inputs: known.inputs.entries,
    outputs: trace.outputs,
    metrics: world.store.metrics(trace.id),
    pieces: known.code.pieces,
  });
}

export type OnDisk = ReadonlyMap<ProjectPath, FileContent>;

export async function outputsOnDisk(stage: Pick<StageSpec, 'outs'>, contents: Contents): Promise<OnDisk> {
  const found = await contents.of(stage.outs.map((out) => out.path));
  const onDisk = new Map<ProjectPath, FileContent>();
  stage.outs.forEach((out, index) => {
    const content = found[index];
    if (content !== undefined && content.type !== 'absent') onDisk.set(out.path, content);
  });
  return onDisk;
}

/** Whether the disk holds exactly the outputs of a result. */
export function matches(trace: Trace, onDisk: OnDisk): boolean {
  const present = trace.outputs.filter((output) => output.type !== 'absent');
  return present.length === onDisk.size && present.every((output) => sameContent(output, onDisk.get(output.path)));
}

export function sameContent(output: FileContent, content: FileContent | undefined): boolean {
  if (output.type === 'absent') return content === undefined;
  return (
    content !== undefined &&
    content.type === output.type &&
    content.hash === output.hash &&
    content.exec === output.exec
  );
}

/** Whether every output that is not on disk as it should be can come from the cache. */
function restorable(trace: Trace, onDisk: OnDisk, cache: Cache, deep: boolean): boolean {
  return trace.outputs.every(
    (output) =>
      sameContent(output, onDisk.get(output.path)) ||
      output.type === 'absent' ||
      (output.cached && cache.complete(output, deep)),
  );
}
