/** Shares of rows as bars, those of a reference beside them: upright along a scale, lying for words. */
import {truncateMiddle, safeText} from '../../base/display.ts';
import {formatShare} from '../../base/format.ts';
import {html, trusted, type Html} from './html.ts';

export interface HistogramBin {
  readonly label: string;
  /** Shares, from 0 to 1. */
  readonly current: number;
  readonly reference?: number;
}

export interface HistogramOptions {
  readonly kind: 'scale' | 'words';
  readonly bins: readonly HistogramBin[];
  /** What a screen reader says of the whole. */
  readonly name: string;
}

const WIDTH = 340;
const HEIGHT = 110;
const FOOT = 18;
const ROW = 22;
const NAMES = 116;
const NUMBERS = 44;
const LETTERS = 17;

export function histogram({kind, bins, name}: HistogramOptions): Html {
  const most = Math.max(1e-9, ...bins.flatMap(({current, reference = 0}) => [current, reference]));
  return kind === 'scale' ? upright(bins, most, name) : lying(bins, most, name);
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

const tip = ({label, current, reference}: HistogramBin): string =>
  `${label}: ${formatShare(current)}${reference === undefined ? '' : `, reference ${formatShare(reference)}`}`;

const description = (bins: readonly HistogramBin[]): string => bins.map(tip).join('; ');

function upright(bins: readonly HistogramBin[], most: number, name: string): Html {
  const step = WIDTH / bins.length;
  const gap = Math.min(3, step / 5);
  const hasReference = bins.some(({reference}) => reference !== undefined);
  const bars = (of: (bin: HistogramBin) => number | undefined, offset: number, width: number): string =>
    bins
      .map((bin, index) => {
        const height = ((of(bin) ?? 0) / most) * HEIGHT;
        return height < 0.05
          ? ''
          : `M${px(index * step + gap / 2 + offset)} ${HEIGHT}v${px(-Math.max(0.8, height))}h${px(width)}V${HEIGHT}z`;
      })
      .join('');
  const width = (step - gap) / (hasReference ? 2 : 1);
  const [first, last] = [bins[0]?.label ?? '', bins.at(-1)?.label ?? ''];
  return html`<svg class="plot histogram" viewBox="0 0 ${WIDTH} ${HEIGHT + FOOT}" role="img" aria-label="${name}"><desc>${description(bins)}</desc>
${hasReference && html`<path class="before" d="${trusted(bars(({reference}) => reference, 0, width))}"/>`}<path class="now" d="${trusted(bars(({current}) => current, hasReference ? width : 0, width))}"/>
<path class="axis" d="M0 ${HEIGHT}H${WIDTH}"/><text x="0" y="${HEIGHT + 14}">${first}</text><text x="${WIDTH}" y="${HEIGHT + 14}" text-anchor="end">${last}</text>
${bins.map((bin, index) => html`<rect class="hit" x="${px(index * step)}" width="${px(step)}" height="${HEIGHT}"><title>${tip(bin)}</title></rect>`)}</svg>`;
}

function lying(bins: readonly HistogramBin[], most: number, name: string): Html {
  const hasReference = bins.some(({reference}) => reference !== undefined);
  const room = WIDTH - NAMES - NUMBERS;
  const bar = (share: number, top: number, height: number): string =>
    `M${NAMES} ${px(top)}h${px(Math.max(share > 0 ? 1 : 0, (share / most) * room))}v${height}H${NAMES}z`;
  const rows = bins.map((bin, index) => {
    const top = index * ROW;
    const {current, reference = 0} = bin;
    return html`<g><title>${tip(bin)}</title><text x="${NAMES - 6}" y="${top + 14}" text-anchor="end">${truncateMiddle(safeText(bin.label), LETTERS)}</text>${hasReference && html`<path class="before" d="${trusted(bar(reference, top + 3, 7))}"/>`}<path class="now" d="${trusted(bar(current, top + (hasReference ? 10 : 4), hasReference ? 7 : 13))}"/><text x="${px(NAMES + (Math.max(current, reference) / most) * room + 5)}" y="${top + 14}">${formatShare(current)}</text></g>
`;
  });
  return html`<svg class="plot histogram" viewBox="0 0 ${WIDTH} ${bins.length * ROW}" role="img" aria-label="${name}"><desc>${description(bins)}</desc>
${rows}</svg>`;
}
