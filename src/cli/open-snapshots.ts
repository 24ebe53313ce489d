/** What the commands on history have in common: words become snapshots, the project is loaded only when one asks for it. */
import {openCache} from '../cache/open-cache.ts';
import type {Cache} from '../cache/cache.ts';
import {select} from '../engine/select.ts';
import {resolveRefs, type Ref, type RefProblem, type RefWorld} from '../history/refs.ts';
import {snapshotsOf, type MetricsFile, type SnapshotWorld} from '../history/snapshot.ts';
import {snapshotOfWorkspace} from '../history/snapshot-workspace.ts';
import type {Result} from '../base/result.ts';
import type {Host} from '../host/host.ts';
import type {DeclaredDirections} from '../model/direction.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {findProject, loadProject, type Project} from '../project/load-project.ts';
import {openProjectStore} from '../project/open-project-store.ts';
import {parseYaml} from '../project/parse-yaml.ts';
import {runStart} from '../project/run-start.ts';
import {UsageError} from '../project/usage-error.ts';
import {GRACE_MS, wire} from '../project/wire.ts';
import type {CommandContext} from './command.ts';
import {openProject} from './open-project.ts';

export interface OpenSnapshots extends RefWorld {
  /** @throws UsageError */
  refs(texts: readonly string[]): Promise<readonly Ref[]>;
  /** @throws UsageError */
  snapshots(refs: readonly Ref[]): Promise<readonly Snapshot[]>;
  /** Where the pipeline says that objects are. */
  cache(): Promise<Cache>;
  /** Which way of a metric the pipeline says is better. */
  better(): Promise<DeclaredDirections>;
}

/** The mistakes of pipeline.yaml were shown and the exit code is set. */
class Shown extends Error {}

export async function withSnapshots(
  context: CommandContext,
  use: (opened: OpenSnapshots) => Promise<void>,
): Promise<void> {
  const host = findProject(context.outside, context.host);
  const store = openProjectStore(host);
  let loading: Promise<Project> | undefined;
  const project = (): Promise<Project> => (loading ??= load(context));
  const world: SnapshotWorld = {
    host,
    store,
    cwd: context.host.root,
    parseYaml,
    workspace: async () => workspaceOf(await project(), world, context),
    metricsFiles: async () => metricsFilesOf(await project()),
  };
  try {
    await use({
      ...world,
      refs: async (texts) => valueOf(await resolveRefs(texts, world)),
      snapshots: async (refs) => valueOf(await snapshotsOf(refs, world)),
      cache: async () => openCache(host, (await settings(loading, context))?.cacheFolder ?? '.mlp/cache'),
      better: async () => (await settings(loading, context))?.better ?? {},
    });
    store.flushMemos();
  } catch (error) {
    if (!(error instanceof Shown)) throw error;
  } finally {
    store.close();
  }
}

/** @throws UsageError */
export function valueOf<T>(result: Result<T, RefProblem>): T {
  if (result.ok) return result.value;
  throw new UsageError(result.error.message, result.error.hint);
}

/** History can be read while pipeline.yaml has mistakes, too. */
async function settings(
  loading: Promise<Project> | undefined,
  {outside, host}: CommandContext,
): Promise<PipelineSettings | undefined> {
  if (loading !== undefined) return (await loading).pipeline.settings;
  const loaded = await loadProject(outside, host, []);
  return loaded.ok ? loaded.project.pipeline.settings : undefined;
}

async function load(context: CommandContext): Promise<Project> {
  const project = await openProject(context);
  if (project === undefined) throw new Shown();
  return project;
}

function workspaceOf(project: Project, {store}: RefWorld, {outside}: CommandContext): Promise<Snapshot> {
  const {graph} = project;
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS, store});
  const {facts, git} = runStart(outside, project.host);
  const selected = select(graph, {patterns: [], only: false, downstream: false, from: []});
  return snapshotOfWorkspace({
    graph,
    nodes: selected.ok ? selected.value.nodes : [],
    world: wired.world,
    expand: wired.expand,
    parseYaml,
    facts,
    ...(git === undefined ? {} : {git}),
  });
}

function metricsFilesOf({pipeline}: Project): readonly MetricsFile[] {
  return pipeline.nodes.flatMap((node) =>
    node.kind === 'stage'
      ? node.outs.flatMap(({path, role}) => (role === 'metrics' ? [{stage: node.name, path}] : []))
      : [],
  );
}

/** To a file, or to where data goes. A folder that is not there is made. */
export function writeOut(host: Host, file: string | undefined, cwd: string, text: string): void {
  if (file === undefined || file === '-') host.output.out(text);
  else host.files.writeAtomic(file.startsWith('/') ? file : `${cwd}/${file}`, text);
}
