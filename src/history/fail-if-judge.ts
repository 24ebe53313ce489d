/**
 * Judges conditions over the metrics of a difference. What cannot be judged is never a silent pass: a metric that nobody
 * has is a mistake, one that is missing or NaN on the new side fails.
 */
import {quoteName} from '../base/display.ts';
import {formatNumber, formatNumberPair} from '../base/format.ts';
import {err, ok, type Result} from '../base/result.ts';
import {suggest} from '../base/suggest.ts';
import {unreachable} from '../base/unreachable.ts';
import type {Check, CheckedRow, MetricRow} from '../model/diff.ts';
import {isMetricPattern, metricMatcher} from '../model/metric-pattern.ts';
import type {Comparison, Condition, Test} from './fail-if.ts';

/** @returns a sentence when a condition names a metric that neither side has. */
export function judge(
  conditions: readonly Condition[],
  metrics: readonly MetricRow[],
): Result<readonly Check[], {readonly message: string; readonly hint?: string}> {
  const checks: Check[] = [];
  for (const {text, metric, test} of conditions) {
    const rows = matching(metric, metrics);
    if (rows.length === 0 && test.kind === 'missing' && !isMetricPattern(metric)) {
      const row = {stage: '', name: metric, failed: true, says: 'is on neither side'};
      checks.push({condition: text, failed: true, rows: [row]});
      continue;
    }
    if (rows.length === 0) return err(nothingMatches(text, metric, metrics));
    const judged = rows.map((row): CheckedRow => ({stage: row.stage, name: row.name, ...judgeRow(test, row)}));
    checks.push({condition: text, failed: judged.some(({failed}) => failed), rows: judged});
  }
  return ok(checks);
}

function matching(metric: string, rows: readonly MetricRow[]): readonly MetricRow[] {
  const matches = metricMatcher(metric);
  const found = rows.map((row) => ({row, how: matches(row)}));
  for (const level of ['name', 'full', 'pattern'] as const) {
    const these = found.filter(({how}) => how === level);
    if (these.length > 0) return these.map(({row}) => row);
  }
  return [];
}

function nothingMatches(text: string, metric: string, rows: readonly MetricRow[]): {message: string; hint?: string} {
  const names = [...new Set(rows.flatMap(({stage, name}) => [name, `${stage}:${name}`]))];
  const near = suggest(metric, names);
  const hint =
    near !== undefined
      ? `did you mean ${quoteName(near)}?`
      : names.length === 0
        ? 'neither side has any metric'
        : '`mlp metrics` lists them';
  return {message: `--fail-if '${text}': no metric matches ${quoteName(metric)} on either side`, hint};
}

type Verdict = Pick<CheckedRow, 'failed' | 'says'>;

function judgeRow(test: Test, {before, after, change}: MetricRow): Verdict {
  if (test.kind === 'missing')
    return {failed: after === undefined, says: after === undefined ? 'is missing' : `is ${formatNumber(after)}`};
  if (after === undefined)
    return {failed: true, says: change === 'unknown' ? 'is not known on the new side' : 'is missing on the new side'};
  if (test.kind === 'nan') return {failed: Number.isNaN(after), says: `is ${formatNumber(after)}`};
  if (Number.isNaN(after)) return {failed: true, says: 'is NaN on the new side'};
  if (test.kind === 'value') {
    const failed = holds(after, test.comparison, test.limit, Math.abs(after));
    return {failed, says: `is ${formatNumberPair(after, test.limit)[0]}`};
  }
  if (change === 'unknown')
    return {
      failed: true,
      says: 'is a curve, which mlp.lock of the old side does not hold: write its end to a metrics file',
    };
  if (before === undefined) return {failed: false, says: 'is new: there is no old value to compare with'};
  if (Number.isNaN(before)) return {failed: false, says: 'was NaN: there is no old value to compare with'};
  return judgeMove(test, before, after);
}

type Move = Test & {readonly kind: 'drop' | 'rise' | 'change'};

function judgeMove(test: Move, before: number, after: number): Verdict {
  const moved = before === after ? 0 : after - before;
  const measured = test.kind === 'drop' ? -moved : test.kind === 'rise' ? moved : Math.abs(moved);
  // From zero any move is infinitely many per cent, which is what a limit in per cent must not let pass.
  const share = measured === 0 ? 0 : measured / Math.abs(before);
  const size = Math.max(Math.abs(before), Math.abs(after));
  const failed = test.isRelative
    ? holds(share, test.comparison, test.limit, Number.isFinite(share) && before !== 0 ? size / Math.abs(before) : 0)
    : holds(measured, test.comparison, test.limit, Number.isFinite(size) ? size : 0);
  const [old, now] = formatNumberPair(before, after);
  return {failed, says: `${moveText(test, moved, before)}: ${old} to ${now}`};
}

function moveText({isRelative}: Move, moved: number, before: number): string {
  if (moved === 0) return 'did not change';
  const by = Math.abs(moved);
  const amount = isRelative ? `${formatNumber((by / Math.abs(before)) * 100, 3)} %` : formatNumber(by, 3);
  return `${moved < 0 ? 'dropped' : 'rose'} by ${amount}`;
}

/** @param size of the numbers that were subtracted: their last binary digits are noise, 0.92 - 0.91 is no more than 0.01. */
function holds(measured: number, comparison: Comparison, limit: number, size: number): boolean {
  const noise = 4 * Number.EPSILON * Math.max(size, Math.abs(limit));
  switch (comparison) {
    case '>':
      return measured > limit + noise;
    case '>=':
      return measured >= limit - noise;
    case '<':
      return measured < limit - noise;
    case '<=':
      return measured <= limit + noise;
    default:
      return unreachable(comparison);
  }
}
