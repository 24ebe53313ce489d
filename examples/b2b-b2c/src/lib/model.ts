import type {FeatureTable} from './feature-table.ts';
import {predictForest, type ForestModel} from './forest.ts';
import {predictLogistic, type LogisticModel} from './logistic.ts';

/** As stored in models/*.json. */
export type Model = LogisticModel | ForestModel;

/** The probability of an organisation, one a row. */
export function predict(model: Model, rows: FeatureTable['rows']): number[] {
  return model.kind === 'logistic' ? predictLogistic(model, rows) : predictForest(model, rows);
}
