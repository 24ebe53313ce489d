/** The list of runs, as plain data. */
import type {RunRow} from '../../model/run.ts';

export interface RunsView {
  /** Newest first. */
  readonly runs: readonly RunsRow[];
  /** How many there are in all, when the list was cut. */
  readonly total?: number;
}

export type RunsRow = Pick<RunRow, 'id' | 'status' | 'startedAtMs' | 'endedAtMs' | 'counts' | 'name' | 'git'> & {
  /** Metrics that were asked for, by name. */
  readonly metrics?: readonly {readonly name: string; readonly value: number}[];
};
