/** The parts of the report's page on stages: the graph, the timeline, the table, the logs. */
import {formatBytes, formatCount, formatDuration, plural} from '../../base/format.ts';
import {groupBy} from '../../base/group-by.ts';
import type {Outcome} from '../../model/run.ts';
import {glyphsFor} from '../glyphs.ts';
import {stageGraph, type GraphNode} from '../html/graph.ts';
import {html, type Html} from '../html/html.ts';
import {timeline, type TimelineLane} from '../html/timeline.ts';
import {outcomeOrder, outcomeSymbol, outcomeWord, reasonText} from '../say.ts';
import type {ReportLog, ReportStage, ReportView} from '../views/report.ts';
import type {TimelineRow} from '../views/report-timeline.ts';
import {badge, groupOf, table, toneOf, type Anchors, type Section} from './report-parts.ts';

/** Beyond this many boxes the branches of a stage become one. */
const MOST_BOXES = 60;
/** Beyond this many rows spans share rows. */
const MOST_ROWS = 60;
/** Beyond this many links the critical path is folded. */
const MOST_LINKS = 12;
const GLYPHS = glyphsFor(true);

const outcomeText = (outcome: Outcome): string => `${outcomeSymbol(outcome, GLYPHS)} ${outcomeWord(outcome)}`;
const tick = (ms: number | undefined): string => (ms === undefined ? '' : ` · ${formatDuration(ms)}`);

export function graphSection({stages}: ReportView, ids: Anchors): Section | undefined {
  if (stages.length === 0) return undefined;
  const isGrouped = stages.length > MOST_BOXES;
  const keyOf = (name: string): string => (isGrouped ? groupOf(name) : name);
  const groups = groupBy(stages, ({name}) => keyOf(name));
  const place = new Map([...groups.keys()].map((key, index) => [key, index]));
  const nodes = [...groups].map(([key, members]): GraphNode => {
    const needs = new Set(members.flatMap((stage) => stage.needs.flatMap((need) => place.get(keyOf(need)) ?? [])));
    needs.delete(place.get(key) ?? -1);
    const [only] = members;
    return only !== undefined && members.length === 1
      ? stageNode(only, [...needs], ids)
      : groupNode(key, members, [...needs], ids);
  });
  const used = outcomeOrder.filter((outcome) => stages.some((stage) => stage.outcome === outcome));
  const legend = used.map((outcome) => html`${badge(outcomeText(outcome), toneOf(outcome))} `);
  const note =
    isGrouped &&
    groups.size < stages.length &&
    html`<p class="muted small">${plural(stages.length, 'stage')}: branches of one stage are drawn as one box.</p>`;
  return {
    id: 'graph',
    title: 'Graph',
    body: html`<p>${legend}</p>${note}<div class="scroll graph-box">${stageGraph(nodes, 'Stages and what they need')}</div>`,
  };
}

function stageNode(stage: ReportStage, needs: readonly number[], ids: Anchors): GraphNode {
  const target = ids.rowOf(stage.name);
  return {
    label: stage.name,
    state: `${outcomeText(stage.outcome)}${tick(stage.wallMs)}`,
    tone: toneOf(stage.outcome),
    tip: [stage.name, outcomeText(stage.outcome), whyText(stage)].filter((line) => line !== '').join('\n'),
    ...(target === undefined ? {} : {target}),
    needs,
  };
}

/** The worst that happened gives the colour. */
const WORST: readonly Outcome[] = ['failed', 'stopped', 'waiting', 'not-run', 'ran', 'restored', 'skipped'];

function groupNode(group: string, members: readonly ReportStage[], needs: readonly number[], ids: Anchors): GraphNode {
  const counts = WORST.flatMap((outcome) => {
    const count = members.filter((stage) => stage.outcome === outcome).length;
    return count === 0 ? [] : [`${outcomeSymbol(outcome, GLYPHS)} ${formatCount(count)} ${outcomeWord(outcome)}`];
  });
  const worst = WORST.find((outcome) => members.some((stage) => stage.outcome === outcome)) ?? 'skipped';
  const target = ids.rowOf(members[0]?.name ?? '');
  return {
    label: `${group}@*`,
    state: counts.length > 2 ? `${counts.slice(0, 2).join(' ')} …` : counts.join(' '),
    tone: toneOf(worst),
    tip: `${group}: ${plural(members.length, 'branch', 'branches')}\n${counts.join('\n')}`,
    ...(target === undefined ? {} : {target}),
    needs,
  };
}

