/** For GitLab CI: a collapsed section with the log of each stage that ran, and the finished lines. */
import type {RunEvent, StageEnd} from '../../model/event.ts';
import {lookOf} from '../look.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';
import {RunLog} from './shared/run-log.ts';
import {StageLogs} from './shared/stage-logs.ts';

const ERASE_LINE = '\u001b[0K';

export function createGitlabReporter(context: ReporterContext): Reporter {
  const look = lookOf({unicode: context.unicode});
  const log = new RunLog({verbosity: context.verbosity, now: () => context.now(), look: () => look});
  const logs = new StageLogs();
  let sections = 0;

  const endLines = (end: StageEnd): readonly string[] => {
    const [title, ...block] = log.lines(end);
    const output = logs.take(end.stage);
    if (title === undefined) return [];
    if (output.length === 0) return [title, ...block];
    sections++;
    // GitLab allows letters, digits, `_`, `.` and `-` and wants each name once; the number keeps odd names apart.
    const name = `mlp_${String(sections)}_${end.stage.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`;
    const endSeconds = Math.floor(context.now() / 1000);
    const startSeconds = Math.floor((context.now() - end.durationMs) / 1000);
    return [
      `${ERASE_LINE}section_start:${String(startSeconds)}:${name}[collapsed=true]\r${ERASE_LINE}${title}`,
      ...output,
      `${ERASE_LINE}section_end:${String(endSeconds)}:${name}\r${ERASE_LINE}`,
      ...block,
    ];
  };

  return {
    name: 'gitlab',
    event(event: RunEvent): void {
      if (event.type === 'stage.output') {
        logs.push(event);
        return;
      }
      const lines = event.type === 'stage.end' ? endLines(event) : log.lines(event);
      if (lines.length > 0) context.talk(`${lines.join('\n')}\n`);
    },
    close(): void {
      // Holds neither a timer nor the terminal.
    },
  };
}
