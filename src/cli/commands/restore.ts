/** `mlp restore [RUN] [PATH...]`: outputs of any run, back from the cache; never over unsaved edits without `--force`. */
import {quoteName} from '../../base/display.ts';
import {suggest} from '../../base/suggest.ts';
import {openCache} from '../../cache/open-cache.ts';
import {Contents} from '../../engine/contents.ts';
import {holdStages} from '../../engine/hold-stages.ts';
import {recover} from '../../engine/recover.ts';
import {
  applyRestore,
  mayRestore,
  planRestore,
  wantedAt,
  type RestoreStep,
  type RestoreWorld,
  type Wanted,
} from '../../engine/restore-run.ts';
import {wantedNow, wantedOfRef, type WantedFrom} from '../../history/wanted.ts';
import {resolveRef} from '../../history/refs.ts';
import {isInside, type StageName} from '../../model/ids.ts';
import type {Project} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {RestoreProblem, RestoreView} from '../../report/views/restore.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {openProject} from '../open-project.ts';
import {typedPath} from '../project-paths.ts';
import {lookFor} from '../screen.ts';

interface RestoreOptions {
  readonly run?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly to?: string;
}

export const restoreCommand: CommandMember = {
  name: 'restore',
  summary: 'bring outputs of any run back from the cache; never over unsaved edits',
  examples: [
    ['mlp restore', 'everything that mlp.lock names, as after a checkout'],
    ['mlp restore models/', 'only what lies there'],
    ['mlp restore 41', 'all outputs of run 41'],
    ['mlp restore HEAD~1 model.bin', 'one output as the commit before has it'],
    ['mlp restore baseline --to old', 'those of a run by its name or tag, into the folder `old`'],
  ],
  define(command, context) {
    command
      .argument('[words...]', 'a run (number, name, tag, `last`) or Git revision, then paths or stages (default: all)')
      .option('--run <ref>', 'the run or revision, where its name is also that of a path')
      .option('-f, --force', 'also over files whose bytes the cache does not know')
      .option('-n, --dry-run', 'only say what would be restored')
      .option('--to <folder>', 'write into this folder instead')
      .action(async (words: readonly string[], options: RestoreOptions) => {
        const project = await openProject(context());
        if (project === undefined) return;
        const {host, pipeline} = project;
        const store = openProjectStore(host);
        try {
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          const world = {host, store, cache, contents: new Contents(host, store, {paranoid: false})};
          const view = await restore(context(), project, world, words, options);
          store.flushMemos();
          await print(context(), project, view);
          if (!view.done && (!view.dryRun || hasTrouble(view))) context().exit(exitCodes.failed);
        } finally {
          store.close();
        }
      });
  },
};

const hasTrouble = ({unsaved, missing, blocked}: RestoreView): boolean =>
  unsaved.length + missing.length + blocked.length > 0;

async function restore(
  context: CommandContext,
  project: Project,
  world: RestoreWorld,
  words: readonly string[],
  options: RestoreOptions,
): Promise<RestoreView> {
  const {host, store} = world;
  // What an attempt that was killed had moved aside comes back now: later it would come over what is restored.
  await recover(host, store, (event) => {
    if (event.type === 'notice') host.output.talk(`${event.message}\n`);
  });
  const {from, wanted} = await choose(context, project, world, words, options);
  const to = options.to === undefined ? undefined : context.host.files.absolute(options.to);
  const steps = await planRestore(wanted, world, to);
  const dryRun = options.dryRun === true;
  const done = !dryRun && mayRestore(steps, options.force === true);
  // What a running stage writes is not to be touched, and no stage is to start among what is half restored.
  const {refused, release} = holdStages(to === undefined ? stagesOf(steps, project) : [], world);
  if (refused !== undefined)
    throw new UsageError(`\`${refused.stage}\` is running (${refused.by}): restore when it has ended`);
  let failed: readonly string[] = [];
  try {
    if (done) failed = applyRestore(steps, world, project.pipeline.settings.link);
  } finally {
    release();
  }
  return viewOf(steps, failed, {from, dryRun, done, force: options.force === true, ...(to === undefined ? {} : {to})});
}

