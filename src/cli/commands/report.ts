/** `mlp report RUN`: one HTML file that says everything of a run. */
import {reportFacts} from '../../history/report-facts.ts';
import {resolveRef} from '../../history/refs.ts';
import type {Host} from '../../host/host.ts';
import type {RunRow} from '../../model/run.ts';
import {formatBytes} from '../../base/format.ts';
import {loadProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {findProject} from '../../project/load-project.ts';
import {UsageError} from '../../project/usage-error.ts';
import {reportView, type ReportView} from '../../report/views/report.ts';
import type {Store} from '../../store/store.ts';
import type {CommandContext, CommandMember} from '../command.ts';

interface ReportOptions {
  readonly output?: string;
  readonly logs: boolean;
}

export const reportCommand: CommandMember = {
  name: 'report',
  summary: 'all of a run as one HTML file: graph, timeline, metrics, params, environment, logs',
  examples: [
    ['mlp report', 'of the last run, into mlp-report-RUN.html'],
    ['mlp report baseline -o model-card.html', 'of a run by its name or tag'],
    ['mlp report 41 --no-logs -o - > report.html', 'without what the stages printed'],
    ['mlp report --json', 'the same as data'],
  ],
  define(command, context) {
    command
      .argument('[run]', 'number, name or tag of a run, or `last`', 'last')
      .option('-o, --output <file>', 'where to write it, `-` for stdout (default: mlp-report-RUN.html)')
      .option('--no-logs', 'without what the stages printed')
      .action(async (ref: string, options: ReportOptions) => {
        const {outside, host: at} = context();
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const run = await runOf(ref, {host, store, cwd: at.root});
          await print(context(), await viewOf(context(), host, store, run, options), options);
        } finally {
          store.close();
        }
      });
  },
};

async function runOf(text: string, world: {host: Host; store: Store; cwd: string}): Promise<RunRow> {
  const ref = await resolveRef(text, world);
  if (!ref.ok) throw new UsageError(ref.error.message, ref.error.hint);
  if (ref.value.kind !== 'run')
    throw new UsageError(`a report is on a run, and \`${text}\` is none`, '`mlp runs` lists them');
  return ref.value.run;
}

async function viewOf(
  {outside, host: at}: CommandContext,
  host: Host,
  store: Store,
  run: RunRow,
  options: ReportOptions,
): Promise<ReportView> {
  // Today's pipeline only adds to the graph: one with mistakes in it must not keep anybody from looking back.
  const loaded = await loadProject(outside, at, []);
  const project = loaded.ok ? loaded.project : undefined;
  const name = project?.pipeline.name;
  return reportView({
    project: name === undefined || name === 'pipeline' ? (host.root.split('/').at(-1) ?? '') : name,
    nowMs: host.clock.now(),
    ...reportFacts(run, {
      store,
      files: host.files,
      withLogs: options.logs,
      ...(project === undefined ? {} : {graph: project.graph}),
    }),
  });
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
  const text = JSON.stringify({schema_version: 1, type: 'report', ...view}, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  return `${text}\n`;
}
