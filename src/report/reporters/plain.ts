/** For a file or a pipe: the finished lines, the stages' output as it comes in, and a sign of life every minute. */
import {formatClock, formatCount, formatElapsed} from '../../base/format.ts';
import {safeText} from '../../base/display.ts';
import type {RunEvent, StageEnd} from '../../model/event.ts';
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

  /** The stage whose output was printed last, and how many lines of it without anything between. */
  let above = {stage: '', lines: 0};
  const print = (lines: readonly string[], stage = ''): void => {
    if (lines.length === 0) return;
    context.talk(`${lines.join('\n')}\n`);
    above = {stage, lines: lines.length + (stage === above.stage ? above.lines : 0)};
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
      if (event.type === 'stage.output') print(output.push(event), event.stage);
      if (event.type === 'stage.end') print(output.end(event.stage), event.stage);
      if (event.type === 'summary') stop();
      print(log.lines(event.type === 'stage.end' ? withoutTailAbove(event, above) : event));
    },
    close: stop,
  };
}

/** The end of a log is not printed again right below itself. */
function withoutTailAbove(end: StageEnd, above: {readonly stage: string; readonly lines: number}): StageEnd {
  const {logTail, ...rest} = end;
  return logTail !== undefined && above.stage === end.stage && logTail.length <= above.lines ? rest : end;
}
