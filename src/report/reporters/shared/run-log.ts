/**
 * Turns events into the permanent lines of a run, the ones that scroll up: the same in a terminal, in a file and in CI.
 * Skips of a large plan are only counted, so that a run with nothing to do costs next to nothing here.
 */
import {formatCount, formatList, plural} from '../../../base/format.ts';
import {safeText} from '../../../base/display.ts';
import {unreachable} from '../../../base/unreachable.ts';
import type {PlannedStage, RunEvent, RunSummary, StageEnd} from '../../../model/event.ts';
import type {Look} from '../../look.ts';
import {lineOf} from '../../look.ts';
import {reasonText} from '../../say.ts';
import {isAllFresh, metricChangeText, summaryText} from '../../say-run.ts';
import {failureText, interruptText, logsCommand, noticeText, retryText, waitText} from '../../say-trouble.ts';
import {finishedBlock, nameCell, nameColumn, verbCell} from './finished-line.ts';
import {TopMetrics} from './top-metrics.ts';

/** More stages than these that were skipped or restored become one line. */
const MOST_QUIET_LINES = 30;
const MOST_METRICS = 12;
/** A failure that scrolled up by more lines than these is named again at the end. */
const FAR_AWAY = 20;
const MOST_FAILURES_AGAIN = 10;

export interface RunLogOptions {
  /** 0 normal, 1 or more: every stage gets its line, and starts are shown. */
  readonly verbosity: number;
  now(): number;
  /** Asked anew for each event, since colours are loaded late and terminals are resized. */
  look(): Look;
}

export class RunLog {
  readonly #options: RunLogOptions;
  #stages: readonly PlannedStage[] = [];
  #size = 0;
  #column: {readonly width: number; readonly columns: number} | undefined;
  readonly #heldBack: StageEnd[] = [];
  readonly #quiet = {skipped: 0, restored: 0};
  readonly #metrics = new TopMetrics(MOST_METRICS);
  readonly #failures: StageEnd[] = [];
  #linesSinceFailure = 0;
  #printed = 0;

  constructor(options: RunLogOptions) {
    this.#options = options;
  }

  /** @returns the lines to add, painted, without line ends. */
  lines(event: RunEvent): readonly string[] {
    const lines = this.#linesOf(event);
    this.#printed += lines.length;
    if (this.#failures.length > 0) this.#linesSinceFailure += lines.length;
    return lines;
  }

  /** Columns of the stage names; made on first use, since a run with nothing to do never asks. */
  column(): number {
    const {width} = this.#options.look();
    if (this.#column?.width !== width) {
      this.#column = {
        width,
        columns: nameColumn(
          this.#stages.map(({stage}) => stage),
          width,
        ),
      };
    }
    return this.#column.columns;
  }

