/** Logistic regression with ml-logistic-regression, which leaves three things to its user: see below. */
import LogisticRegression from 'ml-logistic-regression';
import {Matrix} from 'ml-matrix';
import type {FeatureTable} from './feature-table.ts';

type Rows = FeatureTable['rows'];

export interface LogisticModel {
  readonly kind: 'logistic';
  readonly features: readonly string[];
  /** Of each feature in the training rows, to bring all of them to the same scale. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** As the package writes it. */
  readonly classifier: unknown;
}

export function trainLogistic(
  {features, rows, labels}: FeatureTable,
  options: {readonly steps: number},
): LogisticModel {
  const means = features.map((_, column) => mean(rows.map((row) => row[column])));
  // A feature that never varies has no deviation; 1 leaves it at zero.
  const deviations = means.map(
    (center, column) => Math.sqrt(mean(rows.map((row) => (row[column] - center) ** 2))) || 1,
  );
  // The package adds the gradients of all rows up instead of taking their mean: its step has to shrink with the rows.
  const classifier = new LogisticRegression({numSteps: options.steps, learningRate: 2 / rows.length});
  classifier.train(designMatrix(rows, means, deviations), Matrix.columnVector([...labels]));
  return {kind: 'logistic', features, means, deviations, classifier: classifier.toJSON()};
}

/** The probability of an organisation, one a row. */
export function predictLogistic({means, deviations, classifier}: LogisticModel, rows: Rows): number[] {
  const [againstPersons] = LogisticRegression.load(classifier).classifiers;
  return againstPersons.testScores(designMatrix(rows, means, deviations));
}

/** Standardised features behind a column of ones: the package neither scales its input nor fits an intercept. */
function designMatrix(rows: Rows, means: readonly number[], deviations: readonly number[]): Matrix {
  return new Matrix(
    rows.map((row) => [1, ...row.map((value, column) => (value - means[column]) / deviations[column])]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
