/** Slices and fairness of an evaluation as tables. */
import {formatCount, formatNumber} from '../../base/format.ts';
import type {Evaluation} from '../../ml/evaluation/evaluate.ts';
import type {Fairness} from '../../ml/evaluation/fairness.ts';
import {DEFAULT_LEVEL} from '../../stats/intervals.ts';
import type {EvaluationBars, EvaluationCell, EvaluationTable} from '../../report/views/evaluation.ts';
import {intervalText, numberText, type ViewPart} from './view-parts.ts';

const right = 'right' as const;

export function sliceTables({slices, sliceMetrics, fairness}: Evaluation): ViewPart {
  const [first = ''] = sliceMetrics;
  const table: EvaluationTable = {
    id: 'slices',
    title: 'Slices',
    columns: [
      {title: 'Slice'},
      {title: 'Rows', align: right},
      {title: ''},
      {title: 'To the whole', align: right},
      {title: 'p', align: right},
      ...sliceMetrics.flatMap((name) => [
        {title: name, align: right},
        {title: 'interval', align: right},
      ]),
    ],
    rows: slices.map(({name, rows, metrics, difference, pValue, isWorse, isSmall}) => {
      const mark: EvaluationCell = isSmall
        ? {text: 'too few', tone: 'none'}
        : isWorse
          ? {text: 'worse', tone: 'bad'}
          : '';
      return [
        name,
        formatCount(rows),
        mark,
        difference === undefined ? '' : `${difference > 0 ? '+' : ''}${numberText(difference)}`,
        pValue === undefined ? '' : formatNumber(pValue, 2),
        ...sliceMetrics.flatMap((metric) => [
          numberText(metrics.get(metric)?.value),
          intervalText(metrics.get(metric)),
        ]),
      ];
    }),
    notes: [
      `Compared by ${first}. Worse: the whole interval of ${first} is on the wrong side of the whole. p is corrected for the number of slices (Benjamini and Hochberg).`,
    ],
    isDetail: false,
  };
  const bars: EvaluationBars = {
    section: 'slices',
    title: `${first} of each slice`,
    axis: first,
    bars: slices.flatMap(({name, metrics, isSmall}) => {
      const estimate = metrics.get(first);
      const interval = estimate?.interval(DEFAULT_LEVEL);
      if (estimate?.value === undefined || isSmall) return [];
      return [{label: name, value: estimate.value, ...(interval && {low: interval.lo, high: interval.hi})}];
    }),
  };
  return {
    tables: [...(slices.length === 0 ? [] : [table]), ...fairness.flatMap(fairnessTables)],
    bars: bars.bars.length === 0 ? [] : [bars],
  };
}

const rateNames = [
  ['selection', 'Predicted positive'],
  ['truePositive', 'True positive rate'],
  ['falsePositive', 'False positive rate'],
  ['precision', 'Precision'],
  ['base', 'Positive in truth'],
] as const;

function fairnessTables({by, groups, measures, notices}: Fairness, index: number): readonly EvaluationTable[] {
  return [
    {
      id: `fairness-${index + 1}`,
      title: `Fairness by ${by}`,
      columns: [
        {title: 'Measure'},
        {title: 'Value', align: right},
        {title: '95 % interval', align: right},
        {title: 'Noise', align: right},
        {title: 'Lowest'},
        {title: 'Highest'},
      ],
      rows: measures.map(({name, estimate, noise, groups: pair}) => [
        name,
        numberText(estimate.value),
        intervalText(estimate),
        numberText(noise),
        pair?.[0] ?? '',
        pair?.[1] ?? '',
      ]),
      notes: [
        'Definitions of Fairlearn, largest minus smallest rate. Noise: what equal groups of these sizes stay below in 95 of 100 cases (the ratio: above).',
        ...notices,
      ],
      isDetail: false,
    },
    {
      id: `groups-${index + 1}`,
      title: `Rates by ${by}`,
      columns: [
        {title: 'Rate'},
        {title: 'Group'},
        {title: 'Rows', align: right},
        {title: 'Value', align: right},
        {title: '95 % interval', align: right},
      ],
      // The groups of one rate stand below each other: that is what is compared.
      rows: rateNames.flatMap(([rate, title]) =>
        groups.map((group) => {
          const {value, interval} = group[rate];
          return [
            title,
            group.name,
            formatCount(group.rows),
            numberText(value),
            interval === undefined ? '' : `${numberText(interval.lo)} to ${numberText(interval.hi)}`,
          ];
        }),
      ),
      notes: [],
      isDetail: true,
    },
  ];
}
