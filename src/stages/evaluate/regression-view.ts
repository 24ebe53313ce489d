/** The errors of a regression as a table and a curve. */
import {formatCount} from '../../base/format.ts';
import type {ResidualDecile} from '../../ml/evaluation/regression-metrics.ts';
import {numberText, type ViewPart} from './view-parts.ts';

const right = 'right' as const;

export function regressionTables({deciles}: {readonly deciles: readonly ResidualDecile[]}): ViewPart {
  const names = ['Rows', 'Mean prediction', 'Mean error', '10 % of errors below', 'Median error', '90 % below'];
  return {
    tables: [
      {
        id: 'errors',
        title: 'Errors by size of the prediction',
        columns: names.map((title) => ({title, align: right})),
        rows: deciles.map(({rows, predicted, bias, low, middle, high}) => [
          formatCount(rows),
          ...[predicted, bias, low, middle, high].map(numberText),
        ]),
        notes: ['An error is the prediction minus the truth. Rows fall into tenths by their prediction.'],
        isDetail: false,
      },
    ],
    curves: [
      {
        section: 'errors',
        title: 'Errors: median, and the middle 80 %',
        x: 'mean prediction',
        series: [
          {
            name: 'error',
            points: deciles.map(({predicted, middle, low, high}) => ({x: predicted, y: middle, low, high})),
          },
          {name: 'none', points: deciles.map(({predicted}) => ({x: predicted, y: 0}))},
        ],
      },
    ],
  };
}