/** The first word is a run only where nothing of the present results goes by it. */
async function choose(
  context: CommandContext,
  project: Project,
  world: RestoreWorld,
  words: readonly string[],
  {run}: RestoreOptions,
): Promise<WantedFrom> {
  const now = (): WantedFrom => {
    const found = wantedNow(project.graph, world);
    if (found.ok) return found.value;
    throw new UsageError(found.error.message, found.error.hint);
  };
  const pick = (from: WantedFrom, picked: readonly string[]): WantedFrom => {
    if (picked.length === 0) return from;
    const all = picked.flatMap((word) => {
      const found = named(word, from.wanted, context, world);
      if (found.length === 0)
        throw new UsageError(`nothing of ${from.from} is at ${quoteName(word)}`, near(word, from));
      return found;
    });
    return {...from, wanted: [...new Map(all.map((one) => [one.path, one])).values()]};
  };
  const [first, ...rest] = words;
  if (run === undefined) {
    if (first === undefined) return now();
    const present = first.startsWith('run:') || first.startsWith('git:') ? undefined : now();
    if (present !== undefined && named(first, present.wanted, context, world).length > 0) return pick(present, words);
  }
  const ref = await resolveRef(run ?? first ?? '', {host: world.host, store: world.store, cwd: context.host.root});
  if (!ref.ok)
    throw new UsageError(
      run === undefined
        ? `${ref.error.message}, and no output or stage of the present results either`
        : ref.error.message,
      ref.error.hint,
    );
  const found = ref.value.kind === 'workspace' ? undefined : await wantedOfRef(ref.value, world);
  if (found?.ok === false) throw new UsageError(found.error.message, found.error.hint);
  return pick(found?.value ?? now(), run === undefined ? rest : words);
}

/** By path, or by the name of the stage that makes it. */
function named(
  word: string,
  wanted: readonly Wanted[],
  context: CommandContext,
  {host, cache}: RestoreWorld,
): readonly Wanted[] {
  const path = typedPath(word, context.host, host);
  const there = path === undefined ? [] : wantedAt(path, wanted, cache);
  if (there.length > 0) return there;
  return wanted.filter(({stage}) => stage !== undefined && (stage === word || stage.startsWith(`${word}@`)));
}

function near(word: string, {wanted}: WantedFrom): string | undefined {
  const found = suggest(word, [...wanted.map(({path}) => path), ...wanted.flatMap(({stage}) => stage ?? [])]);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

/** The stages among whose outputs something is written or removed. */
function stagesOf(steps: readonly RestoreStep[], {graph}: Project): ReadonlySet<StageName> {
  const touched = steps.filter(({action}) => action === 'write' || action === 'remove').map(({target}) => target);
  if (touched.length === 0) return new Set();
  const stages = new Set<StageName>(steps.flatMap(({wanted}) => wanted.stage ?? []));
  for (const node of graph.nodes) {
    if (node.kind !== 'stage') continue;
    if (node.outs.some((out) => touched.some((path) => isInside(path, out.path) || isInside(out.path, path))))
      stages.add(node.name);
  }
  return stages;
}

function viewOf(
  steps: readonly RestoreStep[],
  failed: readonly string[],
  rest: Pick<RestoreView, 'from' | 'to' | 'dryRun' | 'done'> & {readonly force: boolean},
): RestoreView {
  const {force, ...facts} = rest;
  const of = (...actions: readonly RestoreStep['action'][]): readonly RestoreStep[] =>
    steps.filter(({action}) => actions.includes(action));
  const lost = steps.filter(({target}) => failed.includes(target));
  const problem = ({wanted: {path, stage, run}}: RestoreStep): RestoreProblem => ({
    path,
    ...(stage === undefined ? {} : {stage}),
    ...(run === undefined ? {} : {run}),
  });
  return {
    ...facts,
    done: facts.done && failed.length === 0,
    restored: of('write')
      .filter((step) => !lost.includes(step))
      .map(({wanted: {path, size}}) => ({path, bytes: size})),
    removed: of('remove').map(({target}) => target),
    same: of('same').length,
    uncached: of('uncached').map(problem),
    unsaved: force ? [] : steps.flatMap(({unsaved}) => unsaved),
    missing: [...of('missing', 'damaged'), ...lost].map((step) => ({
      ...problem(step),
      damaged: step.action !== 'missing',
    })),
    blocked: of('blocked').map(({target}) => target),
  };
}

async function print({globals}: CommandContext, {host}: Project, view: RestoreView): Promise<void> {
  if (globals.json) return host.output.out(`${JSON.stringify({schema_version: 1, type: 'restore', ...view})}\n`);
  const {renderRestore} = await import('../../report/render/restore.ts');
  const text = renderRestore(view, {...(await lookFor(host)), all: globals.verbosity > 0});
  if (hasTrouble(view)) host.output.talk(text);
  else if (globals.verbosity >= 0) host.output.out(text);
}
