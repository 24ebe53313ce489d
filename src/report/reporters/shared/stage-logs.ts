/** Keeps the output of running stages until they end, for logs that show each stage in one piece. */
import {formatCount} from '../../../base/format.ts';
import type {StageName} from '../../../model/ids.ts';
import {LineSplitter} from '../../log-text.ts';
import {logsCommand} from '../../say-trouble.ts';

/** What is kept of one stage; of a longer log the end is shown. */
const MOST_LINES = 2000;

interface StageLog {
  readonly splitter: LineSplitter;
  lines: string[];
  dropped: number;
}

export class StageLogs {
  readonly #logs = new Map<StageName, StageLog>();

  push(event: {readonly stage: StageName; readonly text: string}): void {
    let log = this.#logs.get(event.stage);
    if (log === undefined) {
      log = {splitter: new LineSplitter(), lines: [], dropped: 0};
      this.#logs.set(event.stage, log);
    }
    for (const line of log.splitter.push(event.text)) log.lines.push(line);
    // Twice the limit before anything is dropped, so that dropping is rare and a line costs O(1).
    if (log.lines.length > 2 * MOST_LINES) drop(log);
  }

  /** @returns the lines of a stage that ended, and forgets them. */
  take(stage: StageName): readonly string[] {
    const log = this.#logs.get(stage);
    if (log === undefined) return [];
    this.#logs.delete(stage);
    log.lines.push(...log.splitter.flush());
    drop(log);
    return log.dropped === 0
      ? log.lines
      : [`(${formatCount(log.dropped)} lines before these: ${logsCommand(stage)})`, ...log.lines];
  }
}

function drop(log: StageLog): void {
  const surplus = log.lines.length - MOST_LINES;
  if (surplus <= 0) return;
  log.lines = log.lines.slice(surplus);
  log.dropped += surplus;
}
