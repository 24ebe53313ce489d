/** `mlp logs STAGE`: what it printed, now or in an earlier run. */
import type {Host} from '../../host/host.ts';
import {attemptId, stageName} from '../../model/ids.ts';
import type {AttemptRow} from '../../model/run.ts';
import type {Store} from '../../store/store.ts';
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {parseRun} from '../parse-options.ts';
import {UsageError} from '../../project/usage-error.ts';

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
    ['mlp logs train --run 41', 'an earlier run'],
    ['mlp logs train --list', 'all attempts with how they ended'],
  ],
  define(command, context) {
    command
      .argument('<stage>', 'a stage or name@branch')
      .option('--run <number>', 'of this run')
      .option('--attempt <id>', 'of this attempt')
      .option('-f, --follow', 'go on while the stage runs')
      .option('--path', "print the log file's path instead")
      .option('--list', 'list the attempts')
      .action(async (name: string, options: LogsOptions) => {
        const host = findProject(context().outside, context().host);
        const store = openProjectStore(host);
        try {
          if (options.list === true) listAttempts(host, store, name, context().globals.json);
          else await show(host, store, find(store, name, options), options);
        } finally {
          store.close();
        }
      });
  },
};

function find(store: Store, name: string, options: LogsOptions): AttemptRow {
  const run = options.run === undefined ? {} : {run: parseRun(options.run)};
  const row =
    options.attempt === undefined
      ? store.attempts({stage: stageName(name), ...run, limit: 1})[0]
      : store.attempt(attemptId(options.attempt));
  if (row !== undefined) return row;
  const where = options.run === undefined ? '' : ` in run ${options.run}`;
  throw new UsageError(
    `\`${name}\` never started${where}, so it has no log`,
    'skipped and restored stages print nothing; `mlp logs STAGE --list` lists attempts',
  );
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
  if (json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'attempts', attempts: rows})}\n`);
  else
    for (const row of rows)
      host.output.out(
        `run ${row.run}  ${row.id}  ${row.state}  ${row.wallMs === undefined ? '' : `${(row.wallMs / 1000).toFixed(1)}s`}  ${row.failure?.message ?? ''}\n`,
      );
}
