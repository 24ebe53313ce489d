/** The parts of the report's page that say how the run differs from its baseline. */
import {sayGuessed} from '../say-direction.ts';
import {formatBytes, formatDelta, formatList, formatNumber, formatNumberPair, plural} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import type {Change, DataRow, DataState, MetricRow} from '../../model/diff.ts';
import {html, type Html} from '../html/html.ts';
import {outcomeWord} from '../say.ts';
import type {ReportBaseline, ReportView} from '../views/report.ts';
import {badge, jsonText, stagesText, table, type Section} from './report-parts.ts';

/** Names of files that a cell names before `and 4 more`. */
const MOST_FILES = 5;

/** Head of the columns that stand behind a metric's name. */
export function metricHead({diff}: ReportBaseline): readonly Html[] {
  return [diff.before.label, diff.after.label, 'change'].map((title) => html`<th class="num">${title}</th>`);
}

export function metricCells(row: MetricRow): Html {
  const {before, after} = row;
  const [from, to] =
    before === undefined || after === undefined
      ? [before === undefined ? '' : formatNumber(before, 6), after === undefined ? '' : formatNumber(after, 6)]
      : formatNumberPair(before, after);
  const value = (number: number | undefined, text: string): Html =>
    html`<td class="num"${number !== undefined && html` data-value="${number}"`}>${text}</td>`;
  return html`${value(before, from)}${value(after, to)}<td class="num nowrap"${row.delta !== undefined && html` data-value="${row.delta}"`}>${changeText(row)}</td>`;
}

function changeText({change, before, after, relative, verdict}: MetricRow): Html {
  if (change === 'same') return html`<span class="muted">same</span>`;
  if (change === 'added') return html`new`;
  if (change === 'removed') return html`<b class="worse">missing</b>`;
  const delta = before === undefined || after === undefined ? '' : formatDelta(before, after);
  const percent =
    relative === undefined || Math.abs(relative) > 99
      ? ''
      : ` (${relative > 0 ? '+' : ''}${formatNumber(relative * 100, 2)} %)`;
  const word =
    verdict === undefined ? undefined : html` <b class="${verdict}">${verdict === 'better' ? '▲' : '▼'} ${verdict}</b>`;
  return delta === '' && word === undefined ? html`changed` : html`${delta}${percent}${word}`;
}

/** How directions are known, for below the table. */
export function directionNote({diff}: ReportBaseline): Html | undefined {
  const guessed = sayGuessed(diff.metrics);
  return guessed === undefined ? undefined : html`<p class="muted small">${guessed}</p>`;
}

interface Row {
  readonly kind: string;
  readonly what: string;
  readonly change: Change;
  readonly before?: string;
  readonly after?: string;
  readonly stages: readonly string[];
}

/** All but metrics, which have their own table. */
export function differenceSection({baseline, stages}: ReportView): Section | undefined {
  if (baseline === undefined) return undefined;
  const {diff, why} = baseline;
  const all = stages.map(({name}) => name);
  const git = diff.before.git;
  const intro = html`<p class="small muted">Against ${diff.before.label}${why !== '' && `, ${why}`}${git !== undefined && html` (<span class="mono">${git.commit.slice(0, 7)}</span>)`}.</p>${diff.notices.map((notice) => html`<p class="note">${notice}</p>`)}`;
  const title = `Difference to ${diff.before.label}`;
  const rows = rowsOf(baseline);
  if (rows.length === 0)
    return {id: 'difference', title, body: html`${intro}<p>No difference in params, code, data and environment.</p>`};
  const head = ['what', 'name', 'before', 'now', 'stages'].map((text) => html`<th>${text}</th>`);
  const cells = rows.map(({kind, what, change, before, after, stages: users}) => {
    const sides =
      before === undefined && after === undefined
        ? html`<td></td><td>${change}</td>`
        : html`<td class="mono value">${before ?? badge('none', 'dim')}</td><td class="mono value">${after ?? badge('none', 'dim')}</td>`;
    return html`<tr><td class="nowrap">${kind}</td><td class="name">${what}</td>${sides}<td class="muted value">${stagesText(users, all)}</td></tr>
`;
  });
  return {id: 'difference', title, body: html`${intro}${table(head, cells)}`};
}

function rowsOf({diff}: ReportBaseline): readonly Row[] {
  const sides = <T>(row: {readonly before?: T; readonly after?: T}, text: (value: T) => string) => ({
    ...(row.before === undefined ? {} : {before: text(row.before)}),
    ...(row.after === undefined ? {} : {after: text(row.after)}),
  });
  const value = (json: Json): string => jsonText(json);
  return [
    ...diff.params.map((row) => ({
      kind: 'param',
      what: row.path,
      change: row.change,
      stages: row.stages,
      ...sides(row, value),
    })),
    ...diff.code.map((row) => ({
      kind: 'code',
      what: row.what,
      change: row.change,
      stages: row.stages,
      ...sides(row, String),
    })),
    ...diff.data.map((row) => ({
      kind: row.role === 'source' ? 'data' : row.role,
      what: dataName(row),
      change: row.change,
      stages: row.stages,
      ...dataSides(row),
    })),
    ...diff.env.map((row) => ({
      kind: 'environment',
      what: row.name,
      change: row.change,
      stages: row.stages,
      ...sides(row, value),
    })),
    ...diff.stages
      .filter(({change}) => change === 'added' || change === 'removed')
      .map((row) => ({
        kind: 'stage',
        what: row.stage,
        change: row.change,
        stages: [],
        ...sides(row, ({outcome}) => (outcome === undefined ? '' : outcomeWord(outcome))),
      })),
  ];
}

function dataName({path, files}: DataRow): string {
  if (files === undefined) return path;
  const parts = (['added', 'removed', 'changed'] as const).flatMap((kind) =>
    files[kind].length === 0 ? [] : [`${kind} ${formatList(files[kind], MOST_FILES)}`],
  );
  return parts.length === 0 ? path : `${path}: ${parts.join('; ')}`;
}

/** Sizes and rows; where these are equal, that the bytes are not. */
function dataSides({before, after, change}: DataRow): {readonly before?: string; readonly after?: string} {
  const [from, to] = [before, after].map((state) => (state === undefined ? undefined : dataText(state)));
  const isAlike = change === 'changed' && from === to;
  return {
    ...(from === undefined ? {} : {before: from}),
    ...(to === undefined ? {} : {after: isAlike ? `${to}, other bytes` : to}),
  };
}

function dataText({type, size, files, rows}: DataState): string {
  if (type === 'absent') return 'absent';
  return [
    rows === undefined ? '' : plural(rows, 'row'),
    files === undefined ? '' : plural(files, 'file'),
    formatBytes(size),
  ]
    .filter((text) => text !== '')
    .join(', ');
}
