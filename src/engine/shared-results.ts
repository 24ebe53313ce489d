/**
 * A shared cache folder as a memory: what another project, or an earlier clone of this one, made for the same key becomes
 * a trace when the store knows none. Never without its objects, and whoever restores them checks their bytes.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {Cache} from '../cache/cache.ts';
import type {SharedOutput, SharedTrace, SharedTraces} from '../cache/shared-traces.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {Trace} from '../model/run.ts';
import type {OutSpec, StageSpec} from '../model/stage.ts';
import type {Store} from '../store/store.ts';
import type {Host} from '../host/host.ts';
import {isPathFree, sharedKey} from './shared-key.ts';
import type {Known, SharedMemory} from './decision.ts';

export interface SharedResultsParts {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly traces: SharedTraces;
  /** Name of the project, for people. */
  readonly project: string;
}

export class SharedResults implements SharedMemory {
  readonly #parts: SharedResultsParts;

  constructor(parts: SharedResultsParts) {
    this.#parts = parts;
  }

  find(stage: StageSpec, known: Known): readonly Trace[] {
    const {host, store, traces, cache} = this.#parts;
    const found: Trace[] = [];
    for (const shared of traces.of(sharedKey(stage, known.document, host))) {
      const outputs = outputsFor(stage, shared);
      if (shared.origin !== 'ran') continue;
      if (outputs?.every((output) => output.type === 'absent' || cache.complete(output, false)) !== true) continue;
      traces.touch(shared);
      const pathOf = new Map(stage.outs.map((out) => [nameOf(stage, out), out.path as string]));
      found.push(
        store.commit({
          stage: stage.name,
          key: known.key,
          document: known.document,
          createdAtMs: shared.createdAtMs,
          ...(shared.durationMs === undefined ? {} : {durationMs: shared.durationMs}),
          origin: 'remote',
          inputs: known.inputs.entries,
          outputs,
          metrics: shared.metrics.map((metric) => ({...metric, source: pathOf.get(metric.source) ?? metric.source})),
          pieces: known.code.pieces,
        }),
      );
    }
    return found;
  }

  publish(stage: StageSpec, known: Known, trace: Trace): void {
    const {host, store, traces, project} = this.#parts;
    const names = new Map(stage.outs.map((out) => [out.path as string, nameOf(stage, out)]));
    const outputs = trace.outputs.flatMap(({path, ...rest}): readonly SharedOutput[] => {
      const name = names.get(path);
      return name === undefined ? [] : [{...rest, name}];
    });
    traces.put({
      key: sharedKey(stage, known.document, host),
      project,
      stage: stage.name,
      origin: trace.origin === 'adopted' || trace.origin === 'accepted' ? trace.origin : 'ran',
      createdAtMs: trace.createdAtMs,
      ...(trace.durationMs === undefined ? {} : {durationMs: trace.durationMs}),
      outputs: outputs.sort((a, b) => byCodeUnits(a.name, b.name)),
      metrics: store
        .metrics(trace.id)
        .map((metric) => ({...metric, source: names.get(metric.source) ?? metric.source})),
    });
  }
}

const nameOf = (stage: StageSpec, out: OutSpec): string => (isPathFree(stage) ? out.name : out.path);

/** The outputs at the places of this stage; undefined when they are not those that it declares, or not in the cache. */
function outputsFor(stage: StageSpec, {outputs}: SharedTrace): readonly OutputEntry[] | undefined {
  const byName = new Map(outputs.map((output) => [output.name, output]));
  if (byName.size !== stage.outs.length) return undefined;
  const found: OutputEntry[] = [];
  for (const out of stage.outs) {
    const output = byName.get(nameOf(stage, out));
    if (output === undefined || (output.type !== 'absent' && !output.cached)) return undefined;
    const {name: _, ...rest} = output;
    found.push({...rest, path: out.path, role: out.role});
  }
  return found.sort((a, b) => byCodeUnits(a.path, b.path));
}
