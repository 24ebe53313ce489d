/** Random forest with ml-random-forest. Its time grows with the square of the rows: a few thousand are what it can bear. */
import {Matrix} from 'ml-matrix';
import {RandomForestClassifier} from 'ml-random-forest';
import {ORGANISATION, type FeatureTable} from './feature-table.ts';

export interface ForestModel {
  readonly kind: 'forest';
  readonly features: readonly string[];
  readonly trees: number;
  /** As the package writes it. */
  readonly classifier: ReturnType<RandomForestClassifier['toJSON']>;
}

export interface ForestOptions {
  readonly trees: number;
  /** Share of the features that each tree sees; the package draws them once a tree, not at every split. */
  readonly featureShare: number;
  readonly seed: number;
}

export function trainForest({features, rows, labels}: FeatureTable, options: ForestOptions): ForestModel {
  const classifier = new RandomForestClassifier({
    nEstimators: options.trees,
    maxFeatures: options.featureShare,
    replacement: false,
    seed: options.seed,
    noOOB: true,
    // The default, 0.01, stops some trees before their first split.
    treeOptions: {gainThreshold: 1e-6, minNumSamples: 3},
  });
  classifier.train(
    rows.map((row) => [...row]),
    [...labels],
  );
  return {kind: 'forest', features, trees: options.trees, classifier: classifier.toJSON()};
}

/** The probability of an organisation, one a row: the share of trees that say so. */
export function predictForest({classifier, trees}: ForestModel, rows: FeatureTable['rows']): number[] {
  const forest = RandomForestClassifier.load(classifier);
  const votes = forest.predictionValues(new Matrix(rows.map((row) => [...row])));
  return rows.map((_, row) => {
    const yes = votes.getRow(row).filter((vote) => vote === ORGANISATION).length;
    // As if two more trees had voted, one each way: a probability of exactly 0 or 1 would make the log loss infinite.
    return (yes + 1) / (trees + 2);
  });
}
