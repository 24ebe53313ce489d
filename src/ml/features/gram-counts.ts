/** n-grams of units counted by text: the rows of a sparse matrix. */
import type {SparseRows} from './block.ts';
import type {UnitGrams, Units} from './gram-units.ts';

export interface Weights {
  readonly binary?: boolean;
  /** 1 + log(count) for count. */
  readonly sublinear?: boolean;
  /** Of each column; each row is then brought to length 1. */
  readonly idf?: readonly number[];
}

/** Up to so many entries, sorting by insertion beats the call of a sort. */
const FEW_ENTRIES = 96;

/**
 * @param grams column times 2 of each n-gram; plus 1 where it counts down (hashed ones).
 * @param counts of the rows that have each text; texts that no row has stay empty.
 */
export function countGrams(
  {textStarts, codes}: Units,
  {starts: unitStarts, grams}: UnitGrams,
  {counts, columns, weights}: {readonly counts: Uint32Array; readonly columns: number; readonly weights: Weights},
): Omit<SparseRows, 'storedOf'> {
  const sums = new Float64Array(columns);
  const isThere = new Uint8Array(columns);
  let found = new Uint32Array(256);
  const starts = new Uint32Array(counts.length + 1);
  let indices = new Uint32Array(1024);
  let values = new Float32Array(1024);
  let size = 0;
  for (let text = 0; text < counts.length; text += 1) {
    let length = 0;
    const end = counts[text] === 0 ? 0 : (textStarts[text + 1] ?? 0);
    for (let at = textStarts[text] ?? 0; at < end; at += 1) {
      const unit = codes[at] ?? 0;
      const last = unitStarts[unit + 1] ?? 0;
      for (let entry = unitStarts[unit] ?? 0; entry < last; entry += 1) {
        const gram = grams[entry] ?? 0;
        const column = gram >>> 1;
        sums[column] = (sums[column] ?? 0) + 1 - 2 * (gram & 1);
        if (isThere[column] === 1) continue;
        isThere[column] = 1;
        if (length === found.length) found = larger(found, new Uint32Array(length * 2));
        found[length] = column;
        length += 1;
      }
    }
    sortStart(found, length);
    if (size + length > indices.length) {
      const room = Math.max(indices.length * 2, size + length);
      indices = larger(indices, new Uint32Array(room));
      values = larger(values, new Float32Array(room));
    }
    const weightOf = weightsOf(found.subarray(0, length), sums, weights);
    for (let at = 0; at < length; at += 1) {
      const column = found[at] ?? 0;
      const value = (sums[column] ?? 0) === 0 ? 0 : weightOf(column);
      sums[column] = 0;
      isThere[column] = 0;
      if (value === 0) continue;
      indices[size] = column;
      values[size] = value;
      size += 1;
    }
    starts[text + 1] = size;
  }
  return {columns, starts, indices: indices.slice(0, size), values: values.slice(0, size)};
}

function larger<Values extends Uint32Array | Float32Array>(values: Values, into: Values): Values {
  into.set(values);
  return into;
}

function sortStart(values: Uint32Array, length: number): void {
  if (length > FEW_ENTRIES) {
    values.subarray(0, length).sort();
    return;
  }
  for (let index = 1; index < length; index += 1) {
    const value = values[index] ?? 0;
    let at = index;
    for (; at > 0 && (values[at - 1] ?? 0) > value; at -= 1) values[at] = values[at - 1] ?? 0;
    values[at] = value;
  }
}

/** The value of a column of one row, of which the columns that are there are known. */
function weightsOf(
  found: Uint32Array,
  sums: Float64Array,
  {binary, sublinear, idf}: Weights,
): (column: number) => number {
  const termOf = (column: number): number => {
    const sum = sums[column] ?? 0;
    if (binary === true) return 1;
    return sublinear === true ? 1 + Math.log(sum) : sum;
  };
  if (idf === undefined) return termOf;
  let squares = 0;
  for (const column of found) squares += (termOf(column) * (idf[column] ?? 0)) ** 2;
  const norm = Math.sqrt(squares);
  return (column) => (termOf(column) * (idf[column] ?? 0)) / norm;
}
