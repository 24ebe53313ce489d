/** `mlp report RUN`: one HTML file that says everything of a run. */
import {exactJson} from '../../base/exact-json.ts';
import {openCache} from '../../cache/open-cache.ts';
import {ok} from '../../base/result.ts';
import {diffSnapshots} from '../../history/diff.ts';
import {earlierRun} from '../../history/report-baseline.ts';
import {reportFacts} from '../../history/report-facts.ts';
import {resolveRef, type Ref, type RefWorld} from '../../history/refs.ts';
import {snapshotsOf} from '../../history/snapshot.ts';
import type {Snapshot} from '../../model/snapshot.ts';
import {parseYaml} from '../../project/parse-yaml.ts';
import type {RunRow} from '../../model/run.ts';
import {formatBytes} from '../../base/format.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {findProject, loadProject, type Project} from '../../project/load-project.ts';
import {UsageError} from '../../project/usage-error.ts';
import {reportView, type ReportBaseline, type ReportView} from '../../report/views/report.ts';
import type {CommandContext, CommandMember} from '../command.ts';

interface ReportOptions {
  readonly baseline?: string;
  readonly output?: string;
  readonly logs: boolean;
}

export const reportCommand: CommandMember = {
  name: 'report',
  summary: 'all of a run as one HTML file: graph, timeline, metrics, params, environment, logs',
  examples: [
    ['mlp report', 'of the last run, into mlp-report-RUN.html'],
    ['mlp report baseline -o model-card.html', 'of a run by its name or tag'],
    ['mlp report --baseline v1.2', 'compared with what a tag committed'],
    ['mlp report 41 --no-logs -o - > report.html', 'without what the stages printed'],
    ['mlp report --json', 'the same as data'],
  ],
  define(command, context) {
    command
      .argument('[run]', 'number, name or tag of a run, or `last`', 'last')
      .option('-o, --output <file>', 'where to write it, `-` for stdout (default: mlp-report-RUN.html)')
      .option(
        '--baseline <ref>',
        'a run, Git revision or mlp.lock to compare with (default: the last good run on the main branch)',
      )
      .option('--no-logs', 'without what the stages printed')
      .action(async (ref: string, options: ReportOptions) => {
        const {outside, host: at} = context();
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const world = {host, store, cwd: at.root};
          const run = await runOf(ref, world);
          await print(context(), await viewOf(context(), world, run, options), options);
        } finally {
          store.close();
        }
      });
  },
};

async function runOf(text: string, world: RefWorld): Promise<RunRow> {
  const ref = await resolveRef(text, world);
  if (!ref.ok) throw new UsageError(ref.error.message, ref.error.hint);
  if (ref.value.kind !== 'run')
    throw new UsageError(`a report is on a run, and \`${text}\` is none`, '`mlp runs` lists them');
  return ref.value.run;
}

async function viewOf(
  {outside, host: at}: CommandContext,
  world: RefWorld,
  run: RunRow,
  options: ReportOptions,
): Promise<ReportView> {
  const {host, store} = world;
  // Today's pipeline only adds to the graph: one with mistakes in it must not keep anybody from looking back.
  const loaded = await loadProject(outside, at, []);
  const project = loaded.ok ? loaded.project : undefined;
  const name = project?.pipeline.name;
  const facts = reportFacts(run, {
    store,
    files: host.files,
    withLogs: options.logs,
    ...(project === undefined ? {} : {graph: project.graph}),
  });
  const baseline = await baselineOf(options.baseline, run, facts.snapshot, world, project);
  return reportView({
    project: name === undefined || name === 'pipeline' ? (host.root.split('/').at(-1) ?? '') : name,
    nowMs: host.clock.now(),
    ...facts,
    ...(baseline === undefined ? {} : {baseline}),
  });
}

async function baselineOf(
  text: string | undefined,
  run: RunRow,
  after: Snapshot,
  world: RefWorld,
  project: Project | undefined,
): Promise<ReportBaseline | undefined> {
  const earlier = text === undefined ? earlierRun(run, world.store) : undefined;
  if (text === undefined && earlier === undefined) return undefined;
  const ref = text === undefined ? ok<Ref>({kind: 'run', run: earlier?.run ?? run}) : await resolveRef(text, world);
  if (!ref.ok) throw new UsageError(ref.error.message, ref.error.hint);
  const snapshots = await snapshotsOf([ref.value], {
    ...world,
    parseYaml,
    workspace: () => {
      throw new UsageError(
        'a run is not compared with the workspace in its report',
        `\`mlp diff ${String(run.id)}\` does that`,
      );
    },
    metricsFiles: () => Promise.resolve([]),
  });
  if (!snapshots.ok) throw new UsageError(snapshots.error.message, snapshots.error.hint);
  const [before] = snapshots.value;
  if (before === undefined) return undefined;
  const cache = openCache(world.host, project?.pipeline.settings.cacheFolder ?? '.mlp/cache');
  const diff = diffSnapshots(before, after, {
    readTree: (hash) => cache.readTree(hash),
    countRows: () => undefined,
    ...(project === undefined ? {} : {better: project.pipeline.settings.better}),
  });
  return {why: earlier?.why ?? '', diff};
}

async function print({globals, host: at}: CommandContext, view: ReportView, options: ReportOptions): Promise<void> {
  const isFile = options.output !== undefined && options.output !== '-';
  const text = globals.json ? jsonText(view) : await htmlText(view);
  if (!isFile && (globals.json || options.output === '-')) {
    at.output.out(text);
    return;
  }
  const file = options.output ?? `mlp-report-${String(view.run.id)}.html`;
  if (at.files.stat(file)?.type === 'dir')
    throw new UsageError(`\`${file}\` is a folder`, `write \`-o ${file}/report.html\``);
  at.files.writeAtomic(file, text);
  at.output.out(`${file}\n`);
  if (globals.verbosity >= 0)
    at.output.talk(`run ${String(view.run.id)} in one file, ${formatBytes(new TextEncoder().encode(text).length)}\n`);
}

async function htmlText(view: ReportView): Promise<string> {
  const {renderReport} = await import('../../report/render/report.ts');
  return renderReport(view);
}

/** A number that JSON lacks is a string. */
function jsonText(view: ReportView): string {
  return `${exactJson({schema_version: 1, type: 'report', ...view})}\n`;
}
