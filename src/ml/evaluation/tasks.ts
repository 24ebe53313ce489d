/** The two tasks behind one face: what is computed once for some rows, and which metrics they have. */
import {classMetrics, classSample, type ClassSample} from './class-metrics.ts';
import type {CellRows} from './estimate.ts';
import type {Better, Metric} from './metric.ts';
import type {ClassPredictions, NumberPredictions, Predictions} from './predictions.ts';
import {regressionMetrics} from './regression-metrics.ts';

export interface Task<Kind extends Predictions, Sample> {
  sample(predictions: Kind): Sample;
  /** All that such predictions can have, the most telling first. */
  metrics(predictions: Kind): readonly Metric<Sample>[];
  /** The cell of each row and the counts of the confusion matrix; undefined for regression. */
  cells(sample: Sample): CellRows | undefined;
  /** Names there may be in any file, for messages. */
  readonly names: readonly string[];
  /** Shown for slices when no `metrics` are named. */
  readonly first: readonly string[];
}

export const classTask: Task<ClassPredictions, ClassSample> = {
  sample: classSample,
  metrics: classMetrics,
  cells: ({cellOfRow, confusion}) => ({ofRow: cellOfRow, counts: confusion.cells}),
  names: [
    ...[
      'accuracy',
      'f1_macro',
      'precision',
      'recall',
      'f1',
      'auc',
      'auc_weighted',
      'average_precision',
      'balanced_accuracy',
    ],
    ...['precision_macro', 'recall_macro', 'f1_weighted', 'mcc', 'kappa', 'log_loss', 'brier', 'ece'],
  ],
  first: ['accuracy', 'f1_macro'],
};

export function numberTask(quantileShare?: number): Task<NumberPredictions, NumberPredictions> {
  const metrics = regressionMetrics(quantileShare);
  return {
    sample: (predictions) => predictions,
    metrics: () => metrics,
    cells: () => undefined,
    names: metrics.map(({name}) => name),
    first: ['rmse', 'mae'],
  };
}

/**
 * One metric as a function of predictions, for what tries many of them. Default: the first of the task.
 * @throws Error when there is no such metric, or it has no value for these predictions
 */
export function metricScore(
  predictions: Predictions,
  name: string | undefined,
  quantileShare?: number,
): {readonly name: string; readonly better: Better; score(predictions: Predictions): number} {
  if (predictions.task === 'classification') return scoreOf(classTask, predictions, name);
  return scoreOf(numberTask(quantileShare), predictions, name);
}

function scoreOf<Kind extends Predictions, Sample>(
  task: Task<Kind, Sample>,
  predictions: Kind,
  wanted: string | undefined,
) {
  const metric = task.metrics(predictions).find(({name}) => name === (wanted ?? task.first[0]));
  if (metric === undefined) throw new Error(`there is no metric \`${wanted ?? ''}\` of these predictions`);
  return {
    name: metric.name,
    better: metric.better,
    score(changed: Predictions): number {
      const {value, why} = metric.of(task.sample(changed as Kind));
      if (value === undefined) throw new Error(`\`${metric.name}\` has no value here: ${why ?? ''}`);
      return value;
    },
  };
}
