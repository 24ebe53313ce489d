/** `mlp run`: recover, decide and run in one loop, record, write mlp.lock. The spine's one entry to a run. */
import {formatList} from '../base/format.ts';
import type {Executor} from '../executors/executor.ts';
import type {Host} from '../host/host.ts';
import type {Graph} from '../model/graph.ts';
import type {Emit, RunEvent} from '../model/event.ts';
import type {RunId, StageName} from '../model/ids.ts';
import type {Pipeline} from '../model/pipeline.ts';
import type {RunStart, RunStatus} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {FollowLogs, type SampleUse} from './follow-logs.ts';
import {ProjectDriver, workNode} from './project-driver.ts';
import {recover} from './recover.ts';
import {Results, type Expand, type RunContext, type RunOptions} from './run-context.ts';
import {Scheduler} from './scheduler.ts';
import type {SchedulerOptions} from './scheduler-options.ts';
import type {SchedulerGraph} from './node-states.ts';
import type {Selected} from './select.ts';
import {bringSources} from './sources.ts';
import type {StalenessWorld} from './staleness.ts';
import type {WorkNode} from './stage-driver.ts';
import {VanishedBranches} from './vanished-branches.ts';
import {updateLock, type LockPlace, type LockUpdate} from './write-lock.ts';

export interface RunRequest {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  readonly selected: Selected;
  readonly options: RunOptions;
  readonly scheduling: Omit<SchedulerOptions, 'checks' | 'holdMs'>;
  readonly start: RunStart;
}

export interface RunWorld {
  readonly host: Host;
  readonly store: Store;
  readonly world: StalenessWorld;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly sample: SampleUse;
  readonly expand: Expand;
  readonly emit: Emit;
}

export interface RunEnd {
  readonly run: RunId;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly results: Results;
}

const CHECKS_AT_ONCE = 8;
const HOLD_MS = 200;
/** How long what was killed may take to end: a thread in a native call cannot be ended at all. */
const STUCK_MS = 5_000;
const SIGNAL_NUMBER = {SIGINT: 2, SIGTERM: 15, SIGHUP: 1} as const;

export async function runPipeline(request: RunRequest, parts: RunWorld): Promise<RunEnd> {
  const {host, store, emit} = parts;
  const startedMs = host.clock.monotonic();
  await recover(host, store, emit);
  const run = store.startRun(request.start, host.machine.self);
  try {
    return await runStarted(run, startedMs, request, parts);
  } catch (error) {
    disown(run, store);
    throw error;
  }
}

/** A process that lives on after a bug, or a disk that failed, would hold the stages of the run for as long as it lives. */
function disown(run: RunId, store: Store): void {
  try {
    store.disownRun(run);
  } catch {
    // The database is what failed: the run is found dead when this process has ended.
  }
}

async function runStarted(run: RunId, startedMs: number, request: RunRequest, parts: RunWorld): Promise<RunEnd> {
  const {host, store, emit} = parts;
  const graph = induced(request.graph, request.selected.nodes);
  const durations = store.durations();
  const results = new Results(
    graph.ids.map((id) => request.graph.nodes[id] as Graph['nodes'][number]),
    graph.upstream,
  );
  const specs = graph.ids.flatMap((id) => request.graph.nodes[id] ?? []);
  const sources = await bringSources(specs, parts.world, request.pipeline.settings.link, emit);
  const vanished = new VanishedBranches(request.graph, parts.world);
  vanished.remove(await vanished.ofStatic());
  const context: RunContext = {
    run,
    host,
    owner: host.machine.self,
    world: parts.world,
    settings: request.pipeline.settings,
    options: request.options,
    emit,
    expand: parts.expand,
    durations,
    results,
    vanished,
  };
  const nodes = graph.ids.map((id) => nodeOf(request.graph, id, durations));
  emit({
    type: 'plan',
    run,
    jobs: request.scheduling.capacity.cpu,
    stages: nodes.map(({name, expectedMs}) => ({stage: name, ...(expectedMs === 0 ? {} : {expectedMs})})),
  });
  const follow = new FollowLogs(host, emit, parts.sample);
  const scheduler = new Scheduler({...graph, nodes}, new ProjectDriver(context, follow), parts.executors, host.clock, {
    ...request.scheduling,
    checks: CHECKS_AT_ONCE,
    holdMs: HOLD_MS,
  });
  let signalled: keyof typeof SIGNAL_NUMBER | undefined;
  let times = 0;
  const over = new AbortController();
  const unlisten = host.signals.listen((signal) => {
    signalled ??= signal;
    times++;
    emit({type: 'interrupt', signal, running: follow.running(), kill: times > 1});
    scheduler.interrupt(signal);
    const patienceMs = (times > 1 ? 0 : request.scheduling.graceMs) + STUCK_MS;
    void host.clock.sleep(patienceMs, over.signal).then(() => {
      if (!over.signal.aborted) host.signals.end(128 + SIGNAL_NUMBER[signal]);
    });
  });
  try {
    await scheduler.run();
  } finally {
    over.abort();
    unlisten();
    follow.close();
  }
  const counts = results.counts();
  const failed = (counts.failed ?? 0) + (counts.stopped ?? 0) + (counts['not-run'] ?? 0) > 0;
  const waits = (counts.waiting ?? 0) > 0;
  const status: RunStatus = signalled !== undefined ? 'interrupted' : failed ? 'failed' : waits ? 'waiting' : 'done';
  store.finishRun(run, {endedAtMs: host.clock.now(), status, counts, results: results.all()});
  saveSettled(request.graph, results, parts.world);
  const decided = new Set(results.all().flatMap(({stage, trace}) => (trace === undefined ? [] : stage)));
  for (const notice of lockNotices(updateLock(lockOrder(request.graph, results), decided, host, store, sources)))
    emit(notice);
  store.flushMemos();
  const exitCode = signalled !== undefined ? 128 + SIGNAL_NUMBER[signalled] : failed ? 1 : waits ? 3 : 0;
  emit({
    type: 'summary',
    run,
    status,
    exitCode,
    counts,
    durationMs: host.clock.monotonic() - startedMs,
    savedMs: results.savedMs,
  });
  return {run, status, exitCode, results};
}