  #linesOf(event: RunEvent): readonly string[] {
    if (event.type === 'stage.end') return this.#endLines(event);
    const verbose = this.#options.verbosity > 0;
    const {glyphs, paint} = this.#options.look();
    switch (event.type) {
      case 'plan':
        this.#stages = event.stages;
        this.#size = event.stages.length;
        return verbose
          ? [`run ${String(event.run)}: ${plural(this.#size, 'stage')}, ${plural(event.jobs, 'job')} at a time`]
          : [];
      case 'notice': {
        const text = noticeText(event);
        const lines = [event.level === 'warning' ? paint.warn(text) : text];
        if (event.hint !== undefined) lines.push(`  ${paint.bold('hint:')} ${safeText(event.hint)}`);
        return lines;
      }
      case 'stage.expand':
        this.#size += event.branches.length - 1;
        return verbose
          ? [this.#line('', event.stage, 'expanded', `to ${plural(event.branches.length, 'branch', 'branches')}`)]
          : [];
      case 'stage.wait':
        return [this.#line(glyphs.waiting, event.stage, 'waiting', waitText(event, this.#options.now()))];
      case 'stage.start':
        return verbose ? [this.#line('', event.stage, 'started', reasonText(event.reason, 'ran', glyphs))] : [];
      case 'stage.retry':
        return [this.#line(glyphs.retry, event.stage, 'failed', retryText(event))];
      case 'interrupt':
        return [paint.warn(interruptText(event))];
      case 'stage.output':
      case 'stage.progress':
        return [];
      case 'summary':
        return this.#summaryLines(event);
      default:
        return unreachable(event);
    }
  }

  /** A line about a stage that has not ended. */
  #line(symbol: string, stage: string, verb: string, text: string): string {
    const look = this.#options.look();
    return lineOf(
      [
        [symbol === '' ? ' ' : symbol, 'warn'],
        [` ${nameCell(stage, this.column(), look)}  `],
        [verbCell(verb, look)],
        [`  ${text}`],
      ],
      look,
    );
  }

  #endLines(end: StageEnd): readonly string[] {
    if (end.outcome === 'skipped' || end.outcome === 'restored') {
      if (end.outcome === 'restored') this.#metrics.add(end);
      if (this.#size > MOST_QUIET_LINES && this.#options.verbosity < 1) {
        this.#quiet[end.outcome]++;
        if (this.#heldBack.length <= MOST_QUIET_LINES) this.#heldBack.push(end);
        return [];
      }
    }
    if (end.outcome === 'ran') this.#metrics.add(end);
    if (end.outcome === 'failed') this.#failures.push(end);
    return finishedBlock(end, this.column(), this.#options.look(), this.#options.now());
  }

  #summaryLines(summary: RunSummary): readonly string[] {
    const {glyphs, paint} = this.#options.look();
    const lines = [...(isAllFresh(summary) ? [] : this.#quietLines()), ...this.#failuresAgain()];
    // A summary that is the only line needs no distance to what is above it.
    if (this.#printed + lines.length > 0) lines.push('');
    const text = summaryText(summary, glyphs);
    lines.push(summary.status === 'done' ? paint.bold(text) : paint.bad(text));
    lines.push(...this.#metricLines(summary));
    return lines;
  }

  #quietLines(): string[] {
    const look = this.#options.look();
    const {skipped, restored} = this.#quiet;
    if (skipped + restored <= MOST_QUIET_LINES) {
      return this.#heldBack.flatMap((end) => finishedBlock(end, this.column(), look, this.#options.now()));
    }
    const lines: string[] = [];
    if (skipped > 0) lines.push(`${look.glyphs.done} ${plural(skipped, 'stage')} skipped`);
    if (restored > 0)
      lines.push(lineOf([[look.glyphs.restored, 'info'], [` ${plural(restored, 'stage')} restored`]], look));
    return lines;
  }

  #failuresAgain(): string[] {
    if (this.#linesSinceFailure <= FAR_AWAY) return [];
    const {glyphs, paint} = this.#options.look();
    const lines = ['', 'failed:'];
    for (const {stage, failure} of this.#failures.slice(0, MOST_FAILURES_AGAIN)) {
      const why = failure === undefined ? '' : `${failureText(failure)} ${glyphs.dot} `;
      lines.push(`${paint.bad(glyphs.failed)} ${safeText(stage)}  ${why}${logsCommand(stage)}`);
    }
    const rest = this.#failures.length - MOST_FAILURES_AGAIN;
    if (rest > 0) lines.push(`and ${formatCount(rest)} more: mlp status`);
    return lines;
  }

  #metricLines(summary: RunSummary): string[] {
    const look = this.#options.look();
    const title = 'metrics: ';
    const shown = this.#metrics.shown();
    const lines = shown.map((change, index) => {
      const indent = index === 0 ? title : ' '.repeat(title.length);
      // Room for the stage and both values; what is left may be the metric's name.
      const nameWidth = Number.isFinite(look.width) ? Math.max(12, look.width - 60) : Infinity;
      return lineOf([[indent], [metricChangeText(change, summary.comparedWith, look.glyphs, nameWidth)]], look);
    });
    const rest = this.#metrics.count - shown.length;
    if (rest > 0) lines.push(`${' '.repeat(title.length)}and ${formatCount(rest)} more`);
    return lines;
  }
}

/** `3 running: train 4m12s, a 3s and b 1s`, for a heartbeat. */
export function runningText(running: readonly string[]): string {
  return running.length === 0 ? 'nothing running' : `${formatCount(running.length)} running: ${formatList(running, 3)}`;
}
