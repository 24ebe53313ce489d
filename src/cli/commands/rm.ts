/** `mlp rm RUN...`: deletes runs, and all that only they hold. */
import {openCache} from '../../cache/open-cache.ts';
import {recover} from '../../engine/recover.ts';
import {forget} from '../../history/forget.ts';
import {lockedEverywhere} from '../../history/forget-locks.ts';
import {runLabel} from '../../history/run-snapshot.ts';
import type {Host} from '../../host/host.ts';
import type {RunId} from '../../model/ids.ts';
import type {RunRow} from '../../model/run.ts';
import {formatList, plural} from '../../base/format.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import {renderForgotten} from '../../report/render/forgotten.ts';
import type {Store} from '../../store/store.ts';
import type {CommandMember} from '../command.ts';
import {openProject} from '../open-project.ts';
import {runsWhere} from '../runs-view.ts';
import {whichRuns} from '../which-run.ts';

interface RmOptions {
  readonly where?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const rmCommand: CommandMember = {
  name: 'rm',
  summary: 'delete runs: rows, logs, and results that no other run, branch or the workspace needs',
  examples: [
    ['mlp rm 41', 'one run'],
    ['mlp rm 3..9 12 tuning', 'a range, a number, and the newest run of a name or tag'],
    ["mlp rm --where 'status = failed and started < 30d' --dry-run", 'what would go'],
    ["mlp rm --where 'tag = scratch' --yes", 'all that match'],
  ],
  define(command, context) {
    command
      .argument('[runs...]', 'numbers, ranges such as 3..9, names, tags or `last`')
      .option('--where <expression>', 'all runs for which this holds (see `mlp runs`)')
      .option('--force', 'pinned ones too')
      .option('-y, --yes', 'with --where: remove all that match')
      .option('-n, --dry-run', 'only say what would go')
      .action(async (words: readonly string[], options: RmOptions) => {
        const {globals} = context();
        const project = await openProject(context());
        if (project === undefined) return;
        const {host, pipeline} = project;
        const store = openProjectStore(host);
        try {
          // What crashed is brought to its end first: its work folder holds outputs that were set aside.
          await recover(host, store, () => undefined);
          const runs = await chosen(words, options, host, store);
          const dryRun = options.dryRun === true;
          refuse(runs, options.force === true, store);
          const locked = await lockedEverywhere(host, store);
          if (!locked.ok) throw new UsageError(locked.error);
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          const isShared = pipeline.settings.cacheFolder !== undefined;
          const view = {dryRun, ...forget(runs, {host, store, cache, locked: locked.value, isShared}, dryRun)};
          if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'rm', ...view})}\n`);
          else if (runs.length === 0) host.output.out('no run matches\n');
          else host.output.out(renderForgotten(view));
        } finally {
          store.close();
        }
      });
  },
};

async function chosen(
  words: readonly string[],
  {where, yes, dryRun}: RmOptions,
  host: Host,
  store: Store,
): Promise<readonly RunId[]> {
  const named = await whichRuns(words, host, store);
  if (where === undefined) {
    if (named.length === 0) throw new UsageError('which runs?', '`mlp rm 41`, `mlp rm 3..9` or `mlp rm --where ...`');
    return named;
  }
  const matching = runsWhere(where, store.searchRuns(), host.clock.now());
  if (matching.length > 0 && yes !== true && dryRun !== true) {
    const list = formatList(
      matching.map((run) => runLabel(run)),
      20,
    );
    throw new UsageError(
      `${plural(matching.length, 'run')} would be removed: ${list}`,
      '`--yes` removes them; `--dry-run` says what goes with them',
    );
  }
  return [...new Set([...named, ...matching.map(({id}) => id)])];
}

function refuse(runs: readonly RunId[], force: boolean, store: Store): void {
  const rows = runs.map((id) => store.run(id)).filter((run) => run !== undefined);
  const list = (some: readonly RunRow[]): string =>
    formatList(
      some.map((run) => runLabel(run)),
      20,
    );
  const running = rows.filter(({status}) => status === 'running');
  if (running.length > 0)
    throw new UsageError(`${list(running)} ${running.length === 1 ? 'is' : 'are'} going on`, 'stop it first');
  const pinned = rows.filter((run) => run.pinned === true);
  if (pinned.length > 0 && !force)
    throw new UsageError(
      `${list(pinned)} ${pinned.length === 1 ? 'is' : 'are'} pinned`,
      '`--force` removes also these; `mlp edit RUN --unpin` takes the pin away',
    );
}
