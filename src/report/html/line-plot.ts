/**
 * Curves as SVG of our own: axes, gaps where a value is not a finite number, a legend, and words for those who do not
 * see it. Curves differ in their dashes as well as in their colours.
 */
import {formatNumber, plural} from '../../base/format.ts';
import {axisFor, type Axis} from './axis.ts';
import {html, type Html} from './html.ts';

export interface PlotPoint {
  readonly x: number;
  /** May be NaN or infinite: the curve has a gap there, and a mark at the foot. */
  readonly y: number;
  /** Ends of an interval, drawn as a bar through the point. */
  readonly low?: number;
  readonly high?: number;
}

export interface PlotSeries {
  readonly name: string;
  /** In any order; drawn by rising x. */
  readonly points: readonly PlotPoint[];
}

export interface LinePlotOptions {
  readonly series: readonly PlotSeries[];
  /** Above the plot, and its name for screen readers. */
  readonly title?: string;
  readonly xLabel?: string;
  /** Of the drawing, in its own units, which are pixels where there is room. */
  readonly width?: number;
  readonly height?: number;
  /** What the legend says of a curve beside its name: its last value, which is the news of a curve over steps, or nothing. */
  readonly legend?: 'last' | 'names';
}

const DASHES = ['', '7 4', '2 4', '9 4 2 4'] as const;
const COLOURS = 8;
/** Up to here each point gets a dot with its values as a tooltip. */
const MOST_DOTS = 40;
const MARGIN = {top: 8, right: 10, bottom: 34} as const;
const CHARACTER_WIDTH = 6.3;

/** @returns a <figure>; with no finite point at all it says so in words. */
export function linePlot(options: LinePlotOptions): Html {
  const {series, title} = options;
  const width = options.width ?? 360;
  const height = options.height ?? 210;
  const all = series.flatMap(({points}) => points).filter(({x}) => Number.isFinite(x));
  const finite = all.filter(({y}) => Number.isFinite(y));
  const caption = title === undefined ? undefined : html`<figcaption>${title}</figcaption>`;
  if (finite.length === 0) {
    const why = all.length === 0 ? 'no points' : `${plural(all.length, 'point')}, none of them a finite number`;
    return html`<figure class="plot">${caption}<p class="muted small">${why}</p></figure>`;
  }
  const y = axisFor(finite.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]));
  const x = axisFor(
    all.map((point) => point.x),
    {count: 5, tight: true, whole: all.every((point) => Number.isInteger(point.x))},
  );
  const left = Math.min(width / 3, 12 + Math.max(...y.ticks.map((tick) => y.label(tick).length), 1) * CHARACTER_WIDTH);
  const frame: Frame = {x, y, left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom};
  const name = title ?? series.map((one) => one.name).join(', ');
  return html`<figure class="plot">${caption}
<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">
<desc>${series.map(describe).join(' ')}</desc>
${grid(frame, options.xLabel ?? 'step')}
${series.map((one, index) => curve(one, index, frame))}
</svg>
${legend(series, title, options.legend ?? 'last')}</figure>`;
}

