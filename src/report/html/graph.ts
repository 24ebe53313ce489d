/**
 * A graph of stages as SVG: boxes that say their state in a word, a glyph and a colour, in layers from left to right, or
 * from top to bottom where only that fits the width of a page.
 */
import {displayWidth, safeText, truncateMiddle} from '../../base/display.ts';
import {html, trusted, type Html} from './html.ts';
import {layeredLayout, type Layout} from './layered-layout.ts';

export interface GraphNode {
  readonly label: string;
  /** Second line of the box, e.g. `✓ ran · 4.2s`. */
  readonly state?: string;
  /** Of the style sheet. */
  readonly tone: Tone;
  /** All about it, as a tooltip. */
  readonly tip: string;
  /** Where a click leads: an id of this page. */
  readonly target?: string;
  /** Places in the list of those it needs. */
  readonly needs: readonly number[];
}

export type Tone = 'good' | 'info' | 'bad' | 'warn' | 'none' | 'dim';

const PAGE_WIDTH = 1130;
const CHARACTER = 8.1;
const MOST_LABEL = 28;
const LEAST_WIDTH = 104;
const HEIGHT = 44;
const EDGE = 14;

/** @param name what a screen reader says of the whole. */
export function stageGraph(nodes: readonly GraphNode[], name: string): Html {
  const widths = nodes.map(({label, state}) => {
    const letters = Math.max(Math.min(MOST_LABEL, displayWidth(label)), displayWidth(state ?? '') * 0.9);
    return Math.max(LEAST_WIDTH, Math.round(letters * CHARACTER) + 26);
  });
  const across = drawing(nodes, widths, 'across');
  if (across.width <= PAGE_WIDTH) return svg(nodes, across, name);
  const down = drawing(nodes, widths, 'down');
  return svg(nodes, down.width <= PAGE_WIDTH ? down : across, name);
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly {readonly x: number; readonly y: number; readonly width: number}[];
  readonly edges: string;
}

/** Where a layer begins and ends, in the direction of the layers. */
interface Band {
  readonly start: number;
  readonly end: number;
}

function drawing(nodes: readonly GraphNode[], widths: readonly number[], direction: 'across' | 'down'): Drawing {
  const isAcross = direction === 'across';
  const sizeOf = (id: number): number => (isAcross ? HEIGHT : (widths[id] ?? LEAST_WIDTH));
  const layout = layeredLayout(
    nodes.map(({needs}, id) => ({needs, breadth: sizeOf(id)})),
    isAcross ? 14 : 18,
  );
  const bands = bandsOf(layout, widths, isAcross);
  const place: Place = (along, across) => (isAcross ? [across + EDGE, along + EDGE] : [along + EDGE, across + EDGE]);
  const boxes = layout.nodes.map(({layer, at}, id) => {
    const {start, end} = bands[layer] ?? {start: 0, end: 0};
    const [x, y] = place(at - sizeOf(id) / 2, start);
    return {x, y, width: isAcross ? end - start : sizeOf(id)};
  });
  const extent = (bands.at(-1)?.end ?? 0) + 2 * EDGE;
  const breadth = layout.breadth + 2 * EDGE;
  return {
    width: isAcross ? extent : breadth,
    height: isAcross ? breadth : extent,
    boxes,
    edges: edgePaths(layout, bands, place, isAcross),
  };
}

/** Columns are as wide as their widest box, rows are all alike. */
function bandsOf(layout: Layout, widths: readonly number[], isAcross: boolean): readonly Band[] {
  const depths = Array.from({length: layout.layers}, (): number => (isAcross ? 0 : HEIGHT));
  if (isAcross)
    layout.nodes.forEach(({layer}, id) => (depths[layer] = Math.max(depths[layer] ?? 0, widths[id] ?? LEAST_WIDTH)));
  let start = 0;
  return depths.map((depth) => {
    const band = {start, end: start + depth};
    start = band.end + (isAcross ? 44 : 32);
    return band;
  });
}

type Place = (along: number, across: number) => readonly [number, number];

/** Whole pixels: sharp, and short in a graph of a thousand boxes. */
const px = (value: number): string => String(Math.round(value));

/** All edges in one path: each a chain of curves that leave and reach the layers at right angles. */
function edgePaths(layout: Layout, bands: readonly Band[], place: Place, isAcross: boolean): string {
  const point = (along: number, across: number): string => place(along, across).map(px).join(' ');
  return layout.edges
    .map(({from, to, via}) => {
      const start = layout.nodes[from];
      const end = layout.nodes[to];
      if (start === undefined || end === undefined) return '';
      let at = start.at;
      let edge = bands[start.layer]?.end ?? 0;
      let path = `M${point(at, edge)}`;
      const curveTo = (next: number, reach: number): void => {
        const middle = (edge + reach) / 2;
        path += `C${point(at, middle)} ${point(next, middle)} ${point(next, reach)}`;
        at = next;
        edge = reach;
      };
      via.forEach((next, index) => {
        const band = bands[start.layer + index + 1] ?? {start: edge, end: edge};
        curveTo(next, band.start);
        path += `${isAcross ? 'H' : 'V'}${px(band.end + EDGE)}`;
        edge = band.end;
      });
      curveTo(end.at, (bands[end.layer]?.start ?? edge) - 5);
      const tip = isAcross ? 'm-4 -3.5l6 3.5l-6 3.5' : 'm-3.5 -4l3.5 6l3.5 -6';
      return `${path}${tip}`;
    })
    .join('');
}

function svg(nodes: readonly GraphNode[], {width, height, boxes, edges}: Drawing, name: string): Html {
  const drawn = nodes.map((node, id) => {
    const box = boxes[id];
    if (box === undefined) return undefined;
    const middle = px(box.x + box.width / 2);
    const label = truncateMiddle(safeText(node.label), MOST_LABEL);
    const inner = html`<title>${node.tip}</title><rect x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${HEIGHT}"/><text class="label" x="${middle}" y="${px(box.y + (node.state === undefined ? 27 : 19))}">${label}</text>${node.state !== undefined && html`<text class="state" x="${middle}" y="${px(box.y + 35)}">${node.state}</text>`}`;
    return html`<g class="node ${node.tone}">${node.target === undefined ? inner : html`<a href="#${node.target}">${inner}</a>`}</g>
`;
  });
  return html`<svg class="graph" width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}" role="group" aria-label="${name}">
<path class="edge" d="${trusted(edges)}"/>
${drawn}</svg>`;
}
