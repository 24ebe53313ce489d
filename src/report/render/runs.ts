/** `mlp runs`: one line for each run, as an aligned table or as CSV. */
import {quoteName, safeText, truncate, truncateMiddle} from '../../base/display.ts';
import {formatAge, formatDuration, formatNumber, plural} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import {formatMetricValue} from '../../model/metric.ts';
import type {Outcome, RunStatus} from '../../model/run.ts';
import type {Look, LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {Style} from '../paint.ts';
import {countsText} from '../say-run.ts';
import type {RunsColumn, RunsColumnKind, RunsRow, RunsView} from '../views/runs.ts';
import type {Cell, Column} from './table.ts';
import {renderTable} from './table.ts';

export interface RunsOptions extends LookOptions {
  /** Now, in milliseconds since the epoch, for ages. */
  readonly nowMs: number;
}

const STYLES: Readonly<Record<RunStatus, Style>> = {
  running: 'info',
  done: 'good',
  failed: 'bad',
  interrupted: 'warn',
  waiting: 'warn',
};
const ON_THE_RIGHT: ReadonlySet<RunsColumnKind> = new Set(['id', 'duration', 'metric']);
const MOST_TEXT_WIDTH = 32;
const MOST_TITLE_WIDTH = 30;
const USUAL_DIGITS = 4;
const MOST_DIGITS = 9;

/** @returns text that ends with a line end. */
export function renderRuns(view: RunsView, options: RunsOptions): string {
  const look = lookOf(options);
  if (view.rows.length === 0) {
    return view.filtered ? 'no run matches\n' : 'no runs yet: `mlp run` makes the first\n';
  }
  const columns = view.columns.map(({kind, title}): Column => ({
    title: truncateMiddle(title, MOST_TITLE_WIDTH, look.glyphs.ellipsis),
    ...(ON_THE_RIGHT.has(kind) ? {align: 'right'} : {}),
  }));
  const digits = view.columns.map((column, place) => (column.kind === 'metric' ? digitsFor(view.rows, place) : 0));
  const rows = view.rows.map((row) =>
    view.columns.map(({kind}, place): Cell => {
      const values = row.cells[place] ?? [];
      if (kind === 'status') return [row.status, STYLES[row.status]];
      return cellText(kind, values, {look, nowMs: options.nowMs, digits: digits[place] ?? USUAL_DIGITS});
    }),
  );
  const lines = [...renderTable(columns, rows, look)];
  const rest = (view.total ?? view.rows.length) - view.rows.length;
  if (rest > 0) lines.push('', `and ${plural(rest, 'more run')}: \`-n ${view.total}\` or \`--all\` shows them`);
  return `${lines.join('\n')}\n`;
}

/** As many digits as it takes to see which values differ. */
function digitsFor(rows: readonly RunsRow[], place: number): number {
  const values = new Set(rows.flatMap((row) => row.cells[place] ?? []).filter((value) => typeof value === 'number'));
  for (let digits = USUAL_DIGITS; digits < MOST_DIGITS; digits++) {
    if (new Set([...values].map((value) => formatNumber(value, digits))).size === values.size) return digits;
  }
  return MOST_DIGITS;
}

interface CellOptions {
  readonly look: Look;
  readonly nowMs: number;
  readonly digits: number;
}

function cellText(kind: RunsColumnKind, values: readonly Json[], {look, nowMs, digits}: CellOptions): string {
  const each = (text: (value: Json) => string): string => values.map(text).join(', ');
  const short = (text: string): string => truncate(safeText(text), MOST_TEXT_WIDTH, look.glyphs.ellipsis);
  switch (kind) {
    case 'id':
    case 'status':
      return each(String);
    case 'text':
      return each((value) => short(String(value)));
    case 'time':
      return each((value) => formatAge(nowMs - Number(value)));
    case 'duration':
      return each((value) => formatDuration(Number(value)));
    case 'commit':
      return each((value) => String(value).slice(0, 7));
    case 'truth':
      return each((value) => (value === true ? 'yes' : 'no'));
    case 'metric':
      return each((value) => formatNumber(Number(value), digits));
    case 'json':
      return each((value) =>
        typeof value === 'string' ? short(value) : truncate(jsonText(value), MOST_TEXT_WIDTH, look.glyphs.ellipsis),
      );
    case 'label': {
      const [name, ...tags] = values.map(String);
      const marks = tags.map((tag) => `#${quoteName(tag)}`).join(' ');
      return [short(name ?? ''), truncate(marks, MOST_TEXT_WIDTH, look.glyphs.ellipsis)]
        .filter((text) => text !== '')
        .join(' ');
    }
    case 'revision': {
      const [commit, branch, dirty] = values;
      if (commit === undefined) return '';
      const name = branch === '' || branch === undefined ? '' : `${short(String(branch))} `;
      return `${name}${String(commit).slice(0, 7)}${dirty === true ? '+' : ''}`;
    }
    case 'counts':
      return each((value) => countsText(value as Partial<Record<Outcome, number>>));
  }
}

/** For programs that read tables: numbers in full, times as ISO 8601 in UTC, lengths of time in seconds. */
export function renderRunsCsv(view: RunsView): string {
  const lines = [
    view.columns.map(({title}) => csvCell(title)),
    ...view.rows.map((row) => row.cells.map((values, place) => csvCell(csvText(view.columns[place], values)))),
  ];
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

function csvText(column: RunsColumn | undefined, values: readonly Json[]): string {
  return values
    .map((value) => {
      if (column?.kind === 'time') return new Date(Number(value)).toISOString();
      if (column?.kind === 'duration') return String(Number(value) / 1000);
      return typeof value === 'string' ? value : jsonText(value);
    })
    .join(';');
}

const jsonText = (value: Json): string =>
  typeof value === 'number' ? formatMetricValue(value) : JSON.stringify(value);

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
