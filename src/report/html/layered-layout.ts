/**
 * Places a directed graph in layers, in the manner of Sugiyama: each node one layer after the last it needs, edges over
 * several layers through points in between, neighbours near each other by the mean of their places, and then each node as
 * near to the middle of its neighbours as the distances allow. Pure, and the same for the same graph.
 */

export interface LayoutNode {
  /** Along the layer: its height when layers are columns. */
  readonly breadth: number;
  /** Places in the list of nodes of those it needs. Ones that would close a cycle are passed over. */
  readonly needs: readonly number[];
}

export interface PlacedNode {
  readonly layer: number;
  /** Of its middle, from 0, along the layer. */
  readonly at: number;
}

export interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  /** Where it passes the layers between: one number for each of them, along the layer. */
  readonly via: readonly number[];
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly layers: number;
  /** The extent along the layers. */
  readonly breadth: number;
}

const SWEEPS = 6;
/** Odd: the last one goes down, so that what follows one node stands straight behind it. */
const SETTLING_SWEEPS = 9;
/** Room that an edge takes which passes a layer. */
const LANE = 12;
/** Beyond this many points in between, long edges are drawn straight. */
const MOST_LANES = 3000;

/** A node or a point of an edge, in its layer. */
interface Item {
  readonly breadth: number;
  readonly layer: number;
  readonly before: Item[];
  readonly after: Item[];
  at: number;
}

/** @param gap between two nodes of a layer. */
export function layeredLayout(nodes: readonly LayoutNode[], gap: number): Layout {
  const layerOf = longestPaths(nodes);
  const items = nodes.map((node, id): Item => item(node.breadth, layerOf[id] ?? 0));
  const edges = nodes.flatMap((node, to) =>
    [...new Set(node.needs)]
      .filter((from) => (layerOf[from] ?? Infinity) < (layerOf[to] ?? 0))
      .map((from) => ({from, to, via: [] as Item[]})),
  );
  const lanes = edges.reduce((sum, {from, to}) => sum + (layerOf[to] ?? 0) - (layerOf[from] ?? 0) - 1, 0);
  const points: Item[] = [];
  for (const {from, to, via} of edges) {
    let last = items[from];
    if (lanes <= MOST_LANES) {
      for (let layer = (layerOf[from] ?? 0) + 1; layer < (layerOf[to] ?? 0); layer++) {
        const point = item(LANE, layer);
        via.push(point);
        join(last, point);
        last = point;
      }
    }
    join(last, items[to]);
    points.push(...via);
  }
  const layers = inLayers([...items, ...points]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) order(layer, down ? 'before' : 'after', gap);
  }
  for (let sweep = 0; sweep < SETTLING_SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) settle(layer, down ? 'before' : 'after', gap);
  }
  const all = layers.flat();
  const low = all.reduce((least, one) => Math.min(least, one.at - one.breadth / 2), Number.POSITIVE_INFINITY);
  const high = all.reduce((most, one) => Math.max(most, one.at + one.breadth / 2), Number.NEGATIVE_INFINITY);
  return {
    nodes: items.map(({layer, at}) => ({layer, at: at - low})),
    edges: edges.map(({from, to, via}) => ({from, to, via: via.map(({at}) => at - low)})),
    layers: layers.length,
    breadth: all.length === 0 ? 0 : high - low,
  };
}

const item = (breadth: number, layer: number): Item => ({breadth, layer, before: [], after: [], at: 0});

function join(from: Item | undefined, to: Item | undefined): void {
  if (from === undefined || to === undefined) return;
  from.after.push(to);
  to.before.push(from);
}

/** Layer of each node: one after the last of those it needs. What lies on a cycle stays where it was first met. */
function longestPaths(nodes: readonly LayoutNode[]): readonly number[] {
  const layer = nodes.map(() => 0);
  const waiting = nodes.map(() => 0);
  const followers = nodes.map((): number[] => []);
  nodes.forEach(({needs}, id) => {
    for (const need of new Set(needs)) {
      if (nodes[need] === undefined) continue;
      followers[need]?.push(id);
      waiting[id] = (waiting[id] ?? 0) + 1;
    }
  });
  const ready = nodes.map((_, id) => id).filter((id) => waiting[id] === 0);
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    for (const id of followers[next] ?? []) {
      layer[id] = Math.max(layer[id] ?? 0, (layer[next] ?? 0) + 1);
      waiting[id] = (waiting[id] ?? 0) - 1;
      if (waiting[id] === 0) ready.push(id);
    }
  }
  return layer;
}

function inLayers(items: readonly Item[]): Item[][] {
  const layers: Item[][] = [];
  for (const one of items) (layers[one.layer] ??= []).push(one);
  const whole = Array.from(layers, (layer) => layer ?? []);
  for (const layer of whole) layer.forEach((one, index) => (one.at = index));
  return whole;
}

const mean = (items: readonly Item[]): number | undefined =>
  items.length === 0 ? undefined : items.reduce((sum, {at}) => sum + at, 0) / items.length;

/** Sorts a layer by the mean place of its neighbours on one side and packs it. */
function order(layer: Item[], side: 'before' | 'after', gap: number): void {
  const wanted = new Map(layer.map((one) => [one, mean(one[side]) ?? one.at]));
  layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  let edge = 0;
  for (const one of layer) {
    one.at = edge + one.breadth / 2;
    edge += one.breadth + gap;
  }
  for (const one of layer) one.at -= edge / 2;
}

/**
 * Moves each item towards the mean of its neighbours on one side without changing their order: least squares under least distances,
 * which pooling neighbours that are too near solves exactly.
 */
function settle(layer: readonly Item[], side: 'before' | 'after', gap: number): void {
  const offsets: number[] = [];
  const pools: {sum: number; count: number}[] = [];
  let offset = 0;
  layer.forEach((one, index) => {
    const above = layer[index - 1];
    if (above !== undefined) offset += (above.breadth + one.breadth) / 2 + gap;
    offsets.push(offset);
    const wanted = mean(one[side]) ?? one.at;
    let pool = {sum: wanted - offset, count: 1};
    for (
      let last = pools.at(-1);
      last !== undefined && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pool = {sum: pool.sum + last.sum, count: pool.count + last.count};
      pools.pop();
    }
    pools.push(pool);
  });
  let index = 0;
  for (const pool of pools) {
    for (let taken = 0; taken < pool.count; taken++, index++) {
      const one = layer[index];
      if (one !== undefined) one.at = pool.sum / pool.count + (offsets[index] ?? 0);
    }
  }
}
