/**
 * A graph of stages as SVG: boxes that say their state in a word, a glyph and a colour, in layers from left to right, or
 * from top to bottom where only that fits the width of a page.
 */
import {displayWidth, truncateMiddle} from '../../base/display.ts';
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
const CHARACTER = 7.6;
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
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  const across = drawing(nodes, widths, widest, 'across');
  if (across.width <= PAGE_WIDTH) return svg(nodes, across, name);
  const down = drawing(nodes, widths, widest, 'down');
  return svg(nodes, down.width <= PAGE_WIDTH ? down : across, name);
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly {readonly x: number; readonly y: number; readonly width: number}[];
  readonly edges: string;
}

function drawing(
  nodes: readonly GraphNode[],
  widths: readonly number[],
  widest: number,
  direction: 'across' | 'down',
): Drawing {
  const isAcross = direction === 'across';
  const layout = layeredLayout(
    nodes.map(({needs}, id) => ({needs, breadth: isAcross ? HEIGHT : (widths[id] ?? widest)})),
    isAcross ? 14 : 18,
  );
  const depth = isAcross ? widest : HEIGHT;
  const pitch = depth + (isAcross ? 44 : 32);
  const place = (along: number, across: number): readonly [number, number] =>
    isAcross ? [across + EDGE, along + EDGE] : [along + EDGE, across + EDGE];
  const boxes = layout.nodes.map(({layer, at}, id) => {
    const width = isAcross ? widest : (widths[id] ?? widest);
    const [x, y] = place(at - (isAcross ? HEIGHT : width) / 2, layer * pitch);
    return {x, y, width};
  });
  const extent = Math.max(0, layout.layers - 1) * pitch + depth + 2 * EDGE;
  const breadth = layout.breadth + 2 * EDGE;
  return {
    width: isAcross ? extent : breadth,
    height: isAcross ? breadth : extent,
    boxes,
    edges: edgePaths(layout, pitch, depth, place, isAcross),
  };
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

/** All edges in one path: each a chain of curves that leave and reach the layers at right angles. */
function edgePaths(
  layout: Layout,
  pitch: number,
  depth: number,
  place: (along: number, across: number) => readonly [number, number],
  isAcross: boolean,
): string {
  const point = (along: number, across: number): string => place(along, across).map(px).join(' ');
  return layout.edges
    .map(({from, to, via}) => {
      const start = layout.nodes[from];
      const end = layout.nodes[to];
      if (start === undefined || end === undefined) return '';
      let at = start.at;
      let edge = start.layer * pitch + depth;
      let path = `M${point(at, edge)}`;
      const curveTo = (next: number, reach: number): void => {
        const middle = (edge + reach) / 2;
        path += `C${point(at, middle)} ${point(next, middle)} ${point(next, reach)}`;
        at = next;
        edge = reach;
      };
      via.forEach((next, index) => {
        const layerStart = (start.layer + index + 1) * pitch;
        curveTo(next, layerStart);
        path += `L${point(next, layerStart + depth)}`;
        edge = layerStart + depth;
      });
      curveTo(end.at, end.layer * pitch - 5);
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
    const label = truncateMiddle(node.label, MOST_LABEL);
    const inner = html`<title>${node.tip}</title><rect x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${HEIGHT}" rx="7"/><text class="label" x="${middle}" y="${px(box.y + (node.state === undefined ? 27 : 19))}">${label}</text>${node.state !== undefined && html`<text class="state" x="${middle}" y="${px(box.y + 35)}">${node.state}</text>`}`;
    return html`<g class="node ${node.tone}">${node.target === undefined ? inner : html`<a href="#${node.target}">${inner}</a>`}</g>
`;
  });
  return html`<svg class="graph" width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}" role="group" aria-label="${name}">
<path class="edge" d="${trusted(edges)}"/>
${drawn}</svg>`;
}
