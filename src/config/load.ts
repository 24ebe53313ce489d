/** The loader's contract: text in, a Pipeline or diagnostics out. */
import type {Json} from '../base/json.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {Pipeline} from '../model/pipeline.ts';
import type {StageKind} from '../stages/kind.ts';

export interface LoadInput {
  /** As shown to the user, e.g. `pipeline.yaml`. */
  readonly file: string;
  readonly text: string;
  /** Reads a params file that pipeline.yaml names; undefined when it is not there. */
  readonly readFile: (path: string) => string | undefined;
  /** `--set a.b=3`, in order; values are parsed as YAML scalars or JSON. */
  readonly set: readonly string[];
  /** The caller's environment, for `${env.X}` of declared variables. */
  readonly env: (name: string) => string | undefined;
  readonly kinds: readonly StageKind[];
  /** Names of the executors that there are. */
  readonly executors: readonly string[];
}

export interface LoadOutput {
  /** undefined when there is an error among the diagnostics. */
  readonly pipeline: Pipeline | undefined;
  /** All mistakes at once, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read or looked for, pipeline.yaml first, for the plan cache; `text` undefined: was not there. */
  readonly read: readonly {readonly path: string; readonly text: string | undefined}[];
  /** Environment variables that templates read, with the values used. */
  readonly envRead: {readonly [name: string]: string | null};
}

export type ExpandItems = readonly Json[];
