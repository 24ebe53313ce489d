/** For `-q`: only what failed, and the summary. */
import type {RunEvent} from '../../model/event.ts';
import {lookOf} from '../look.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';
import {RunLog} from './shared/run-log.ts';

export function createQuietReporter(context: ReporterContext): Reporter {
  const look = lookOf({unicode: context.unicode});
  const log = new RunLog({verbosity: 0, now: () => context.now(), look: () => look});
  return {
    name: 'quiet',
    event(event: RunEvent): void {
      // The plan gives the columns of the names.
      const shown =
        event.type === 'plan' || event.type === 'summary' || (event.type === 'stage.end' && event.outcome === 'failed');
      if (!shown) return;
      const lines = log.lines(event);
      if (lines.length > 0) context.talk(`${lines.join('\n')}\n`);
    },
    close(): void {
      // Holds neither a timer nor the terminal.
    },
  };
}
