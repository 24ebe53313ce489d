/** What is said of a stage while it runs: `72 % of last time · 1.2 GB · 94 % cpu`. */
import {safeText} from '../../../base/display.ts';
import {formatBytes, formatPercent} from '../../../base/format.ts';
import type {Glyphs} from '../../glyphs.ts';
import type {RunningStage} from './run-progress.ts';

/** @returns '' when nothing is known yet. */
export function runningFacts(stage: RunningStage, nowMs: number, glyphs: Glyphs): string {
  const facts: string[] = [];
  if (stage.fraction !== undefined) facts.push(`${formatPercent(stage.fraction)} done`);
  else if (stage.expectedMs !== undefined && stage.expectedMs > 0) {
    facts.push(`${formatPercent((nowMs - stage.startedAtMs) / stage.expectedMs)} of last time`);
  }
  if (stage.progressText !== undefined && stage.progressText !== '') facts.push(safeText(stage.progressText));
  if (stage.rssBytes !== undefined) facts.push(formatBytes(stage.rssBytes));
  if (stage.cpu !== undefined) facts.push(`${formatPercent(stage.cpu)} cpu`);
  return facts.join(` ${glyphs.dot} `);
}
