/** `mlp watch`: runs again whenever a file changes that the selected stages depend on. */
import {formatList, plural} from '../../base/format.ts';
import {safeText} from '../../base/display.ts';
import {select} from '../../engine/select.ts';
import {
  changedPaths,
  watchFolders,
  watchSet,
  watchState,
  type WatchSet,
  type WatchState,
} from '../../engine/watch-set.ts';
import type {Host} from '../../host/host.ts';
import {findProject, PIPELINE_FILE, type Project} from '../../project/load-project.ts';
import {runProject, USUAL_OPTIONS} from '../../project/run-project.ts';
import {runStart} from '../../project/run-start.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire} from '../../project/wire.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {openProject} from '../open-project.ts';
import {parseJobs} from '../parse-options.ts';
import {createReporter} from '../screen.ts';
import {addSetOption, selectionOf} from '../selection-options.ts';

/** An editor writes a file in several steps: it is looked at when it held still for so long. */
const STILL_MS = 60;
/** Where a mistake that keeps the pipeline from being loaded may be. */
const SETTINGS = ['*.{yaml,yml,json}', '*/*.{yaml,yml,json}'];
const SIGNAL_NUMBER = {SIGINT: 2, SIGTERM: 15, SIGHUP: 1} as const;

interface WatchOptions {
  readonly set: readonly string[];
  readonly jobs?: number;
  readonly keepGoing?: boolean;
  readonly poll?: boolean;
}

/** What to wait for after a run, and its state as it was before that. */
interface Round {
  readonly set: WatchSet;
  readonly state: WatchState;
  /** What the command exits with at once. */
  readonly exitCode?: number;
}

export const watchCommand: CommandMember = {
  name: 'watch',
  summary: 'run, and run again whenever a file changes that the stages depend on',
  examples: [
    ['mlp watch', 'the whole pipeline, until Ctrl-C'],
    ['mlp watch train', 'one stage and what it needs'],
    ['mlp watch --poll', 'look twice a second, where the system does not tell of changes'],
  ],
  define(command, context) {
    command.argument('[stages...]', 'stages, groups, name@branch, globs or tag:NAME (default: all)');
    addSetOption(command);
    command
      .option('-j, --jobs <number>', 'cores to use at the same time (default: all)', parseJobs)
      .option('-k, --keep-going', 'after a failure go on with what does not depend on it')
      .option('--poll', 'look twice a second instead of being told by the system')
      .action(async (patterns: readonly string[], options: WatchOptions) => {
        const exitCode = await watchUntilStopped(context(), patterns, options);
        context().exit(exitCode);
      });
  },
};

/** Set by a signal; `wake` ends the wait that goes on. */
interface Stop {
  signal?: keyof typeof SIGNAL_NUMBER;
  wake: () => void;
}

async function watchUntilStopped(
  context: CommandContext,
  patterns: readonly string[],
  options: WatchOptions,
): Promise<number> {
  const host = findProject(context.outside, context.host);
  const poll = options.poll === true || host.machine.isNetworkFileSystem('.');
  const stop: Stop = {wake: () => undefined};
  const unlisten = host.signals.listen((signal) => {
    stop.signal ??= signal;
    stop.wake();
  });
  try {
    let round: Round | undefined;
    for (;;) {
      round = await runOnce(context, host, round, patterns, options);
      if (round.exitCode !== undefined) return round.exitCode;
      if (stop.signal === undefined) tell(context, host, round.state.size);
      const changed = await untilChanged(round, host, stop, poll);
      if (stop.signal !== undefined) return 128 + SIGNAL_NUMBER[stop.signal];
      tell(context, host, round.state.size, changed);
    }
  } finally {
    unlisten();
  }
}

/** Mistakes are shown and waited for, but for those of the command line itself in the first round. */
async function runOnce(
  context: CommandContext,
  host: Host,
  before: Round | undefined,
  patterns: readonly string[],
  options: WatchOptions,
): Promise<Round> {
  const {paths = [], globs = [], outs = []} = before?.set ?? {};
  const ofMistakes = {
    paths: [...new Set([PIPELINE_FILE, ...paths])],
    globs: [...new Set([...SETTINGS, ...globs])],
    outs,
  };
  const early = await watchState(ofMistakes, host);
  try {
    // Whoever mends the mistake is still here: it does not end the command.
    const project = await openProject({...context, exit: () => undefined}, options.set);
    if (project === undefined) return {set: ofMistakes, state: early};
    return await runProjectOnce(context, project, early, patterns, options);
  } catch (error) {
    if (!(error instanceof UsageError) || before === undefined) throw error;
    host.output.talk(`mlp: ${error.message}\n`);
    return {set: ofMistakes, state: early};
  }
}

async function runProjectOnce(
  context: CommandContext,
  project: Project,
  early: WatchState,
  patterns: readonly string[],
  options: WatchOptions,
): Promise<Round> {
  const {host} = project;
  const selected = select(project.graph, selectionOf(patterns, {from: []}));
  if (!selected.ok) throw new UsageError(selected.error);
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
  const reporter = await createReporter(host, context.globals, undefined);
  try {
    const nodes = selected.value.nodes.flatMap((id) => project.graph.nodes[id] ?? []);
    const set = await watchSet(nodes, project.read, wired.world.code);
    // What was edited since the project was loaded counts as edited.
    const state = new Map([...(await watchState(set, host))].map(([path, now]) => [path, early.get(path) ?? now]));
    const end = await runProject(
      project,
      wired,
      {
        selected: selected.value,
        options: USUAL_OPTIONS,
        jobs: options.jobs ?? host.machine.cores,
        keepGoing: options.keepGoing === true,
        graceMs: GRACE_MS,
      },
      runStart(context.outside, host),
      reporter.event.bind(reporter),
    );
    return {set, state, ...(end.status === 'interrupted' ? {exitCode: end.exitCode} : {})};
  } finally {
    reporter.close();
    wired.store.close();
  }
}

/** @returns what changed since the round began; nothing when it was stopped. */
async function untilChanged({set, state}: Round, host: Host, stop: Stop, poll: boolean): Promise<readonly string[]> {
  let woken = false;
  let rouse = (): void => undefined;
  const wake = (): void => {
    woken = true;
    rouse();
  };
  stop.wake = wake;
  const end = host.folderWatch.start(watchFolders(set, host), wake, {poll});
  try {
    while (stop.signal === undefined) {
      woken = false;
      const changed = changedPaths(state, await whenStill(set, host));
      if (changed.length > 0) return changed;
      if (!woken) await new Promise<void>((resolve) => (rouse = resolve));
    }
    return [];
  } finally {
    end();
  }
}

/** The state once two looks in a row saw the same. */
async function whenStill(set: WatchSet, host: Host): Promise<WatchState> {
  let state = await watchState(set, host);
  for (;;) {
    await host.clock.sleep(STILL_MS);
    const now = await watchState(set, host);
    if (changedPaths(state, now).length === 0) return now;
    state = now;
  }
}

function tell({globals}: CommandContext, {output}: Host, files: number, changed?: readonly string[]): void {
  if (globals.json) {
    const event = changed === undefined ? {type: 'watch', files} : {type: 'changed', paths: changed};
    output.out(`${JSON.stringify({schema_version: 1, ...event})}\n`);
  } else if (changed !== undefined) output.talk(`\n${formatList(changed.map(safeText))} changed\n`);
  else if (globals.verbosity >= 0) output.talk(`watching ${plural(files, 'file')} (Ctrl-C ends)\n`);
}
