/** A matrix of counts as a heat map: the darker, the larger the share of its row. Words beside every cell, so colour is not needed. */
import {safeText, truncateMiddle} from '../../base/display.ts';
import {formatCount, formatNumber} from '../../base/format.ts';
import {html, type Html} from './html.ts';

export interface HeatMapOptions {
  readonly labels: readonly string[];
  /** Row by row. */
  readonly counts: readonly (readonly number[])[];
  readonly rowTitle: string;
  readonly columnTitle: string;
  /** What a screen reader says of the whole. */
  readonly name: string;
}

/** Up to here counts are written into the cells. */
const MOST_WRITTEN = 12;
const LETTERS = 14;
const NAMES = 104;

export function heatMap({labels, counts, rowTitle, columnTitle, name}: HeatMapOptions): Html {
  const isWritten = labels.length <= MOST_WRITTEN;
  const [wide, high] = isWritten ? [Math.max(46, Math.min(84, 420 / labels.length)), 34] : [10, 10];
  const [width, height] = [NAMES + wide * labels.length + 8, 40 + high * labels.length + 4];
  const cells = counts.map((row, at) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, column) => {
      const share = total > 0 ? count / total : 0;
      const [x, y] = [NAMES + column * wide, 40 + at * high];
      const percent = `${formatNumber(Number((share * 100).toFixed(1)))} %`;
      const text = `${safeText(labels[at] ?? '')} predicted ${safeText(labels[column] ?? '')}: ${shown(count)}, ${percent}`;
      const isDark = share > 0.55;
      return html`<g class="${at === column ? 's3' : 's2'}"><title>${text}</title><rect class="dot" x="${x}" y="${y}" width="${wide - 1}" height="${high - 1}" fill-opacity="${(0.06 + 0.94 * share).toFixed(3)}"/>${
        isWritten &&
        html`<text x="${x + wide / 2}" y="${y + 15}" text-anchor="middle" style="${isDark ? 'fill:var(--card);font-weight:600' : 'fill:var(--ink)'}">${shown(count)}</text><text x="${x + wide / 2}" y="${y + 27}" text-anchor="middle" style="font-size:9.5px${isDark ? ';fill:var(--card)' : ''}">${percent}</text>`
      }</g>`;
    });
  });
  const cut = (label: string): string => truncateMiddle(safeText(label), LETTERS);
  return html`<svg class="plot" style="max-width:${width}px" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">
<text x="${NAMES + (wide * labels.length) / 2}" y="12" text-anchor="middle">${columnTitle}</text><text x="${NAMES - 8}" y="30" text-anchor="end">${rowTitle}</text>
${isWritten && labels.map((label, column) => html`<text x="${NAMES + (column + 0.5) * wide}" y="30" text-anchor="middle">${truncateMiddle(safeText(label), Math.floor(wide / 6.5))}</text>`)}
${(isWritten || labels.length <= 60) && labels.map((label, row) => html`<text x="${NAMES - 8}" y="${40 + row * high + high / 2 + 3}" text-anchor="end">${cut(label)}</text>`)}
${cells}</svg>`;
}

/** Counts in full; weights with few digits. */
const shown = (count: number): string => (Number.isInteger(count) ? formatCount(count) : formatNumber(count));
