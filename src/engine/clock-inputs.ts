/** The time as an input of a stage. */
import type {ClockStep} from '../model/stage.ts';

const HOUR_MS = 3_600_000;
const STEP_MS: {readonly [step in ClockStep]: number} = {hour: HOUR_MS, day: 24 * HOUR_MS};

/** When the current hour or day began, in UTC. @returns such as `2024-01-31T00:00:00Z` */
export const startOf = (step: ClockStep, nowMs: number): string =>
  `${new Date(nowMs - (nowMs % STEP_MS[step])).toISOString().slice(0, -5)}Z`;