interface Frame {
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const px = (value: number): string => String(Math.round(value * 10) / 10);
function share(value: number, {low, high}: Axis): number {
  // The difference of two large doubles may be infinite; half of the smallest is zero.
  const scale = Math.max(Math.abs(low), Math.abs(high)) > 1e300 ? 0.5 : 1;
  return (value * scale - low * scale) / (high * scale - low * scale);
}
const atX = (value: number, frame: Frame): number => frame.left + share(value, frame.x) * (frame.right - frame.left);
const atY = (value: number, frame: Frame): number => frame.bottom - share(value, frame.y) * (frame.bottom - frame.top);

function grid(frame: Frame, xLabel: string): Html {
  const {x, y, left, right, top, bottom} = frame;
  const rows = y.ticks.map((tick) => {
    const row = px(atY(tick, frame));
    return html`<path class="gridline" d="M${px(left)} ${row}H${px(right)}"/>
<text x="${px(left - 6)}" y="${row}" dy="3.5" text-anchor="end">${y.label(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const column = px(atX(tick, frame));
    return html`<path class="axis" d="M${column} ${px(bottom)}v4"/>
<text x="${column}" y="${px(bottom + 15)}" text-anchor="middle">${x.label(tick)}</text>`;
  });
  return html`<g>${rows}${columns}
<path class="axis" fill="none" d="M${px(left)} ${px(top)}V${px(bottom)}H${px(right)}"/>
<text x="${px((left + right) / 2)}" y="${px(bottom + 29)}" text-anchor="middle">${xLabel}</text></g>`;
}

function curve(series: PlotSeries, index: number, frame: Frame): Html {
  const points = sorted(series.points);
  const parts = runsOf(points).map((run) => thin(run, frame));
  const path = parts
    .filter((run) => run.length > 1)
    .map((run) => `M${run.map((point) => `${px(atX(point.x, frame))} ${px(atY(point.y, frame))}`).join('L')}`)
    .join('');
  // A value alone between gaps has no line: only a dot can show it.
  const dots = points.length <= MOST_DOTS ? parts.flat() : parts.filter((run) => run.length === 1).flat();
  const lost = points.filter((point) => !Number.isFinite(point.y)).slice(0, MOST_DOTS);
  const tip = ({x, y}: PlotPoint): Html =>
    html`<title>${series.name}: ${formatNumber(y, 6)} at ${formatNumber(x)}</title>`;
  return html`<g class="${colourClass(index)}">
${path !== '' && html`<path class="curve"${dashes(index)} d="${path}"/>`}
${points.map(({x, low, high}) => low !== undefined && high !== undefined && html`<path class="curve" style="stroke-width:1" d="M${px(atX(x, frame))} ${px(atY(low, frame))}V${px(atY(high, frame))}"/>`)}
${dots.map((point) => html`<circle class="dot" cx="${px(atX(point.x, frame))}" cy="${px(atY(point.y, frame))}" r="2.5">${tip(point)}</circle>`)}
${lost.map((point) => html`<path class="missing" d="M${px(atX(point.x, frame) - 3)} ${px(frame.bottom - 3)}l6 6m0-6l-6 6">${tip(point)}</path>`)}
</g>`;
}

const colourClass = (index: number): string => `s${String((index % COLOURS) + 1)}`;

function dashes(index: number): Html | undefined {
  const dash = DASHES[index % DASHES.length] ?? '';
  return dash === '' ? undefined : html` stroke-dasharray="${dash}"`;
}

function sorted(points: readonly PlotPoint[]): readonly PlotPoint[] {
  return points.filter(({x}) => Number.isFinite(x)).sort((a, b) => a.x - b.x);
}

/** Stretches without a gap. */
function runsOf(points: readonly PlotPoint[]): readonly (readonly PlotPoint[])[] {
  const runs: PlotPoint[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.y)) runs.at(-1)?.push(point);
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** Of many points in one column of pixels the first, lowest, highest and last: the drawing stays the same. */
function thin(points: readonly PlotPoint[], frame: Frame): readonly PlotPoint[] {
  if (points.length <= 2 * (frame.right - frame.left)) return points;
  const columns = new Map<number, PlotPoint[]>();
  for (const point of points) {
    const column = Math.round(atX(point.x, frame));
    const known = columns.get(column);
    if (known === undefined) columns.set(column, [point]);
    else known.push(point);
  }
  return [...columns.values()].flatMap((column) => {
    const low = column.reduce((least, point) => (point.y < least.y ? point : least));
    const high = column.reduce((most, point) => (point.y > most.y ? point : most));
    const kept = new Set([column[0], low, high, column.at(-1)]);
    return column.filter((point) => kept.has(point));
  });
}

/** `loss: 12 points from 0.9 to 0.1, last 0.12, 1 of them not a finite number.` */
function describe({name, points}: PlotSeries): string {
  const values = points.map((point) => point.y).filter((value) => Number.isFinite(value));
  const last = sorted(points).at(-1);
  const lost = points.length - values.length;
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const range = values.length === 0 ? '' : ` between ${formatNumber(low)} and ${formatNumber(high)}`;
  const end = last === undefined ? '' : `, last ${formatNumber(last.y)}`;
  return `${name}: ${plural(points.length, 'point')}${range}${end}${lost === 0 ? '' : `, ${String(lost)} not finite`}.`;
}

/** A key for each curve; a curve alone that has the title's name is only told by its last value. */
function legend(series: readonly PlotSeries[], title: string | undefined, says: 'last' | 'names'): Html {
  const lost = series.some(({points}) => points.some(({y}) => !Number.isFinite(y)));
  const keys = series.map((one, index) => {
    const last = sorted(one.points).at(-1);
    const name = series.length === 1 && one.name === title ? 'last' : one.name;
    const key = html`<svg class="${colourClass(index)}" width="22" height="8" aria-hidden="true"><path class="curve key"${dashes(index)} d="M1 4H21"/></svg>`;
    return html`<li>${key}${name} ${says === 'last' && last !== undefined && html`<b>${formatNumber(last.y)}</b> at ${formatNumber(last.x)}`}</li>`;
  });
  return html`<ul class="legend">${keys}${lost && html`<li>× not a finite number</li>`}</ul>`;
}
