import type {FeatureMatrix} from '../matrix.ts';
import type {ConstantPredictor, RuleOperator, RulePredictor} from '../model.ts';
import {valueAt} from '../matrix.ts';

/** @returns the same numbers for each row */
export function predictConstant({values}: ConstantPredictor, rows: number): Float64Array {
  const outputs = new Float64Array(rows * values.length);
  for (let row = 0; row < rows; row += 1) outputs.set(values, row * values.length);
  return outputs;
}

/** @returns rows × outputs: probability 1 for the class of the first rule that holds, or its value */
export function predictRule({rules, otherwise}: RulePredictor, matrix: FeatureMatrix, outputs: number): Float64Array {
  const predicted = new Float64Array(matrix.rows * outputs);
  for (let row = 0; row < matrix.rows; row += 1) {
    const rule = rules.find(({column, operator, threshold}) =>
      holds(valueAt(matrix, row, column), operator, threshold),
    );
    const then = rule?.then ?? otherwise;
    if (outputs === 1) predicted[row] = then;
    else predicted[row * outputs + then] = 1;
  }
  return predicted;
}

/** No condition but `!=` holds for a missing value (NaN), as in most languages. */
function holds(value: number, operator: RuleOperator, threshold: number): boolean {
  switch (operator) {
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold;
  }
}
