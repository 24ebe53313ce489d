/** What measures of drift do not see: values far out, texts never seen, and missing cells beside measures of samples. */
import {chiSquareTest} from '../../stats/counts.ts';
import {wilson} from '../../stats/intervals.ts';
import {countOutside} from '../profile/bins.ts';
import {countedValues, knownWords, type ColumnSide} from './histogram.ts';

/** A share on both sides. */
export interface ShareChange {
  readonly column: string;
  readonly bad: number;
  readonly checked: number;
  readonly reference: number;
  readonly current: number;
  readonly pValue: number;
}

const shareChange = (
  column: string,
  before: readonly [bad: number, of: number],
  now: readonly [bad: number, of: number],
): ShareChange => ({
  column,
  bad: Math.round(now[0]),
  checked: Math.round(now[1]),
  reference: before[0] / before[1],
  current: now[0] / now[1],
  pValue: chiSquareTest([before[0], before[1] - before[0]], [now[0], now[1] - now[0]]).pValue,
});

/** Values beyond the reference's outer fences; undefined when it has none, or the values of the table are not at hand. */
export function outlierChange(column: string, before: ColumnSide, now: ColumnSide): ShareChange | undefined {
  const outliers = before.profile.numbers?.outliers;
  if (outliers === undefined || now.sample?.kind !== 'numbers' || now.sample.sorted.length === 0) return undefined;
  const {sorted} = now.sample;
  return shareChange(
    column,
    [outliers.count, countedValues(before)],
    [countOutside(sorted, outliers.low, outliers.high), sorted.length],
  );
}

/** Missing cells. */
export function missingChange(column: string, before: ColumnSide, now: ColumnSide): ShareChange | undefined {
  if (before.rows === 0 || now.rows === 0) return undefined;
  return shareChange(column, [before.profile.missing, before.rows], [now.profile.missing, now.rows]);
}

export interface UnseenWords {
  readonly column: string;
  /** Rows with a text that the reference does not have. */
  readonly rows: number;
  readonly checked: number;
  /** The most frequent first. */
  readonly words: readonly string[];
  /** What is to be expected of new rows without any change: at most this share, with a chance of 99 %. */
  readonly expected: number;
  readonly isMore: boolean;
}

/**
 * Undefined for what is no text, and when not all texts of the reference are known, or not those of the table and none of those
 * that are is new. The share of rows with new texts that is usual is that of texts which came once (Good and Turing); more is
 * said of the table when the intervals of the two shares are apart.
 */
export function unseenWords(column: string, before: ColumnSide, now: ColumnSide): UnseenWords | undefined {
  const known = knownWords(before);
  const words = now.sample?.kind === 'texts' ? now.sample.counts : listedWords(now);
  const isListed = now.sample?.kind === 'texts' || now.profile.allValues;
  const [values, checked] = [countedValues(before), countedValues(now)];
  if (before.profile.type !== 'string' || known === undefined || values === 0 || checked === 0) return undefined;
  const unseen = [...words].filter(([word]) => !known.has(word)).sort(([, a], [, b]) => b - a);
  // Of a profile that lists its most frequent texts only: nothing is known of the others.
  if (unseen.length === 0 && !isListed) return undefined;
  const rows = unseen.reduce((sum, [, count]) => sum + count, 0);
  const once = [...known.values()].filter((count) => count === 1).length;
  const expected = wilson(once, values, 0.99)?.hi ?? 1;
  return {
    column,
    rows,
    checked,
    words: unseen.map(([word]) => word),
    expected,
    isMore: (wilson(rows, checked, 0.99)?.lo ?? 0) > expected,
  };
}

const listedWords = ({profile}: ColumnSide): ReadonlyMap<string, number> =>
  new Map(profile.values.map(([word, count]) => [String(word), count]));
