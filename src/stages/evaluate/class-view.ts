/** Classes, confusion matrix, thresholds and calibration of an evaluation as tables and curves. */
import {formatCount, formatNumber} from '../../base/format.ts';
import type {Calibration} from '../../ml/evaluation/calibration.ts';
import type {ClassParts} from '../../ml/evaluation/class-parts.ts';
import type {ThresholdPoint, ThresholdTable} from '../../ml/evaluation/thresholds.ts';
import type {EvaluationTable, EvaluationView} from '../../report/views/evaluation.ts';
import {intervalText, numberText, type ViewPart} from './view-parts.ts';

const right = 'right' as const;
/** With more classes only those with the lowest F1 are listed in a terminal. */
const FEW_CLASSES = 30;

export function classTables(parts: ClassParts): ViewPart {
  const {classes, confusion, thresholds, calibration} = parts;
  return {
    tables: [
      classTable(parts),
      ...(thresholds === undefined ? [] : [thresholdTable(thresholds, parts.positive ?? '')]),
      ...(calibration === undefined ? [] : [calibrationTable(calibration)]),
    ],
    confusion: mostConfused(
      classes.map(({name}) => name),
      confusion,
    ),
    curves: [
      ...(thresholds === undefined ? [] : rankingCurves(thresholds)),
      ...(calibration === undefined ? [] : [reliabilityCurve(calibration)]),
    ],
  };
}

/** A matrix of more classes shows nothing, and makes a page of megabytes. */
const MOST_SHOWN = 30;

/** The classes with the most mistakes, in their order, and the others as one; all are in `details`. */
function mostConfused(labels: readonly string[], counts: ClassParts['confusion']): NonNullable<ViewPart['confusion']> {
  if (labels.length <= MOST_SHOWN) return {labels, counts};
  const mistakes = counts.map((row, at) =>
    row.reduce((sum, count, column) => (column === at ? sum : sum + count + (counts[column]?.[at] ?? 0)), 0),
  );
  const order = [...labels.keys()].sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b);
  const shown = order.slice(0, MOST_SHOWN - 1).sort((a, b) => a - b);
  const placeOf = new Map(shown.map((label, place) => [label, place]));
  const small = Array.from({length: MOST_SHOWN}, () => new Array<number>(MOST_SHOWN).fill(0));
  counts.forEach((row, truth) => {
    const into = small[placeOf.get(truth) ?? MOST_SHOWN - 1];
    row.forEach((count, predicted) => {
      const at = placeOf.get(predicted) ?? MOST_SHOWN - 1;
      if (into !== undefined) into[at] = (into[at] ?? 0) + count;
    });
  });
  return {
    labels: [...shown.map((label) => labels[label] ?? ''), `(${labels.length - shown.length} others)`],
    counts: small,
  };
}

function classTable({classes, positive}: ClassParts): EvaluationTable {
  const total = classes.reduce((sum, {support}) => sum + support, 0);
  return {
    id: 'classes',
    title: 'Classes',
    columns: [
      {title: 'Class'},
      {title: 'Rows', align: right},
      {title: 'Share'},
      {title: 'Precision', align: right},
      {title: 'interval', align: right},
      {title: 'Recall', align: right},
      {title: 'interval', align: right},
      {title: 'F1', align: right},
      {title: 'interval', align: right},
    ],
    rows: classes.map(({name, support, precision, recall, f1}) => [
      name === positive ? `${name} (positive)` : name,
      Number.isInteger(support) ? formatCount(support) : formatNumber(support),
      {text: `${((100 * support) / total).toFixed(1)} %`, share: support / total},
      ...[precision, recall, f1].flatMap((estimate) => [numberText(estimate?.value), intervalText(estimate)]),
    ]),
    notes: [
      'Intervals hold the true value in 95 of 100 cases: Wilson for precision and recall, bootstrap of the confusion matrix for F1.',
      'n/a where nothing is divided by; averages over classes count it as 0.',
    ],
    isDetail: classes.length > FEW_CLASSES,
  };
}

