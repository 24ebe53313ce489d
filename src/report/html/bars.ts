/** Named numbers as lying bars from a zero line, with their intervals. */
import {safeText, truncateMiddle} from '../../base/display.ts';
import {formatNumber} from '../../base/format.ts';
import {axisFor} from './axis.ts';
import {html, type Html} from './html.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface BarsOptions {
  readonly bars: readonly Bar[];
  /** What the numbers are. */
  readonly axis: string;
  readonly title: string;
}

const WIDTH = 520;
const NAMES = 150;
const NUMBERS = 60;
const ROW = 22;
const LETTERS = 22;
const MOST_BARS = 40;

export function bars({bars: all, axis: what, title}: BarsOptions): Html {
  const shown = all.slice(0, MOST_BARS);
  const axis = axisFor([0, ...shown.flatMap(({value, low, high}) => [value, low ?? value, high ?? value])]);
  const at = (value: number): string =>
    (NAMES + ((value - axis.low) / (axis.high - axis.low)) * (WIDTH - NAMES - NUMBERS)).toFixed(1);
  const foot = shown.length * ROW;
  const rows = shown.map(({label, value, low, high}, index) => {
    const [top, middle] = [index * ROW + 4, index * ROW + 11];
    const [from, to] = value < 0 ? [at(value), at(0)] : [at(0), at(value)];
    const range = low === undefined || high === undefined ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`;
    return html`<g class="s1"><title>${`${safeText(label)}: ${formatNumber(value)}${range}`}</title><text x="${NAMES - 8}" y="${middle + 4}" text-anchor="end">${truncateMiddle(safeText(label), LETTERS)}</text><path class="dot" style="opacity:.75" d="M${from} ${top}H${to}v14H${from}z"/>${low !== undefined && high !== undefined && html`<path style="stroke:var(--ink)" d="M${at(low)} ${middle}H${at(high)}"/>`}<text x="${WIDTH}" y="${middle + 4}" text-anchor="end">${formatNumber(value, 3)}</text></g>
`;
  });
  return html`<figure class="plot"><figcaption>${title}</figcaption><svg class="plot" viewBox="0 0 ${WIDTH} ${foot + 34}" role="img" aria-label="${title}">
${rows}<path class="axis" d="M${at(0)} 0V${foot}"/>${axis.ticks.map((tick) => html`<path class="axis" d="M${at(tick)} ${foot}v4"/><text x="${at(tick)}" y="${foot + 15}" text-anchor="middle">${axis.label(tick)}</text>`)}
<text x="${(NAMES + WIDTH - NUMBERS) / 2}" y="${foot + 30}" text-anchor="middle">${what}</text></svg>${all.length > shown.length && html`<p class="muted small">and ${all.length - shown.length} more</p>`}</figure>`;
}
