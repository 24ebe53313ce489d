/** What `mlp why` says, as plain data. */
import type {KeyChange} from '../../model/key-document.ts';
import type {PlanRow} from '../../model/plan.ts';
import type {Outcome, Reason} from '../../model/run.ts';

export interface WhyView {
  readonly stage: string;
  /** What would happen now, or what happened in `inRun`. */
  readonly verdict: PlanRow['verdict'];
  readonly reason: Reason;
  /** Explains a past run (`--run 41`) instead of the workspace. */
  readonly inRun?: {readonly run: number; readonly outcome: Outcome};
  /** The result that the key is compared with. */
  readonly against?: KnownResult;
  readonly changes: readonly WhyChange[];
  /** How many things the key holds; 0 when that is not known, as for a past run. */
  readonly things: number;
  /** What stayed the same, in words: `command`, `4 deps`, `node 20.20`. */
  readonly unchanged: readonly string[];
  /** What mlp cannot see: `dynamic import at src/train.ts:31`. */
  readonly untracked: readonly string[];
  /** For `restore`: the result whose outputs will come back. */
  readonly restoreFrom?: KnownResult;
  /** The known result that differs in the fewest things. */
  readonly closest?: KnownResult & {readonly differences: readonly KeyChange[]};
  readonly expectedMs?: number;
}

export interface KnownResult {
  readonly run?: number;
  readonly atMs: number;
  /** It was not run but accepted by a person, who said this. */
  readonly because?: string;
  /** Another project made it: it is known from the shared cache folder. */
  readonly shared?: true;
}

export interface WhyChange extends KeyChange {
  /** In words, where the values say nothing: `src/train.ts → lib/sample.ts  stratify() edited`. */
  readonly inWords?: string;
  /** Where it is written: `params.yaml:7`. */
  readonly place?: string;
}
