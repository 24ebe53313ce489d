/** The two tasks behind one face: what is computed once for some rows, and which metrics they have. */
import {classMetrics, classSample, type ClassSample} from './class-metrics.ts';
import type {Metric} from './metric.ts';
import type {ClassPredictions, NumberPredictions, Predictions} from './predictions.ts';
import {regressionMetrics} from './regression-metrics.ts';

export interface Task<Kind extends Predictions, Sample> {
  sample(predictions: Kind): Sample;
  /** All that such predictions can have, the most telling first. */
  metrics(predictions: Kind): readonly Metric<Sample>[];
  /** The cell of each row and the counts of the confusion matrix; undefined for regression. */
  cells(sample: Sample): {readonly ofRow: Int32Array; readonly counts: Float64Array} | undefined;
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
