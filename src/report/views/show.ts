/** Everything that is remembered of one run, as plain data. */
import type {Json} from '../../base/json.ts';
import type {Failure} from '../../model/job.ts';
import type {Outcome, Reason, RunRow} from '../../model/run.ts';

export interface ShowView {
  readonly run: RunRow;
  readonly earlierNames: readonly {readonly name: string; readonly untilMs: number}[];
  /** In the order of the pipeline; of a run without an end, the stages that it started. */
  readonly stages: readonly ShowStage[];
  readonly metrics: readonly ShowMetric[];
  readonly params: readonly ShowParam[];
}

export interface ShowStage {
  readonly name: string;
  /** undefined while it runs, and of a run that died. */
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  /** The run whose attempt made the result, where it is another one. */
  readonly madeIn?: {readonly run: number; readonly isThere: boolean};
  /** Of the attempt that made the result, or that failed. */
  readonly durationMs?: number;
  readonly cpuMs?: number;
  readonly peakRssBytes?: number;
  /** Bytes of all outputs. */
  readonly bytes?: number;
  /** Started in this run; more than one after retries. */
  readonly attempts: number;
  readonly failure?: Failure;
}

export interface ShowMetric {
  readonly stage: string;
  readonly name: string;
  /** Of a curve, that of the last step. */
  readonly value: number;
  /** Of a curve: the last step, and how many points it has. */
  readonly step?: number;
  readonly points?: number;
}

export interface ShowParam {
  readonly name: string;
  readonly value: Json;
  /** Stages that name it. */
  readonly stages: readonly string[];
}
