/** Whether more of a metric is better: as pipeline.yaml says under `better`, else guessed from the well-known words in its name. */
import type {Direction} from './diff.ts';
import {metricMatcher, type NamedMetric} from './metric-pattern.ts';

/** Name, `stage:name` or pattern -> which way is better. */
export type DeclaredDirections = {readonly [metric: string]: Direction};

export interface KnownDirection {
  readonly better: Direction;
  readonly betterFrom: 'declared' | 'guessed';
}

/** @returns undefined where nothing is declared and no word of the name is known. */
export function directionOf(declared: DeclaredDirections, metric: NamedMetric): KnownDirection | undefined {
  const found = new Map<string | undefined, Direction>();
  for (const [word, better] of Object.entries(declared)) {
    const how = metricMatcher(word)(metric);
    // Of several patterns the last one counts.
    if (how !== undefined) found.set(how, better);
  }
  const better = found.get('full') ?? found.get('name') ?? found.get('pattern');
  if (better !== undefined) return {better, betterFrom: 'declared'};
  const guessed = guessDirection(metric.name);
  return guessed === undefined ? undefined : {better: guessed, betterFrom: 'guessed'};
}

const DOWN = new Set(
  (
    'loss error err errors rmse mse mae mape smape msle rmsle logloss nll perplexity ppl brier ece wer cer fpr fnr fdr ' +
    'latency time duration elapsed ms seconds secs sec minutes bytes size memory rss deviance deviation residual ' +
    'misclassification hamming hinge entropy crossentropy aic bic overfit regret distance divergence psi drift failures missing'
  ).split(' '),
);
const UP = new Set(
  (
    'accuracy acc f1 fbeta auc auroc auprc roc r2 precision recall sensitivity specificity tpr tnr ap map mrr ndcg dcg mcc ' +
    'kappa bleu rouge meteor iou dice jaccard hits score reward gain lift throughput coverage gini ' +
    'silhouette correlation spearman pearson'
  ).split(' '),
);

/**
 * The last known word of the name decides, words of the part after the last dot first: `train.accuracy_loss` is a loss.
 * @returns undefined where no word is known: such a metric is shown without judgement.
 */
export function guessDirection(name: string): Direction | undefined {
  const parts = name.split(/[./:\s]+/).toReversed();
  for (const part of parts) {
    for (const word of wordsOf(part).toReversed()) {
      if (DOWN.has(word)) return 'down';
      if (UP.has(word)) return 'up';
    }
  }
  return undefined;
}

/** `valLogLoss_2` -> val, log, loss, 2; and the whole of short names such as `R2`. */
function wordsOf(part: string): readonly string[] {
  const words = part
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.filter((word) => word !== '');
}
