/** The list of runs, as plain data: columns, and a cell for each run and column. */
import type {Json} from '../../base/json.ts';
import type {RunStatus} from '../../model/run.ts';

export interface RunsView {
  readonly columns: readonly RunsColumn[];
  readonly rows: readonly RunsRow[];
  /** How many there are in all, when the list was cut. */
  readonly total?: number;
  /** True when what is listed was asked for by an expression. */
  readonly filtered: boolean;
}

export interface RunsColumn {
  /** What its cells hold and how they are written. */
  readonly kind: RunsColumnKind;
  readonly title: string;
}

export type RunsColumnKind =
  | 'id'
  | 'status'
  | 'text'
  /** Times in milliseconds since the epoch, shown as ages. */
  | 'time'
  /** Milliseconds. */
  | 'duration'
  | 'commit'
  | 'truth'
  /** Numbers that were measured. */
  | 'metric'
  /** Params and facts. */
  | 'json'
  /** Name, then tags. */
  | 'label'
  /** Commit, then branch if any, then whether the work tree had changes. */
  | 'revision'
  /** One object: outcome -> how many stages. */
  | 'counts';

export interface RunsRow {
  readonly status: RunStatus;
  /** A cell for each column; each may hold no, one or more values. */
  readonly cells: readonly (readonly Json[])[];
}
