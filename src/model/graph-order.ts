/** Sorting a graph: each node after those it needs, otherwise in the order given; and the cycles that prevent it. */

/**
 * Depth-first over the nodes in order, without recursion, since a chain may be tens of thousands long.
 * @param upstream id -> ids it needs.
 * @returns `order` holds every id once, even where there are cycles; of cycles that share a node one is told.
 */
export function sortNodes(upstream: readonly (readonly number[])[]): {
  readonly order: readonly number[];
  readonly cycles: readonly (readonly number[])[];
} {
  const NEW = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(upstream.length);
  const inCycle = new Uint8Array(upstream.length);
  const nextEdge = new Int32Array(upstream.length);
  const order: number[] = [];
  const cycles: number[][] = [];
  for (let start = 0; start < upstream.length; start++) {
    if (state[start] !== NEW) continue;
    const path = [start];
    state[start] = OPEN;
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const edge = nextEdge[node] ?? 0;
      const needed = upstream[node]?.[edge];
      if (needed === undefined) {
        state[node] = DONE;
        order.push(node);
        path.pop();
        continue;
      }
      nextEdge[node] = edge + 1;
      if (state[needed] === NEW) {
        state[needed] = OPEN;
        path.push(needed);
      } else if (state[needed] === OPEN) {
        const cycle = path.slice(path.lastIndexOf(needed));
        if (!cycle.some((member) => inCycle[member] === 1)) cycles.push(cycle);
        for (const member of cycle) inCycle[member] = 1;
      }
    }
  }
  return {order, cycles};
}
