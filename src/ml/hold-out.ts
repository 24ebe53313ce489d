/** Rows of the training table that are kept for early stopping or calibration. */
import {Random} from '../stats/random.ts';
import {takeTrainingRows, type TrainingSet} from './training.ts';

/**
 * A share of the rows of each class (of regression, of all rows), drawn with the seed; each side has at least one row of a
 * class that has two. The order of the rows stays.
 */
export function holdOut(
  set: TrainingSet,
  share: number,
  seed: number,
): {readonly learnt: TrainingSet; readonly held: TrainingSet} {
  const {target, matrix} = set;
  const random = new Random(`${seed}/hold out`);
  const isHeld = new Uint8Array(matrix.rows);
  const groups = target.kind === 'classification' ? target.classes.length : 1;
  for (let group = 0; group < groups; group += 1) {
    const rows: number[] = [];
    for (let row = 0; row < matrix.rows; row += 1)
      if (target.kind === 'regression' || target.codes[row] === group) rows.push(row);
    random.shuffle(rows);
    const count = rows.length < 2 ? 0 : Math.min(rows.length - 1, Math.max(1, Math.round(share * rows.length)));
    for (const row of rows.slice(0, count)) isHeld[row] = 1;
  }
  const rowsWhere = (wanted: number): Uint32Array =>
    Uint32Array.from(isHeld, (_, row) => row).filter((row) => isHeld[row] === wanted);
  return {learnt: takeTrainingRows(set, rowsWhere(0)), held: takeTrainingRows(set, rowsWhere(1))};
}
