/** Features that are columns of a table already, such as those that a Python stage made. */
import type {Table} from '../data/table.ts';
import {Source} from './features/source.ts';
import type {FeatureMatrix} from './matrix.ts';

/**
 * The named columns as they are; truths are 0 and 1, missing cells NaN.
 * @throws Error with a sentence for a column that is not there, or of texts
 */
export function matrixOfTable(table: Table, names: readonly string[]): FeatureMatrix {
  const source = new Source(table, {});
  return {rows: table.rowCount, names, dense: names.map((name) => new Float32Array(source.numbers(name, name)))};
}
