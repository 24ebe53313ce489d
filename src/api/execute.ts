/** Runs the pipeline for the typed API: as `mlp run` does, but says nothing and leaves the signals of the process alone. */
import type {Output, Signals} from '../host/host.ts';
import {select} from '../engine/select.ts';
import type {RunEvent, StageEnd} from '../model/event.ts';
import type {StageName} from '../model/ids.ts';
import type {LoadReply} from '../project/load-project.ts';
import {runProject, USUAL_OPTIONS} from '../project/run-project.ts';
import {runStart} from '../project/run-start.ts';
import {GRACE_MS, wire} from '../project/wire.ts';
import type {Store} from '../store/store.ts';
import {MlpError} from './mlp-error.ts';
import {configError, metricsOf} from './translate.ts';
import type {ExecuteOptions, Execution, ExecutionEvent} from './types.ts';

export interface ExecuteWorld {
  readonly store: Store;
  readonly version: string;
  /** Loads the project with these `--set` texts, with a host that hears of these signals. */
  readonly load: (set: readonly string[], signals: Signals) => Promise<LoadReply>;
}

export async function execute(options: ExecuteOptions, world: ExecuteWorld): Promise<Execution> {
  options.signal?.throwIfAborted();
  checkJobs(options.jobs);
  const loaded = await world.load(setTexts(options.set ?? {}), signalsOf(options.signal));
  if (!loaded.ok) throw configError(loaded.diagnostics);
  const {project} = loaded;
  const patterns = options.stages ?? [];
  const selected = select(project.graph, {patterns, only: false, downstream: false, from: []});
  if (!selected.ok) throw new MlpError('usage', selected.error);
  const named = [...selected.value.named].map((id) => project.graph.nodes[id]?.name as StageName);
  const ends: StageEnd[] = [];
  const emit = (event: RunEvent): void => {
    if (event.type === 'stage.end') ends.push(event);
    options.onEvent?.(event as unknown as ExecutionEvent);
  };
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS, store: world.store});
  const end = await runProject(
    project,
    wired,
    {
      selected: selected.value,
      options: {...USUAL_OPTIONS, forced: new Set(options.force === true ? named : [])},
      jobs: options.jobs ?? project.host.machine.cores,
      keepGoing: options.keepGoing === true,
      graceMs: GRACE_MS,
    },
    runStart({argv: ['openProject', ...patterns], version: world.version}, project.host),
    emit,
  );
  return {
    run: end.run,
    status: end.status === 'running' ? 'interrupted' : end.status,
    stages: ends.map(({stage, outcome, durationMs, failure}) => ({
      name: stage,
      outcome,
      durationMs,
      ...(failure === undefined ? {} : {failure: failure.message}),
    })),
    metrics: world.store
      .runStages(end.run)
      .flatMap(({stage, trace}) => (trace === undefined ? [] : metricsOf(stage, world.store.metrics(trace))))
      .filter(({step}) => step === undefined),
  };
}

function checkJobs(jobs: number | undefined): void {
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1))
    throw new MlpError('usage', `jobs is a whole number from 1, not ${String(jobs)}`);
}

/** As they are typed behind `--set`: JSON is YAML. */
function setTexts(set: NonNullable<ExecuteOptions['set']>): readonly string[] {
  return Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
}

/** An abort is what Ctrl-C is to the command line. */
function signalsOf(signal: AbortSignal | undefined): Signals {
  return {
    listen: (handler) => {
      const listener = (): void => handler('SIGINT');
      signal?.addEventListener('abort', listener);
      return () => signal?.removeEventListener('abort', listener);
    },
    // The process is another's.
    end: () => undefined,
  };
}

/** Says nothing: what a program prints is its own affair. */
export const silentOutput: Output = {
  out: () => undefined,
  talk: () => undefined,
  outIsTerminal: false,
  talkIsTerminal: false,
  width: () => 80,
  height: () => undefined,
};
