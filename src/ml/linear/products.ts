/**
 * Products of a FeatureMatrix with vectors, for linear models. Rows are taken in blocks that fit the processor's cache,
 * dense columns four at a time: that halves the time of one column after the other.
 */
import type {FeatureMatrix} from '../matrix.ts';

/** Rows of a block: 512 × 100 dense columns are 200 KB. */
export const BLOCK_ROWS = 512;

/** Adds X[from..to) · weights to `out[0..to - from)`. `weights` has one number for each column, from `offset` on. */
export function addProduct(
  {dense, sparse}: FeatureMatrix,
  from: number,
  to: number,
  weights: Float64Array,
  offset: number,
  out: Float64Array,
): void {
  const rows = to - from;
  let column = 0;
  for (; column + 3 < dense.length; column += 4) {
    const [a, b, c, d] = dense.slice(column, column + 4) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const wa = weights[offset + column] as number;
    const wb = weights[offset + column + 1] as number;
    const wc = weights[offset + column + 2] as number;
    const wd = weights[offset + column + 3] as number;
    for (let row = 0, at = from; row < rows; row += 1, at += 1) {
      out[row] =
        (out[row] as number) +
        wa * (a[at] as number) +
        wb * (b[at] as number) +
        wc * (c[at] as number) +
        wd * (d[at] as number);
    }
  }
  for (; column < dense.length; column += 1) {
    const a = dense[column] as Float32Array;
    const wa = weights[offset + column] as number;
    for (let row = 0, at = from; row < rows; row += 1, at += 1)
      out[row] = (out[row] as number) + wa * (a[at] as number);
  }
  if (sparse === undefined) return;
  const {starts, indices, values} = sparse;
  const first = offset + dense.length;
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    const end = starts[from + row + 1] as number;
    for (let at = starts[from + row] as number; at < end; at += 1)
      sum += (weights[first + (indices[at] as number)] as number) * (values[at] as number);
    out[row] = (out[row] as number) + sum;
  }
}

/** Adds X[from..to)ᵀ · r to `out`, which has one number for each column, from `offset` on; `r` is of the block's rows. */
export function addTransposedProduct(
  {dense, sparse}: FeatureMatrix,
  from: number,
  to: number,
  r: Float64Array,
  out: Float64Array,
  offset: number,
): void {
  const rows = to - from;
  let column = 0;
  for (; column + 3 < dense.length; column += 4) {
    const [a, b, c, d] = dense.slice(column, column + 4) as [Float32Array, Float32Array, Float32Array, Float32Array];
    let [sa, sb, sc, sd] = [0, 0, 0, 0];
    for (let row = 0, at = from; row < rows; row += 1, at += 1) {
      const of = r[row] as number;
      sa += of * (a[at] as number);
      sb += of * (b[at] as number);
      sc += of * (c[at] as number);
      sd += of * (d[at] as number);
    }
    const to4 = offset + column;
    out[to4] = (out[to4] as number) + sa;
    out[to4 + 1] = (out[to4 + 1] as number) + sb;
    out[to4 + 2] = (out[to4 + 2] as number) + sc;
    out[to4 + 3] = (out[to4 + 3] as number) + sd;
  }
  for (; column < dense.length; column += 1) {
    const a = dense[column] as Float32Array;
    let sum = 0;
    for (let row = 0, at = from; row < rows; row += 1, at += 1) sum += (r[row] as number) * (a[at] as number);
    out[offset + column] = (out[offset + column] as number) + sum;
  }
  if (sparse === undefined) return;
  const {starts, indices, values} = sparse;
  const first = offset + dense.length;
  for (let row = 0; row < rows; row += 1) {
    const of = r[row] as number;
    if (of === 0) continue;
    const end = starts[from + row + 1] as number;
    for (let at = starts[from + row] as number; at < end; at += 1) {
      const to1 = first + (indices[at] as number);
      out[to1] = (out[to1] as number) + of * (values[at] as number);
    }
  }
}
