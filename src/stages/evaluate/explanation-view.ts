/** What the model looks at, as tables and drawings. */
import {formatNumber} from '../../base/format.ts';
import type {Importance} from '../../ml/evaluation/importance.ts';
import type {PartialDependence} from '../../ml/evaluation/partial-dependence.ts';
import {numberText, type ViewPart} from './view-parts.ts';

export interface Explanations {
  readonly importance?: Importance;
  readonly dependences: readonly PartialDependence[];
}

const right = 'right' as const;
const MOST_LISTED = 50;

export function explanationTables({importance, dependences}: Explanations): ViewPart {
  return {
    tables: [
      ...(importance === undefined
        ? []
        : [
            {
              id: 'importance',
              title: 'Permutation importance',
              columns: [
                {title: 'Features'},
                {title: `Loss of ${importance.metric}`, align: right},
                {title: 'sd', align: right},
              ],
              rows: importance.groups
                .slice(0, MOST_LISTED)
                .map(({name, mean, deviation}) => [name, numberText(mean), formatNumber(deviation, 2)]),
              notes: [
                `How much worse ${importance.metric} (${numberText(importance.value)}) gets when these features are shuffled among ${importance.rows} rows, ${importance.repeats} times. Shuffling makes rows that cannot be where features hang together: put those into one group.`,
                ...importance.notices,
              ],
              isDetail: false,
            },
          ]),
      ...(dependences.length === 0
        ? []
        : [
            {
              id: 'dependence',
              title: 'Partial dependence',
              columns: [],
              rows: [],
              notes: [
                'The mean prediction when a feature is set to a value in all rows, at 20 of its quantiles. The spacing of the dots shows where rows are.',
              ],
              isDetail: true,
            },
          ]),
    ],
    bars:
      importance === undefined
        ? []
        : [
            {
              section: 'importance',
              title: 'Permutation importance',
              axis: `loss of ${importance.metric}`,
              bars: importance.groups.slice(0, 25).map(({name, mean, deviation}) => ({
                label: name,
                value: mean,
                low: mean - deviation,
                high: mean + deviation,
              })),
            },
          ],
    curves: dependences.map(({feature, of, points}) => ({
      section: 'dependence',
      title: feature,
      x: feature,
      series: [{name: of, points: points.map(({value, prediction}) => ({x: value, y: prediction}))}],
    })),
  };
}
