/** `mlp run`: the main job. What is needed only when there is something to do is in run-selected.ts. */
import type {Command} from 'commander';
import {runSettled} from '../../engine/run-settled.ts';
import type {Host} from '../../host/host.ts';
import type {RunEvent} from '../../model/event.ts';
import type {Store} from '../../store/store.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {planDigest, readPlanHeader, type PlanHeader} from '../../project/plan-file.ts';
import {parseGrace, parseJobs, parseCacheSide} from '../parse-options.ts';
import type {RunOptions} from '../run-selected.ts';
import {createReporter} from '../screen.ts';
import {addSelectionOptions, addSetOption} from '../selection-options.ts';
import {notices, runStart} from '../../project/run-start.ts';
import {UsageError} from '../../project/usage-error.ts';

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
      .option('--no-review', 'ask nobody: approvals count as given for this run; not where CI is set')
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
  const header = isPlain(patterns, options) ? readPlanHeader(at, context.outside.build, []) : undefined;
  const store = header?.stages === undefined ? undefined : openProjectStore(at);
  try {
    if (store !== undefined && header?.stages !== undefined && (await nothingToDo(context, at, store, header, options)))
      return;
    // A run with nothing to do does not pay for what another one needs.
    const {runSelected} = await import('../run-selected.ts');
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
      plan: planDigest(header, host),
      jobs: options.jobs ?? host.machine.cores,
    };
    return runSettled({...settled, start: runStart(context.outside, host)}, host, store, emit) !== undefined;
  } finally {
    reporter.close();
  }
}

function parseEnvMode(text: string): 'strict' | 'loose' {
  if (text !== 'strict' && text !== 'loose') throw new UsageError(`--env takes strict or loose, not \`${text}\``);
  return text;
}
