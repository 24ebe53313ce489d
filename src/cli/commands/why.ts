/** `mlp why STAGE`: why it is stale, fresh or restored; or why it did what it did in an earlier run. */
import {makePlan} from '../../engine/plan.ts';
import {explain, type WhyFacts} from '../../engine/why.ts';
import {select} from '../../engine/select.ts';
import type {RunId, StageName} from '../../model/ids.ts';
import type {AttemptRow, Trace} from '../../model/run.ts';
import type {StageSpec} from '../../model/stage.ts';
import type {Store} from '../../store/store.ts';
import {unchangedInWords, changeInWords} from '../why-words.ts';
import type {KnownResult, WhyView} from '../../report/views/why.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import type {Project} from '../../project/load-project.ts';
import {openProject} from '../open-project.ts';
import {lookFor} from '../screen.ts';
import {parseRun} from '../parse-options.ts';
import {addSetOption} from '../selection-options.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire, type Wired} from '../../project/wire.ts';

interface WhyOptions {
  readonly set: readonly string[];
  readonly run?: string;
}

export const whyCommand: CommandMember = {
  name: 'why',
  summary: 'why a stage is stale, fresh or restored: what differs in its key, and what mlp cannot see',
  examples: [
    ['mlp why train', 'against its last result'],
    ['mlp why train@forest --set train.trees=500', 'what a param would change'],
    ['mlp why train --run 41', 'why it did what it did then'],
  ],
  define(command, context) {
    command.argument('<stage>', 'a stage or name@branch');
    addSetOption(command);
    command.option('--run <number>', 'explain an earlier run').action(async (name: string, options: WhyOptions) => {
      const project = await openProject(context(), options.set);
      if (project === undefined) return;
      const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
      try {
        const view =
          options.run === undefined ? await whyNow(project, wired, name) : whyThen(wired, name, parseRun(options.run));
        wired.store.flushMemos();
        await print(context(), project, view);
      } finally {
        wired.store.close();
      }
    });
  },
};

async function whyNow(project: Project, wired: Wired, name: string): Promise<WhyView> {
  const selected = select(project.graph, {patterns: [name], only: false, downstream: false, from: []});
  if (!selected.ok) throw new UsageError(selected.error);
  const plan = await makePlan(
    {graph: project.graph, nodes: selected.value.nodes, forced: new Set(), readCache: true, expand: wired.expand},
    wired.world,
  );
  const stages = await Promise.all([...selected.value.named].map(async (id) => stagesOf(project, wired, id)));
  const matching = stages.flat().filter((stage) => !name.includes('@') || stage.name === name);
  const [stage, ...more] = matching;
  if (stage === undefined)
    throw new UsageError(`\`${name}\` has no branches yet: they are known once what it iterates over is there`);
  if (more.length > 0)
    throw new UsageError(`\`${name}\` has ${matching.length} branches: name one, such as \`${stage.name}\``);
  return viewOf(stage.name, await explain(stage, plan, wired.world), wired);
}

async function stagesOf(project: Project, wired: Wired, id: number): Promise<readonly StageSpec[]> {
  const spec = project.graph.nodes[id];
  if (spec === undefined) return [];
  if (spec.kind === 'stage') return [spec];
  const expanded = await wired.expand(spec);
  return expanded.ok ? expanded.value : [];
}

function viewOf(stage: StageName, facts: WhyFacts, {store}: Wired): WhyView {
  const expectedMs = store.durations().get(stage);
  const things = [...facts.leaves.values()].reduce((sum, count) => sum + count, 0);
  return {
    stage,
    verdict: facts.verdict,
    reason: facts.reason,
    ...(facts.against === undefined ? {} : {against: known(facts.against, store)}),
    changes: facts.changes.map((change) => {
      const inWords = changeInWords(change, facts.pieces);
      return inWords === undefined ? change : {...change, inWords};
    }),
    things,
    unchanged: facts.document === undefined ? [] : unchangedInWords(facts.document, facts.changes, facts.leaves),
    untracked: facts.untracked.map(({path, line, what}) => `${what} at ${path}:${line}`),
    ...(facts.restoreFrom === undefined ? {} : {restoreFrom: known(facts.restoreFrom, store)}),
    ...(facts.closest === undefined
      ? {}
      : {closest: {...known(facts.closest.trace, store), differences: facts.closest.differences}}),
    ...(expectedMs === undefined ? {} : {expectedMs}),
  };
}

/** What the store remembers of a run: the reason of the attempt, or that it was skipped or restored. */
function whyThen({store}: Wired, name: string, run: RunId): WhyView {
  if (store.run(run) === undefined) throw new UsageError(`there is no run ${run}; \`mlp runs\` lists them`);
  const stages = store.runStages(run);
  const row = stages.find(({stage}) => stage === name);
  if (row === undefined) {
    const branch = stages.find(({stage}) => stage.startsWith(`${name}@`));
    throw new UsageError(
      branch === undefined
        ? `run ${run} did not touch \`${name}\``
        : `\`${name}\` has branches: name one, such as \`${branch.stage}\``,
    );
  }
  const attempt: AttemptRow | undefined = store.attempts({run, stage: row.stage, limit: 1})[0];
  const trace = row.trace === undefined ? undefined : store.trace(row.trace);
  const verdict = row.outcome === 'skipped' ? 'fresh' : row.outcome === 'restored' ? 'restore' : 'run';
  const reason = store.runReasons(run).get(row.stage) ?? attempt?.reason ?? {kind: 'fresh'};
  return {
    stage: name,
    verdict,
    reason,
    inRun: {run, outcome: row.outcome},
    changes: reason.kind === 'changed' ? reason.changes : [],
    things: 0,
    unchanged: [],
    untracked: [],
    ...(trace?.origin === 'accepted' ? {against: known(trace, store)} : {}),
    ...(trace !== undefined && verdict === 'restore' ? {restoreFrom: known(trace, store)} : {}),
  };
}

function known(trace: Trace, store: Store): KnownResult {
  const because = trace.origin === 'accepted' ? store.because(trace.id) : undefined;
  return {
    atMs: trace.createdAtMs,
    ...(trace.run === undefined ? {} : {run: trace.run}),
    ...(because === undefined ? {} : {because}),
    ...(trace.origin === 'remote' ? {shared: true} : {}),
  };
}

async function print({globals}: CommandContext, {host}: Project, view: WhyView): Promise<void> {
  if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'why', ...view})}\n`);
  else {
    const {renderWhy} = await import('../../report/render/why.ts');
    host.output.out(renderWhy(view, {...(await lookFor(host)), nowMs: host.clock.now()}));
  }
}