export function timelineSection({timeline: view, stages}: ReportView, ids: Anchors): Section | undefined {
  if (view.rows.length === 0) return undefined;
  const outcomes = new Map(stages.map(({name, outcome}) => [name, outcome]));
  const lanes =
    view.rows.length <= MOST_ROWS
      ? view.rows.map((row) => laneOf(row, ids))
      : packed(view.rows).map((rows, index): TimelineLane => ({
          label: `lane ${String(index + 1)}`,
          bars: rows.flatMap((row) => laneOf(row, ids).bars.map(({text: _text, ...bar}) => bar)),
        }));
  const path = view.criticalPath;
  const waited = path.reduce((sum, {waitMs}) => sum + waitMs, 0);
  const worked = path.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0);
  const links = path.map(({stage}, index) => {
    const id = ids.rowOf(stage);
    return html`${index > 0 && ` ${GLYPHS.arrow} `}${id === undefined ? stage : html`<a href="#${id}">${stage}</a>`}`;
  });
  const failed = path.some(({stage}) => outcomes.get(stage) === 'failed') ? ' It ends in a failure.' : '';
  const chain =
    links.length <= MOST_LINKS
      ? html`${links}.`
      : html`</p><details class="small"><summary>${plural(links.length, 'stage')}, from ${path[0]?.stage} to ${path.at(-1)?.stage}</summary>${links}</details><p class="small">`;
  return {
    id: 'timeline',
    title: 'Timeline',
    body: html`<p class="small"><b>Critical path</b> (filled bars), the chain that decided when the run was over: ${chain} <span class="muted">${formatDuration(worked)} of work${waited >= 50 && `, ${formatDuration(waited)} of waiting in between`}.${failed} Dotted: ready, but not started.</span></p>${timeline(lanes, view.lengthMs)}`,
  };
}

function laneOf(row: TimelineRow, ids: Anchors): TimelineLane {
  const tones = {done: 'good', failed: 'bad', stopped: 'warn', running: 'info'} as const;
  const words = {done: 'ran', failed: 'failed', stopped: 'stopped', running: 'running'} as const;
  const target = ids.rowOf(row.stage);
  return {
    label: row.stage,
    ...(target === undefined ? {} : {target}),
    waitFromMs: row.readyMs,
    bars: row.spans.map((span, index) => {
      const length = formatDuration(span.endMs - span.startMs);
      const attempt = row.spans.length > 1 ? `, attempt ${String(span.number)}` : '';
      const word = span.state === 'done' ? '' : `${words[span.state]} `;
      return {
        startMs: span.startMs,
        endMs: span.endMs,
        tone: tones[span.state],
        tip: `${row.stage}${attempt}: ${words[span.state]} ${length}, from ${formatDuration(span.startMs)} on`,
        isCritical: row.critical,
        // Only the last bar has room behind it.
        ...(index === row.spans.length - 1 ? {text: `${word}${length}`} : {}),
      };
    }),
  };
}

/** Rows that do not overlap share a lane: first lane that is free. */
function packed(rows: readonly TimelineRow[]): readonly (readonly TimelineRow[])[] {
  const lanes: {endMs: number; readonly rows: TimelineRow[]}[] = [];
  for (const row of rows) {
    const startMs = row.spans[0]?.startMs ?? 0;
    const endMs = row.spans.reduce((end, span) => Math.max(end, span.endMs), startMs);
    const free = lanes.find((lane) => lane.endMs <= startMs);
    if (free === undefined) lanes.push({endMs, rows: [row]});
    else {
      free.endMs = endMs;
      free.rows.push(row);
    }
  }
  return lanes.map((lane) => lane.rows);
}

function whyText({outcome, reason, madeBy}: ReportStage): string {
  const why = reason === undefined ? '' : reasonText(reason, outcome);
  const made = madeBy === undefined ? '' : `result of run ${String(madeBy.run)}`;
  if (outcome === 'skipped') return [why || 'up to date', made].filter((text) => text !== '').join(', ');
  return outcome === 'restored' ? [why, made].filter((text) => text !== '').join(', ') : why;
}

