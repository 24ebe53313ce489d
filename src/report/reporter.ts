/** FAMILY contract: shows a run while it happens. A reporter gets every event once, in order, and never changes the run. */
import type {RunEvent} from '../model/event.ts';

export interface ReporterContext {
  /** stdout: data. */
  out(text: string): void;
  /** stderr: talk. */
  talk(text: string): void;
  width(): number;
  /** Rows of the terminal, where known. */
  height?(): number | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back every `ms` until the returned function is called. Does not keep the process alive. */
  every(ms: number, callback: () => void): () => void;
  readonly colour: boolean;
  /** false: ASCII only. */
  readonly unicode: boolean;
  /** -1 quiet, 0 normal, 1 verbose. */
  readonly verbosity: number;
  /** Appends to the file that GitHub shows as the job's summary; undefined elsewhere. */
  readonly stepSummary?: (markdown: string) => void;
}

export interface Reporter {
  readonly name: string;
  event(event: RunEvent): void;
  /** Ends timers and restores the terminal; called exactly once. */
  close(): void;
}

export interface ReporterMember {
  readonly name: string;
  readonly summary: string;
  /** Loaded on use, so that a run with nothing to do does not load what paints. */
  create(context: ReporterContext): Promise<Reporter> | Reporter;
}
