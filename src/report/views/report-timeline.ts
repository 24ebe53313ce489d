/**
 * When the stages of a run ran: their attempts as spans from the start of the run, what each waited for, and the critical
 * path, the chain of stages that decided when the run was over. Pure.
 */
import {byCodeUnits} from '../../base/compare.ts';
import type {AttemptRow} from '../../model/run.ts';

export interface TimelineView {
  /** From the start of the run to its end, or to its last event where it has no end. */
  readonly lengthMs: number;
  /** By the start of their first attempt. */
  readonly rows: readonly TimelineRow[];
  /** The first link began first. Empty when nothing ran. */
  readonly criticalPath: readonly CriticalLink[];
}

export interface TimelineRow {
  readonly stage: string;
  /** When all that it needs had ended; 0 when nothing of this run held it up. */
  readonly readyMs: number;
  readonly spans: readonly TimelineSpan[];
  readonly critical: boolean;
}

export interface TimelineSpan {
  readonly attempt: string;
  /** 2 for the first retry. */
  readonly number: number;
  /** Milliseconds since the start of the run. */
  readonly startMs: number;
  readonly endMs: number;
  readonly state: 'done' | 'failed' | 'stopped' | 'running';
}

export interface CriticalLink {
  readonly stage: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Between the end of the link before (or the start of the run) and the start of this one. */
  readonly waitMs: number;
}

export interface TimelineFacts {
  readonly startedAtMs: number;
  /** Absent: the run goes on, or was killed. */
  readonly endedAtMs?: number;
  /** For attempts that have no end. */
  readonly nowMs: number;
  /** In any order. */
  readonly attempts: readonly AttemptRow[];
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

export function timelineOf(facts: TimelineFacts): TimelineView {
  const byStage = new Map<string, TimelineSpan[]>();
  for (const row of facts.attempts.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.number - b.number)) {
    const spans = byStage.get(row.stage);
    const span = spanOf(row, facts);
    if (spans === undefined) byStage.set(row.stage, [span]);
    else spans.push(span);
  }
  const extents = new Map(
    [...byStage].map(([stage, spans]) => [
      stage,
      {startMs: spans[0]?.startMs ?? 0, endMs: Math.max(...spans.map(({endMs}) => endMs))},
    ]),
  );
  const criticalPath = criticalPathOf(extents, facts.needs);
  const critical = new Set(criticalPath.map(({stage}) => stage));
  const last = Math.max(0, ...[...extents.values()].map(({endMs}) => endMs));
  const whole = facts.endedAtMs === undefined ? 0 : Math.max(0, facts.endedAtMs - facts.startedAtMs);
  const rows = [...byStage].map(([stage, spans]): TimelineRow => {
    const ends = waitedFor(stage, extents, facts.needs).map((need) => extents.get(need)?.endMs ?? 0);
    return {
      stage,
      readyMs: Math.min(spans[0]?.startMs ?? 0, Math.max(0, ...ends)),
      spans,
      critical: critical.has(stage),
    };
  });
  return {lengthMs: Math.max(whole, last), rows, criticalPath};
}

/** Attempts of a run come from one clock, which may still jump: no span begins before the run or ends before it began. */
function spanOf(row: AttemptRow, {startedAtMs, endedAtMs, nowMs}: TimelineFacts): TimelineSpan {
  const startMs = Math.max(0, row.startedAtMs - startedAtMs);
  const end = row.endedAtMs ?? endedAtMs ?? nowMs;
  return {
    attempt: row.id,
    number: row.number,
    startMs,
    endMs: Math.max(startMs, row.wallMs === undefined ? end - startedAtMs : startMs + row.wallMs),
    state: spanState(row),
  };
}

function spanState({state}: AttemptRow): TimelineSpan['state'] {
  switch (state) {
    case 'committed':
    case 'finished':
    case 'superseded':
      return 'done';
    case 'cancelled':
    case 'interrupted':
    case 'preempted':
    case 'lost':
      return 'stopped';
    case 'failed':
    case 'oom':
    case 'timeout':
    case 'rejected':
    case 'blocked':
    case 'partial':
      return 'failed';
    default:
      return 'running';
  }
}

interface Extent {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Back from the stage that ended last: of those it needs, the one that ended last is what it could not start before.
 * Equal ends go by name, so that the path is the same every time.
 */
export function criticalPathOf(
  extents: ReadonlyMap<string, Extent>,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly CriticalLink[] {
  const path: {stage: string; extent: Extent}[] = [];
  const seen = new Set<string>();
  let candidates: readonly string[] = [...extents.keys()];
  for (;;) {
    const stage = lastToEnd(candidates, extents, seen);
    const extent = stage === undefined ? undefined : extents.get(stage);
    if (stage === undefined || extent === undefined) break;
    seen.add(stage);
    path.unshift({stage, extent});
    candidates = waitedFor(stage, extents, needs);
  }
  return path.map(({stage, extent}, index) => ({
    stage,
    ...extent,
    waitMs: Math.max(0, extent.startMs - (path[index - 1]?.extent.endMs ?? 0)),
  }));
}

/** The nearest stages above that ran: one that was skipped or restored still had to be decided after those above it. */
function waitedFor(
  stage: string,
  extents: ReadonlyMap<string, Extent>,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const open = [...(needs.get(stage) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (extents.has(next)) found.push(next);
    else open.push(...(needs.get(next) ?? []));
  }
  return found;
}

function lastToEnd(
  stages: readonly string[],
  extents: ReadonlyMap<string, Extent>,
  seen: ReadonlySet<string>,
): string | undefined {
  let best: string | undefined;
  for (const stage of stages) {
    const extent = extents.get(stage);
    if (extent === undefined || seen.has(stage)) continue;
    const end = best === undefined ? Number.NEGATIVE_INFINITY : (extents.get(best)?.endMs ?? 0);
    if (extent.endMs > end || (extent.endMs === end && byCodeUnits(stage, best ?? '') < 0)) best = stage;
  }
  return best;
}