function thresholdTable({operating}: ThresholdTable, positive: string): EvaluationTable {
  const hasCost = operating.some(({cost}) => cost !== undefined);
  return {
    id: 'thresholds',
    title: 'Thresholds',
    columns: [
      {title: 'Operating point'},
      ...['Threshold', 'Precision', 'Recall', 'F1', 'False positive rate', ...(hasCost ? ['Cost of a row'] : [])].map(
        (title) => ({title, align: right}),
      ),
    ],
    rows: operating.map(({name, threshold, precision, recall, f1, fpr, cost}) => [
      name,
      ...[threshold, precision, recall, f1, fpr].map(numberText),
      ...(hasCost ? [numberText(cost)] : []),
    ]),
    notes: [
      `A row is called \`${positive}\` when its score is at or above the threshold. Choose thresholds on validation rows: chosen on these, their figures flatter.`,
    ],
    isDetail: false,
  };
}

function rankingCurves({points}: ThresholdTable): EvaluationView['curves'] {
  const curve = (x: (point: ThresholdPoint) => number, y: (point: ThresholdPoint) => number) =>
    points.map((point) => ({x: x(point), y: y(point)}));
  const section = 'thresholds';
  return [
    {
      section,
      title: 'ROC: true by false positive rate',
      x: 'false positive rate',
      series: [
        {
          name: 'model',
          points: [
            {x: 0, y: 0},
            ...curve(
              ({fpr}) => fpr,
              ({recall}) => recall,
            ),
          ],
        },
        {
          name: 'chance',
          points: [
            {x: 0, y: 0},
            {x: 1, y: 1},
          ],
        },
      ],
    },
    {
      section,
      title: 'Precision by recall',
      x: 'recall',
      series: [
        {
          name: 'model',
          points: curve(
            ({recall}) => recall,
            ({precision}) => precision,
          ),
        },
      ],
    },
    {
      section,
      title: 'Precision, recall and F1 by threshold',
      x: 'threshold',
      series: [
        {
          name: 'precision',
          points: curve(
            ({threshold}) => threshold,
            ({precision}) => precision,
          ),
        },
        {
          name: 'recall',
          points: curve(
            ({threshold}) => threshold,
            ({recall}) => recall,
          ),
        },
        {
          name: 'F1',
          points: curve(
            ({threshold}) => threshold,
            ({f1}) => f1,
          ),
        },
      ],
    },
  ];
}

function calibrationTable({of, bins, ece, recalibration}: Calibration): EvaluationTable {
  return {
    id: 'calibration',
    title: 'Calibration',
    columns: [
      {title: 'Rows', align: right},
      {title: 'Mean probability', align: right},
      {title: 'Observed share', align: right},
      {title: '95 % interval', align: right},
    ],
    rows: bins.map(({rows, predicted, observed, interval}) => [
      formatCount(rows),
      numberText(predicted),
      numberText(observed),
      interval === undefined ? '' : `${numberText(interval.lo)} to ${numberText(interval.hi)}`,
    ]),
    notes: [
      `Probabilities of ${of}, in ten bins of equally many rows. Expected calibration error: ${numberText(ece)}.`,
      recalibration === undefined
        ? 'No recalibration line: the outcomes are all alike, or parted perfectly.'
        : `Recalibration: log-odds = ${numberText(recalibration.intercept)} + ${numberText(recalibration.slope)} × log-odds given; 0 and 1 are calibrated, a slope below 1 is overconfident.`,
    ],
    isDetail: true,
  };
}

const reliabilityCurve = ({bins}: Calibration): EvaluationView['curves'][number] => ({
  section: 'calibration',
  title: 'Reliability: observed share by probability',
  x: 'probability given',
  series: [
    {
      name: 'model',
      points: bins.map(({predicted, observed, interval}) => ({
        x: predicted,
        y: observed,
        ...(interval && {low: interval.lo, high: interval.hi}),
      })),
    },
    {
      name: 'calibrated',
      points: [
        {x: 0, y: 0},
        {x: 1, y: 1},
      ],
    },
  ],
});
