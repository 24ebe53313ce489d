/** What the settings of `evaluate` and its outs mean. */
import {suggest} from '../../base/suggest.ts';
import type {EvaluateOptions} from '../../ml/evaluation/evaluate.ts';
import {limitKinds, type GateSpec} from '../../ml/evaluation/gates.ts';
import type {PredictionOptions} from '../../ml/evaluation/predictions.ts';
import type {SliceSpec} from '../../ml/evaluation/slices.ts';
import {parseLimit, type EvaluateSettings, type GateSettings} from './settings.ts';

export function predictionOptions({task, positive, labels, columns, group}: EvaluateSettings): PredictionOptions {
  return {
    ...(task && {task}),
    ...(positive !== undefined && {positive}),
    ...(labels && {labels}),
    ...(columns && {columns}),
    ...(group !== undefined && {group}),
  };
}

/** @param name of the predictions file, for messages */
export function evaluateOptions(
  settings: EvaluateSettings,
  measures: ReadonlyMap<string, number>,
  name: string,
): EvaluateOptions {
  const {metrics, quantile, costs, gates, min_rows: minRows, recalls} = settings;
  const columns = gates.flatMap(({by}) => by ?? []);
  return {
    ...(metrics && {metrics}),
    ...(quantile !== undefined && {quantile}),
    ...(costs && {costs: {falsePositive: costs.false_positive, falseNegative: costs.false_negative}}),
    slices: settings.slices.map(sliceSpec),
    minRows,
    fairness: [...new Set([...settings.fairness, ...columns])],
    recalls,
    gates: gates.map(gateSpec),
    measures,
    name,
  };
}

const sliceSpec = (setting: EvaluateSettings['slices'][number]): SliceSpec =>
  [setting].flat().map((one) => (typeof one === 'string' ? {column: one} : (one as SliceSpec[number])));

function gateSpec({metric, measure, by, slices, inconclusive, ...limits}: GateSettings): GateSpec {
  const amounts = limitKinds.flatMap((kind) => {
    const written = limits[kind];
    const amount = written === undefined ? undefined : parseLimit(written);
    return amount === undefined ? [] : [[kind, amount] as const];
  });
  return {
    ...(metric !== undefined && {metric}),
    ...(measure !== undefined && {measure}),
    ...(by !== undefined && {by}),
    ...(slices !== undefined && {slices: slices === 'all' ? slices : [slices].flat()}),
    limits: Object.fromEntries(amounts),
    inconclusive,
  };
}

/** Outs by the names that `evaluate` knows. */
export const OUTS = ['metrics', 'html', 'markdown', 'vega', 'gates', 'details', 'report'] as const;
export type OutName = (typeof OUTS)[number];

/** @throws Error for no outs at all, and for a name that is none of them */
export function knownOuts(outputs: Readonly<Record<string, string>>): Readonly<Partial<Record<OutName, string>>> {
  const all = OUTS.map((name) => `\`${name}\``).join(', ');
  const given = Object.keys(outputs);
  if (given.length === 0) throw new Error(`\`evaluate\` does not know where to: name some of ${all} in \`outs\``);
  for (const name of given) {
    if ((OUTS as readonly string[]).includes(name)) continue;
    const near = suggest(name, OUTS);
    throw new Error(
      `\`evaluate\` has no out \`${name}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`} Its outs are ${all}, each with a path`,
    );
  }
  return outputs;
}