export function lockNotices({open, problem}: LockUpdate): readonly RunEvent[] {
  const notice = {type: 'notice', level: 'warning'} as const;
  if (problem !== undefined) return [{...notice, code: 'lock-version', message: problem}];
  if (open.length === 0) return [];
  const message = `mlp.lock keeps its merge conflict, because this run did not decide ${formatList(open)}`;
  const hint = 'a whole `mlp run` that succeeds settles it';
  return [{...notice, code: 'lock-conflict', message, hint}];
}

function saveSettled(graph: Graph, results: Results, {settled, contents}: StalenessWorld): void {
  const byName = new Map(results.all().map((result) => [result.stage, result]));
  settled.save(
    graph.nodes.filter((node) => node.kind === 'stage'),
    byName,
    contents,
  );
}

function nodeOf(graph: Graph, id: number, durations: ReadonlyMap<StageName, number>): WorkNode {
  const spec = graph.nodes[id];
  if (spec === undefined) throw new Error(`BUG: no node ${id}`);
  if (spec.kind === 'stage') return workNode(spec, durations);
  return {
    name: spec.name,
    resources: {cpu: 0, tokens: {}},
    retry: {times: 0, on: [], backoff: {firstMs: 0, factor: 1, maxMs: 0}},
    onError: 'stop',
    executor: 'local',
    expectedMs: 0,
  };
}

/** The part of a graph between chosen nodes, with new dense ids in topological order. */
function induced(
  graph: Graph,
  chosen: readonly number[],
): Omit<SchedulerGraph, 'nodes'> & {readonly ids: readonly number[]} {
  const newId = new Map(chosen.map((id, index) => [id, index]));
  const translate = (list: readonly number[] | undefined): number[] =>
    (list ?? []).flatMap((id) => newId.get(id) ?? []);
  return {
    ids: chosen,
    upstream: chosen.map((id) => translate(graph.upstream[id])),
    downstream: chosen.map((id) => translate(graph.downstream[id])),
    order: chosen.map((_, index) => index),
  };
}

/**
 * Names in the order of the file; a dynamic stage is replaced by the branches that this run saw, or stands for those that
 * mlp.lock has when this run did not come to it.
 */
function lockOrder(graph: Graph, results: Results): readonly LockPlace[] {
  const branches = new Map<string, StageName[]>();
  for (const {stage} of results.all()) {
    const group = stage.includes('@') ? stage.slice(0, stage.indexOf('@')) : undefined;
    if (group === undefined) continue;
    const known = branches.get(group);
    if (known === undefined) branches.set(group, [stage]);
    else known.push(stage);
  }
  return graph.nodes.flatMap((node): readonly LockPlace[] => {
    if (node.kind === 'stage') return [node.name];
    return results.expanded.has(node.group) ? (branches.get(node.group) ?? []) : [{branchesOf: node.group}];
  });
}
