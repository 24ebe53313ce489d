/**
 * What a project was at one moment, wherever that was read from: a run in the store, mlp.lock of a Git revision, the
 * workspace. Two snapshots of whatever origin can be compared.
 */
import type {Json, JsonObject} from '../base/json.ts';
import type {InputEntry, OutputEntry} from './artifact.ts';
import type {Digest, RunId, StageName} from './ids.ts';
import type {KeyDocument} from './key-document.ts';
import type {Metric} from './metric.ts';
import type {PlanRow} from './plan.ts';
import type {GitState, Outcome, Reason, RunStatus} from './run.ts';

export interface Snapshot {
  /** As a person would name it: `run 41`, `HEAD (1a2b3c4)`, `workspace`, `old/mlp.lock`. */
  readonly label: string;
  /** Where it was read. `lock` holds no curves; `metrics` is one metrics file, which knows neither stages nor anything else. */
  readonly origin: 'run' | 'lock' | 'workspace' | 'metrics';
  readonly run?: {
    readonly id: RunId;
    readonly status: RunStatus;
    readonly startedAtMs: number;
    readonly endedAtMs?: number;
  };
  readonly git?: GitState;
  /** Host facts: os, node, mlp ...; empty where the origin holds none (mlp.lock). */
  readonly facts: {readonly [name: string]: Json};
  /** In the order of the pipeline. */
  readonly stages: readonly SnapshotStage[];
  /** What could not be read, in sentences. */
  readonly notices?: readonly string[];
}

export interface SnapshotStage {
  readonly name: StageName;
  /** Only of a run. */
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  /** Only of the workspace: what `mlp run` would do. */
  readonly verdict?: PlanRow['verdict'];
  /** Wall time of the attempt that made the result, which may be of an earlier run. */
  readonly durationMs?: number;
  readonly key?: Digest;
  /** Where the origin holds it; mlp.lock has the digest only. */
  readonly document?: KeyDocument;
  /** Named pieces of code -> hash. */
  readonly pieces?: {readonly [piece: string]: string};
  readonly params: JsonObject;
  readonly inputs: readonly InputEntry[];
  readonly outputs: readonly OutputEntry[];
  /** Points of curves (with a step) too, where the origin holds them. */
  readonly metrics: readonly Metric[];
}
