/** Small tables for the tests of features. */
import type {Column, Table} from '../../../src/data/table.ts';
import {fitFeaturizer} from '../../../src/ml/features/featurizer.ts';
import type {FeaturizerOptions} from '../../../src/ml/features/featurizer.ts';
import type {FeaturizerSpec} from '../../../src/ml/features/spec.ts';
import type {FeatureMatrix} from '../../../src/ml/matrix.ts';

export type Cells = readonly (string | number | boolean | Date | null)[];

/** Columns of lists of cells; null is missing. The first cell that is not decides on the type. */
export function tableOf(columns: {readonly [name: string]: Cells}): Table {
  const lists = Object.entries(columns);
  return {rowCount: lists[0]?.[1].length ?? 0, columns: lists.map(([name, cells]) => columnOf(name, cells))};
}

function columnOf(name: string, cells: Cells): Column {
  const missing = Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0));
  const common = {name, ...(missing.includes(1) ? {missing} : {})};
  const example = cells.find((cell) => cell !== null);
  if (typeof example === 'number')
    return {
      ...common,
      type: 'number',
      values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))),
    };
  if (typeof example === 'boolean')
    return {...common, type: 'boolean', values: Uint8Array.from(cells, (cell) => (cell === true ? 1 : 0))};
  if (example instanceof Date)
    return {
      ...common,
      type: 'datetime',
      values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))),
    };
  const words = [...new Set(cells.filter((cell) => cell !== null))].map(String);
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : words.indexOf(String(cell))));
  return {...common, type: 'string', codes, words};
}

export function fit(
  columns: FeaturizerSpec['columns'],
  table: Table,
  options: Partial<FeaturizerOptions> & Pick<FeaturizerSpec, 'label' | 'texts' | 'name'> = {},
): ReturnType<typeof fitFeaturizer> {
  const {label, texts, name, ...others} = options;
  const spec = {
    columns,
    ...(label === undefined ? {} : {label}),
    ...(texts === undefined ? {} : {texts}),
    ...(name === undefined ? {} : {name}),
  };
  return fitFeaturizer(spec, table, {seed: 1, ...others});
}

/** The rows of a matrix in full, by name; NaN as null. */
export function rowsOf({rows, names, dense, sparse}: FeatureMatrix): readonly (readonly (number | null)[])[] {
  return Array.from({length: rows}, (_, row) => {
    const values: (number | null)[] = names.map((_name, column) => dense[column]?.[row] ?? 0);
    if (sparse !== undefined)
      for (let at = sparse.starts[row] ?? 0; at < (sparse.starts[row + 1] ?? 0); at += 1)
        values[dense.length + (sparse.indices[at] ?? 0)] = sparse.values[at] ?? 0;
    return values.map((value) => (value === null || Number.isNaN(value) ? null : value));
  });
}
