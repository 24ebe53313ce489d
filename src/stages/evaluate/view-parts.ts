/** What the parts of an evaluation's view are made of, and how its numbers are written. */
import {formatNumber} from '../../base/format.ts';
import type {Estimate} from '../../ml/evaluation/estimate.ts';
import type {EvaluationTable, EvaluationView} from '../../report/views/evaluation.ts';
import {DEFAULT_LEVEL} from '../../stats/intervals.ts';

/** What one part of an evaluation adds to its view. */
export interface ViewPart {
  readonly tables: readonly EvaluationTable[];
  readonly curves?: EvaluationView['curves'];
  readonly bars?: EvaluationView['bars'];
  readonly confusion?: EvaluationView['confusion'];
}

/** Four decimals of what is around one, four digits of the rest. */
export function numberText(value: number | undefined): string {
  if (value === undefined) return 'n/a';
  return Math.abs(value) < 10 && Math.abs(value) >= 1e-4 ? value.toFixed(4) : formatNumber(value);
}

export function intervalText(estimate: Estimate | undefined): string {
  const interval = estimate?.interval(DEFAULT_LEVEL);
  return interval === undefined ? '' : `${numberText(interval.lo)} to ${numberText(interval.hi)}`;
}
