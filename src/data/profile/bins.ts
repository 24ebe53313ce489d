/** Bins of numbers for drift: the reference's deciles. */

const bits = new Float64Array(1);
const whole = new BigInt64Array(bits.buffer);

/** The largest double below a finite one. */
export function predecessor(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  bits[0] = value;
  whole[0] = (whole[0] ?? 0n) + (value > 0 ? -1n : 1n);
  return bits[0];
}

/**
 * The distinct deciles. Where the lowest value is itself a decile (a tenth of the rows and more share it), an edge just below
 * it comes first, so that what falls below all of the reference has a bin of its own; above it has one in the same case,
 * since bins are closed on the right. Below the lowest double there is nothing.
 * @param quantiles at equal steps from 0 % to 100 %, their number of steps a multiple of ten.
 */
export function decileEdges(quantiles: readonly number[], min: number): readonly number[] {
  const step = (quantiles.length - 1) / 10;
  const deciles = Array.from({length: 9}, (_, index) => quantiles[(index + 1) * step] ?? NaN);
  const edges = deciles.filter((edge, index) => index === 0 || edge > (deciles[index - 1] ?? NaN));
  return (edges[0] ?? NaN) <= min && min > -Number.MAX_VALUE ? [predecessor(min), ...edges] : edges;
}

/** How many of the rising values lie in each bin: edges[i - 1] < x <= edges[i], the first and the last bin open. */
export function binCounts(sorted: Float64Array, edges: readonly number[]): readonly number[] {
  let before = 0;
  const upTo = edges.map((edge) => {
    const place = countUpTo(sorted, edge);
    const count = place - before;
    before = place;
    return count;
  });
  return [...upTo, sorted.length - before];
}

/** How many values of a rising list are below `low` or above `high`. */
export function countOutside(sorted: Float64Array, low: number, high: number): number {
  const [below = 0, , above = 0] = binCounts(sorted, [predecessor(low), high]);
  return below + above;
}

/** How many of the rising values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The shares of a distribution in bins, from its quantiles at equal steps: between two of them the distribution function is
 * taken as a line; where several are equal it jumps.
 */
export function binShares(quantiles: readonly number[], edges: readonly number[]): readonly number[] {
  const steps = quantiles.length - 1;
  let before = 0;
  const shares = edges.map((edge) => {
    const at = shareUpTo(quantiles, steps, edge);
    const share = Math.max(0, at - before);
    before = Math.max(before, at);
    return share;
  });
  return [...shares, 1 - before];
}

function shareUpTo(quantiles: readonly number[], steps: number, limit: number): number {
  const last = quantiles.findLastIndex((quantile) => quantile <= limit);
  if (last === -1) return 0;
  const [from, to] = [quantiles[last] ?? 0, quantiles[last + 1]];
  if (to === undefined) return 1;
  return (last + (limit - from) / (to - from)) / steps;
}
