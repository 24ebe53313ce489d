/** For a file or a pipe: the finished lines, the stages' output as it comes in, and a sign of life every minute. */
import {formatClock, formatCount, formatElapsed} from '../../base/format.ts';
import {safeText} from '../../base/display.ts';
import type {RunEvent} from '../../model/event.ts';
import {lookOf} from '../look.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';
import {runningFacts} from './shared/running-facts.ts';
import {RunLog, runningText} from './shared/run-log.ts';
import {RunProgress} from './shared/run-progress.ts';
import {StreamedOutput} from './shared/streamed-output.ts';

const HEARTBEAT_MS = 60_000;

export function createPlainReporter(context: ReporterContext): Reporter {
  // Nobody resizes a file: lines are as long as they like and carry no colours.
  const look = lookOf({unicode: context.unicode});
  const log = new RunLog({verbosity: context.verbosity, now: () => context.now(), look: () => look});
  const progress = new RunProgress();
  const output = new StreamedOutput();
  let endHeartbeat: (() => void) | undefined;

  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) context.talk(`${lines.join('\n')}\n`);
  };

  const heartbeat = (): void => {
    const now = context.now();
    const {dot} = look.glyphs;
    const running = [...progress.running.values()].map((stage) => {
      const facts = runningFacts(stage, now, look.glyphs);
      return `${safeText(stage.stage)} ${formatElapsed(now - stage.startedAtMs)}${facts === '' ? '' : ` (${facts})`}`;
    });
    const facts = [
      `${formatCount(progress.done)}/${formatCount(progress.total)}`,
      runningText(running),
      formatClock(now - progress.startedAtMs),
    ];
    print([facts.join(` ${dot} `)]);
  };

  const stop = (): void => {
    endHeartbeat?.();
    endHeartbeat = undefined;
  };

  return {
    name: 'plain',
    event(event: RunEvent): void {
      if (event.type === 'stage.end') progress.ended(event.stage);
      else progress.event(event, context.now());
      if (event.type === 'stage.start') endHeartbeat ??= context.every(HEARTBEAT_MS, heartbeat);
      if (event.type === 'stage.output') print(output.push(event));
      if (event.type === 'stage.end') print(output.end(event.stage));
      if (event.type === 'summary') stop();
      print(log.lines(event));
    },
    close: stop,
  };
}
