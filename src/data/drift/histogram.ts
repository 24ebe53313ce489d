/**
 * Two columns counted into the same bins, those of the reference: of numbers its deciles, of texts its most frequent values,
 * then `(other)` and `(unseen)`, and a bin for missing cells. Either side may be a stored profile only.
 */
import {formatNumber} from '../../base/format.ts';
import {binCounts, binShares, predecessor} from '../profile/bins.ts';
import {MOST_VALUES, type ColumnProfile, type ColumnSample} from '../profile/profile.ts';

/** A column of one side. */
export interface ColumnSide {
  readonly profile: ColumnProfile;
  /** Rows of its table. */
  readonly rows: number;
  /** Absent when there is only its profile. */
  readonly sample?: ColumnSample;
}

export interface Histogram {
  readonly bins: readonly string[];
  /** One number a bin. Sampled columns are counted as far as they were sampled. */
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Counts of the current side follow from its stored quantiles and not from its values. */
  readonly isEstimated: boolean;
}

/** Missing cells, in the scale of a sample. */
function missingOf({profile, rows}: ColumnSide): number {
  const values = rows - profile.missing;
  const missing = profile.missing + (profile.notFinite ?? 0);
  return profile.sampled === undefined || values === 0 ? missing : (missing * profile.sampled) / values;
}

/** Finite values, or texts, of which the profile's counts are. */
export function countedValues({profile, rows}: ColumnSide): number {
  return profile.sampled ?? rows - profile.missing - (profile.notFinite ?? 0);
}

export function numberHistogram(reference: ColumnSide, current: ColumnSide): Histogram {
  const bins = reference.profile.numbers?.bins;
  if (bins === undefined || current.profile.numbers === undefined) return presence(reference, current);
  const counted = currentCounts(current, current.profile.numbers.quantiles, bins.edges);
  return {
    bins: [...binLabels(bins.edges), '(missing)'],
    reference: [...bins.counts, missingOf(reference)],
    current: [...counted.counts, missingOf(current)],
    isEstimated: counted.isEstimated,
  };
}

function currentCounts(
  side: ColumnSide,
  quantiles: readonly number[],
  edges: readonly number[],
): {readonly counts: readonly number[]; readonly isEstimated: boolean} {
  if (side.sample?.kind === 'numbers') return {counts: binCounts(side.sample.sorted, edges), isEstimated: false};
  if (side.profile.allValues) {
    const counts = Array.from({length: edges.length + 1}, () => 0);
    for (const [value, count] of side.profile.values) {
      const found = edges.findIndex((edge) => Number(value) <= edge);
      const bin = found === -1 ? edges.length : found;
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    return {counts, isEstimated: false};
  }
  const total = countedValues(side);
  return {counts: binShares(quantiles, edges).map((share) => share * total), isEstimated: true};
}

function binLabels([first = NaN, ...others]: readonly number[]): readonly string[] {
  const [lowest] = others;
  // The edge just below the lowest value, which would read as that value.
  if (lowest !== undefined && first === predecessor(lowest))
    return [`below ${formatNumber(lowest)}`, formatNumber(lowest), ...binLabels(others).slice(1)];
  const shown = [first, ...others].map((edge) => formatNumber(edge));
  return [
    `up to ${shown[0] ?? ''}`,
    ...shown.slice(1).map((edge, index) => `${shown[index] ?? ''} to ${edge}`),
    `above ${shown.at(-1) ?? ''}`,
  ];
}

/** Where one side has no values at all, only having one can be compared. */
function presence(reference: ColumnSide, current: ColumnSide): Histogram {
  const counts = (side: ColumnSide): readonly number[] => [countedValues(side), missingOf(side)];
  return {
    bins: ['(value)', '(missing)'],
    reference: counts(reference),
    current: counts(current),
    isEstimated: false,
  };
}

export function wordHistogram(reference: ColumnSide, current: ColumnSide): Histogram {
  const known = knownWords(reference);
  const before = countsOf(reference);
  const now = countsOf(current);
  // Of a profile that lists its most frequent values only, the counts of others are not known: they are pooled on both sides.
  const bins = [...before.counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_VALUES)
    .map(([word]) => word)
    .filter((word) => now.isComplete || now.counts.has(word));
  const binOf = new Map(bins.map((word, bin) => [word, bin]));
  const [other, unseen] = [bins.length, bins.length + 1];
  const fill = (side: ColumnSide, counts: ReadonlyMap<string, number>): readonly number[] => {
    const filled = Array.from({length: bins.length + 2}, () => 0);
    let left = countedValues(side);
    for (const [word, count] of counts) {
      const bin = binOf.get(word) ?? (known?.has(word) === false ? unseen : other);
      filled[bin] = (filled[bin] ?? 0) + count;
      left -= count;
    }
    filled[other] = (filled[other] ?? 0) + Math.max(0, left);
    return [...filled, missingOf(side)];
  };
  return {
    bins: [...bins, '(other)', '(unseen)', '(missing)'],
    reference: fill(reference, before.counts),
    current: fill(current, now.counts),
    isEstimated: !now.isComplete,
  };
}

/** Every text that the column holds, undefined when there are too many to know. */
export function knownWords({profile, sample}: ColumnSide): ReadonlyMap<string, number> | undefined {
  if (sample?.kind === 'texts' && sample.isComplete) return sample.counts;
  return profile.allValues ? listed(profile) : undefined;
}

const listed = (profile: ColumnProfile): ReadonlyMap<string, number> =>
  new Map(profile.values.map(([word, count]) => [String(word), count]));

/** `isComplete`: a text that is not among them does not come, as far as was sampled. */
function countsOf({profile, sample}: ColumnSide): {
  readonly counts: ReadonlyMap<string, number>;
  readonly isComplete: boolean;
} {
  if (sample?.kind === 'texts') return {counts: sample.counts, isComplete: true};
  return {counts: listed(profile), isComplete: profile.allValues};
}
