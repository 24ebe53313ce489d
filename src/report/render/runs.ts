/** Text of `mlp runs`: one line for each run, newest first. */
import {quoteName, safeText, truncate, truncateMiddle} from '../../base/display.ts';
import {formatAge, formatDuration, formatNumber, plural} from '../../base/format.ts';
import type {RunStatus} from '../../model/run.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {Style} from '../paint.ts';
import {countsText} from '../say-run.ts';
import type {RunsRow, RunsView} from '../views/runs.ts';
import type {Cell, Column} from './table.ts';
import {renderTable} from './table.ts';

export interface RunsOptions extends LookOptions {
  /** Now, in milliseconds since the epoch, for ages. */
  readonly nowMs: number;
}

const STYLES: Readonly<Record<RunStatus, Style>> = {running: 'info', done: 'good', failed: 'bad', interrupted: 'warn'};
const MOST_NAME_WIDTH = 24;
const MOST_METRIC_WIDTH = 30;

/** @returns text that ends with a line end. */
export function renderRuns(view: RunsView, options: RunsOptions): string {
  const look = lookOf(options);
  if (view.runs.length === 0) return 'no runs yet: `mlp run` makes the first\n';
  // Columns for every metric that any of the runs has, in the order of first sight.
  const metrics = [...new Set(view.runs.flatMap((run) => (run.metrics ?? []).map(({name}) => name)))];
  const columns: readonly Column[] = [
    {title: 'run', align: 'right'},
    {title: 'name'},
    {title: 'when'},
    {title: 'status'},
    {title: 'time', align: 'right'},
    {title: 'commit'},
    ...metrics.map((name): Column => ({
      title: truncateMiddle(quoteName(name), MOST_METRIC_WIDTH, look.glyphs.ellipsis),
      align: 'right',
    })),
    {title: 'stages'},
  ];
  const rows = view.runs.map((run): readonly Cell[] => [
    String(run.id),
    truncate(safeText(run.name ?? ''), MOST_NAME_WIDTH, look.glyphs.ellipsis),
    formatAge(options.nowMs - run.startedAtMs),
    [run.status, STYLES[run.status]],
    run.endedAtMs === undefined ? '' : formatDuration(run.endedAtMs - run.startedAtMs),
    commitText(run),
    ...metrics.map((name) => {
      const metric = run.metrics?.find((candidate) => candidate.name === name);
      return metric === undefined ? '' : formatNumber(metric.value);
    }),
    run.status === 'running' ? '' : countsText(run.counts),
  ]);
  const lines = [...renderTable(columns, rows, look)];
  const rest = (view.total ?? view.runs.length) - view.runs.length;
  if (rest > 0) lines.push('', `and ${plural(rest, 'older run')}`);
  return `${lines.join('\n')}\n`;
}

/** `main 1a2b3c4+`: branch, short commit, `+` when the work tree had changes. */
function commitText({git}: RunsRow): string {
  if (git === undefined) return '';
  const branch = git.branch === undefined ? '' : `${safeText(git.branch)} `;
  return `${branch}${git.commit.slice(0, 7)}${git.dirty === true ? '+' : ''}`;
}
