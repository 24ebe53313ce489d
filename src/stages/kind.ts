/**
 * FAMILY contract: a built-in stage, used from pipeline.yaml by `uses: NAME` with its settings in `with:`. It runs outside the
 * engine's process, in a worker thread, through the same context as a user's function.
 */
import type {Json} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {StageContext} from './define-stage.ts';

export interface StageKind {
  readonly name: string;
  /** One sentence for `--help` and the JSON Schema. */
  readonly summary: string;
  /** Rises when the same inputs and settings would give other bytes: part of the key. */
  readonly version: number;
  /** Checks and completes the settings of `with:`. Loaded on use, since zod is heavy. */
  settings(): Promise<KindSettings>;
  /** @param host of the project folder. @throws Error with a sentence for the user */
  run(context: StageContext, settings: Json, host: Host): Promise<void> | void;
}

/** The part of a zod schema that the loader and the JSON Schema generator need. */
export interface KindSettings {
  /** A zod schema. */
  readonly schema: import('zod').ZodType;
}
