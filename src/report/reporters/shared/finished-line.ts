/** The line of a stage that ended: symbol, name, verb and time, reason, what was saved. */
import {displayWidth, padEnd, safeText, truncateMiddle} from '../../../base/display.ts';
import {formatDuration} from '../../../base/format.ts';
import type {StageEnd} from '../../../model/event.ts';
import {cleanLine} from '../../log-text.ts';
import type {Look, Segment} from '../../look.ts';
import {lineOf} from '../../look.ts';
import {endReasonText, endTailText, outcomeStyle, outcomeSymbol, outcomeWord} from '../../say.ts';
import {failedText} from '../../say-trouble.ts';

/** `restored 11m03s` is rare and may push its line; `restored 0.2s` must fit. */
const VERB_WIDTH = 13;
const REASON_WIDTH = 33;
const TAIL_WIDTH = 24;
const LEAST_NAME_WIDTH = 8;
const MOST_NAME_WIDTH = 32;
/** Below this many columns nothing is aligned behind the verb. */
const NARROW = 60;

/** Columns for stage names, from the names of the plan and the terminal's width. */
export function nameColumn(names: Iterable<string>, width: number): number {
  const most = Math.max(LEAST_NAME_WIDTH, Math.min(MOST_NAME_WIDTH, Math.floor(width / 3)));
  let widest = LEAST_NAME_WIDTH;
  for (const name of names) {
    if (widest >= most) return most;
    widest = Math.max(widest, displayWidth(safeText(name)));
  }
  return Math.min(most, widest);
}

/** A stage's name in its column; a long one loses its middle, since branches differ at the end. */
export function nameCell(name: string, column: number, look: Look): string {
  return padEnd(truncateMiddle(safeText(name), column, look.glyphs.ellipsis), column);
}

export function verbCell(text: string, look: Look): string {
  return look.width < NARROW ? text : padEnd(text, VERB_WIDTH);
}

function verbText(end: StageEnd): string {
  const word = outcomeWord(end.outcome);
  const didSomething = end.outcome !== 'skipped' && end.outcome !== 'not-run' && end.durationMs > 0;
  return didSomething ? `${word} ${formatDuration(end.durationMs)}` : word;
}

/** One line for any outcome. Only a failed stage's line is never cut: its end says what to do. */
export function finishedLine(end: StageEnd, column: number, look: Look, nowMs: number): string {
  const style = outcomeStyle(end.outcome);
  const head: Segment[] = [
    [outcomeSymbol(end.outcome, look.glyphs), style],
    [` ${nameCell(end.stage, column, look)}  `],
    [verbCell(verbText(end), look), style],
  ];
  const wentWrong = (end.outcome === 'failed' || end.outcome === 'stopped') && end.failure !== undefined;
  if (wentWrong) return lineOf([...head, ['  '], [failedText(end, look.glyphs)]], {...look, width: Infinity});
  const reason = endReasonText(end, nowMs, look.glyphs);
  const tail = endTailText(end, nowMs, look.glyphs);
  if (reason === '' && tail === '') return lineOf(head, look);
  const room = look.width - 2 - column - 2 - VERB_WIDTH - 2 - 2 - TAIL_WIDTH;
  const aligned = tail === '' || look.width < NARROW ? 0 : Math.max(0, Math.min(REASON_WIDTH, room));
  const middle = aligned === 0 && reason === '' ? [] : ([[padEnd(reason, aligned)], ['  ']] satisfies Segment[]);
  return lineOf([...head, ['  '], ...middle, [tail, 'dim']], look);
}

/** The line and, for a stage that failed, the end of its log and how to mend it. */
export function finishedBlock(end: StageEnd, column: number, look: Look, nowMs: number): readonly string[] {
  const lines = [finishedLine(end, column, look, nowMs)];
  if (end.outcome !== 'failed') return lines;
  for (const line of end.logTail ?? []) lines.push(`    ${cleanLine(line)}`.trimEnd());
  if (end.failure?.hint !== undefined) lines.push(`    ${look.paint.bold('hint:')} ${safeText(end.failure.hint)}`);
  return lines;
}
