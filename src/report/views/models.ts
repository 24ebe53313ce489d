/** What `mlp models` says, as plain data. */

export interface ModelRow {
  readonly model: string;
  readonly version: number;
  readonly aliases: readonly string[];
  readonly isApproved: boolean;
  readonly createdAtMs: number;
  readonly run?: number;
  /** Whether its files are in the cache. */
  readonly isThere: boolean;
  /** Of the gates, when it was packaged. */
  readonly gates?: string;
  /** The bundle's own digest: sha256 of its manifest. */
  readonly digest?: string;
}

export interface ModelsView {
  readonly models: readonly ModelRow[];
}

/** One version, with all it says of itself. */
export interface ModelView extends ModelRow {
  readonly measures: readonly {
    readonly name: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
  readonly classes?: readonly string[];
  /** Columns that a request has. */
  readonly inputs: readonly {readonly name: string; readonly type: string}[];
  /** Columns of the matrix that the model learnt from. */
  readonly features?: number;
  /** What it was made of: data, features, model, code. */
  readonly ingredients: readonly {readonly name: string; readonly uri: string; readonly digest: string}[];
  /** Lock files of the environment that are in the bundle. */
  readonly environment: readonly string[];
  readonly bytes: number;
  /** Newest first. */
  readonly moves: readonly {
    readonly alias: string;
    readonly version?: number;
    readonly atMs: number;
    readonly by?: string;
    readonly because?: string;
  }[];
}
