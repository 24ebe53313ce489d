/** Columns of a table as what is to be learnt. */
import {byCodeUnits} from '../base/compare.ts';
import {cellText} from '../data/row-key.ts';
import {isMissing, isNumeric, type Column} from '../data/table.ts';
import type {Target} from './training.ts';

/**
 * Classes are the texts of the cells, sorted by code units: `true`, `1` and `1.0` in a column of numbers are `true`, `1` and `1`.
 * @param known the classes of the training rows, for validation rows. @throws Error for a missing label or an unknown class
 */
export function classTarget(column: Column, rows: number, known?: readonly string[]): Target {
  const texts = Array.from({length: rows}, (_, row) => cellText(column, row));
  const missing = texts.indexOf(undefined);
  if (missing >= 0) {
    throw new Error(
      `the label \`${column.name}\` is missing in row ${missing + 1}: leave rows without a label out before training`,
    );
  }
  const classes = known ?? [...new Set(texts as string[])].sort(byCodeUnits);
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  const codes = Int32Array.from(texts, (text, row) => {
    const code = codeOf.get(text ?? '');
    if (code === undefined) {
      throw new Error(
        `the validation rows have the label \`${text ?? ''}\` (row ${row + 1}), which no training row has: ` +
          'split the data so that each class is in both, for example stratified by the label',
      );
    }
    return code;
  });
  return {kind: 'classification', classes, codes};
}

/** @throws Error when a cell is no finite number */
export function numberTarget(column: Column, rows: number): Target {
  if (!isNumeric(column)) {
    throw new Error(
      `the label \`${column.name}\` is of type ${column.type}, and regression learns numbers: set \`task: classification\`, ` +
        'or name another `label`',
    );
  }
  for (let row = 0; row < rows; row += 1) {
    if (isMissing(column, row) || !Number.isFinite(column.values[row]))
      throw new Error(
        `the label \`${column.name}\` is no number in row ${row + 1}: leave such rows out before training`,
      );
  }
  return {kind: 'regression', values: column.values.slice(0, rows)};
}

/** @throws Error for a weight that is missing, below 0, or when all are 0 */
export function weightsOf(column: Column, rows: number): Float64Array {
  const values = Float64Array.from({length: rows}, (_, row) => {
    const value = isMissing(column, row) || column.type === 'string' ? Number.NaN : Number(column.values[row]);
    if (!(value >= 0) || !Number.isFinite(value)) {
      const found = cellText(column, row) ?? 'missing';
      throw new Error(`the weight \`${column.name}\` in row ${row + 1} must be a number from 0 up, not ${found}`);
    }
    return value;
  });
  if (rows > 0 && values.every((value) => value === 0))
    throw new Error(`all weights in \`${column.name}\` are 0: nothing is left to learn from`);
  return values;
}

/**
 * Multiplies weights of rows by those of their classes. `balanced`: rows / (classes × rows of the class), as in scikit-learn.
 * @throws Error for a class that there is not, or a weight below 0
 */
export function withClassWeights(
  target: Target,
  weights: Float64Array | undefined,
  classWeights: 'balanced' | {readonly [name: string]: number},
): Float64Array {
  if (target.kind === 'regression') throw new Error('`class_weights` are for classification');
  const {classes, codes} = target;
  const counts = new Float64Array(classes.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  if (classWeights !== 'balanced') {
    const unknown = Object.keys(classWeights).find((name) => !classes.includes(name));
    if (unknown !== undefined) {
      throw new Error(
        `\`class_weights\` name \`${unknown}\`, and there is no such class; there are ${classes.map((name) => `\`${name}\``).join(', ')}`,
      );
    }
  }
  const factors = classes.map((name, code) =>
    classWeights === 'balanced'
      ? codes.length / (classes.length * (counts[code] ?? 1))
      : Object.hasOwn(classWeights, name)
        ? (classWeights[name] ?? 1)
        : 1,
  );
  return Float64Array.from(codes, (code, row) => (weights?.[row] ?? 1) * (factors[code] ?? 1));
}
