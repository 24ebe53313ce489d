/** Builds the object graph of a command from the lists of all families. The only place that knows them all. */
import {openCache} from '../cache/open-cache.ts';
import type {Cache} from '../cache/cache.ts';
import {openSharedTraces} from '../cache/shared-traces.ts';
import {madeOf} from '../engine/made-of.ts';
import type {Watching} from '../engine/opened-files.ts';
import {performJob} from '../engine/perform-job.ts';
import {createSandbox} from '../engine/sandbox.ts';
import type {StartWorld} from '../engine/start-work.ts';
import type {Host} from '../host/host.ts';
import {openWorld} from '../engine/world.ts';
import type {StalenessWorld} from '../engine/staleness.ts';
import type {Expand} from '../engine/run-context.ts';
import type {SampleUse} from '../engine/follow-logs.ts';
import type {Executor} from '../executors/executor.ts';
import {createLocalExecutor} from '../executors/local.ts';
import {moduleEntry, nodeProgram, packageFile} from '../host/module-entry.ts';
import {createLanguages} from '../languages/index.ts';
import type {Store} from '../store/store.ts';
import {parseYaml} from './parse-yaml.ts';
import {expandStage} from './expand-stage.ts';
import {prepareFolder, type Project} from './load-project.ts';
import {openProjectStore} from './open-project-store.ts';

export const GRACE_MS = 10_000;

export interface Wired {
  readonly store: Store;
  readonly cache: Cache;
  readonly world: StalenessWorld;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly sample: SampleUse;
  readonly expand: Expand;
}

export interface WireOptions {
  readonly paranoid: boolean;
  readonly graceMs: number;
  /** Traces what every stage opens. */
  readonly tracer?: Watching['tracer'];
  /** One that is open already. */
  readonly store?: Store;
}

/** @throws FileTrouble, StoreTooNew */
export function wire({host, pipeline, graph, plan, read}: Project, options: WireOptions): Wired {
  prepareFolder(host);
  const store = options.store ?? openProjectStore(host);
  const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
  const traces = openSharedTraces(host, pipeline.settings.cacheFolder);
  const languages = createLanguages({apiModule: moduleEntry('api')});
  const policyRef = host.env.get('MLP_REVIEW_POLICY');
  const world: StalenessWorld = openWorld({
    host,
    store,
    cache,
    languages,
    salt: pipeline.settings.salt,
    plan,
    paranoid: options.paranoid,
    sourcesOf: (stage) => madeOf(stage, graph, read, world.code),
    ...(policyRef === undefined || policyRef === '' ? {} : {policyRef}),
    ...(traces === undefined ? {} : {sharing: {traces, project: pipeline.name}}),
  });
  const performWorld = {
    host,
    cache,
    contents: world.contents,
    parseYaml,
    ...kinds(),
    graceMs: options.graceMs,
    ...apart(host),
    watching: {
      hooks: languages.flatMap(({fileHook}) => fileHook ?? []),
      ofPipeline: read,
      ...(options.tracer === undefined ? {} : {tracer: options.tracer}),
    },
  };
  const local = createLocalExecutor((job, control) => performJob(job, performWorld, control), host);
  const expand: Expand = (dynamic) => expandStage(dynamic, host);
  return {
    store,
    cache,
    world,
    executors: new Map([[local.name, local]]),
    sample: (attempt) => local.use(attempt),
    expand,
  };
}

/** What built-in stages need of a world. */
export const kinds = (): Pick<StartWorld, 'kindsModule' | 'mlp'> => ({
  kindsModule: moduleEntry('run-kind'),
  mlp: [nodeProgram, packageFile('bin/mlp.js')],
});

/** What `sandbox: strict` needs of a world. */
export const apart = (host: Host): Pick<StartWorld, 'sandbox' | 'functionProcess'> => ({
  sandbox: createSandbox(host),
  functionProcess: () => ({
    node: nodeProgram,
    entry: moduleEntry('function-process'),
    worker: moduleEntry('function-worker'),
  }),
});
