/** The graph of stages, as plain data. */
import type {PlanRow} from '../../model/plan.ts';

export interface DagView {
  /** In graph order: a stage comes after what it needs. */
  readonly stages: readonly DagStage[];
}

export interface DagStage {
  readonly name: string;
  /** Names of the stages that must settle first, in the order of the graph. */
  readonly needs: readonly string[];
  readonly description?: string;
  /** Present when staleness is shown (`--stale`). */
  readonly verdict?: PlanRow['verdict'];
  /** Its branches are known only when something has run. */
  readonly dynamic?: boolean;
}
