/** The Markdown that GitHub shows as the summary of a job: a sentence, a table of what happened, the changed metrics. */
import {formatCount, formatDuration, plural} from '../../../base/format.ts';
import {safeText, truncate} from '../../../base/display.ts';
import type {RunSummary, StageEnd} from '../../../model/event.ts';
import {glyphsFor} from '../../glyphs.ts';
import {endReasonText, endTailText, outcomeSymbol, outcomeWord} from '../../say.ts';
import {metricChangeText, summaryText} from '../../say-run.ts';
import {failureText} from '../../say-trouble.ts';
import {TopMetrics} from './top-metrics.ts';

const MOST_ROWS = 200;
const MOST_SKIPPED_ROWS = 30;
const MOST_METRICS = 50;

/** Text that Markdown and HTML show as it is, also inside a table. */
function escapeMarkdown(text: string): string {
  return safeText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]#|~@$]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

export class StepTable {
  readonly #rows: string[] = [];
  readonly #skippedRows: string[] = [];
  #surplus = 0;
  #skipped = 0;
  readonly #metrics = new TopMetrics(MOST_METRICS);

  add(end: StageEnd, nowMs: number): void {
    if (end.outcome === 'skipped') {
      this.#skipped++;
      if (this.#skippedRows.length <= MOST_SKIPPED_ROWS) this.#skippedRows.push(rowText(end, nowMs));
      return;
    }
    if (this.#rows.length < MOST_ROWS) this.#rows.push(rowText(end, nowMs));
    else this.#surplus++;
    if (end.outcome !== 'failed') this.#metrics.add(end);
  }

  markdown(summary: RunSummary): string {
    const glyphs = glyphsFor(true);
    const fold = this.#skippedRows.length > MOST_SKIPPED_ROWS;
    const rows = fold ? this.#rows : [...this.#rows, ...this.#skippedRows];
    const lines = [`### mlp run ${String(summary.run)}: ${summaryText(summary, glyphs)}`, ''];
    if (rows.length > 0) lines.push('| | stage | what | time | why |', '|---|---|---|---|---|', ...rows, '');
    if (this.#surplus > 0) lines.push(`and ${plural(this.#surplus, 'more stage')}`, '');
    if (fold) lines.push(`${formatCount(this.#skipped)} stages skipped`, '');
    const metrics = this.#metrics.shown();
    if (metrics.length > 0) lines.push('**Metrics**', '');
    for (const change of metrics) {
      lines.push(`- ${escapeMarkdown(metricChangeText(change, summary.comparedWith, glyphs, 80))}`);
    }
    return `${lines.join('\n').trimEnd()}\n`;
  }
}

function rowText(end: StageEnd, nowMs: number): string {
  const glyphs = glyphsFor(true);
  const why =
    end.failure === undefined
      ? [endReasonText(end, nowMs, glyphs), endTailText(end, nowMs, glyphs)].filter((text) => text !== '').join(' ')
      : failureText(end.failure);
  const time = end.outcome === 'skipped' || end.outcome === 'not-run' ? '' : formatDuration(end.durationMs);
  const cells = [end.stage, outcomeWord(end.outcome), time, truncate(why, 200)].map(escapeMarkdown);
  return `| ${outcomeSymbol(end.outcome, glyphs)} | ${cells.join(' | ')} |`;
}
