/**
 * `mlp verify [STAGE...]`: runs stages again on purpose and compares with the known result: bytes, then metrics.
 * `mlp verify BUNDLE`: whether a packaged model is as it was packaged.
 */
import {NotAFile} from '../../engine/contents.ts';
import type {Selected} from '../../engine/select.ts';
import {baselineOf, type DifferingOutput, type Verified} from '../../engine/verify.ts';
import {FileTrouble} from '../../host/host.ts';
import type {StageEnd} from '../../model/event.ts';
import type {StageName} from '../../model/ids.ts';
import {formatMetricValue} from '../../model/metric.ts';
import type {Trace} from '../../model/run.ts';
import type {StageSpec} from '../../model/stage.ts';
import {compareMetrics, type MetricComparison, type Tolerances} from '../../model/tolerance.ts';
import type {Project} from '../../project/load-project.ts';
import {runProject, USUAL_OPTIONS} from '../../project/run-project.ts';
import {runStart} from '../../project/run-start.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire, type Wired} from '../../project/wire.ts';
import type {VerifyOutput, VerifyRow, VerifyView} from '../../report/views/verify.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {namedStages} from '../expand-named.ts';
import {openProject} from '../open-project.ts';
import {parseJobs} from '../parse-options.ts';
import {createReporter, lookFor} from '../screen.ts';
import {isBundleWord, verifyBundleWord} from '../verify-bundle-word.ts';

interface VerifyOptions {
  readonly rtol: number;
  readonly atol: number;
  readonly tolerance: readonly (readonly [string, number])[];
  readonly jobs?: number;
  readonly allowedSigners?: string;
}

export const verifyCommand: CommandMember = {
  name: 'verify',
  summary: 'run stages again and compare with their known results; or check that a bundle is as it was packaged',
  examples: [
    ['mlp verify train', 'does it give the same bytes again?'],
    ['mlp verify', 'every stage, each with the inputs that are on disk'],
    ['mlp verify train --rtol 0.001', 'other bytes will do when every metric is within 0.1 %'],
    [
      'mlp verify package --allowed-signers signers',
      'is every byte of the bundle as it was packaged, and who signed it?',
    ],
    ["mlp verify --tolerance 'f1=0.01' --tolerance '*loss=0.05'", 'with an absolute tolerance for some metrics'],
  ],
  define(command, context) {
    command
      .argument('[stages...]', 'stages, groups, name@branch, globs or tag:NAME (default: all); or one bundle')
      .option('--rtol <number>', 'how far a metric may be off, as a part of its value', parseTolerance, 0)
      .option('--atol <number>', 'how far a metric may be off, absolute', parseTolerance, 0)
      .option('--tolerance <metric=number>', 'absolute, for one metric or a glob over names (repeatable)', collect, [])
      .option('-j, --jobs <number>', 'cores to use at the same time (default: all)', parseJobs)
      .option('--allowed-signers <file>', 'of a bundle: who may have signed it, as ssh-keygen(1) has it')
      .action(async (patterns: readonly string[], options: VerifyOptions) => {
        const [word = ''] = patterns;
        const {allowedSigners} = options;
        // Whoever asks for a signature must not be answered about a stage of that name, when the bundle has lost its manifest.
        if (patterns.length === 1 && (allowedSigners !== undefined || isBundleWord(word, context().host)))
          return verifyBundleWord(word, allowedSigners, context());
        if (allowedSigners !== undefined)
          throw new UsageError('`--allowed-signers` is of one bundle', '`mlp verify BUNDLE --allowed-signers FILE`');
        const project = await openProject(context());
        if (project === undefined) return;
        const stages = await namedStages(project, patterns);
        const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
        try {
          const {view, exitCode} = await verify(context(), project, wired, stages, options);
          await print(context(), project, view);
          const isGood = view.stages.every(({verdict}) => verdict === 'same' || verdict === 'near');
          context().exit(exitCode > exitCodes.failed ? exitCode : isGood ? exitCodes.done : exitCodes.failed);
        } finally {
          wired.store.close();
        }
      });
  },
};

function parseTolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new UsageError(`a tolerance is a number from 0, not \`${text}\``);
  return value;
}

/** A metric's name may hold `=`: the last one counts. */
function collect(text: string, before: VerifyOptions['tolerance']): VerifyOptions['tolerance'] {
  const cut = text.lastIndexOf('=');
  if (cut < 1) throw new UsageError(`--tolerance takes METRIC=NUMBER, such as f1=0.01, not \`${text}\``);
  return [...before, [text.slice(0, cut), parseTolerance(text.slice(cut + 1))]];
}

