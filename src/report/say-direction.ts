/** How it is known which way of a metric is better, as the sentence below a table of metrics. */
import {plural} from '../base/format.ts';
import type {MetricRow} from '../model/diff.ts';

/** @returns undefined when nothing was guessed. */
export function sayGuessed(rows: readonly Pick<MetricRow, 'betterFrom' | 'verdict'>[]): string | undefined {
  const judged = rows.filter(({verdict}) => verdict !== undefined);
  const guessed = judged.filter(({betterFrom}) => betterFrom === 'guessed').length;
  if (guessed === 0) return undefined;
  const of = guessed === judged.length ? '' : ` of ${plural(guessed, 'metric')}`;
  return `better and worse${of} are guessed from the names of the metrics; \`better\` in pipeline.yaml declares them`;
}
