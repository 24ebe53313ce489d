/**
 * From a folder to a Pipeline: finds pipeline.yaml at or above it, and loads it, or takes the plan of the last time while
 * every file that went into it has the same text. A run with nothing to do therefore loads neither yaml nor zod.
 */
import type {Host} from '../host/host.ts';
import {moduleEntry} from '../host/module-entry.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import {buildGraph, type Graph} from '../model/graph.ts';
import type {Pipeline} from '../model/pipeline.ts';
import {planDigest, planHeader, readPlanHeader, readPlanNodes, writePlan, type PlanHeader} from './plan-file.ts';
import {writeEditorSchema} from './editor-schema.ts';
import type {Outside} from './outside.ts';
import {UsageError} from './usage-error.ts';

export const PIPELINE_FILE = 'pipeline.yaml';

export interface Project {
  /** For the folder of pipeline.yaml. */
  readonly host: Host;
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  /** Digest of everything but files that decides: see `planDigest`. */
  readonly plan: string;
  /** pipeline.yaml and every file that it was loaded with, also those that were looked for and not there. */
  readonly read: readonly string[];
  /** Warnings; errors end in a reply that is not ok. */
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws UsageError when there is no pipeline.yaml. */
export function findProject(outside: Outside, host: Host): Host {
  const parts = host.root.split('/');
  for (let depth = parts.length; depth > 0; depth--) {
    const folder = parts.slice(0, depth).join('/') || '/';
    if (host.files.stat(`${folder === '/' ? '' : folder}/${PIPELINE_FILE}`)?.type === 'file')
      return depth === parts.length ? host : outside.openHost(folder);
  }
  if (host.files.stat(PIPELINE_FILE) !== undefined)
    throw new UsageError(
      `\`${PIPELINE_FILE}\` in \`${host.root}\` is no file, but a folder or a device`,
      'move it away; `mlp init` makes a project that runs at once',
    );
  throw new UsageError(
    `there is no ${PIPELINE_FILE} in \`${host.root}\` or above it`,
    host.files.exists('dvc.yaml')
      ? 'dvc.yaml is nearly one: the README, "Coming from DVC", has the few lines that differ'
      : '`mlp init` makes a project that runs at once; `mlp init --template bare` only a pipeline.yaml for scripts of yours',
  );
}

export type LoadReply =
  {readonly ok: true; readonly project: Project} | {readonly ok: false; readonly diagnostics: readonly Diagnostic[]};

/** @param set `--set` texts; the plan that is kept is that of the last ones. */
export async function loadProject(outside: Outside, at: Host, set: readonly string[]): Promise<LoadReply> {
  const host = findProject(outside, at);
  const stored = readPlanHeader(host, outside.build, set);
  const nodes = stored === undefined ? undefined : readPlanNodes(host, stored);
  if (stored !== undefined && nodes !== undefined) return project(host, {...stored.pipeline, nodes}, stored);
  const [{loadPipeline}, {stageKinds}, {executors}] = await Promise.all([
    import('../config/load-pipeline.ts'),
    import('../stages/index.ts'),
    import('../executors/index.ts'),
  ]);
  const loaded = await loadPipeline({
    file: PIPELINE_FILE,
    text: host.files.readText(PIPELINE_FILE),
    readFile: (path) => (host.files.stat(path)?.type === 'file' ? host.files.readTextIfThere(path) : undefined),
    set,
    env: (name) => host.env.get(name),
    kinds: stageKinds,
    executors: executors.map(({name}) => name),
  });
  if (loaded.pipeline === undefined) return {ok: false, diagnostics: loaded.diagnostics};
  const pipeline = await withEntries(loaded.pipeline);
  const header = planHeader(pipeline, loaded, outside.build, set, host);
  prepareFolder(host);
  writePlan(host, header, pipeline.nodes);
  return project(host, pipeline, header);
}

/** Finds the code of every stage once, since understanding commands costs more than everything else of a fresh stage. */
async function withEntries(pipeline: Pipeline): Promise<Pipeline> {
  const [{codeEntries}, {createLanguages}] = await Promise.all([
    import('../engine/code.ts'),
    import('../languages/index.ts'),
  ]);
  const languages = createLanguages({apiModule: moduleEntry('api')});
  return {
    ...pipeline,
    nodes: pipeline.nodes.map((node) =>
      node.kind === 'stage' ? {...node, entries: codeEntries(node, languages)} : node,
    ),
  };
}

/** Makes .mlp, which removes itself from Git. */
export function prepareFolder(host: Host): void {
  if (!host.files.exists('.mlp/.gitignore')) host.files.writeAtomic('.mlp/.gitignore', '*\n');
  writeEditorSchema(host);
}

function project(host: Host, pipeline: Pipeline, header: PlanHeader): LoadReply {
  const {graph} = buildGraph(pipeline.nodes);
  const plan = planDigest(header, host);
  const read = Object.keys(header.read);
  return {ok: true, project: {host, pipeline, graph, plan, read, diagnostics: header.diagnostics}};
}
