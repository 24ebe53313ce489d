/** Makes a plan and shows it: for `mlp plan`, `mlp status` and `mlp run --dry-run`. */
import {makePlan} from '../engine/plan.ts';
import {select} from '../engine/select.ts';
import type {StageName} from '../model/ids.ts';
import {countVerdicts, type Plan} from '../model/plan.ts';
import type {CommandContext} from './command.ts';
import type {Project} from '../project/load-project.ts';
import {openProject} from './open-project.ts';
import {lookFor} from './screen.ts';
import {selectionOf, type SelectionOptions} from './selection-options.ts';
import {UsageError} from '../project/usage-error.ts';
import {GRACE_MS, wire, type Wired} from '../project/wire.ts';

export interface PlanOptions extends SelectionOptions {
  readonly set: readonly string[];
  readonly force?: boolean;
  readonly paranoid?: boolean;
}

/** Loads, wires, plans, and hands the plan over. */
export async function withPlan(
  context: CommandContext,
  patterns: readonly string[],
  options: PlanOptions,
  use: (plan: Plan, project: Project) => Promise<void>,
): Promise<void> {
  const project = await openProject(context, options.set);
  if (project === undefined) return;
  const selected = select(project.graph, selectionOf(patterns, options));
  if (!selected.ok) throw new UsageError(selected.error);
  const wired = wire(project, {paranoid: options.paranoid === true, graceMs: GRACE_MS});
  try {
    const named = [...selected.value.named].map((id) => project.graph.nodes[id]?.name as StageName);
    const forced = new Set(options.force === true ? named : []);
    await use(
      await makePlan(
        {graph: project.graph, nodes: selected.value.nodes, forced, readCache: true, expand: wired.expand},
        wired.world,
      ),
      project,
    );
    wired.store.flushMemos();
  } finally {
    wired.store.close();
  }
}

/** For `mlp run --dry-run`. */
export async function showPlan(
  context: CommandContext,
  project: Project,
  wired: Wired,
  what: {readonly nodes: readonly number[]; readonly forced: ReadonlySet<StageName>; readonly readCache: boolean},
): Promise<void> {
  await printPlan(context, project, await makePlan({graph: project.graph, ...what, expand: wired.expand}, wired.world));
}

export async function printPlan({globals}: CommandContext, {host}: Project, plan: Plan): Promise<void> {
  if (globals.json) {
    host.output.out(
      `${JSON.stringify({schema_version: 1, type: 'plan', counts: countVerdicts(plan), stages: plan.rows, ...(plan.notices === undefined ? {} : {notices: plan.notices})})}\n`,
    );
    return;
  }
  const {renderPlan} = await import('../report/render/plan.ts');
  host.output.out(renderPlan(plan, {...(await lookFor(host)), all: globals.verbosity > 0}));
  for (const notice of plan.notices ?? []) host.output.talk(`note: ${notice}\n`);
}
