/** What a model must be better than: one answer for all rows, or rules that somebody wrote. */
import type {ConstantPredictor, ModelTask, RulePredictor} from '../model.ts';
import type {RuleModelSettings} from '../train-settings.ts';
import {totalWeight, weightOf, type TrainingSet} from '../training.ts';

/** The shares of the classes, so that the commonest is predicted; of regression the mean. */
export function trainConstant(set: TrainingSet): ConstantPredictor {
  const total = totalWeight(set);
  const {target, weights} = set;
  if (target.kind === 'regression') {
    const mean = target.values.reduce((sum, value, row) => sum + (weightOf(weights, row) / total) * value, 0);
    return {kind: 'constant', values: Float64Array.of(mean)};
  }
  const shares = new Float64Array(target.classes.length);
  target.codes.forEach((code, row) => {
    shares[code] = (shares[code] ?? 0) + weightOf(weights, row) / total;
  });
  return {kind: 'constant', values: shares};
}

/** @throws Error for a feature or class that there is not */
export function rulePredictor(
  {rules, otherwise}: RuleModelSettings,
  features: readonly string[],
  task: ModelTask,
): RulePredictor {
  return {
    kind: 'rule',
    rules: rules.map(({feature, operator, value, then}) => {
      const column = features.indexOf(feature);
      if (column < 0) throw new Error(`\`rules\` ask for the feature \`${feature}\`, which is not there`);
      return {column, operator, threshold: Math.fround(value), then: answerOf(then, task)};
    }),
    otherwise: answerOf(otherwise, task),
  };
}

function answerOf(then: string | number | boolean, task: ModelTask): number {
  if (task.kind === 'regression') {
    if (typeof then === 'number') return then;
    throw new Error(`the answer \`${String(then)}\` of a rule must be a number: this is regression`);
  }
  const index = task.classes.indexOf(String(then));
  if (index >= 0) return index;
  throw new Error(
    `a rule answers \`${String(then)}\`, and no row has that label; there are ${task.classes.map((name) => `\`${name}\``).join(', ')}`,
  );
}
