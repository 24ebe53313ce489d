/** A context that keeps what was printed, with a clock that the test moves, and short ways to make events. */
import type {RunEvent, RunSummary, StageEnd} from '../../src/model/event.ts';
import {attemptId, runId, stageName} from '../../src/model/ids.ts';
import type {AttemptId} from '../../src/model/ids.ts';
import type {Metric} from '../../src/model/metric.ts';
import type {Reason} from '../../src/model/run.ts';
import type {ReporterContext} from '../../src/report/reporter.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 0, 10);

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, {type: T}>;

export interface FakeContext extends ReporterContext {
  /** What was written, in its order. */
  printed(): string;
  /** Where it was written to. */
  streams(): readonly string[];
  stepSummaryText(): string;
  /** Moves the clock and calls what is due, in steps of 10 ms. */
  pass(ms: number): void;
  timers(): number;
}

export function fakeContext(
  options: {
    width?: number;
    unicode?: boolean;
    colour?: boolean;
    verbosity?: number;
    height?: number;
    out?: (text: string) => void;
  } = {},
): FakeContext {
  let now = NOW;
  let text = '';
  let stepSummary = '';
  const streams = new Set<'out' | 'talk'>();
  const write = (stream: 'out' | 'talk', more: string): void => {
    streams.add(stream);
    text += more;
    options.out?.(more);
  };
  const timers = new Set<{ms: number; dueAtMs: number; callback: () => void}>();
  return {
    out: (more) => write('out', more),
    talk: (more) => write('talk', more),
    width: () => options.width ?? 100,
    ...(options.height === undefined ? {} : {height: () => options.height}),
    now: () => now,
    every(ms, callback) {
      const timer = {ms, dueAtMs: now + ms, callback};
      timers.add(timer);
      return () => timers.delete(timer);
    },
    colour: options.colour ?? false,
    unicode: options.unicode ?? true,
    verbosity: options.verbosity ?? 0,
    stepSummary: (markdown) => {
      stepSummary += markdown;
    },
    printed: () => text,
    streams: () => [...streams],
    stepSummaryText: () => stepSummary,
    pass(ms) {
      for (const end = now + ms; now < end;) {
        now = Math.min(end, now + 10);
        for (const timer of timers) {
          if (timer.dueAtMs > now) continue;
          timer.dueAtMs += timer.ms;
          timer.callback();
        }
      }
    },
    timers: () => timers.size,
  };
}

export const attemptOf = (stage: string): AttemptId => attemptId(`42-${stage}-x1`);

export function plan(stages: Readonly<Record<string, number | undefined>> | readonly string[], jobs = 2): RunEvent {
  const entries = Array.isArray(stages)
    ? stages.map((name: string) => [name, undefined] as const)
    : Object.entries(stages as Readonly<Record<string, number | undefined>>);
  return {
    type: 'plan',
    run: runId(42),
    jobs,
    stages: entries.map(([name, expectedMs]) => ({
      stage: stageName(name),
      ...(expectedMs === undefined ? {} : {expectedMs}),
    })),
  };
}

export function start(stage: string, reason: Reason = {kind: 'new'}, expectedMs?: number): RunEvent {
  return {
    type: 'stage.start',
    stage: stageName(stage),
    attempt: attemptOf(stage),
    number: 1,
    reason,
    logFile: `.mlp/logs/${stage}.log`,
    ...(expectedMs === undefined ? {} : {expectedMs}),
  };
}

export function output(stage: string, text: string): RunEvent {
  return {type: 'stage.output', stage: stageName(stage), attempt: attemptOf(stage), text};
}

export function progress(stage: string, more: Partial<EventOf<'stage.progress'>>): RunEvent {
  return {type: 'stage.progress', stage: stageName(stage), attempt: attemptOf(stage), ...more};
}

export function end(stage: string, outcome: StageEnd['outcome'], more: Partial<StageEnd> = {}): StageEnd {
  const durationMs = outcome === 'skipped' || outcome === 'not-run' ? 0 : 1000;
  const reason: Reason = outcome === 'ran' ? {kind: 'new'} : {kind: 'fresh'};
  return {type: 'stage.end', stage: stageName(stage), outcome, reason, durationMs, ...more};
}

export function summary(counts: RunSummary['counts'], more: Partial<RunSummary> = {}): RunSummary {
  const status = (counts.failed ?? 0) > 0 ? 'failed' : 'done';
  return {
    type: 'summary',
    run: runId(42),
    status,
    exitCode: status === 'done' ? 0 : 1,
    counts,
    durationMs: 41_300,
    savedMs: 0,
    ...more,
  };
}

export const metric = (name: string, value: number, more: Partial<Metric> = {}): Metric => ({
  name,
  value,
  source: 'metrics.json',
  ...more,
});

/** The run of the manual: one of each outcome. */
export function exampleRun(): readonly RunEvent[] {
  const from = (days: number, run?: number) => ({
    atMs: NOW - days * DAY,
    ...(run === undefined ? {} : {run: runId(run)}),
  });
  return [
    plan({ingest: 252_000, featurize: 40_000, train: 663_000, evaluate: 2000, package: 1000, report: 30_000}),
    end('ingest', 'skipped', {savedMs: 252_000, from: from(3)}),
    start('featurize', {kind: 'changed', changes: [], code: ['lib/text.ts clean() changed']}, 40_000),
    end('featurize', 'ran', {
      durationMs: 38_200,
      sameBytes: true,
      attempt: attemptOf('featurize'),
      reason: {kind: 'changed', changes: [], code: ['lib/text.ts clean() changed']},
    }),
    end('train', 'skipped', {savedMs: 663_000, reason: {kind: 'fresh', sameBytes: [stageName('featurize')]}}),
    end('evaluate', 'restored', {
      durationMs: 200,
      from: from(2, 41),
      reason: {kind: 'changed', changes: []},
      metrics: [metric('f1', 0.921), metric('loss', 0.3)],
      previousMetrics: [metric('f1', 0.913), metric('loss', 0.3)],
    }),
    start('package', {kind: 'new'}, 1000),
    end('package', 'failed', {
      durationMs: 1100,
      attempt: attemptOf('package'),
      failure: {class: 'exit', message: '`sh` exited with 1', exitCode: 1, hint: 'look at `pack.sh`'},
      logTail: ['Traceback:', '  \u001b[31mno space\u001b[0m'],
    }),
    end('report', 'not-run', {reason: {kind: 'blocked-by', stages: [stageName('package')]}}),
    summary(
      {ran: 1, restored: 1, skipped: 2, failed: 1, 'not-run': 1},
      {savedMs: 927_000, comparedWith: runId(41), durationMs: 41_300},
    ),
  ];
}
