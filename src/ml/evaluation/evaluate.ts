/** The whole evaluation of a predictions file: metrics with intervals, slices, fairness, comparison with a baseline, gates. */
import {suggest} from '../../base/suggest.ts';
import {Random} from '../../stats/random.ts';
import type {Discordant} from '../../stats/paired.ts';
import {classParts, fairnessParts, type ClassParts} from './class-parts.ts';
import {alignBaseline, compareMetrics, discordantOf, type Change, type Side} from './compare.ts';
import {estimateMetrics, type Estimate} from './estimate.ts';
import {fairnessNames, type Fairness} from './fairness.ts';
import {judgeGates, type GateReport, type GateSpec} from './gates.ts';
import type {Better, Metric} from './metric.ts';
import {takePredictions, type Predictions} from './predictions.ts';
import {residualDeciles, type ResidualDecile} from './regression-metrics.ts';
import {compareSlices, sliceRows, type SliceResult, type SliceSpec} from './slices.ts';
import {classTask, numberTask, type Task} from './tasks.ts';
import type {Costs} from './thresholds.ts';

export interface EvaluateOptions {
  /** Names; all that there are when absent. */
  readonly metrics?: readonly string[];
  readonly slices: readonly SliceSpec[];
  /** Slices of fewer rows are shown but not judged. */
  readonly minRows: number;
  /** Columns of groups of people. */
  readonly fairness: readonly string[];
  readonly gates: readonly GateSpec[];
  readonly costs?: Costs;
  /** Operating points with at least such a recall. */
  readonly recalls?: readonly number[];
  /** Of the pinball loss. */
  readonly quantile?: number;
  /** Numbers that others measured, for gates: `model_bytes`. */
  readonly measures: ReadonlyMap<string, number>;
  /** Of the predictions file, for messages. */
  readonly name: string;
}

export interface MetricResult {
  readonly name: string;
  readonly better: Better;
  readonly estimate: Estimate;
  readonly change?: Change;
}

export interface Evaluation {
  readonly task: Predictions['task'];
  readonly rows: number;
  readonly isWeighted: boolean;
  readonly groups?: number;
  readonly notices: readonly string[];
  readonly metrics: readonly MetricResult[];
  readonly classification?: ClassParts;
  readonly regression?: {readonly deciles: readonly ResidualDecile[]};
  readonly slices: readonly SliceResult[];
  /** The first is the one that slices are compared by. */
  readonly sliceMetrics: readonly string[];
  readonly fairness: readonly Fairness[];
  readonly baseline: GateReport['baseline'];
  /** Of classification with a paired baseline: rows that only one of the two got right. */
  readonly discordant?: Discordant;
  readonly gates: GateReport;
}

/** @param baseline of the same task, read with the same classes. @throws Error for a metric, slice or gate that cannot be */
export function evaluate(
  predictions: Predictions,
  baseline: Predictions | undefined,
  options: EvaluateOptions,
): Evaluation {
  if (predictions.task === 'classification') {
    const other = baseline?.task === 'classification' ? baseline : undefined;
    const {evaluation, whole} = evaluateTask(classTask, predictions, other, options);
    return {...evaluation, classification: classParts(whole.sample, whole.estimates, options)};
  }
  const other = baseline?.task === 'regression' ? baseline : undefined;
  const {evaluation} = evaluateTask(numberTask(options.quantile), predictions, other, options);
  return {...evaluation, regression: {deciles: residualDeciles(predictions)}};
}

/** Intervals are a function of the predictions alone. */
const SEED = 'evaluate';

