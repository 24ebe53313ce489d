/** Feature matrices with columns shuffled among the rows. */
import type {FeatureMatrix, SparseColumns} from '../matrix.ts';

/** The chosen columns with the values of row `order[i]` in row i; the others as they are. */
export function shuffleColumns(matrix: FeatureMatrix, columns: readonly number[], order: Uint32Array): FeatureMatrix {
  const {dense, sparse, rows, names} = matrix;
  const isChosen = new Uint8Array(dense.length + (sparse?.columns ?? 0));
  for (const column of columns) isChosen[column] = 1;
  const moved = (values: Float32Array): Float32Array => Float32Array.from(order, (row) => values[row] ?? Number.NaN);
  const hasSparse = columns.some((column) => column >= dense.length);
  return {
    rows,
    names,
    dense: dense.map((values, column) => (isChosen[column] === 1 ? moved(values) : values)),
    ...(sparse && {
      sparse: hasSparse ? mixRows(sparse, order, (column) => isChosen[dense.length + column] === 1) : sparse,
    }),
  };
}

/** Each row as it is, but the entries of moved columns from row `moved[i]` in row i; columns rise within a row. */
function mixRows(
  {columns, starts, indices, values}: SparseColumns,
  moved: Uint32Array,
  isMoved: (column: number) => boolean,
): SparseColumns {
  const newStarts = new Uint32Array(moved.length + 1);
  const entries: [column: number, value: number][] = [];
  const [newIndices, newValues]: [number[], number[]] = [[], []];
  moved.forEach((movedRow, row) => {
    entries.length = 0;
    const collect = (from: number, wanted: boolean): void => {
      for (let at = starts[from] ?? 0; at < (starts[from + 1] ?? 0); at += 1) {
        const column = indices[at] ?? 0;
        if (isMoved(column) === wanted) entries.push([column, values[at] ?? 0]);
      }
    };
    collect(row, false);
    collect(movedRow, true);
    entries.sort(([a], [b]) => a - b);
    for (const [column, value] of entries) {
      newIndices.push(column);
      newValues.push(value);
    }
    newStarts[row + 1] = newIndices.length;
  });
  return {columns, starts: newStarts, indices: Uint32Array.from(newIndices), values: Float32Array.from(newValues)};
}
