/** The difference of two snapshots, as rows for people and programs. Unchanged rows are there too; whoever shows hides. */
import type {Json} from '../base/json.ts';
import type {FileContent} from './artifact.ts';
import type {PlanRow} from './plan.ts';
import type {GitState, Outcome, Reason} from './run.ts';
import type {Snapshot} from './snapshot.ts';

export const DIFF_SECTIONS = ['metrics', 'params', 'stages', 'code', 'data', 'env'] as const;
export type DiffSection = (typeof DIFF_SECTIONS)[number];

/** `unknown`: one side's origin does not hold such a thing, so nothing can be said. */
export type Change = 'same' | 'changed' | 'added' | 'removed' | 'unknown';

export type Direction = 'up' | 'down';

export interface DiffSide extends Pick<Snapshot, 'label' | 'origin' | 'run'> {
  readonly git?: GitState;
}

export interface SnapshotDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly metrics: readonly MetricRow[];
  readonly params: readonly ParamRow[];
  readonly stages: readonly StageRow[];
  readonly code: readonly CodeRow[];
  readonly data: readonly DataRow[];
  readonly env: readonly EnvRow[];
  /** Sections of which a side's origin knows nothing. */
  readonly notCompared: readonly DiffSection[];
  /** What could not be read, in sentences. */
  readonly notices: readonly string[];
}

export interface MetricRow {
  readonly stage: string;
  readonly name: string;
  /** The file it was read from, or how it was logged. */
  readonly source: string;
  readonly change: Change;
  /** NaN and infinities are values. Of a curve its last point. */
  readonly before?: number;
  readonly after?: number;
  /** after - before; absent where that is no finite number. */
  readonly delta?: number;
  /** delta / |before|; absent where that is no finite number. */
  readonly relative?: number;
  /** Which way is better. */
  readonly better?: Direction;
  /** Only where the direction is known and both values can be told apart. */
  readonly verdict?: 'better' | 'worse';
  /** How the direction is known: from `better` of pipeline.yaml, or from well-known words in the name. */
  readonly betterFrom?: 'declared' | 'guessed';
  readonly curve?: {readonly before: readonly CurvePoint[]; readonly after: readonly CurvePoint[]};
}

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export interface ParamRow {
  /** Dotted path. */
  readonly path: string;
  readonly change: Change;
  readonly before?: Json;
  readonly after?: Json;
  /** That name it. */
  readonly stages: readonly string[];
}

export interface StageRow {
  readonly stage: string;
  readonly change: Change;
  readonly before?: StageState;
  readonly after?: StageState;
  /** What differs in what the stage is made of: `params`, `code`, `input`; for equal ones with other bytes `outputs`. */
  readonly differs: readonly string[];
}

export interface StageState {
  readonly outcome?: Outcome;
  readonly verdict?: PlanRow['verdict'];
  readonly reason?: Reason;
  readonly durationMs?: number;
}

export interface CodeRow {
  /** `src/train.ts#stratify`, `command`, or `code` where mlp.lock knows the digest only. */
  readonly what: string;
  readonly change: Change;
  /** Texts of commands; absent for code, of which only the meaning's hash is kept. */
  readonly before?: string;
  readonly after?: string;
  readonly stages: readonly string[];
}

export interface DataRow {
  readonly path: string;
  /** `source`: read, and made by no stage. */
  readonly role: 'source' | 'out' | 'metrics' | 'plots';
  readonly change: Change;
  readonly before?: DataState;
  readonly after?: DataState;
  /** That made it, or for a source that read it. */
  readonly stages: readonly string[];
  /** Of a folder whose lists of files are known on both sides. */
  readonly files?: FileChanges;
}

export interface DataState extends Pick<FileContent, 'type' | 'size' | 'files' | 'hash'> {
  /** Lines with data of a table whose bytes are at hand. */
  readonly rows?: number;
}

export interface FileChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface EnvRow {
  /** `node.node`, `env OMP_NUM_THREADS`, `os`. */
  readonly name: string;
  readonly change: Change;
  readonly before?: Json;
  readonly after?: Json;
  /** Whose key it is part of; none for a fact of the machine. */
  readonly stages: readonly string[];
}

/** What became of one `--fail-if`. */
export interface Check {
  /** As it was typed. */
  readonly condition: string;
  readonly failed: boolean;
  /** Every metric that it matched. */
  readonly rows: readonly CheckedRow[];
}

export interface CheckedRow {
  readonly stage: string;
  readonly name: string;
  readonly failed: boolean;
  /** What was found, as the end of a sentence: `dropped by 0.02: 0.91 to 0.89`. */
  readonly says: string;
}
