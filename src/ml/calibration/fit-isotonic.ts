/**
 * Isotonic regression: the rising step function with the least squared error, by pooling adjacent violators (Barlow et al.
 * 1972; Best & Chakravarti 1990). Rows with one score are one point with their mean; of a level only both ends are kept.
 * The same as IsotonicRegression(out_of_bounds='clip') of scikit-learn.
 */
export function fitIsotonic(
  scores: Float64Array,
  values: Float64Array | Uint8Array,
  weights: Float64Array | undefined,
): {readonly x: Float64Array; readonly y: Float64Array} {
  const order = Uint32Array.from(scores, (_, row) => row)
    .filter((row) => (weights?.[row] ?? 1) > 0)
    .sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const blocks: Block[] = [];
  for (const row of order) {
    const weight = weights?.[row] ?? 1;
    const x = scores[row] ?? 0;
    const last = blocks.at(-1);
    if (last?.to === x) {
      last.sum += weight * (values[row] ?? 0);
      last.weight += weight;
    } else blocks.push({from: x, to: x, sum: weight * (values[row] ?? 0), weight});
  }
  const pooled: Block[] = [];
  for (const block of blocks) {
    pooled.push(block);
    let last = pooled.at(-1);
    let before = pooled.at(-2);
    while (last !== undefined && before !== undefined && before.sum / before.weight >= last.sum / last.weight) {
      before.to = last.to;
      before.sum += last.sum;
      before.weight += last.weight;
      pooled.pop();
      last = before;
      before = pooled.at(-2);
    }
  }
  const points = pooled.flatMap(({from, to, sum, weight}) => {
    const y = sum / weight;
    return from === to ? [[from, y] as const] : [[from, y] as const, [to, y] as const];
  });
  return {x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y)};
}

/** Neighbouring points with one value. */
interface Block {
  readonly from: number;
  to: number;
  sum: number;
  weight: number;
}
