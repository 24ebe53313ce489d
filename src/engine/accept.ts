/**
 * `mlp accept`: the outputs that are on disk become the result of a stage's present key, without a run, because a person
 * says that a run would give the same. Recorded with the reason, so that it can be told from what was run.
 */
import {err, ok, type Result} from '../base/result.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {RunId} from '../model/ids.ts';
import type {Failure} from '../model/job.ts';
import type {Metric} from '../model/metric.ts';
import type {Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {collectOutputs} from './collect-outputs.ts';
import {readDeclaredMetrics} from './declared-metrics.ts';
import type {ParseYaml} from './read-metrics.ts';
import {failureOf, know, matches, outputsOnDisk, type Known, type StalenessWorld} from './staleness.ts';

export interface Acceptable {
  readonly spec: StageSpec;
  readonly known: Known;
  /** undefined: the key has this result already, and there is nothing to accept. */
  readonly result?: {readonly outputs: readonly OutputEntry[]; readonly metrics: readonly Metric[]};
}

/**
 * Puts the outputs into the cache, and changes nothing else.
 * @returns the failure that keeps the stage from being accepted. @throws FileTrouble, NotAFile
 */
export async function mayAccept(
  spec: StageSpec,
  world: StalenessWorld,
  parseYaml: ParseYaml,
): Promise<Result<Acceptable, Failure>> {
  const {host, store, contents} = world;
  if (spec.action.kind === 'approval')
    return err({class: 'rejected', message: 'people decide it', hint: '`mlp review` lists what waits for a decision'});
  const known = await know(spec, world);
  if ('kind' in known) return err(failureOf(known));
  const onDisk = await outputsOnDisk(spec, contents);
  const missing = spec.outs.filter((out) => !out.optional && !onDisk.has(out.path)).map((out) => `\`${out.path}\``);
  if (missing.length > 0)
    return err({
      class: 'missing-output',
      message: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there`,
      hint: 'only what is on disk can be accepted: `mlp run` makes it, `mlp restore` brings it back',
    });
  const results = store.traces(known.key);
  const locked = results.length === 0 ? world.fromLock(spec, known) : undefined;
  const fresh = [...results, ...(locked === undefined ? [] : [locked])].find((trace) => matches(trace, onDisk));
  if (fresh !== undefined) return ok({spec, known});
  const collected = await collectOutputs({outs: spec.outs, publish: spec.cache, stage: spec.name}, world);
  if ('failure' in collected) return err(collected.failure);
  const read = await readDeclaredMetrics(spec.outs, {host, parseYaml});
  if ('failure' in read) return err(read.failure);
  return ok({spec, known, result: {outputs: collected.outputs, metrics: read.metrics}});
}

/** The outputs are in the cache already. */
export function accept(
  {spec, known, result}: Acceptable,
  {host, store, shared}: StalenessWorld,
  how: {readonly run: RunId; readonly because: string},
): Trace | undefined {
  if (result === undefined) return undefined;
  const trace = store.commit({
    stage: spec.name,
    key: known.key,
    document: known.document,
    createdAtMs: host.clock.now(),
    run: how.run,
    origin: 'accepted',
    because: how.because,
    inputs: known.inputs.entries,
    outputs: result.outputs,
    metrics: result.metrics,
    pieces: known.code.pieces,
  });
  shared?.publish(spec, known, trace);
  return trace;
}
