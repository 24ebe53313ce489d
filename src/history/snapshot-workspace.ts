/**
 * The snapshot of the workspace: every stage with what is on disk of it now. A stage whose outputs are those of its
 * current result has that result's numbers, also the logged ones; of others the metrics files are read. Nothing is run,
 * restored or written.
 */
import {makePlan} from '../engine/plan.ts';
import {readMetricsFile, type ParseYaml} from '../engine/read-metrics.ts';
import type {Expand} from '../engine/run-context.ts';
import {NotAFile} from '../engine/contents.ts';
import {know, matches, outputsOnDisk, type OnDisk, type StalenessWorld} from '../engine/staleness.ts';
import {FileTrouble} from '../host/host.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {Graph} from '../model/graph.ts';
import type {Metric} from '../model/metric.ts';
import type {GitState} from '../model/run.ts';
import type {Snapshot, SnapshotStage} from '../model/snapshot.ts';
import type {NodeSpec, StageSpec} from '../model/stage.ts';
import {WORKSPACE} from './refs.ts';
import {stageOfTrace} from './run-snapshot.ts';

export interface WorkspaceParts {
  readonly graph: Graph;
  /** Ids of all nodes in topological order. */
  readonly nodes: readonly number[];
  readonly world: StalenessWorld;
  readonly expand: Expand;
  readonly parseYaml: ParseYaml;
  /** Of this machine, as a run would record them. */
  readonly facts: Snapshot['facts'];
  readonly git?: GitState;
}

export async function snapshotOfWorkspace(parts: WorkspaceParts): Promise<Snapshot> {
  const {graph, nodes, world, expand} = parts;
  const notices: string[] = [];
  const found: SnapshotStage[] = [];
  for (const node of graph.nodes) {
    for (const stage of await stagesOf(node, expand)) found.push(await stageOnDisk(stage, parts, notices));
  }
  // Afterwards, since a plan pretends that what it would restore is there.
  const plan = await makePlan({graph, nodes, forced: new Set(), readCache: true, expand}, world);
  const rows = new Map(plan.rows.map((row) => [row.stage, row]));
  const stages = found.map((stage): SnapshotStage => {
    const row = rows.get(stage.name);
    return row === undefined ? stage : {...stage, verdict: row.verdict, reason: row.reason};
  });
  return {
    label: WORKSPACE,
    origin: 'workspace',
    ...(parts.git === undefined ? {} : {git: parts.git}),
    facts: parts.facts,
    stages,
    ...(notices.length === 0 ? {} : {notices}),
  };
}

async function stagesOf(node: NodeSpec, expand: Expand): Promise<readonly StageSpec[]> {
  if (node.kind === 'stage') return [node];
  const expanded = await expand(node);
  return expanded.ok ? expanded.value : [];
}

async function stageOnDisk(spec: StageSpec, parts: WorkspaceParts, notices: string[]): Promise<SnapshotStage> {
  const {world} = parts;
  const {store} = world;
  const settled = world.settled.one(spec.name);
  const settledTrace = settled === undefined ? undefined : store.trace(settled.trace);
  if (settledTrace !== undefined) return stageOfTrace(store, settledTrace, spec.name);
  const onDisk = await outputsIfReadable(spec, world, notices);
  const known = await know(spec, world);
  const current = store.currentTrace(spec.name);
  const isCurrent = current !== undefined && spec.outs.length > 0 && matches(current, onDisk);
  const key = 'kind' in known ? undefined : known.key;
  if (isCurrent && current.key === key) return stageOfTrace(store, current, spec.name);
  return {
    name: spec.name,
    params: spec.params,
    ...('kind' in known
      ? {inputs: []}
      : {key: known.key, document: known.document, pieces: known.code.pieces, inputs: known.inputs.entries}),
    outputs: outputEntries(spec, onDisk),
    metrics: isCurrent ? store.metrics(current.id) : await metricsOnDisk(spec, onDisk, parts, notices),
  };
}

async function outputsIfReadable(spec: StageSpec, world: StalenessWorld, notices: string[]): Promise<OnDisk> {
  try {
    return await outputsOnDisk(spec, world.contents);
  } catch (error) {
    if (!(error instanceof NotAFile || error instanceof FileTrouble)) throw error;
    notices.push(`${WORKSPACE}: ${error.message}`);
    return new Map();
  }
}

function outputEntries(spec: StageSpec, onDisk: OnDisk): readonly OutputEntry[] {
  return spec.outs.flatMap(({path, role, cache}) => {
    const content = onDisk.get(path);
    return content === undefined ? [] : [{...content, path, role, cached: cache}];
  });
}

async function metricsOnDisk(
  spec: StageSpec,
  onDisk: OnDisk,
  {world, parseYaml}: WorkspaceParts,
  notices: string[],
): Promise<readonly Metric[]> {
  const metrics: Metric[] = [];
  for (const {path, role} of spec.outs) {
    if (role !== 'metrics' || onDisk.get(path)?.type !== 'file') continue;
    const read = await readMetricsFile(path, world.host.files.readText(path), parseYaml);
    if (read.ok) metrics.push(...read.metrics);
    else notices.push(`${WORKSPACE}: ${read.message}`);
  }
  return metrics;
}
