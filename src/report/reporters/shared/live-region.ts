/** The region at the bottom of the terminal while stages run: the bar and one or two lines for each running stage. */
import {displayWidth, truncate} from '../../../base/display.ts';
import {formatClock, formatCount, formatElapsed} from '../../../base/format.ts';
import type {Look} from '../../look.ts';
import {lineOf} from '../../look.ts';
import {nameCell, verbCell} from './finished-line.ts';
import type {RunProgress} from './run-progress.ts';
import {runningFacts} from './running-facts.ts';

const MOST_RUNNING_LINES = 8;

/**
 * @param column columns of the stage names.
 * @param firstLineRoom columns of the first line, less than the width when something stands before it.
 * @param rows rows that the region may fill.
 */
export function regionLines(
  progress: RunProgress,
  look: Look,
  nowMs: number,
  column: number,
  firstLineRoom: number,
  rows: number,
): readonly string[] {
  const running = [...progress.running.values()];
  const lines = [barLine(progress, look, nowMs, firstLineRoom)];
  const shown = running.slice(0, Math.max(1, Math.min(MOST_RUNNING_LINES, rows - 2)));
  const withOutput = 1 + 2 * shown.length + 1 <= rows;
  for (const stage of shown) {
    const facts = runningFacts(stage, nowMs, look.glyphs);
    const verb = verbCell(`running ${formatElapsed(nowMs - stage.startedAtMs)}`, look);
    lines.push(
      lineOf(
        [[`  ${nameCell(stage.stage, column, look)}  `], [verb, 'info'], [facts === '' ? '' : `  ${facts}`]],
        look,
      ),
    );
    const output = withOutput ? stage.output.text() : '';
    if (output !== '') lines.push(lineOf([['    '], [output, 'dim']], look));
  }
  const rest = running.length - shown.length;
  if (rest > 0) lines.push(lineOf([[`  and ${formatCount(rest)} more running`]], look));
  return lines;
}

/** `[=========---      ] 5/6 · 1 running · 0:39 · about 2:10 left`: `=` done, `-` running, blank not known yet. */
function barLine(progress: RunProgress, look: Look, nowMs: number, room: number): string {
  const remaining = progress.remainingMs(nowMs);
  const facts = [
    `${formatCount(progress.done)}/${formatCount(progress.total)}`,
    progress.interrupted
      ? `stopping ${formatCount(progress.running.size)}`
      : `${formatCount(progress.running.size)} running`,
    formatClock(nowMs - progress.startedAtMs),
    remaining === undefined || remaining < 1000 ? '' : `about ${formatClock(remaining)} left`,
  ].filter((fact) => fact !== '');
  const bar = barText(progress, room < 60 ? 8 : room < 100 ? 18 : 30);
  const join = (some: readonly string[]): string => `${bar} ${some.join(` ${look.glyphs.dot} `)}`;
  // The count of running stages can be seen below the bar, so it is the first to go; then the estimate.
  for (const dropped of [1, 2]) {
    if (displayWidth(join(facts)) > room && facts.length > 2) facts.splice(dropped, 1);
  }
  return truncate(join(facts), room, look.glyphs.ellipsis);
}

function barText({total, done, running}: RunProgress, cells: number): string {
  const share = (count: number): number => (total === 0 ? 0 : (count / total) * cells);
  const full = Math.min(cells, Math.floor(share(done)));
  const busy = Math.min(cells - full, Math.ceil(share(running.size)));
  return `[${'='.repeat(full)}${'-'.repeat(busy)}${' '.repeat(cells - full - busy)}]`;
}
