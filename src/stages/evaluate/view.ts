/** An evaluation in words and tables, for the page, Markdown and the log. */
import {formatCount, formatNumber, formatPercent, plural} from '../../base/format.ts';
import type {Evaluation, MetricResult} from '../../ml/evaluation/evaluate.ts';
import type {GateReport, GateState} from '../../ml/evaluation/gates.ts';
import type {Better} from '../../ml/evaluation/metric.ts';
import {DEFAULT_LEVEL, nearestToZero, type Interval} from '../../stats/intervals.ts';
import type {EvaluationCell, EvaluationTable, EvaluationTone, EvaluationView} from '../../report/views/evaluation.ts';
import {mcnemar} from '../../stats/paired.ts';
import {classTables} from './class-view.ts';
import {explanationTables, type Explanations} from './explanation-view.ts';
import {regressionTables} from './regression-view.ts';
import {sliceTables} from './slice-view.ts';
import {intervalText, numberText, type ViewPart} from './view-parts.ts';

const TONES: Readonly<Record<GateState, EvaluationTone>> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'warn',
  unjudged: 'none',
};

export function evaluationView(evaluation: Evaluation, explanations: Explanations, title: string): EvaluationView {
  const {gates, rows, classification, regression} = evaluation;
  const parts: readonly ViewPart[] = [
    ...(classification === undefined ? [] : [classTables(classification)]),
    ...(regression === undefined ? [] : [regressionTables(regression)]),
    sliceTables(evaluation),
    explanationTables(explanations),
  ];
  const headline = evaluation.metrics.filter(({estimate}) => estimate.value !== undefined).slice(0, 4);
  const confusion = parts.find((part) => part.confusion !== undefined)?.confusion;
  return {
    title,
    verdict: {word: gates.state, tone: TONES[gates.state], text: verdictText(gates)},
    facts: [
      [formatCount(rows), rows === 1 ? 'row' : 'rows'],
      ...(evaluation.groups === undefined ? [] : [[formatCount(evaluation.groups), 'groups'] as const]),
      ...(classification === undefined ? [] : [[formatCount(classification.classes.length), 'classes'] as const]),
      ...headline.map(({name, estimate}) => [numberText(estimate.value), name] as const),
    ],
    notices: evaluation.notices,
    tables: [...gateTables(gates), metricTable(evaluation), ...parts.flatMap(({tables}) => tables)],
    curves: parts.flatMap(({curves = []}) => curves),
    bars: parts.flatMap(({bars = []}) => bars),
    ...(confusion && {confusion}),
  };
}

function verdictText({gates, baseline}: GateReport): string {
  if (gates.length === 0) return 'there are no gates, so nothing was judged';
  const count = (state: GateState): number => gates.filter((gate) => gate.state === state).length;
  const words = (['fail', 'inconclusive', 'pass', 'unjudged'] as const)
    .map((state) => [count(state), state] as const)
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${number} ${state}`);
  const against = baseline === 'none' ? 'no baseline' : `${baseline} with the baseline`;
  return `${plural(gates.length, 'gate')}: ${words.join(', ')}; ${against}`;
}

function gateTables({gates}: GateReport): readonly EvaluationTable[] {
  if (gates.length === 0) return [];
  const rank: readonly GateState[] = ['fail', 'inconclusive', 'unjudged', 'pass'];
  const sorted = gates.toSorted((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
  return [
    {
      id: 'gates',
      title: 'Gates',
      columns: [{title: 'Outcome'}, {title: 'Gate'}, {title: 'What was measured'}],
      rows: sorted.map(({state, gate, reason}) => [{text: state, tone: TONES[state]}, gate, reason]),
      notes: [],
      isDetail: false,
    },
  ];
}

function metricTable({metrics, baseline, discordant}: Evaluation): EvaluationTable {
  const isCompared = baseline !== 'none';
  const columns = [
    {title: 'Metric'},
    {title: 'Value', align: 'right' as const},
    {title: `${formatPercent(DEFAULT_LEVEL)} interval`, align: 'right' as const},
    {title: 'Rows', align: 'right' as const},
    ...(isCompared
      ? [
          {title: 'Baseline', align: 'right' as const},
          {title: 'Change', align: 'right' as const},
          {title: `${formatPercent(DEFAULT_LEVEL)} interval of it`, align: 'right' as const},
          {title: ''},
        ]
      : []),
    {title: 'Why not'},
  ];
  const p = discordant && mcnemar(discordant);
  return {
    id: 'metrics',
    title: 'Metrics',
    columns,
    rows: metrics.map((metric) => [
      metric.name,
      numberText(metric.estimate.value),
      intervalText(metric.estimate),
      formatCount(metric.estimate.rows),
      ...(isCompared ? changeCells(metric) : []),
      metric.estimate.why ?? '',
    ]),
    notes: [
      ...(discordant && p !== undefined
        ? [
            `Right only in the baseline: ${plural(discordant.first, 'row')}; only now: ${plural(discordant.second, 'row')} (McNemar, exact: p ${p < 1e-6 ? 'below 1e-6' : `= ${formatNumber(p, 2)}`}).`,
          ]
        : []),
    ],
    isDetail: false,
  };
}

/** Whether the interval leaves no doubt, and whether it is good. */
function verdictOf(
  better: Better,
  baseline: number,
  difference: number,
  interval: Interval | undefined,
): readonly [isSure: boolean, isGood: boolean] {
  if (better !== 'zero')
    return [interval !== undefined && (interval.lo > 0 || interval.hi < 0), (better === 'up') === difference > 0];
  const before = Math.abs(baseline);
  const isGood = Math.abs(baseline + difference) < before;
  if (interval === undefined) return [false, isGood];
  const now = {lo: baseline + interval.lo, hi: baseline + interval.hi};
  const isSure = isGood ? Math.max(Math.abs(now.lo), Math.abs(now.hi)) < before : nearestToZero(now) > before;
  return [isSure, isGood];
}

function changeCells({better, change}: MetricResult): readonly EvaluationCell[] {
  if (change === undefined) return ['', '', '', ''];
  const interval = change.interval(DEFAULT_LEVEL);
  const isUp = change.difference > 0;
  const [isSure, isGood] = verdictOf(better, change.baseline, change.difference, interval);
  const word =
    change.difference === 0 ? 'same' : `${isUp ? '↑' : '↓'} ${isSure ? (isGood ? 'better' : 'worse') : 'not sure'}`;
  return [
    numberText(change.baseline),
    signed(change.difference),
    interval === undefined ? '' : `${signed(interval.lo)} to ${signed(interval.hi)}`,
    {text: word, tone: isSure ? (isGood ? 'good' : 'bad') : 'none'},
  ];
}

const signed = (value: number): string => (value > 0 ? `+${numberText(value)}` : numberText(value));
