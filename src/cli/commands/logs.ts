/** `mlp logs STAGE`: what it printed, now or in any run; of a result that a run only used, what its making printed. */
import {formatDuration} from '../../base/format.ts';
import {quoteName, safeText} from '../../base/display.ts';
import type {Host} from '../../host/host.ts';
import {attemptId, stageName} from '../../model/ids.ts';
import type {AttemptRow, RunRow} from '../../model/run.ts';
import {renderTable} from '../../report/render/table.ts';
import {lookOf} from '../../report/look.ts';
import type {Store} from '../../store/store.ts';
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import {whichRun} from '../which-run.ts';

const CHUNK_BYTES = 65_536;
const FOLLOW_MS = 100;

interface LogsOptions {
  readonly run?: string;
  readonly attempt?: string;
  readonly follow?: boolean;
  readonly path?: boolean;
  readonly list?: boolean;
}

export const logsCommand: CommandMember = {
  name: 'logs',
  summary: 'what a stage printed, the newest attempt first',
  examples: [
    ['mlp logs train', 'the newest attempt'],
    ['mlp logs train -f', 'follow it while it runs'],
    ['mlp logs train --run 41', 'in any run, by number, name or tag'],
    ['mlp logs train --list', 'all attempts with how they ended'],
  ],
  define(command, context) {
    command
      .argument('<stage>', 'a stage or name@branch')
      .option('--run <run>', 'of this run: number, name, tag or `last`')
      .option('--attempt <id>', 'of this attempt')
      .option('-f, --follow', 'go on while the stage runs')
      .option('--path', "print the log file's path instead")
      .option('--list', 'list the attempts')
      .action(async (name: string, options: LogsOptions) => {
        const host = findProject(context().outside, context().host);
        const store = openProjectStore(host);
        try {
          if (options.list === true) listAttempts(host, store, name, context().globals.json);
          else await show(host, store, await find(host, store, name, options), options);
        } finally {
          store.close();
        }
      });
  },
};

async function find(host: Host, store: Store, name: string, options: LogsOptions): Promise<AttemptRow> {
  if (options.attempt !== undefined) {
    const row = store.attempt(attemptId(options.attempt));
    if (row !== undefined) return row;
    throw new UsageError(`there is no attempt ${quoteName(options.attempt)}`, '`mlp logs STAGE --list` lists them');
  }
  if (options.run !== undefined) return attemptInRun(host, store, name, await whichRun(options.run, host, store));
  const row = store.attempts({stage: stageName(name), limit: 1})[0];
  if (row !== undefined) return row;
  const branch = store
    .searchRuns()
    .stageNames()
    .find((stage) => stage.startsWith(`${name}@`));
  if (branch !== undefined)
    throw new UsageError(`${quoteName(name)} has branches: name one, such as ${quoteName(branch)}`);
  throw new UsageError(
    `\`${name}\` never started, so it has no log`,
    'skipped and restored stages print nothing; `mlp logs STAGE --list` lists attempts',
  );
}

/** Started in this run, or else what made the result that the run has. */
function attemptInRun(host: Host, store: Store, name: string, run: RunRow): AttemptRow {
  const own = store.attempts({stage: stageName(name), run: run.id, limit: 1})[0];
  if (own !== undefined) return own;
  const result = store.runStages(run.id).find(({stage}) => stage === name);
  if (result === undefined) {
    throw new UsageError(`run ${run.id} did not come to ${quoteName(name)}`, `\`mlp show ${run.id}\` lists its stages`);
  }
  const trace = result.trace === undefined ? undefined : store.trace(result.trace);
  const maker = trace?.attempt === undefined ? undefined : store.attempt(trace.attempt);
  if (maker !== undefined) {
    host.output.talk(
      `${quoteName(name)} was ${result.outcome} in run ${run.id}: this is from run ${maker.run}, which made its result\n`,
    );
    return maker;
  }
  const why =
    trace?.run !== undefined
      ? `its result was made in run ${trace.run}, which was deleted with its logs`
      : trace !== undefined
        ? `its result was made elsewhere and is known from ${trace.origin === 'remote' ? 'the shared cache' : '`mlp.lock`'}`
        : `it was ${result.outcome === 'not-run' ? 'not run' : result.outcome}`;
  throw new UsageError(`${quoteName(name)} has no log in run ${run.id}: ${why}`);
}

async function show(host: Host, store: Store, row: AttemptRow, options: LogsOptions): Promise<void> {
  const path = host.files.absolute(row.logFile);
  if (options.path === true) {
    host.output.out(`${path}\n`);
    return;
  }
  if (!host.files.exists(path))
    throw new UsageError(`the log of attempt \`${row.id}\` is not there any more`, '`mlp gc` removes old logs');
  const decoder = new TextDecoder();
  for (let offset = 0; ;) {
    // Asked before reading: what the stage wrote before it ended is then certainly read.
    const running = options.follow === true && store.attempt(row.id)?.state === 'running';
    for (;;) {
      const bytes = host.files.readRange(path, offset, CHUNK_BYTES);
      if (bytes.length === 0) break;
      offset += bytes.length;
      host.output.out(decoder.decode(bytes, {stream: true}));
    }
    if (!running) return;
    await host.clock.sleep(FOLLOW_MS);
  }
}

function listAttempts(host: Host, store: Store, name: string, json: boolean): void {
  const rows = store.attempts({stage: stageName(name)});
  if (rows.length === 0)
    throw new UsageError(`there is no attempt of ${quoteName(name)}`, '`mlp status` lists the stages');
  if (json) {
    host.output.out(`${JSON.stringify({schema_version: 1, type: 'attempts', attempts: rows})}\n`);
    return;
  }
  const columns = [{title: ''}, {title: ''}, {title: ''}, {title: '', align: 'right'}, {title: ''}] as const;
  const cells = rows.map((row) => [
    `run ${row.run}`,
    safeText(row.id),
    row.state,
    row.wallMs === undefined ? '' : formatDuration(row.wallMs),
    safeText(row.failure?.message ?? ''),
  ]);
  for (const line of renderTable(columns, cells, lookOf())) host.output.out(`${line}\n`);
}
