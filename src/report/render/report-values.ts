/** The parts of the report's page on values: metrics with their curves, params, environment. */
import {formatBytes, formatNumber, plural} from '../../base/format.ts';
import {groupBy} from '../../base/group-by.ts';
import type {Json} from '../../base/json.ts';
import type {MetricRow} from '../../model/diff.ts';
import {html, type Html} from '../html/html.ts';
import {linePlot, type PlotSeries} from '../html/line-plot.ts';
import {directionNote, metricCells, metricHead} from './report-difference.ts';
import type {ReportBaseline, ReportCurve, ReportMetric, ReportView} from '../views/report.ts';
import {commandText, commitText, groupOf, jsonText, stagesText, table, timeText, type Section} from './report-parts.ts';

const MOST_PLOTS = 48;
const MOST_CURVES = 12;

export function metricsSection(view: ReportView): Section | undefined {
  const {metrics, baseline} = view;
  const compared = baseline?.diff.metrics ?? [];
  if (metrics.length === 0 && compared.length === 0) return undefined;
  const names = [html`<th>stage</th>`, html`<th>metric</th>`];
  const list =
    baseline === undefined
      ? table([...names, html`<th class="num">value</th>`], metrics.map(valueRow))
      : table([...names, ...metricHead(baseline)], compared.map(comparedRow));
  const note = baseline === undefined ? undefined : directionNote(baseline);
  return {id: 'metrics', title: 'Metrics', body: html`${list}${note}${plots(view)}`};
}

function nameCells(stage: string, name: string, step: number | undefined): Html {
  const at = step !== undefined && html` <span class="muted">at ${formatNumber(step)}</span>`;
  return html`<td class="name">${stage}</td><td class="name">${name}${at}</td>`;
}

function valueRow({stage, name, value, step}: ReportMetric): Html {
  return html`<tr>${nameCells(stage, name, step)}<td class="num" data-value="${value}">${formatNumber(value, 6)}</td></tr>
`;
}

function comparedRow(row: MetricRow): Html {
  const step = row.curve?.after.at(-1)?.step;
  return html`<tr>${nameCells(row.stage, row.name, step)}${metricCells(row)}</tr>
`;
}

/** One plot for each metric of a stage; its branches are curves of one plot. */
function plots({curves, baseline, run}: ReportView): Html | undefined {
  if (curves.length === 0) return undefined;
  const groups = [...groupBy(curves, ({stage, name}) => JSON.stringify([groupOf(stage), name])).values()];
  const drawn = groups.slice(0, MOST_PLOTS).map((group) => {
    const first = group[0];
    if (first === undefined) return undefined;
    const title = `${groupOf(first.stage)}: ${first.name}`;
    const rest = group.length - MOST_CURVES;
    const series =
      group.length === 1
        ? [{name: `run ${String(run.id)}`, points: first.points}, ...earlierCurve(first, baseline)]
        : group.slice(0, MOST_CURVES).map(({stage, points}) => ({name: stage, points}));
    return html`<div>${linePlot({title, series})}${rest > 0 && html`<p class="muted small">and ${plural(rest, 'more branch', 'more branches')} not drawn</p>`}</div>`;
  });
  const rest = groups.length - MOST_PLOTS;
  return html`<h3>Curves</h3><div class="plots">${drawn}</div>${rest > 0 && html`<p class="muted small">${plural(rest, 'more metric')} with curves not drawn</p>`}`;
}

/** The baseline's curve beside that of a stage without branches, where it differs. */
function earlierCurve({stage, name, source}: ReportCurve, baseline: ReportBaseline | undefined): readonly PlotSeries[] {
  const row = baseline?.diff.metrics.find((one) => one.stage === stage && one.name === name && one.source === source);
  const points = (row?.curve?.before ?? []).map(({step, value}) => ({x: step, y: value}));
  const now = (row?.curve?.after ?? []).map(({step, value}) => ({x: step, y: value}));
  const isSame = JSON.stringify(points.map(pairText)) === JSON.stringify(now.map(pairText));
  return baseline === undefined || points.length < 2 || isSame ? [] : [{name: baseline.diff.before.label, points}];
}

const pairText = ({x, y}: {readonly x: number; readonly y: number}): string => `${String(x)} ${String(y)}`;

export function paramsSection({params, stages}: ReportView): Section | undefined {
  if (params.length === 0) return undefined;
  const all = stages.map(({name}) => name);
  const head = [html`<th>param</th>`, html`<th>value</th>`, html`<th>used by</th>`];
  const rows = params.map(
    ({
      path,
      value,
      stages: users,
    }) => html`<tr><td class="name mono">${path}</td><td class="name mono">${jsonText(value)}</td><td class="muted">${stagesText(users, all)}</td></tr>
`,
  );
  return {id: 'params', title: 'Params', body: table(head, rows)};
}

export function environmentSection({run, git, runtime, stages}: ReportView): Section {
  const facts: readonly (readonly [string, string])[] = [
    ['command', commandText(run.argv)],
    ['started', timeText(run.startedAtMs)],
    ...(run.endedAtMs === undefined ? [] : [['ended', timeText(run.endedAtMs)] as const]),
    ...(git === undefined
      ? [['commit', 'not in a Git repository'] as const]
      : [['commit', `${git.commit} (${commitText(git)})`] as const]),
    ...Object.entries(run.facts).map(([name, value]) => factText(name, value)),
  ];
  const all = stages.map(({name}) => name);
  const versions = runtime.map(
    ({
      runtime: language,
      name,
      version,
      stages: users,
    }) => html`<tr><td>${language}</td><td class="name">${name}</td><td class="mono">${jsonText(version)}</td><td class="muted">${stagesText(users, all)}</td></tr>
`,
  );
  const head = ['runtime', 'package', 'version', 'used by'].map((title) => html`<th>${title}</th>`);
  return {
    id: 'environment',
    title: 'Environment',
    body: html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>${versions.length > 0 && html`<h3>What results depend on</h3>${table(head, versions)}`}`,
  };
}

function factText(name: string, value: Json): readonly [string, string] {
  if (name.endsWith('_bytes') && typeof value === 'number')
    return [name.slice(0, -'_bytes'.length), formatBytes(value)];
  return [name, jsonText(value)];
}
