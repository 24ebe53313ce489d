/** `mlp check`: files that stages open and do not declare, with the patch for pipeline.yaml. */
import {unifiedDiff} from '../../base/unified-diff.ts';
import {select, type Selected} from '../../engine/select.ts';
import {declarations, isNone, rememberedOpened, undeclared} from '../../engine/undeclared.ts';
import type {Host} from '../../host/host.ts';
import type {StageName} from '../../model/ids.ts';
import type {StageSpec} from '../../model/stage.ts';
import {expandStage} from '../../project/expand-stage.ts';
import {PIPELINE_FILE, type Project} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {runProject, USUAL_OPTIONS} from '../../project/run-project.ts';
import {runStart} from '../../project/run-start.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire} from '../../project/wire.ts';
import type {CheckedStage, CheckView} from '../../report/views/check.ts';
import type {Store} from '../../store/store.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {openProject} from '../open-project.ts';
import {parseJobs} from '../parse-options.ts';
import {createReporter, lookForTalk} from '../screen.ts';

interface CheckOptions {
  readonly trace?: boolean;
  readonly jobs?: number;
}

export const checkCommand: CommandMember = {
  name: 'check',
  summary: 'files that stages open and do not declare, with the patch for pipeline.yaml',
  examples: [
    ['mlp check', 'what the last runs of Python and Node.js stages opened; exit 1 when something is not declared'],
    ['mlp check --trace', 'run every stage under strace, which sees every program'],
    ['mlp check train --trace', 'run one stage so, and what it needs as usual'],
    ['mlp check -q | patch -p0', 'declare what was found'],
  ],
  define(command, context) {
    command
      .argument('[stages...]', 'stages, groups, name@branch, globs or tag:NAME (default: all)')
      .option('--trace', 'run the stages, fresh ones too, and trace every program that they start')
      .option('-j, --jobs <number>', 'cores to use at the same time (default: all)', parseJobs)
      .action(async (patterns: readonly string[], options: CheckOptions) => {
        const project = await openProject(context());
        if (project === undefined) return;
        const of = (only: boolean): Selected => {
          const selected = select(project.graph, {patterns, only, downstream: false, from: []});
          if (!selected.ok) throw new UsageError(selected.error);
          return selected.value;
        };
        const ended = options.trace === true ? await traceRun(context(), project, of(false), options) : exitCodes.done;
        // What was seen before something failed is worth to know, too.
        await report(context(), project, of(true));
        if (ended !== exitCodes.done) context().exit(ended);
      });
  },
};

/** @returns the exit code of the run. */
async function traceRun(
  context: CommandContext,
  project: Project,
  selected: Selected,
  options: CheckOptions,
): Promise<number> {
  const {host, graph} = project;
  const tracer = await findTracer(host);
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS, tracer});
  const reporter = await createReporter(host, context.globals, context.globals.json ? 'quiet' : undefined);
  try {
    const forced = new Set([...selected.named].map((id) => graph.nodes[id]?.name as StageName));
    const request = {
      selected,
      options: {...USUAL_OPTIONS, forced},
      jobs: options.jobs ?? host.machine.cores,
      keepGoing: true,
      graceMs: GRACE_MS,
    };
    const emit = reporter.event.bind(reporter);
    return (await runProject(project, wired, request, runStart(context.outside, host), emit)).exitCode;
  } finally {
    reporter.close();
    wired.store.close();
  }
}

/** @throws UsageError when this machine cannot trace. */
async function findTracer(host: Host): Promise<{readonly strace: string; readonly quick: boolean}> {
  const strace = host.processes.which('strace');
  if (strace === undefined)
    throw new UsageError(
      '`--trace` needs strace, which is not here',
      host.machine.os === 'linux'
        ? 'install it (`apt-get install strace`, `dnf install strace`); without `--trace`, Python and Node.js are looked at in every run'
        : 'strace exists on Linux only; without `--trace`, Python and Node.js are looked at in every run',
    );
  const env = {...host.env.all()};
  const trial = (flags: readonly string[]) =>
    host.processes.capture([strace, '-f', '-qq', '-e', 'trace=none', ...flags, '--', '/bin/sh', '-c', ':'], {env});
  if ((await trial(['--seccomp-bpf'])).code === 0) return {strace, quick: true};
  const plain = await trial([]);
  if (plain.code === 0) return {strace, quick: false};
  throw new UsageError(
    `strace cannot trace here: ${plain.stderr.trim().split('\n').at(-1) ?? ''}`,
    'a container needs the capability SYS_PTRACE (`docker run --cap-add SYS_PTRACE`)',
  );
}

async function report(context: CommandContext, project: Project, selected: Selected): Promise<void> {
  const {host} = project;
  const store = openProjectStore(host);
  try {
    const view = await checkView(project, await stagesOf(project, selected), store);
    if (context.globals.json) {
      const {patch, byHand, ...rest} = view;
      host.output.out(`${JSON.stringify({schema_version: 1, type: 'check', ...rest, by_hand: byHand, patch})}\n`);
    } else {
      const {renderCheck} = await import('../../report/render/check.ts');
      if (context.globals.verbosity >= 0) host.output.talk(renderCheck(view, await lookForTalk(host)));
      host.output.out(view.patch);
    }
    if (view.stages.length > 0) context.exit(exitCodes.failed);
  } finally {
    store.close();
  }
}

/** Branches that are known only during a run are those that what is on disk now gives. */
async function stagesOf({graph, host}: Project, {named}: Selected): Promise<readonly StageSpec[]> {
  const stages: StageSpec[] = [];
  for (const id of [...named].sort((a, b) => a - b)) {
    const node = graph.nodes[id];
    if (node?.kind === 'stage') stages.push(node);
    else if (node !== undefined) {
      const expanded = await expandStage(node, host);
      if (expanded.ok) stages.push(...expanded.value);
    }
  }
  return stages;
}

async function checkView({host}: Project, stages: readonly StageSpec[], store: Store): Promise<CheckView> {
  const checked: CheckedStage[] = [];
  const unseen: StageName[] = [];
  const byGroup = new Map<string, {deps: string[]; code: string[]; outs: string[]}>();
  let traced = 0;
  for (const spec of stages) {
    const seen = rememberedOpened(store, spec.name);
    if (seen === undefined) {
      if (spec.action.kind !== 'builtin') unseen.push(spec.name);
      else traced++;
      continue;
    }
    if (seen.by === 'trace' || spec.action.kind === 'function') traced++;
    const found = undeclared(seen.opened, spec);
    if (isNone(found)) continue;
    checked.push({stage: spec.name, found, lines: declarations(found)});
    const all = byGroup.get(spec.group) ?? {deps: [], code: [], outs: []};
    byGroup.set(spec.group, all);
    for (const key of ['deps', 'code', 'outs'] as const)
      for (const path of found[key]) if (!all[key].includes(path)) all[key].push(path);
  }
  const looked = stages.length - unseen.length;
  if (checked.length === 0) return {stages: [], looked, traced, unseen, patch: '', byHand: []};
  const {patchStages} = await import('../../config/patch-stages.ts');
  const text = host.files.readText(PIPELINE_FILE);
  const patched = await patchStages(text, byGroup);
  const patch = unifiedDiff(text, patched.text, PIPELINE_FILE);
  return {stages: checked, looked, traced, unseen, patch, byHand: patched.left};
}
