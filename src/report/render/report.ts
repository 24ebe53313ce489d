/** The page of `mlp report`: one self-contained HTML file that says everything of a run. */
import {formatBytes, formatDuration, plural} from '../../base/format.ts';
import {html, type Html} from '../html/html.ts';
import {page} from '../html/page.ts';
import {countsText} from '../say-run.ts';
import type {ReportView} from '../views/report.ts';
import {graphSection, logsSection, stagesSection, timelineSection} from './report-stages.ts';
import {differenceSection} from './report-difference.ts';
import {environmentSection, metricsSection, paramsSection} from './report-values.ts';
import {anchors, badge, commandText, commitText, timeText, type Section} from './report-parts.ts';

/** @returns the text of an .html file. */
export function renderReport(view: ReportView): string {
  const ids = anchors(view);
  const sections = [
    failuresSection(view, ids.logOf),
    metricsSection(view),
    graphSection(view, ids),
    timelineSection(view, ids),
    stagesSection(view, ids),
    differenceSection(view),
    paramsSection(view),
    environmentSection(view),
    logsSection(view, ids),
  ].flatMap((section) => section ?? []);
  const title = `${view.project}: run ${String(view.run.id)}`;
  return page({
    title,
    body: html`${header(view, sections)}
${sections.map(
  ({id, title: heading, body}) => html`<section class="card" id="${id}"><h2>${heading}</h2>
${body}</section>
`,
)}<footer>Made by mlp ${timeText(view.madeAtMs)} from what it recorded of run ${view.run.id}. This file needs no network.</footer>`,
  });
}

function header(view: ReportView, sections: readonly Section[]): Html {
  const {run, git, totals} = view;
  const tones = {done: 'good', failed: 'bad', interrupted: 'warn', waiting: 'warn', running: 'info'} as const;
  const lengthMs = run.endedAtMs === undefined ? view.timeline.lengthMs : run.endedAtMs - run.startedAtMs;
  const name = run.name === undefined ? '' : `, ${run.name}`;
  const tiles: readonly (readonly [string, string])[] = [
    [formatDuration(lengthMs), run.endedAtMs === undefined ? 'until now' : 'from start to end'],
    [plural(view.stages.length, 'stage'), countsText(run.counts)],
    ...(totals.savedMs < 50 ? [] : [[formatDuration(totals.savedMs), 'not spent, thanks to earlier runs'] as const]),
    ...(totals.cpuMs < 50 ? [] : [[formatDuration(totals.cpuMs), 'of CPU time'] as const]),
    ...(totals.peakRssBytes === undefined
      ? []
      : [[formatBytes(totals.peakRssBytes), 'peak memory of a stage'] as const]),
    ...(totals.bytesWritten === 0 ? [] : [[formatBytes(totals.bytesWritten), 'written'] as const]),
  ];
  return html`<header class="top">
<h1>${view.project} <span class="muted">run ${run.id}${name}</span></h1>
<p>${badge(run.status, tones[run.status])} ${(run.tags ?? []).map((tag) => html`${badge(tag, 'none')} `)}<span class="muted">${timeText(run.startedAtMs)}${git !== undefined && html` · <span class="mono">${commitText(git)}</span>`} · <code>${commandText(run.argv)}</code></span></p>
${run.note !== undefined && html`<p class="note">${run.note}</p>`}
<div class="tiles">${tiles.map(([value, what]) => html`<div class="tile"><b>${value}</b><span>${what}</span></div>`)}</div>
<nav class="contents" aria-label="Contents">${sections.map(({id, title}) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>`;
}

function failuresSection({stages}: ReportView, logOf: (stage: string) => string | undefined): Section | undefined {
  const failed = stages.filter(({outcome, failure}) => outcome === 'failed' && failure !== undefined);
  if (failed.length === 0) return undefined;
  const rows = failed.map(({name, failure}) => {
    const log = logOf(name);
    return html`<li><b>${name}</b>: ${failure?.message}${log !== undefined && html` · <a href="#${log}">log</a>`}${failure?.hint !== undefined && html`<br><span class="muted small">${failure.hint}</span>`}</li>`;
  });
  return {id: 'failures', title: 'What failed', body: html`<ul class="failures">${rows}</ul>`};
}
