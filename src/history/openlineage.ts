/**
 * The history as OpenLineage run events (specification 2-0-2): the pipeline is a job, each stage is a job, each attempt at
 * a stage is a run with a START and one of COMPLETE, FAIL and ABORT. Made from what is recorded, with ids that are hashes
 * of what they stand for, so that the same history gives the same events whenever it is exported.
 */
import type {JsonObject} from '../base/json.ts';
import type {InputEntry, OutputEntry} from '../model/artifact.ts';
import type {Digest, RunId} from '../model/ids.ts';
import type {AttemptState} from '../model/job.ts';
import type {AttemptRow, RunRow, Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {
  codeFacet,
  engineFacet,
  errorFacet,
  jobTypeFacet,
  paramsFacet,
  parentFacet,
  present,
  RUN_EVENT_SCHEMA,
  sourceFacet,
  statisticsFacet,
  versionFacet,
} from './openlineage-facets.ts';
import {uriPath, type OpenLineageProject} from './openlineage-project.ts';

export interface OpenLineageWorld {
  readonly store: Store;
  readonly project: OpenLineageProject;
  readonly sha256: (text: string) => Digest;
}

type EventType = 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';

/** One event, ready for JSON. */
export interface OpenLineageEvent {
  readonly eventType: EventType;
  /** ISO 8601. */
  readonly eventTime: string;
  readonly run: {readonly runId: string; readonly facets: JsonObject};
  readonly job: {readonly namespace: string; readonly name: string; readonly facets: JsonObject};
  readonly inputs: readonly JsonObject[];
  readonly outputs: readonly JsonObject[];
  readonly producer: string;
  readonly schemaURL: string;
}

/** An attempt as its events tell it. */
interface Telling {
  readonly id: string;
  readonly stage: string;
  readonly run?: RunId;
  readonly startedAtMs: number;
  readonly end?: {readonly type: EventType; readonly atMs: number; readonly message?: string};
  readonly trace?: Trace;
}

/** One event a line. */
export function openLineageText(events: readonly OpenLineageEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** The run itself and every attempt in it, in the order in which they happened. Skipped stages have no events. */
export function eventsOfRun(id: RunId, world: OpenLineageWorld): readonly OpenLineageEvent[] {
  const row = world.store.run(id);
  if (row === undefined) return [];
  const results = new Map(world.store.runStages(id).map(({stage, trace}) => [stage, trace]));
  const attempts = [...world.store.attempts({run: id})].reverse().flatMap((attempt) => {
    const trace = attempt.state === 'committed' ? results.get(attempt.stage) : undefined;
    return tell(ofAttempt(attempt, trace === undefined ? undefined : world.store.trace(trace)), world);
  });
  const [begin, ...rest] = ofPipeline(row, world);
  const inOrder = attempts.sort((a, b) => Date.parse(a.eventTime) - Date.parse(b.eventTime));
  return [...(begin === undefined ? [] : [begin]), ...inOrder, ...rest];
}

/** The attempts that made these results; oldest first. */
export function eventsOfResults(traces: readonly number[], world: OpenLineageWorld): readonly OpenLineageEvent[] {
  return [...traces]
    .sort((a, b) => a - b)
    .flatMap((id) => {
      const trace = world.store.trace(id);
      if (trace === undefined) return [];
      const attempt = trace.attempt === undefined ? undefined : world.store.attempt(trace.attempt);
      return tell(attempt === undefined ? ofTrace(trace) : ofAttempt(attempt, trace), world);
    });
}

function ofPipeline(row: RunRow, world: OpenLineageWorld): readonly OpenLineageEvent[] {
  const {project} = world;
  const make = (eventType: EventType, atMs: number): OpenLineageEvent => ({
    eventType,
    eventTime: new Date(atMs).toISOString(),
    run: {runId: runUuid(row, world), facets: {processing_engine: engineFacet(project, versionOf(row, project))}},
    job: {
      namespace: project.namespace,
      name: project.namespace,
      facets: present({jobType: jobTypeFacet(project, 'PIPELINE'), sourceCodeLocation: codeFacet(project, row.git)}),
    },
    inputs: [],
    outputs: [],
    producer: project.producer,
    schemaURL: RUN_EVENT_SCHEMA,
  });
  const ends = {done: 'COMPLETE', failed: 'FAIL', interrupted: 'ABORT', waiting: 'COMPLETE'} as const;
  const start = make('START', row.startedAtMs);
  return row.status === 'running' ? [start] : [start, make(ends[row.status], row.endedAtMs ?? row.startedAtMs)];
}

function ofAttempt(attempt: AttemptRow, trace: Trace | undefined): Telling {
  const type = endOf(attempt.state);
  const message = attempt.failure?.message;
  const atMs = attempt.endedAtMs ?? attempt.startedAtMs;
  return {
    id: attempt.id,
    stage: attempt.stage,
    run: attempt.run,
    startedAtMs: attempt.startedAtMs,
    ...(type === undefined ? {} : {end: {type, atMs, ...(message === undefined ? {} : {message})}}),
    ...(trace === undefined ? {} : {trace}),
  };
}

/** A result of which no attempt is known: it came from mlp.lock or a remote, or its run was deleted. */
function ofTrace(trace: Trace): Telling {
  return {
    id: trace.attempt ?? `result ${trace.stage} ${trace.key} ${String(trace.createdAtMs)}`,
    stage: trace.stage,
    ...(trace.run === undefined ? {} : {run: trace.run}),
    startedAtMs: trace.createdAtMs - (trace.durationMs ?? 0),
    end: {type: 'COMPLETE', atMs: trace.createdAtMs},
    trace,
  };
}

function endOf(state: AttemptState): EventType | undefined {
  switch (state) {
    case 'committed':
      return 'COMPLETE';
    case 'planned':
    case 'submitting':
    case 'queued':
    case 'starting':
    case 'running':
    case 'finished':
    case 'verifying':
      return undefined;
    case 'blocked':
    case 'cancelled':
    case 'preempted':
    case 'lost':
    case 'superseded':
    case 'interrupted':
      return 'ABORT';
    case 'rejected':
    case 'failed':
    case 'oom':
    case 'timeout':
    case 'partial':
      return 'FAIL';
  }
}

function tell(telling: Telling, world: OpenLineageWorld): readonly OpenLineageEvent[] {
  const {store, project, sha256} = world;
  const {trace, end} = telling;
  const row = telling.run === undefined ? undefined : store.run(telling.run);
  const document = trace === undefined ? undefined : store.document(trace.id);
  const facets = {
    parent: row === undefined ? undefined : parentFacet(project, runUuid(row, world)),
    processing_engine: engineFacet(project, versionOf(row, project)),
    executionParameters: document === undefined ? undefined : paramsFacet(project, document.params),
  };
  const inputs = trace === undefined ? [] : store.inputs(trace.id).map((entry) => dataSet(entry, 'input', project));
  const urls = (document?.deps ?? []).flatMap(([path, type, , validator]) =>
    type === 'url' ? [urlSet(path, validator, project)] : [],
  );
  const make = (eventType: EventType, atMs: number, isEnd: boolean): OpenLineageEvent => ({
    eventType,
    eventTime: new Date(atMs).toISOString(),
    run: {
      runId: uuidOf(sha256(`mlp attempt ${telling.id}`)),
      facets: present(
        eventType === 'FAIL'
          ? {...facets, errorMessage: errorFacet(project, end?.message ?? 'failed', languageOf(telling.stage, store))}
          : facets,
      ),
    },
    job: {
      namespace: project.namespace,
      name: `${project.namespace}.${telling.stage}`,
      facets: present({jobType: jobTypeFacet(project, 'STAGE'), sourceCodeLocation: codeFacet(project, row?.git)}),
    },
    inputs: [...inputs, ...urls],
    outputs: isEnd ? (trace?.outputs ?? []).map((entry) => dataSet(entry, 'output', project)) : [],
    producer: project.producer,
    schemaURL: RUN_EVENT_SCHEMA,
  });
  const start = make('START', telling.startedAtMs, false);
  return end === undefined ? [start] : [start, make(end.type, end.atMs, true)];
}

function dataSet(entry: InputEntry | OutputEntry, side: 'input' | 'output', project: OpenLineageProject): JsonObject {
  const facets = present({
    dataSource: sourceFacet(project, `${project.folder}${uriPath(entry.path)}`),
    version: entry.hash === '' ? undefined : versionFacet(project, `sha256:${entry.hash}`),
  });
  return {
    namespace: project.namespace,
    name: entry.path,
    facets,
    ...(entry.type === 'absent'
      ? {}
      : {
          [`${side}Facets`]: {
            [`${side}Statistics`]: statisticsFacet(project, side, entry),
          },
        }),
  };
}

/** By OpenLineage's naming: the namespace is where it is kept, the name is the path there. */
function urlSet(url: string, validator: string, project: OpenLineageProject): JsonObject {
  const [, place = url, path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)\/?(.*)$/is.exec(url) ?? [];
  return {
    namespace: place.replace(/\/\/[^/@]*@/, '//'),
    name: path === '' ? '/' : path,
    facets: {version: versionFacet(project, validator)},
  };
}

/** `python` for a stage whose code is known to begin there. */
function languageOf(stage: string, store: Store): string {
  const trace = store.latestTrace(stage as Trace['stage']);
  const [entry = ''] = Object.keys((trace === undefined ? undefined : store.document(trace.id))?.code ?? {});
  const [language = ''] = entry.split(' ');
  return language === '' || language === 'file' ? 'unknown' : language;
}

function versionOf(row: RunRow | undefined, project: OpenLineageProject): string {
  const recorded = row?.facts['mlp'];
  return typeof recorded === 'string' ? recorded : project.version;
}

/** The number of a run says little outside its project: moment and machine make it one of its kind. */
function runUuid(row: RunRow, {project, sha256}: OpenLineageWorld): string {
  const {id, startedAtMs, facts} = row;
  return uuidOf(sha256(`mlp run ${JSON.stringify([project.namespace, id, startedAtMs, facts['host'] ?? null])}`));
}

/** A UUID made of a hash, in the form of version 5. */
export function uuidOf(hash: Digest): string {
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16);
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, `${variant}${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}
