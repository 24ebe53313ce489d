/** What a run tells its scheduler. */
import type {Capacity} from './resources.ts';

export interface SchedulerOptions {
  readonly capacity: Capacity;
  /** How many stages are checked at the same time. */
  readonly checks: number;
  /** `--keep-going`: overrides every stage's own policy. */
  readonly keepGoing: boolean;
  /** How often a stage that another process holds is asked for again. */
  readonly holdMs: number;
  /** From the first request to stop until what still runs is killed. */
  readonly graceMs: number;
}
