/** Sentences about a whole run: its summary and its metrics. */
import {quoteName, safeText, truncateMiddle} from '../base/display.ts';
import {formatCount, formatDelta, formatDuration, formatNumber, formatNumberPair, plural} from '../base/format.ts';
import type {RunSummary, StageEnd} from '../model/event.ts';
import {LOGGED, type Metric} from '../model/metric.ts';
import type {Outcome} from '../model/run.ts';
import type {Glyphs} from './glyphs.ts';
import {outcomeOrder, outcomeWord} from './say.ts';

/** `1 ran, 1 restored, 3 skipped, 1 failed`. */
export function countsText(counts: Readonly<Partial<Record<Outcome, number>>>): string {
  const parts = outcomeOrder
    .filter((outcome) => (counts[outcome] ?? 0) > 0)
    .map((outcome) => `${formatCount(counts[outcome] ?? 0)} ${outcomeWord(outcome)}`);
  return parts.length === 0 ? 'nothing to run' : parts.join(', ');
}

/** True when every stage was skipped. */
export function isAllFresh(summary: RunSummary): boolean {
  const touched = outcomeOrder.some((outcome) => outcome !== 'skipped' && (summary.counts[outcome] ?? 0) > 0);
  return summary.status === 'done' && !touched && (summary.counts.skipped ?? 0) > 0;
}

/** The last line of a run: `1 ran, 3 skipped in 41.3s — 15m27s not spent`. */
export function summaryText(summary: RunSummary, glyphs: Glyphs): string {
  const what = isAllFresh(summary)
    ? `${plural(summary.counts.skipped ?? 0, 'stage')} up to date`
    : countsText(summary.counts);
  const how = summary.status === 'interrupted' ? 'interrupted: ' : '';
  const saved = summary.savedMs >= 50 ? ` ${glyphs.dash} ${formatDuration(summary.savedMs)} not spent` : '';
  return `${how}${what} in ${formatDuration(summary.durationMs)}${saved}`;
}

/** One metric that a run changed, in parts so that they can be painted and cut apart. */
export interface MetricChange {
  readonly stage: string;
  readonly name: string;
  /** Read from a metrics file that the stage declares; else it was logged. */
  readonly isDeclared: boolean;
  /** undefined: it was not reported before. */
  readonly before?: number;
  /** undefined: it is not reported any more. */
  readonly after?: number;
}

/** The last point of each curve and every plain value, by file and name in the order of reporting. */
function latest(metrics: readonly Metric[]): ReadonlyMap<string, Metric> {
  const byName = new Map<string, Metric>();
  for (const metric of metrics) {
    const key = JSON.stringify([metric.source, metric.name]);
    const known = byName.get(key);
    if (known === undefined || (metric.step ?? Infinity) >= (known.step ?? Infinity)) byName.set(key, metric);
  }
  return byName;
}

/** The metrics of a finished stage that differ from those that were current before. */
export function changedMetrics(end: StageEnd): readonly MetricChange[] {
  const changes: MetricChange[] = [];
  const factsOf = ({name, source}: Metric) => ({
    stage: end.stage,
    name,
    isDeclared: source !== LOGGED,
  });
  const before = latest(end.previousMetrics ?? []);
  const after = latest(end.metrics ?? []);
  for (const [key, metric] of after) {
    const known = before.get(key);
    if (known === undefined) changes.push({...factsOf(metric), after: metric.value});
    else if (!Object.is(known.value, metric.value) && known.value !== metric.value) {
      changes.push({...factsOf(metric), before: known.value, after: metric.value});
    }
  }
  for (const [key, metric] of before) {
    if (!after.has(key)) changes.push({...factsOf(metric), before: metric.value});
  }
  return changes;
}

/**
 * `evaluate f1 0.913 → 0.921 (+0.008 against run 41)`.
 * @param nameWidth columns for the name; a longer one loses its middle.
 */
export function metricChangeText(
  change: MetricChange,
  comparedWith: number | undefined,
  glyphs: Glyphs,
  nameWidth: number,
): string {
  const name = truncateMiddle(quoteName(change.name), nameWidth, glyphs.ellipsis);
  return `${safeText(change.stage)} ${name} ${changeText(change, comparedWith, glyphs)}`;
}

function changeText({before, after}: MetricChange, comparedWith: number | undefined, glyphs: Glyphs): string {
  const against = comparedWith === undefined ? '' : `against run ${String(comparedWith)}`;
  if (after === undefined) return `no longer reported (was ${formatNumber(before ?? Number.NaN)})`;
  if (before === undefined) return `${formatNumber(after)} (new)`;
  const [from, to] = formatNumberPair(before, after);
  const facts = [formatDelta(before, after), against].filter((fact) => fact !== '').join(' ');
  return `${from} ${glyphs.arrow} ${to}${facts === '' ? '' : ` (${facts})`}`;
}