async function verify(
  context: CommandContext,
  project: Project,
  wired: Wired,
  stages: readonly StageSpec[],
  options: VerifyOptions,
): Promise<{readonly view: VerifyView; readonly exitCode: number}> {
  const baselines = new Map<StageName, Trace>();
  const rows = new Map<StageName, VerifyRow>();
  for (const spec of stages) {
    const baseline = await baselineOrWhy(spec, wired);
    if (typeof baseline !== 'string') baselines.set(spec.name, baseline);
    else rows.set(spec.name, rowWithout(spec.name, 'stale', `${baseline}; \`mlp run\` makes it`));
  }
  if (baselines.size === 0) return {view: {stages: [...rows.values()]}, exitCode: exitCodes.failed};
  const tolerances: Tolerances = {atol: options.atol, rtol: options.rtol, ofMetrics: options.tolerance};
  const tell = (verified: Verified): void => void rows.set(verified.stage, rowOf(verified, tolerances));
  const fail = ({stage, outcome, failure}: StageEnd): void => {
    if (outcome !== 'ran' && outcome !== 'skipped')
      rows.set(
        stage,
        rowWithout(stage, 'failed', failure?.message ?? `it was ${outcome === 'not-run' ? 'not run' : outcome}`),
      );
  };
  const reporter = await createReporter(
    project.host,
    {...context.globals, json: false},
    context.globals.json ? 'quiet' : undefined,
  );
  try {
    const end = await runProject(
      project,
      wired,
      {
        selected: selectedOf(project, [...baselines.keys()]),
        options: {...USUAL_OPTIONS, forced: new Set(baselines.keys()), verify: {baselines, tell}},
        jobs: options.jobs ?? project.host.machine.cores,
        keepGoing: true,
        graceMs: GRACE_MS,
      },
      runStart(context.outside, project.host),
      (event) => {
        if (event.type === 'stage.end') fail(event);
        reporter.event(event);
      },
    );
    for (const stage of baselines.keys())
      if (!rows.has(stage)) rows.set(stage, rowWithout(stage, 'failed', 'an input changed while it ran'));
    const view = {run: end.run, stages: stages.flatMap(({name}) => rows.get(name) ?? [])};
    return {view, exitCode: end.exitCode};
  } finally {
    reporter.close();
  }
}

async function baselineOrWhy(spec: StageSpec, {world}: Wired): Promise<Trace | string> {
  try {
    return await baselineOf(spec, world);
  } catch (error) {
    if (error instanceof NotAFile || error instanceof FileTrouble) return error.message;
    throw error;
  }
}

/** The nodes of these stages, and nothing before or after them. */
function selectedOf({graph}: Project, names: readonly StageName[]): Selected {
  const wanted = new Set(
    names.map((name) => graph.indexOf.get(name) ?? graph.indexOf.get(name.slice(0, name.indexOf('@')))),
  );
  const nodes = graph.order.filter((id) => wanted.has(id));
  return {nodes, named: new Set(nodes)};
}

const rowWithout = (stage: StageName, verdict: VerifyRow['verdict'], message: string): VerifyRow => ({
  stage,
  verdict,
  message,
  outputs: [],
  metrics: [],
  compared: 0,
});

function rowOf({stage, differing, before, after}: Verified, tolerances: Tolerances): VerifyRow {
  if (differing.length === 0) return {stage, verdict: 'same', outputs: [], metrics: [], compared: 0};
  const compared = compareMetrics(before, after, tolerances);
  const isNear = compared.length > 0 && compared.every(({verdict}) => verdict !== 'different');
  return {
    stage,
    verdict: isNear ? 'near' : 'different',
    outputs: differing.map(outputOf),
    metrics: compared.flatMap(metricOf),
    compared: compared.length,
  };
}

function outputOf({path, before, after, text, files}: DifferingOutput): VerifyOutput {
  const sizes = {beforeBytes: before.size, afterBytes: after.size};
  return {path, ...sizes, ...(text === undefined ? {} : {text}), ...(files === undefined ? {} : {files})};
}

function metricOf({verdict, before, after, ...rest}: MetricComparison): VerifyRow['metrics'] {
  if (verdict === 'same') return [];
  const values = {
    ...(before === undefined ? {} : {before: formatMetricValue(before)}),
    ...(after === undefined ? {} : {after: formatMetricValue(after)}),
  };
  return [{...rest, ...values, verdict}];
}

async function print({globals}: CommandContext, {host}: Project, view: VerifyView): Promise<void> {
  if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'verify', ...view})}\n`);
  else {
    const {renderVerify} = await import('../../report/render/verify.ts');
    host.output.out(renderVerify(view, await lookFor(host)));
  }
}
