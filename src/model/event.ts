/**
 * Everything that can happen during a run, as one union. Reporters, `--json` and tests see only these. The published
 * schema of `--json` is made from the zod mirror in report/events-schema.ts, which a test holds equal to this file.
 */
import type {AttemptId, RunId, StageName} from './ids.ts';
import type {Failure} from './job.ts';
import type {Metric} from './metric.ts';
import type {Outcome, Reason} from './run.ts';

export const EVENT_SCHEMA_VERSION = 1;

export interface PlannedStage {
  readonly stage: StageName;
  /** Expected wall time from earlier attempts. */
  readonly expectedMs?: number;
}

export type RunEvent =
  /** First of all: what this run may touch, in graph order. */
  | {readonly type: 'plan'; readonly run: RunId; readonly stages: readonly PlannedStage[]; readonly jobs: number}
  /** A line of talk: recovered attempts, warnings, a lock that is waited for. */
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warning';
      readonly code: string;
      readonly message: string;
      readonly stage?: StageName;
      readonly hint?: string;
    }
  /** A dynamic stage is known now. */
  | {readonly type: 'stage.expand'; readonly stage: StageName; readonly branches: readonly StageName[]}
  /** Another mlp holds the stage. */
  | {
      readonly type: 'stage.wait';
      readonly stage: StageName;
      readonly holder: {readonly pid: number; readonly run?: RunId; readonly sinceMs: number};
    }
  | {
      readonly type: 'stage.start';
      readonly stage: StageName;
      readonly attempt: AttemptId;
      readonly number: number;
      readonly reason: Reason;
      readonly expectedMs?: number;
      readonly logFile: string;
    }
  /** What the stage printed, decoded as UTF-8, cut at line ends where possible. */
  | {readonly type: 'stage.output'; readonly stage: StageName; readonly attempt: AttemptId; readonly text: string}
  | {
      readonly type: 'stage.progress';
      readonly stage: StageName;
      readonly attempt: AttemptId;
      readonly fraction?: number;
      readonly text?: string;
      readonly rssBytes?: number;
      readonly cpuMs?: number;
    }
  /** An attempt failed and another one follows after `waitMs`. */
  | {
      readonly type: 'stage.retry';
      readonly stage: StageName;
      readonly attempt: AttemptId;
      readonly failure: Failure;
      readonly next: number;
      readonly waitMs: number;
    }
  | StageEnd
  /** The run was asked to stop. */
  | {
      readonly type: 'interrupt';
      readonly signal: string;
      readonly running: readonly StageName[];
      readonly kill: boolean;
    }
  | RunSummary;

export interface StageEnd {
  readonly type: 'stage.end';
  readonly stage: StageName;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly attempt?: AttemptId;
  /** Wall time of what was done now. */
  readonly durationMs: number;
  /** Wall time that a skip or restore did not spend. */
  readonly savedMs?: number;
  readonly cpuMs?: number;
  readonly peakRssBytes?: number;
  /** The run that made the result that is on disk now, and when. */
  readonly from?: {
    readonly run?: RunId;
    readonly atMs: number;
    /** Another project made it: it came from the shared cache folder. */
    readonly shared?: true;
  };
  /** It ran and every output has the bytes that were there before (early cutoff). */
  readonly sameBytes?: boolean;
  readonly failure?: Failure;
  /** Last lines of the log of a failed attempt. */
  readonly logTail?: readonly string[];
  readonly logFile?: string;
  readonly metrics?: readonly Metric[];
  /** Values of the same metrics in the result that was current before. */
  readonly previousMetrics?: readonly Metric[];
}

export interface RunSummary {
  readonly type: 'summary';
  readonly run: RunId;
  readonly status: 'done' | 'failed' | 'interrupted' | 'waiting';
  readonly exitCode: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly durationMs: number;
  readonly savedMs: number;
  /** Run whose metrics are shown for comparison. */
  readonly comparedWith?: RunId;
}

export type Emit = (event: RunEvent) => void;
