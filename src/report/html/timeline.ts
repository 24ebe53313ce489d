/**
 * Spans of time in rows under one another, with an axis. Places are percentages, so that the drawing follows the width of
 * the page and its letters stay as large as they are.
 */
import {formatClock, formatDuration} from '../../base/format.ts';
import {niceStep} from './axis.ts';
import type {Tone} from './graph.ts';
import {html, type Html} from './html.ts';

export interface TimelineLane {
  readonly label: string;
  /** An id of this page. */
  readonly target?: string;
  readonly bars: readonly TimelineBar[];
  /** A dotted line from here to the first bar: it could have started then. */
  readonly waitFromMs?: number;
}

export interface TimelineBar {
  readonly startMs: number;
  readonly endMs: number;
  readonly tone: Tone;
  readonly tip: string;
  /** Beside the bar, e.g. its length. */
  readonly text?: string;
  /** Marked as a link of the critical path. */
  readonly isCritical: boolean;
}

const STEPS_MS: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400,
].map((seconds) => seconds * 1000);

/** Marks of a time axis of this length, from 0, at most about six. */
export function timeTicks(lengthMs: number): readonly number[] {
  const rough = lengthMs / 6;
  const step =
    rough < 500
      ? Math.max(1, niceStep(Math.max(1, lengthMs), 5))
      : (STEPS_MS.find((one) => one >= rough) ?? niceStep(lengthMs, 5));
  return Array.from({length: Math.floor(lengthMs / step + 1e-9) + 1}, (_, index) => index * step);
}

function tickText(tick: number, lengthMs: number): string {
  if (tick === 0) return '0';
  if (lengthMs < 3000) return `${String(Math.round(tick) / 1000)}s`;
  return lengthMs < 120_000 ? `${String(Math.round(tick / 1000))}s` : formatClock(tick);
}

export function timeline(lanes: readonly TimelineLane[], lengthMs: number): Html {
  const length = Math.max(1, lengthMs);
  const percent = (ms: number): string =>
    `${String(Math.round((Math.min(length, Math.max(0, ms)) / length) * 10_000) / 100)}%`;
  const ticks = timeTicks(length);
  const lines = ticks.map(
    (tick) => html`<line class="gridline" x1="${percent(tick)}" x2="${percent(tick)}" y1="0" y2="100%"/>`,
  );
  const marks = ticks.map(
    (tick) =>
      html`<text x="${percent(tick)}" y="13" text-anchor="${anchor(tick / length)}">${tickText(tick, length)}</text>`,
  );
  const row = (lane: TimelineLane): Html => {
    const first = lane.bars[0];
    const waits =
      first !== undefined && lane.waitFromMs !== undefined && first.startMs - lane.waitFromMs > length / 500;
    return html`<div class="lane">${lane.target === undefined ? html`<span title="${lane.label}">${lane.label}</span>` : html`<a href="#${lane.target}" title="${lane.label}">${lane.label}</a>`}<svg width="100%" height="22">${waits && html`<line class="wait" x1="${percent(lane.waitFromMs ?? 0)}" x2="${percent(first.startMs)}" y1="11" y2="11"><title>waited ${formatDuration(first.startMs - (lane.waitFromMs ?? 0))}</title></line>`}${lane.bars.map((bar) => drawBar(bar, length, percent))}</svg></div>
`;
  };
  return html`<div class="timeline"><div class="lanes"><svg class="back" width="100%" height="100%" aria-hidden="true">${lines}</svg>${lanes.map(row)}</div>
<div class="lane axis-row"><span></span><svg width="100%" height="18" aria-hidden="true">${marks}</svg></div></div>`;
}

const anchor = (share: number): string => (share < 0.02 ? 'start' : share > 0.96 ? 'end' : 'middle');

function drawBar(bar: TimelineBar, length: number, percent: (ms: number) => string): Html {
  const title = html`<title>${bar.tip}</title>`;
  const width = percent(bar.endMs - bar.startMs);
  // Text stands behind the bar, or before it where the page ends.
  const isLate = bar.endMs / length > 0.8 && (bar.endMs - bar.startMs) / length < 0.15;
  const isWhole = !isLate && bar.endMs / length > 0.8;
  const at = isLate ? percent(bar.startMs) : isWhole ? percent(bar.startMs) : percent(bar.endMs);
  return html`<g class="${bar.tone}"><rect class="bar${bar.isCritical && ' critical'}" x="${percent(bar.startMs)}" y="3" width="${width}" height="16" rx="3">${title}</rect>${bar.text !== undefined && html`<text class="${isWhole ? 'inside' : 'beside'}${isWhole && bar.isCritical && ' on'}" x="${at}" y="15" dx="${isLate ? -6 : 6}" text-anchor="${isLate ? 'end' : 'start'}">${bar.text}</text>`}</g>`;
}
