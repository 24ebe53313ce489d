/** What a model says of rows, as the columns of a predictions file. */
import {numericColumn} from '../data/table-tools.ts';
import type {Column} from '../data/table.ts';
import {likeliest, type Predictions} from './predict.ts';

/** Columns of a predictions file that say what was predicted. */
export const isPrediction = (name: string): boolean => name === 'y_pred' || name === 'y_score' || name.startsWith('p_');

/** `y_pred`, and of classification `p_<class>` for each class. */
export function predictionColumns({classes, probabilities, values}: Predictions): readonly Column[] {
  if (classes === undefined || probabilities === undefined) return [numericColumn('y_pred', values ?? [])];
  const rows = classes.length === 0 ? 0 : probabilities.length / classes.length;
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) codes[row] = likeliest(probabilities, classes.length, row);
  const shares = classes.map((name, index): Column => {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) column[row] = probabilities[row * classes.length + index] ?? Number.NaN;
    return {name: `p_${name}`, type: 'number', values: column};
  });
  return [{name: 'y_pred', type: 'string', codes, words: classes}, ...shares];
}
