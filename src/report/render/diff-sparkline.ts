/** A curve in a few characters: for tables in a terminal and in Markdown. */

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_BARS = ['_', '.', '-', '=', '^'];

/**
 * @param values in the order of their steps. What is not finite is a gap: a space.
 * @param width at most so many characters; of more values each character shows the last of its stretch.
 * @param beside values of another curve that this one shall be comparable with: both have one scale then.
 */
export function sparkline(
  values: readonly number[],
  width: number,
  isUnicode: boolean,
  beside: readonly number[] = [],
): string {
  const bars = isUnicode ? BARS : ASCII_BARS;
  const count = Math.min(width, values.length);
  const shown = thinned(values, count);
  const all = [...shown, ...thinned(beside, Math.min(width, beside.length))];
  const finite = all.filter((value): value is number => value !== undefined && Number.isFinite(value));
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const top = bars.length - 1;
  return shown
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return ' ';
      // Halves, since the difference of two large doubles may be infinite.
      const share = high === low ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2);
      return bars[Math.round(share * top)] ?? ' ';
    })
    .join('');
}

const thinned = (values: readonly number[], count: number): readonly (number | undefined)[] =>
  Array.from({length: count}, (_, index) => values[Math.ceil(((index + 1) * values.length) / count) - 1]);
