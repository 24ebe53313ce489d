/** Sentences for failures, retries, waits, notices and interrupts. */
import {displayWidth, safeText, truncate} from '../base/display.ts';
import {formatDuration, formatElapsed, formatList, plural} from '../base/format.ts';
import type {RunEvent, StageEnd} from '../model/event.ts';
import type {Failure} from '../model/job.ts';
import type {Glyphs} from './glyphs.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, {type: T}>;

/** Why an attempt gave no result, in a few words where the class says all, else the failure's own sentence. */
export function failureText(failure: Failure): string {
  const {exitCode, signal} = failure;
  if (failure.class === 'exit' && exitCode !== undefined) return `exit ${String(exitCode)}`;
  if (failure.class === 'signal' && signal !== undefined) return `killed by ${signal}`;
  return safeText(failure.message);
}

/** A stage's name as a word of a shell command that can be pasted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that shows a stage's whole log. */
export function logsCommand(stage: string): string {
  return `mlp logs ${shellWord(safeText(stage))}`;
}

/** The middle of a failed or stopped line: `exit 1 · 12 lines of log below · mlp logs package`. */
export function failedText(end: StageEnd, glyphs: Glyphs): string {
  const facts = [end.failure === undefined ? 'gave no result' : failureText(end.failure)];
  const lines = end.logTail?.length ?? 0;
  if (lines > 0) facts.push(`${plural(lines, 'line')} of log below`);
  // Without an attempt nothing ran and there is no log to look at.
  if (end.attempt !== undefined) facts.push(logsCommand(end.stage));
  return facts.join(` ${glyphs.dot} `);
}

/** `attempt 2 follows in 3.0s: exit 1`. */
export function retryText(event: EventOf<'stage.retry'>): string {
  const wait = event.waitMs < 50 ? '' : ` in ${formatDuration(event.waitMs)}`;
  return `attempt ${String(event.next)} follows${wait}: ${failureText(event.failure)}`;
}

/** `for run 41 (process 4242), which has held it for 12s`. */
export function waitText(event: EventOf<'stage.wait'>, nowMs: number): string {
  const {pid, run, sinceMs} = event.holder;
  const who = run === undefined ? `process ${String(pid)}` : `run ${String(run)} (process ${String(pid)})`;
  return `for ${who}, which has held it for ${formatElapsed(nowMs - sinceMs)}`;
}

/** `warning: ...` or `note: ...`, with its stage. The hint stands on a line of its own. */
export function noticeText(event: EventOf<'notice'>): string {
  const stage = event.stage === undefined ? '' : `${safeText(event.stage)}: `;
  return `${event.level === 'warning' ? 'warning' : 'note'}: ${stage}${safeText(event.message)}`;
}

export function interruptText(event: EventOf<'interrupt'>): string {
  const running = event.running.length === 0 ? '' : formatList(event.running.map(safeText), 3);
  if (event.kill) return `${event.signal} again: killing ${running === '' ? 'what is left' : running}`;
  if (running === '') return `${event.signal}: stopping`;
  return `${event.signal}: waiting for ${running} to stop (once more kills ${event.running.length === 1 ? 'it' : 'them'})`;
}

/** A line of a stage's log, cut to the width. */
export function logLine(text: string, indent: string, width: number, ellipsis: string): string {
  return indent + truncate(text, Math.max(8, width - displayWidth(indent)), ellipsis);
}
