/**
 * What a run would do, without doing it, in three honest answers. A stage whose upstream is fresh or will be restored is
 * decided exactly, with the contents that restoring will give; after a stage that will run nothing is known but `may`.
 */
import {compileGlob} from '../base/glob.ts';
import type {Graph} from '../model/graph.ts';
import type {Plan, PlanRow} from '../model/plan.ts';
import type {StageName} from '../model/ids.ts';
import type {FileContent} from '../model/artifact.ts';
import type {StageSpec, DynamicSpec} from '../model/stage.ts';
import {isInside} from '../model/ids.ts';
import type {Expand} from './run-context.ts';
import {lookAtSources, sayEdited} from './sources.ts';
import {decide, type Decision, type StalenessWorld} from './staleness.ts';
import {VanishedBranches} from './vanished-branches.ts';

export interface PlanRequest {
  readonly graph: Graph;
  /** Node ids in topological order. */
  readonly nodes: readonly number[];
  readonly forced: ReadonlySet<StageName>;
  readonly readCache: boolean;
  readonly expand: Expand;
}

type Verdict = PlanRow['verdict'];
/** An output or an added file that will be there when it is read. */
type Brought = FileContent & {readonly path: string};

export async function makePlan(request: PlanRequest, world: StalenessWorld): Promise<Plan> {
  const {graph, nodes} = request;
  const durations = world.store.durations();
  const verdicts = new Map<number, Verdict>();
  const vanished = new VanishedBranches(graph, world);
  // What a run will bring or remove: readers of whole folders and globs cannot be told from the disk.
  const restored: Brought[] = [...(await vanished.ofStatic())];
  const sources = await lookAtSources(
    nodes.flatMap((id) => graph.nodes[id] ?? []),
    world,
  );
  for (const {source, state} of sources) if (state === 'absent') pretendRestored(source, world, restored);
  const said = sayEdited(sources);
  const rows: PlanRow[] = [];
  const add = (row: PlanRow): void => {
    const expectedMs = durations.get(row.stage);
    rows.push({...row, ...(expectedMs === undefined ? {} : {expectedMs})});
  };
  const decideStage = async (spec: StageSpec, allFresh: boolean): Promise<Verdict> => {
    if (readsUnlisted(spec, restored)) {
      add({stage: spec.name, verdict: 'may', reason: {kind: 'upstream', stages: []}});
      return 'may';
    }
    const decision = await decide(spec, world, {
      force: request.forced.has(spec.name),
      readCache: request.readCache,
      settled: allFresh,
      deep: true,
    });
    const verdict = verdictOfDecision(decision);
    add({stage: spec.name, verdict, reason: decision.reason});
    if (decision.kind === 'restore')
      for (const output of decision.candidates[0]?.outputs ?? []) pretendRestored(output, world, restored);
    return verdict;
  };
  for (const id of nodes) {
    const spec = graph.nodes[id];
    if (spec === undefined) continue;
    const unknown = (graph.upstream[id] ?? []).filter((up) => isUnknown(verdicts.get(up)));
    if (unknown.length > 0) {
      // What surely does not come is told before what may.
      const blocked = (['error', 'waiting'] as const).find((one) => unknown.some((up) => verdicts.get(up) === one));
      const stages = unknown.map((up) => graph.nodes[up]?.name as StageName);
      const verdict = blocked ?? 'may';
      verdicts.set(id, verdict);
      add({
        stage: spec.name,
        verdict,
        reason: {kind: blocked === undefined ? 'upstream' : 'blocked-by', stages},
        ...(spec.kind === 'dynamic' ? {dynamic: true} : {}),
      });
    } else if (spec.kind === 'stage')
      verdicts.set(
        id,
        await decideStage(
          spec,
          (graph.upstream[id] ?? []).every((up) => (verdicts.get(up) ?? 'fresh') === 'fresh'),
        ),
      );
    else verdicts.set(id, await planDynamic(spec, request, restored, vanished, add, decideStage));
  }
  return {rows, ...(said.length === 0 ? {} : {notices: said})};
}

/** All branches are decided; the worst verdict stands for the whole. */
async function planDynamic(
  spec: DynamicSpec,
  request: PlanRequest,
  restored: Brought[],
  vanished: VanishedBranches,
  add: (row: PlanRow) => void,
  decideStage: (spec: StageSpec, allFresh: boolean) => Promise<Verdict>,
): Promise<Verdict> {
  const over = spec.over.kind === 'json' ? spec.over.path : spec.over.folder;
  if (restored.some((output) => isInside(over, output.path) || isInside(output.path, over))) {
    add({stage: spec.name, verdict: 'may', reason: {kind: 'upstream', stages: []}, dynamic: true});
    return 'may';
  }
  const expanded = await request.expand(spec);
  if (!expanded.ok) {
    add({
      stage: spec.name,
      verdict: 'error',
      reason: {kind: 'cannot-decide', message: expanded.error.map(({message}) => message).join('; ')},
      dynamic: true,
    });
    return 'error';
  }
  restored.push(...(await vanished.of(spec.group, expanded.value)));
  let worst: Verdict = 'fresh';
  for (const branch of expanded.value) {
    const verdict = await decideStage(branch, false);
    if (rank(verdict) > rank(worst)) worst = verdict;
  }
  return worst;
}

function verdictOfDecision(decision: Decision): Verdict {
  switch (decision.kind) {
    case 'skip':
      return 'fresh';
    case 'restore':
      return 'restore';
    case 'run':
      return 'run';
    case 'waiting':
      return 'waiting';
    case 'error':
      return 'error';
  }
}

const rank = (verdict: Verdict): number => ['fresh', 'restore', 'may', 'run', 'waiting', 'error'].indexOf(verdict);
const isUnknown = (verdict: Verdict | undefined): boolean =>
  verdict === 'run' || verdict === 'may' || verdict === 'waiting' || verdict === 'error';

function pretendRestored(output: Brought, world: StalenessWorld, restored: Brought[]): void {
  restored.push(output);
  world.contents.pretend(output.path, {type: output.type, exec: output.exec, hash: output.hash, size: output.size});
  if (output.type !== 'dir' || output.hash === '') return;
  for (const entry of world.cache.readTree(output.hash) ?? []) {
    if (entry.type === 'file')
      world.contents.pretend(`${output.path}/${entry.path}`, {
        type: 'file',
        exec: entry.exec,
        hash: entry.hash,
        size: entry.size,
      });
  }
}

/** A glob, or a folder above an output that is not on disk yet: what it will find cannot be told from the disk. */
function readsUnlisted(spec: StageSpec, restored: readonly Brought[]): boolean {
  return spec.deps.some((dep) => {
    if (dep.kind === 'path')
      return restored.some((output) => output.path !== dep.path && isInside(output.path, dep.path));
    if (dep.kind !== 'glob') return false;
    const glob = compileGlob(dep.path);
    return restored.some((output) => glob.matches(output.path) || glob.mayMatchBelow(output.path));
  });
}
