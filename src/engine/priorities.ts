/** Longest expected remaining path of every node: what the scheduler starts first. */

/** Unknown durations count as a little, so that long chains of new stages still come before short ones. */
const UNKNOWN_MS = 1000;

/** @param order topological. @returns per node its own expected time plus the longest of what follows, in ms. */
export function remainingPaths(
  expectedMs: readonly number[],
  downstream: readonly (readonly number[])[],
  order: readonly number[],
): number[] {
  const remaining = new Array<number>(expectedMs.length).fill(0);
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at] as number;
    let longest = 0;
    for (const next of downstream[node] ?? []) longest = Math.max(longest, remaining[next] ?? 0);
    remaining[node] = longest + (expectedMs[node] || UNKNOWN_MS);
  }
  return remaining;
}