function evaluateTask<Kind extends Predictions, Sample>(
  task: Task<Kind, Sample>,
  predictions: Kind,
  baseline: Kind | undefined,
  options: EvaluateOptions,
): {readonly evaluation: Evaluation; readonly whole: Side<Sample>} {
  const random = new Random(SEED);
  const all = task.metrics(predictions);
  const names = options.metrics ?? all.map(({name}) => name).filter((name) => task.names.includes(name));
  const asked = options.gates.flatMap(({metric}) => (metric === undefined || isFairness(metric) ? [] : [metric]));
  for (const name of [...names, ...asked]) refuseUnknown(name, all, task.names);
  const metrics = all.filter(({name}) => !task.names.includes(name) || names.includes(name) || asked.includes(name));

  const judge = (part: Kind, of: readonly Metric<Sample>[], label: string): Side<Sample> => {
    const sample = task.sample(part);
    const cells = task.cells(sample);
    const estimates = estimateMetrics(sample, of, part, random.fork(label), cells);
    return {sample, predictions: part, estimates, ...(cells && {cells})};
  };
  const whole = judge(predictions, metrics, 'whole');
  const aligned = baseline && alignBaseline(predictions, baseline);
  const pairing = baseline === undefined ? 'none' : aligned === undefined ? 'unpaired' : 'paired';
  const classes = predictions.task === 'classification' ? predictions.classes.length : 0;
  const compare = (side: Side<Sample>, other: Side<Sample>, of: readonly Metric<Sample>[], label: string) =>
    compareMetrics(of, side, other, pairing === 'paired' ? 'paired' : 'unpaired', classes, random.fork(label));
  const old = aligned ?? baseline;
  const wholeBefore = old && judge(old, metrics, 'baseline');
  const changes = wholeBefore && compare(whole, wholeBefore, metrics, 'change');

  const sliceNames = options.metrics ?? task.first;
  const ofSlices = all.filter(({name}) => sliceNames.includes(name) || asked.includes(name));
  const parts = options.slices.flatMap((spec) => sliceRows(predictions.table, spec, options.name));
  const sides = new Map(parts.map(({name, rows}) => [name, judge(takePredictions(predictions, rows), ofSlices, name)]));
  const first = ofSlices.find(({name}) => name === sliceNames[0]) ?? ofSlices[0];
  const slices = compareSlices(
    parts.map((part) => ({...part, metrics: sides.get(part.name)?.estimates ?? new Map<string, Estimate>()})),
    whole.estimates.get(first?.name ?? ''),
    {name: first?.name ?? '', better: first?.better ?? 'up'},
    options.minRows,
  );

  const rowsOf = new Map(parts.map(({name, rows}) => [name, rows]));
  const sliceChanges = new Map<string, ReadonlyMap<string, Change>>();
  const changeOf = (slice: string): ReadonlyMap<string, Change> | undefined => {
    const known = sliceChanges.get(slice);
    const [rows, side] = [rowsOf.get(slice), sides.get(slice)];
    if (known !== undefined || aligned === undefined || rows === undefined || side === undefined) return known;
    const made = compare(side, judge(takePredictions(aligned, rows), ofSlices, `baseline ${slice}`), ofSlices, slice);
    sliceChanges.set(slice, made);
    return made;
  };

  const fairness = fairnessParts(predictions, options.fairness, options.name, random.fork('fairness'));
  const gates = judgeGates(options.gates, {
    baseline: pairing,
    slices,
    minRows: options.minRows,
    better: (name) => all.find((metric) => metric.name === name)?.better,
    estimate: (name, {slice, by}) =>
      isFairness(name)
        ? fairness.get(by ?? '')?.measures.find((measure) => measure.name === name)?.estimate
        : slice === undefined
          ? (whole.estimates.get(name) ?? absent(name, predictions.rows))
          : sides.get(slice)?.estimates.get(name),
    change: (name, {slice}) => (slice === undefined ? changes : changeOf(slice))?.get(name),
    measure: (name) => options.measures.get(name),
  });

  const shown = [...new Set([...names, ...asked.filter((name) => task.names.includes(name))])];
  const discordant =
    pairing === 'paired' && wholeBefore !== undefined ? discordantOf(whole, wholeBefore, classes) : undefined;
  const evaluation: Evaluation = {
    task: predictions.task,
    rows: predictions.rows,
    isWeighted: predictions.weights !== undefined,
    ...(predictions.groups && {groups: predictions.groups.count}),
    notices: [
      ...predictions.notices,
      ...(pairing === 'unpaired' ? ['the baseline is of other rows: the comparison is unpaired, and less sure'] : []),
    ],
    metrics: shown.map((name): MetricResult => {
      const change = changes?.get(name);
      const better = all.find((metric) => metric.name === name)?.better ?? 'up';
      const estimate = whole.estimates.get(name) ?? absent(name, predictions.rows);
      return {name, better, estimate, ...(change && {change})};
    }),
    slices,
    sliceMetrics: [...new Set([first, ...ofSlices])].flatMap((metric) => metric?.name ?? []),
    fairness: [...fairness.values()],
    baseline: pairing,
    ...(discordant && {discordant}),
    gates,
  };
  return {evaluation, whole};
}

const isFairness = (name: string): boolean => (fairnessNames as readonly string[]).includes(name);

const absent = (name: string, rows: number): Estimate => ({
  value: undefined,
  why: `\`${name}\` needs probabilities (columns \`p_<class>\`, or \`y_score\`), or two classes`,
  rows,
  interval: () => undefined,
});

function refuseUnknown(name: string, all: readonly {readonly name: string}[], known: readonly string[]): void {
  if (known.includes(name) || all.some((metric) => metric.name === name)) return;
  const near = suggest(name, [...known, ...fairnessNames, ...all.map((metric) => metric.name)]);
  throw new Error(
    `there is no metric \`${name}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`} There are ${known.join(', ')}; gates with \`by\` also know ${fairnessNames.join(', ')}`,
  );
}
