/**
 * The files of numbers that an evaluation leaves.
 *
 *     metrics   {"accuracy": {value, lo, hi, n}, "ece": 0.02, ...}: a metric has the same name in `mlp metrics`, `mlp diff` and `better`,
 *               with or without an interval; what has no value is left out
 *     gates     GateReport
 *     details   {version: 1, ...}: all of it, for programs
 */
import type {Json, JsonObject} from '../../base/json.ts';
import type {Change} from '../../ml/evaluation/compare.ts';
import type {Evaluation} from '../../ml/evaluation/evaluate.ts';
import type {Estimate} from '../../ml/evaluation/estimate.ts';
import type {Rate} from '../../ml/evaluation/fairness.ts';
import {DEFAULT_LEVEL} from '../../stats/intervals.ts';
import type {Explanations} from './explanation-view.ts';

export const jsonText = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

/** Name -> estimate of all that is one number of the whole: metrics, those of each class, fairness. */
export function namedEstimates({
  metrics,
  classification,
  fairness,
}: Evaluation): readonly (readonly [string, Estimate])[] {
  const ofClasses = (classification?.classes ?? []).flatMap(({name, precision, recall, f1}) =>
    Object.entries({precision, recall, f1}).flatMap(([metric, estimate]) =>
      estimate === undefined ? [] : [[`${metric}.${name}`, estimate] as const],
    ),
  );
  const ofFairness = fairness.flatMap(({by, measures}) =>
    measures.map(({name, estimate}) => [`${name}.${by}`, estimate] as const),
  );
  const named = [...metrics.map(({name, estimate}) => [name, estimate] as const), ...ofClasses, ...ofFairness];
  // A gate may have asked for the metric of a class, which is among the classes too.
  return [...new Map(named)];
}

export function metricsJson(evaluation: Evaluation): JsonObject {
  const known = namedEstimates(evaluation).filter(([, {value}]) => value !== undefined && Number.isFinite(value));
  return Object.fromEntries(
    known.map(([name, estimate]) => {
      const isBare = estimate.interval(DEFAULT_LEVEL) === undefined;
      return [name, isBare ? (estimate.value ?? null) : estimateJson(estimate)];
    }),
  );
}

function estimateJson(estimate: Estimate): JsonObject {
  const interval = estimate.interval(DEFAULT_LEVEL);
  const {value, why, rows} = estimate;
  return {
    value: value ?? null,
    ...(interval && {lo: finite(interval.lo), hi: finite(interval.hi)}),
    n: rows,
    ...(why !== undefined && {why}),
  };
}

/** An end that is nowhere is null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function changeJson(change: Change): JsonObject {
  const interval = change.interval(DEFAULT_LEVEL);
  return {
    baseline: change.baseline,
    difference: change.difference,
    ...(interval && {lo: finite(interval.lo), hi: finite(interval.hi)}),
  };
}

const rateJson = ({value, interval}: Rate): JsonObject => ({
  value: value ?? null,
  ...(interval && {lo: interval.lo, hi: interval.hi}),
});

export function detailsJson(evaluation: Evaluation, explanations: Explanations): JsonObject {
  const {task, rows, isWeighted, groups, notices, metrics, classification, regression, baseline, gates} = evaluation;
  return {
    version: 1,
    task,
    rows,
    weighted: isWeighted,
    ...(groups !== undefined && {groups}),
    notices,
    level: DEFAULT_LEVEL,
    metrics: Object.fromEntries(namedEstimates(evaluation).map(([name, estimate]) => [name, estimateJson(estimate)])),
    baseline,
    changes: Object.fromEntries(metrics.flatMap(({name, change}) => (change ? [[name, changeJson(change)]] : []))),
    ...(evaluation.discordant && {discordant: {...evaluation.discordant}}),
    ...(classification && {classification: classificationJson(classification)}),
    ...(regression && {regression: regression as unknown as Json}),
    slices: evaluation.slices.map(({metrics: estimates, difference, pValue, isSmall, isWorse, ...slice}) => ({
      ...slice,
      too_few: isSmall,
      worse: isWorse,
      difference: difference ?? null,
      p: pValue ?? null,
      metrics: Object.fromEntries([...estimates].map(([name, estimate]) => [name, estimateJson(estimate)])),
    })),
    fairness: evaluation.fairness.map(({by, groups: rates, measures, notices: empty}) => ({
      by,
      measures: measures.map(({name, estimate, groups: pair, noise}) => ({
        name,
        ...estimateJson(estimate),
        lowest: pair?.[0] ?? null,
        highest: pair?.[1] ?? null,
        noise: noise ?? null,
      })),
      groups: rates.map(({name, rows: size, selection, truePositive, falsePositive, precision, base}) => ({
        name,
        rows: size,
        selection: rateJson(selection),
        true_positive: rateJson(truePositive),
        false_positive: rateJson(falsePositive),
        precision: rateJson(precision),
        base: rateJson(base),
      })),
      notices: empty,
    })),
    ...(explanations.importance && {importance: explanations.importance as unknown as Json}),
    ...(explanations.dependences.length > 0 && {partial_dependence: explanations.dependences as unknown as Json}),
    gates: gates as unknown as Json,
  };
}

function classificationJson({
  classes,
  positive,
  confusion,
  calibration,
  thresholds,
}: NonNullable<Evaluation['classification']>): JsonObject {
  return {
    classes: classes.map(({name, support}) => ({name, support})),
    ...(positive !== undefined && {positive}),
    confusion,
    ...(thresholds && {thresholds: thresholds as unknown as Json}),
    ...(calibration && {calibration: calibration as unknown as Json}),
  };
}
