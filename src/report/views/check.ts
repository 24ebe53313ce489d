/** What `mlp check` found: files that stages open and do not declare. */
import type {StageName} from '../../model/ids.ts';
import type {Undeclared} from '../../model/opened.ts';

export interface CheckView {
  /** Stages with findings, in the order of the pipeline. */
  readonly stages: readonly CheckedStage[];
  /** How many stages were looked at. */
  readonly looked: number;
  /** Of those, how many had every process traced. */
  readonly traced: number;
  /** Never run here, or only restored: nothing is known of them. */
  readonly unseen: readonly StageName[];
  /** A unified diff of pipeline.yaml that declares it all; '' when there is nothing to add or no place for it. */
  readonly patch: string;
  /** Stages whose lines must be added by hand: they stand behind an alias, or in an unusual shape. */
  readonly byHand: readonly string[];
}

export interface CheckedStage {
  readonly stage: StageName;
  readonly found: Undeclared;
  /** The lines for pipeline.yaml, without indentation. */
  readonly lines: readonly string[];
}
