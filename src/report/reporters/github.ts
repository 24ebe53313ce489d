/**
 * For GitHub Actions: a folded group with the log of each stage that ran, `::error` annotations, and a table in the
 * job's summary. A stage's output cannot give commands to the runner: commands are stopped while it is shown.
 */
import type {RunEvent, StageEnd} from '../../model/event.ts';
import {annotation, escapeData} from '../github-command.ts';
import {lookOf} from '../look.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';
import {failureText} from '../say-trouble.ts';
import {RunLog} from './shared/run-log.ts';
import {StageLogs} from './shared/stage-logs.ts';
import {StepTable} from './shared/step-table.ts';

const PIPELINE = {file: 'pipeline.yaml'};

export function createGithubReporter(context: ReporterContext): Reporter {
  const look = lookOf({unicode: context.unicode});
  const log = new RunLog({verbosity: context.verbosity, now: () => context.now(), look: () => look});
  const logs = new StageLogs();
  const table = new StepTable();

  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) context.talk(`${lines.join('\n')}\n`);
  };

  const endLines = (end: StageEnd): readonly string[] => {
    const lines = log.lines(end);
    const output = logs.take(end.stage);
    const [title, ...block] = lines;
    if (title === undefined) return [];
    // The token is the attempt's own name: the stage's output would have to know it to give commands again.
    const token = `mlp-${end.attempt ?? end.stage}`.replaceAll(/[^\w.-]/g, '-');
    const shown = output.length === 0 ? [] : [`::stop-commands::${token}`, ...output, `::${token}::`];
    const group =
      shown.length === 0 ? [escapeStart(title)] : [`::group::${escapeData(title)}`, ...shown, '::endgroup::'];
    if (end.outcome !== 'failed') return [...group, ...block];
    const hint = end.failure?.hint === undefined ? '' : `\nhint: ${end.failure.hint}`;
    const why = end.failure === undefined ? 'gave no result' : failureText(end.failure);
    const safeBlock = block.length === 0 ? [] : [`::stop-commands::${token}`, ...block, `::${token}::`];
    return [
      ...group,
      ...safeBlock,
      annotation('error', PIPELINE, `${end.stage} failed`, `${end.stage}: ${why}${hint}`),
    ];
  };

  return {
    name: 'github',
    event(event: RunEvent): void {
      if (event.type === 'stage.output') logs.push(event);
      else if (event.type === 'stage.end') {
        table.add(event, context.now());
        print(endLines(event));
      } else if (event.type === 'notice' && (event.level === 'warning' || event.code === 'approval-needed')) {
        log.lines(event);
        const hint = event.hint === undefined ? '' : `\nhint: ${event.hint}`;
        // What waits for a person is nothing wrong, and must be found by that person.
        const level = event.level === 'warning' ? 'warning' : 'notice';
        print([annotation(level, PIPELINE, event.stage ?? event.code, `${event.message}${hint}`)]);
      } else print(log.lines(event));
      if (event.type === 'summary') context.stepSummary?.(table.markdown(event));
    },
    close(): void {
      // Holds neither a timer nor the terminal.
    },
  };
}

/** A finished line begins with its symbol, so it never begins a command; this keeps it so in any alphabet. */
function escapeStart(line: string): string {
  return line.startsWith('::') ? ` ${line}` : line;
}
