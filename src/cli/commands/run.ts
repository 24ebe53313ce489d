/** `mlp run`: the main job. */
import type {Command} from 'commander';
import type {RunEnd} from '../../engine/run-pipeline.ts';
import {runSettled} from '../../engine/run-settled.ts';
import {select, type Selected} from '../../engine/select.ts';
import type {Host} from '../../host/host.ts';
import type {RunEvent} from '../../model/event.ts';
import type {StageName} from '../../model/ids.ts';
import type {Store} from '../../store/store.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {findProject, type Project} from '../../project/load-project.ts';
import {openProject} from '../open-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {planDigest, readPlanHeader, type PlanHeader} from '../../project/plan-file.ts';
import {parseGrace, parseJobs, parseCacheSide} from '../parse-options.ts';
import {createReporter} from '../screen.ts';
import {addSelectionOptions, addSetOption, selectionOf, type SelectionOptions} from '../selection-options.ts';
import {notices, runProject, runStart, type RunProjectRequest} from '../../project/run-project.ts';
import {UsageError} from '../../project/usage-error.ts';
import {wire, type Wired} from '../../project/wire.ts';
import {showPlan} from '../show-plan.ts';

interface RunOptions extends SelectionOptions {
  readonly set: readonly string[];
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly keep?: boolean;
  readonly keepGoing?: boolean;
  readonly keepFailed?: boolean;
  readonly expectNoop?: boolean;
  readonly cache: true | 'read' | 'write' | false;
  readonly env: 'strict' | 'loose';
  readonly paranoid?: boolean;
  readonly grace: number;
  readonly profile?: string;
  readonly openlineage?: string;
  readonly reporter?: string;
}

export const runCommand: CommandMember = {
  name: 'run',
  summary: 'run what is stale, restore what is known, skip the rest',
  examples: [
    ['mlp run', 'the whole pipeline'],
    ['mlp run train', 'one stage and what it needs'],
    ['mlp run train@forest --set train.trees=500', 'one branch with another param'],
    ["mlp run 'train*' --downstream -j 4", 'stages by pattern and what comes after, four at a time'],
    ['mlp run --dry-run', 'say what would happen'],
  ],
  define(command: Command, context: () => CommandContext): void {
    addSelectionOptions(command);
    addSetOption(command);
    command
      .option('-j, --jobs <number>', 'cores to use at the same time (default: all)', parseJobs)
      .option('-n, --dry-run', 'only say what would happen (same as `mlp plan`)')
      .option('-f, --force', 'run the named stages even when they are fresh')
      .option('--keep', 'outputs that were edited by hand become the result instead of being restored')
      .option('-k, --keep-going', 'after a failure go on with what does not depend on it')
      .option('--keep-failed', 'leave what a failed stage wrote where it is')
      .option('--expect-noop', 'exit with 3 when anything had to be done')
      .option(
        '--no-cache [read|write]',
        'do not restore from the cache (read), not add to it (write), or neither',
        parseCacheSide,
      )
      .option(
        '--env <mode>',
        'strict: stages see declared variables only; loose: everything, to find what is missing',
        parseEnvMode,
        'strict',
      )
      .option('--paranoid', 'hash every file again, whatever its time stamps say')
      .option('--grace <seconds>', 'how long a stage may take to stop before it is killed', parseGrace, 10)
      .option('--profile <file>', 'write a trace that chrome://tracing and ui.perfetto.dev open')
      .option('--openlineage <file>', 'append OpenLineage events of this run to a file, one a line')
      .option('--reporter <name>', 'live, plain, github, gitlab, json or quiet (default: what fits)')
      .action(async (patterns: readonly string[], options: RunOptions) => runAction(context(), patterns, options));
  },
};

async function runAction(context: CommandContext, patterns: readonly string[], options: RunOptions): Promise<void> {
  const at = findProject(context.outside, context.host);
  // Everything asked for, nothing asked about: then stats may tell that there is nothing to do.
  const header = isPlain(patterns, options) ? readPlanHeader(at, context.outside.build) : undefined;
  const store = header?.stages === undefined ? undefined : openProjectStore(at);
  try {
    if (store !== undefined && header?.stages !== undefined && (await nothingToDo(context, at, store, header, options)))
      return;
    await runSelected(context, patterns, options, store);
  } finally {
    store?.close();
  }
}

function isPlain(patterns: readonly string[], options: RunOptions): boolean {
  const {from, set, dryRun, force, paranoid, profile, openlineage} = options;
  return (
    patterns.length + from.length + set.length === 0 &&
    dryRun !== true &&
    force !== true &&
    paranoid !== true &&
    profile === undefined &&
    openlineage === undefined
  );
}

async function nothingToDo(
  context: CommandContext,
  host: Host,
  store: Store,
  header: PlanHeader,
  options: RunOptions,
): Promise<boolean> {
  // Nothing is said before it is known that this is the whole run.
  const reporter = await createReporter(host, context.globals, options.reporter);
  try {
    const emitNotices = notices(store, header.diagnostics);
    let begun = false;
    const emit = (event: RunEvent): void => {
      if (!begun) for (const notice of emitNotices) reporter.event(notice);
      begun = true;
      reporter.event(event);
    };
    const settled = {
      stages: header.stages ?? [],
      plan: planDigest(header, [], host),
      jobs: options.jobs ?? host.machine.cores,
    };
    return runSettled({...settled, start: runStart(context.outside, host)}, host, store, emit) !== undefined;
  } finally {
    reporter.close();
  }
}

async function runSelected(
  context: CommandContext,
  patterns: readonly string[],
  options: RunOptions,
  store: Store | undefined,
): Promise<void> {
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
  const profile = options.profile === undefined ? undefined : await import('../profile.ts');
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
      const {appendOpenLineage} = await import('../append-openlineage.ts');
      await appendOpenLineage(context, project, wired.store, end.run, options.openlineage);
    }
    return exitCodeOf(end, options);
  } finally {
    reporter.close();
  }
}

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

function parseEnvMode(text: string): 'strict' | 'loose' {
  if (text !== 'strict' && text !== 'loose') throw new UsageError(`--env takes strict or loose, not \`${text}\``);
  return text;
}
