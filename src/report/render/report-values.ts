/** The parts of the report's page on values: metrics with their curves, params, environment. */
import {formatBytes, formatNumber, plural} from '../../base/format.ts';
import {groupBy} from '../../base/group-by.ts';
import type {Json} from '../../base/json.ts';
import {html, type Html} from '../html/html.ts';
import {linePlot} from '../html/line-plot.ts';
import type {ReportCurve, ReportView} from '../views/report.ts';
import {commitText, groupOf, stagesText, table, timeText, type Section} from './report-parts.ts';

const MOST_PLOTS = 48;
const MOST_CURVES = 12;

export function metricsSection({metrics, curves}: ReportView): Section | undefined {
  if (metrics.length === 0) return undefined;
  const head = [html`<th>stage</th>`, html`<th>metric</th>`, html`<th class="num">value</th>`];
  const rows = metrics.map(
    ({
      stage,
      name,
      value,
      step,
    }) => html`<tr><td class="name">${stage}</td><td class="name">${name}</td><td class="num" data-value="${value}">${step !== undefined && html`<span class="muted">at ${formatNumber(step)}</span> `}${formatNumber(value, 6)}</td></tr>
`,
  );
  return {id: 'metrics', title: 'Metrics', body: html`${table(head, rows)}${plots(curves)}`};
}

/** One plot for each metric of a stage; its branches are curves of one plot. */
function plots(curves: readonly ReportCurve[]): Html | undefined {
  if (curves.length === 0) return undefined;
  const groups = [...groupBy(curves, ({stage, name}) => JSON.stringify([groupOf(stage), name])).values()];
  const drawn = groups.slice(0, MOST_PLOTS).map((group) => {
    const first = group[0];
    if (first === undefined) return undefined;
    const title = `${groupOf(first.stage)}: ${first.name}`;
    const rest = group.length - MOST_CURVES;
    const plot = linePlot({
      title,
      series: group
        .slice(0, MOST_CURVES)
        .map(({stage, points}) => ({name: group.length === 1 ? title : stage, points})),
    });
    return html`<div>${plot}${rest > 0 && html`<p class="muted small">and ${plural(rest, 'more branch', 'more branches')} not drawn</p>`}</div>`;
  });
  const rest = groups.length - MOST_PLOTS;
  return html`<h3>Curves</h3><div class="plots">${drawn}</div>${rest > 0 && html`<p class="muted small">${plural(rest, 'more metric')} with curves not drawn</p>`}`;
}

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

const jsonText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function environmentSection({run, git, runtime, stages}: ReportView): Section {
  const facts: readonly (readonly [string, string])[] = [
    ['command', run.argv.join(' ')],
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
