/**
 * FAMILY contract: a built-in stage, used from pipeline.yaml by `uses: NAME` with its settings in `with:`. It runs outside the
 * engine's process, in a worker thread, through the same context as a user's function.
 *
 * What a kind reads must be known before it runs, since it is part of the stage's key: files stand in `deps`, and those
 * that its settings name (a schema, a reference table) are told by `reads`, as are the user's functions that it calls.
 */
import type {Json, JsonObject} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {ClockStep, ModelPart} from '../model/stage.ts';
import type {StageContext} from './define-stage.ts';

export interface StageKind {
  readonly name: string;
  /** One sentence for `--help` and the JSON Schema. */
  readonly summary: string;
  /** Rises when the same inputs and settings would give other bytes: part of the key. */
  readonly version: number;
  /** Checks and completes the settings of `with:`. Loaded on use, since zod is heavy. */
  settings(): Promise<KindSettings>;
  /**
   * Files and functions that the settings name. Pure, and quick: called when the file is loaded, and again for every branch
   * of a `foreach` that is known only during the run.
   * @param settings checked and completed by the schema.
   */
  reads?(settings: Json): KindReads;
  /** @param host of the project folder. @throws Error with a sentence for the user */
  run(context: StageContext, settings: Json, host: Host, tools: KindTools): Promise<void> | void;
}

/** The part of a zod schema that the loader and the JSON Schema generator need. */
export interface KindSettings {
  /** A zod schema. */
  readonly schema: import('zod').ZodType;
}

export interface KindReads {
  /**
   * Name -> what is read, as in a map of `deps`. It joins the stage's deps: an edge from the stage that writes it, part of
   * the key, found in `context.inputs` under that name. One that `deps` has under the same name is the same.
   */
  readonly deps?: {readonly [name: string]: KindDep | readonly KindDep[]};
  /**
   * TypeScript or JavaScript functions as written in the settings: `src/x.ts`, `src/x.ts#name`. What their code means is
   * part of the key, with everything that they import.
   */
  readonly functions?: readonly string[];
  /**
   * The settings without names of files. To be given only when the bytes of the outputs depend on the contents of inputs,
   * their names in `context.inputs`, and these settings, never on a path: then projects with other folders share results.
   */
  readonly pathFree?: JsonObject;
}

export type KindDep =
  | {readonly path: string; readonly optional?: boolean}
  | {readonly glob: string; readonly optional?: boolean}
  | {readonly url: string; readonly sha256?: string}
  /**
   * `NAME@approved`, `NAME@ALIAS`, `NAME@3`, or `approved` where there is one model: a version that was packaged. The input
   * is `model:NAME@3`, absent while there is no such version. Never the version that the stage's input `predictions` is
   * of, but where its number is named: so approving a model does not change what it was compared with. With `part`, only
   * the profile counts that was packaged with the version, and never one of the stage's input `data`.
   */
  | {readonly model: string; readonly part?: ModelPart}
  /** The time at which the current hour or day (UTC) began, an ISO 8601 text, as an input: with it the stage is stale. */
  | {readonly clock: ClockStep};

/** What a kind is handed beside the host. */
export interface KindTools {
  /**
   * The user's function behind a reference that `reads` told, as written there.
   * @throws Error when it is no function, or `reads` did not tell it.
   */
  functionOf(reference: string): Promise<(...args: unknown[]) => unknown>;
  /**
   * Absolute path of the JavaScript module, whole with all it imports of the project, that such a function is the default
   * export of: for a kind that passes the function on.
   */
  moduleOf(reference: string): string;
  /** The command that starts this very mlp, and its version. */
  readonly mlp: readonly string[];
  readonly version: string;
}
