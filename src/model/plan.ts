/** What `mlp plan` and `mlp status` say: one row a stage, three honest answers. */
import type {StageName} from './ids.ts';
import type {Outcome, Reason} from './run.ts';

export interface PlanRow {
  readonly stage: StageName;
  /**
   * fresh: will be skipped. restore: outputs will come from the cache. run: will run. may: depends on what an upstream
   * stage will write. waiting: a person has to decide, about it or about something it needs. error: cannot be decided (the reason says why).
   */
  readonly verdict: 'fresh' | 'restore' | 'run' | 'may' | 'waiting' | 'error';
  readonly reason: Reason;
  readonly expectedMs?: number;
  /** Present for a dynamic stage whose branches are not known yet. */
  readonly dynamic?: boolean;
}

export interface Plan {
  readonly rows: readonly PlanRow[];
  /** What a run would say of files that were added with `mlp add`; absent: nothing. */
  readonly notices?: readonly string[];
}

/** How many stages a run would touch, by what happens to them. */
export function countVerdicts(plan: Plan): Readonly<Record<PlanRow['verdict'], number>> {
  const counts = {fresh: 0, restore: 0, run: 0, may: 0, waiting: 0, error: 0};
  for (const row of plan.rows) counts[row.verdict]++;
  return counts;
}

/** The plan's word for what a run then did. */
export const verdictOf: Readonly<Partial<Record<Outcome, PlanRow['verdict']>>> = {
  skipped: 'fresh',
  ran: 'run',
  restored: 'restore',
  waiting: 'waiting',
};
