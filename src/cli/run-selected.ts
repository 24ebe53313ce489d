/** What `mlp run` does when there may be something to do: loads, wires, runs, reports, and says how it went. */
import type {RunEnd} from '../engine/run-pipeline.ts';
import {select, type Selected} from '../engine/select.ts';
import type {RunEvent} from '../model/event.ts';
import type {StageName} from '../model/ids.ts';
import type {Project} from '../project/load-project.ts';
import {runProject, type RunProjectRequest} from '../project/run-project.ts';
import {runStart} from '../project/run-start.ts';
import {UsageError} from '../project/usage-error.ts';
import {wire, type Wired} from '../project/wire.ts';
import type {Store} from '../store/store.ts';
import type {CommandContext} from './command.ts';
import {exitCodes} from './exit-codes.ts';
import {openProject} from './open-project.ts';
import {createReporter} from './screen.ts';
import {selectionOf, type SelectionOptions} from './selection-options.ts';
import {showPlan} from './show-plan.ts';

/** As typed. */
export interface RunOptions extends SelectionOptions {
  readonly set: readonly string[];
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly keep?: boolean;
  readonly keepGoing?: boolean;
  readonly keepFailed?: boolean;
  readonly expectNoop?: boolean;
  /** false: `--no-review`. */
  readonly review: boolean;
  readonly cache: true | 'read' | 'write' | false;
  readonly env: 'strict' | 'loose';
  readonly paranoid?: boolean;
  readonly grace: number;
  readonly profile?: string;
  readonly openlineage?: string;
  readonly reporter?: string;
}

/** Loads the project, and plans or runs what was selected. @param store one that is open already; its owner closes it. */
export async function runSelected(
  context: CommandContext,
  patterns: readonly string[],
  options: RunOptions,
  store: Store | undefined,
): Promise<void> {
  if (!options.review && isCi(context.host.env.get('CI')))
    throw new UsageError(
      '`--no-review` is refused where CI is set: what runs there must have been approved',
      'give the approval (`mlp review`), or leave the option out: the run ends with 3 and goes on after it',
    );
  context.host.processes.prepare();
  const project = await openProject(context, options.set);
  if (project === undefined) return;
  const selected = select(project.graph, selectionOf(patterns, options));
  if (!selected.ok) throw new UsageError(selected.error);
  const wired = wire(project, {
    paranoid: options.paranoid === true,
    graceMs: options.grace * 1000,
    ...(store === undefined ? {} : {store}),
  });
  try {
    if (options.dryRun === true) {
      await showPlan(context, project, wired, {
        nodes: selected.value.nodes,
        forced: forcedNames(project, selected.value, options),
        readCache: readsCache(options),
      });
    } else context.exit(await runAndReport(context, project, wired, selected.value, options));
  } finally {
    if (store === undefined) wired.store.close();
  }
}

async function runAndReport(
  context: CommandContext,
  project: Project,
  wired: Wired,
  selected: Selected,
  options: RunOptions,
): Promise<number> {
  const {host} = project;
  const reporter = await createReporter(host, context.globals, options.reporter);
  const profile = options.profile === undefined ? undefined : await import('./profile.ts');
  const events: (readonly [number, RunEvent])[] = [];
  const emit = (event: RunEvent): void => {
    if (profile !== undefined) events.push([host.clock.now(), event]);
    reporter.event(event);
  };
  try {
    const request = requestOf(project, selected, options);
    const end = await runProject(project, wired, request, runStart(context.outside, host), emit);
    if (profile !== undefined && options.profile !== undefined)
      host.files.writeAtomic(host.files.absolute(options.profile), profile.chromeTrace(events));
    if (options.openlineage !== undefined) {
      const {appendOpenLineage} = await import('./append-openlineage.ts');
      await appendOpenLineage(context, project, wired.store, end.run, options.openlineage);
    }
    return exitCodeOf(end, options);
  } finally {
    reporter.close();
  }
}

const isCi = (value: string | undefined): boolean => value !== undefined && !/^(|0|false|no)$/i.test(value);

function exitCodeOf(end: RunEnd, options: RunOptions): number {
  const {ran, restored} = end.results.counts();
  if (end.exitCode === exitCodes.done && options.expectNoop === true && (ran ?? 0) + (restored ?? 0) > 0)
    return exitCodes.stale;
  return end.exitCode;
}

function requestOf(project: Project, selected: Selected, options: RunOptions): RunProjectRequest {
  return {
    selected,
    options: {
      forced: forcedNames(project, selected, options),
      readCache: readsCache(options),
      writeCache: options.cache === true || options.cache === 'read',
      keepEdits: options.keep === true,
      keepFailed: options.keepFailed === true,
      envMode: options.env,
      ...(options.review ? {} : {noReview: true}),
    },
    jobs: options.jobs ?? project.host.machine.cores,
    keepGoing: options.keepGoing === true,
    graceMs: options.grace * 1000,
  };
}

function readsCache(options: RunOptions): boolean {
  return options.cache === true || options.cache === 'write';
}

function forcedNames(project: Project, selected: Selected, options: RunOptions): ReadonlySet<StageName> {
  if (options.force !== true) return new Set();
  return new Set([...selected.named].map((id) => project.graph.nodes[id]?.name as StageName));
}