export function stagesSection({stages, run}: ReportView, ids: Anchors): Section {
  if (stages.length === 0) {
    const why = run.status === 'running' ? 'No stage has started yet.' : 'This run came to no stage.';
    return {id: 'stages', title: 'Stages', body: html`<p class="muted">${why}</p>`};
  }
  const numbers = ['time', 'CPU', 'memory', 'read', 'written'].map((title) => html`<th class="num">${title}</th>`);
  const head = [html`<th>stage</th>`, html`<th>outcome</th>`, html`<th>why</th>`, ...numbers];
  return {
    id: 'stages',
    title: 'Stages',
    body: table(
      head,
      stages.map((stage) => stageRow(stage, ids)),
    ),
  };
}

function stageRow(stage: ReportStage, ids: Anchors): Html {
  const number = (value: number | undefined, text: (value: number) => string): Html =>
    value === undefined ? html`<td></td>` : html`<td class="num" data-value="${Math.round(value)}">${text(value)}</td>`;
  const earlierMs = stage.wallMs === undefined ? stage.madeBy?.wallMs : undefined;
  const time =
    earlierMs === undefined
      ? number(stage.wallMs, formatDuration)
      : html`<td class="num muted" data-value="${Math.round(earlierMs)}" title="in run ${stage.madeBy?.run}">(${formatDuration(earlierMs)})</td>`;
  const log = ids.logOf(stage.name);
  const notes = [
    stage.failure === undefined ? undefined : html`<b class="worse">${stage.failure.message}</b>`,
    stage.attempts > 1 ? html`${plural(stage.attempts, 'attempt')}` : undefined,
    log === undefined ? undefined : html`<a href="#${log}">log</a>`,
  ].flatMap((note) => note ?? []);
  const why = whyText(stage);
  const details = [...(why === '' ? [] : [html`${why}`]), ...notes];
  const bytes = (size: number): Html => number(size === 0 ? undefined : size, formatBytes);
  return html`<tr id="${ids.rowOf(stage.name)}"><td class="name">${stage.name}</td><td>${badge(outcomeText(stage.outcome), toneOf(stage.outcome))}</td><td class="wide">${details.map((note, index) => html`${index > 0 && ' · '}${note}`)}</td>${time}${number(stage.cpuMs, formatDuration)}${number(stage.peakRssBytes, formatBytes)}${bytes(stage.bytesIn)}${bytes(stage.bytesOut)}</tr>
`;
}

export function logsSection({logs}: ReportView, ids: Anchors): Section | undefined {
  if (logs === undefined || logs.length === 0) return undefined;
  return {
    id: 'logs',
    title: 'Logs',
    body: html`${logs.map((log, index) => logBlock(log, `log-${String(index + 1)}`, ids))}`,
  };
}

function logBlock(log: ReportLog, id: string, ids: Anchors): Html {
  const attempt = log.number > 1 || ids.logOf(log.stage) !== id ? ` · attempt ${String(log.number)}` : '';
  const isBad = log.state !== 'committed';
  const state = isBad ? badge(log.state, log.state === 'running' ? 'info' : 'bad') : undefined;
  const cut =
    log.missing !== undefined || (log.cutBytes === 0 && log.cutLines === 0)
      ? undefined
      : html`<div class="cut">${log.cutBytes > 0 ? `${formatBytes(log.cutBytes)} before this` : `${plural(log.cutLines, 'line')} before this`} left out · mlp logs --attempt ${log.attempt} shows all of it</div>`;
  return html`<details class="block" id="${id}"${isBad && html` open`}><summary><b>${log.stage}</b><span class="muted">${attempt} · ${logLength(log)}</span> ${state}</summary>${cut}${log.lines.length > 0 && html`<pre class="log">${log.lines.join('\n')}</pre>`}</details>
`;
}

function logLength(log: ReportLog): string {
  if (log.missing === 'gone') return 'the log is not there any more';
  if (log.missing === 'budget') return `${formatBytes(log.cutBytes)} left out, since the other logs fill the report`;
  const lines = log.lines.length + log.cutLines;
  return lines === 0 ? 'printed nothing' : `${log.cutBytes > 0 ? 'the last ' : ''}${plural(lines, 'line')}`;
}
