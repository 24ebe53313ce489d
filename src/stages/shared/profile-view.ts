/** A profile, its reference and what was found as the view that a page is made of. */
import {byCodeUnits} from '../../base/compare.ts';
import {formatCount, formatNumber, formatShare} from '../../base/format.ts';
import {countedValues, wordHistogram, type ColumnSide} from '../../data/drift/histogram.ts';
import {kindOf} from '../../data/drift/column-kind.ts';
import {columnsOf, type Side} from '../../data/drift/comparison.ts';
import {findingLevels, sortFindings, type Finding} from '../../data/findings.ts';
import {binShares} from '../../data/profile/bins.ts';
import type {ColumnProfile} from '../../data/profile/profile.ts';
import type {ProfileChart, ProfileColumn, ProfileView} from '../../report/views/profile.ts';

export interface ProfileViewOptions {
  /** The table as the user named it. */
  readonly table: string;
  readonly current: Side;
  readonly reference?: Side & {readonly name: string};
  readonly findings: readonly Finding[];
}

export function profileView({table, current, reference, findings}: ProfileViewOptions): ProfileView {
  const verdicts = new Map<string, ProfileColumn['verdict']>();
  for (const {code, column, level, message} of findings)
    if (column !== undefined && isOfDrift(code) && !verdicts.has(column)) verdicts.set(column, {level, text: message});
  const currentColumn = columnsOf(current);
  const referenceColumn = reference === undefined ? undefined : columnsOf(reference);
  const columns = current.profile.columns.map((column): ProfileColumn => {
    const now = currentColumn(column.name);
    const before = referenceColumn?.(column.name);
    const verdict = verdicts.get(column.name);
    const chart = now === undefined ? undefined : chartOf(now, before);
    return {
      name: column.name,
      type: column.type,
      ...(verdict === undefined ? {} : {verdict}),
      facts: now === undefined ? [] : factsOf(now, before),
      ...(chart === undefined ? {} : {chart}),
    };
  });
  const rank = ({verdict}: ProfileColumn): number => findingLevels.indexOf(verdict?.level ?? 'ok');
  return {
    table,
    rows: current.profile.rows,
    ...(reference === undefined ? {} : {reference: {name: reference.name, rows: reference.profile.rows}}),
    findings: sortFindings(findings),
    columns: columns.toSorted((a, b) => rank(a) - rank(b)),
  };
}

/** Says of a column whether its distribution moved. */
const isOfDrift = (code: string): boolean =>
  code === 'split.drift' || (code.startsWith('drift.') && code !== 'drift.outliers' && code !== 'drift.unseen');

type Fact = readonly [name: string, of: (side: ColumnSide) => string | undefined];

/** A number as the column's type shows it. */
function shown(column: ColumnProfile, value: number | null | undefined, digits = 5): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (column.type !== 'date' && column.type !== 'datetime') return formatNumber(value, digits);
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return undefined;
  return time
    .toISOString()
    .slice(0, column.type === 'date' ? 10 : 16)
    .replace('T', ' ');
}

const FACTS: readonly Fact[] = [
  ['missing', ({profile, rows}) => (rows === 0 ? '' : formatShare(profile.missing / rows))],
  ['not finite', ({profile}) => (profile.notFinite === undefined ? undefined : formatCount(profile.notFinite))],
  [
    'different',
    ({profile}) => `${profile.distinctError === undefined ? '' : 'about '}${formatCount(profile.distinct)}`,
  ],
  ['mean', ({profile}) => shown(profile, profile.numbers?.mean)],
  [
    'sd',
    ({profile}) =>
      profile.type === 'date' || profile.type === 'datetime' ? undefined : shown(profile, profile.numbers?.sd),
  ],
  ['lowest', ({profile}) => shown(profile, profile.numbers?.min)],
  ['median', ({profile}) => shown(profile, profile.numbers?.quantiles[25])],
  ['highest', ({profile}) => shown(profile, profile.numbers?.max)],
  ['mean length', ({profile}) => (profile.texts === undefined ? undefined : formatNumber(profile.texts.meanLength, 3))],
];

function factsOf(now: ColumnSide, before: ColumnSide | undefined): ProfileColumn['facts'] {
  return FACTS.flatMap(([name, of]): ProfileColumn['facts'] => {
    const current = of(now);
    const reference = before === undefined ? undefined : of(before);
    if (current === undefined && reference === undefined) return [];
    return [reference === undefined ? [name, current ?? ''] : [name, current ?? '', reference]];
  });
}

function chartOf(now: ColumnSide, before: ColumnSide | undefined): ProfileChart | undefined {
  if (countedValues(now) === 0) return undefined;
  const other =
    before !== undefined && countedValues(before) > 0 && kindOf(before) === kindOf(now) ? before : undefined;
  return kindOf(now) === 'words' ? wordChart(now, other) : numberChart(now, other);
}

const MOST_WORDS = 10;

function wordChart(now: ColumnSide, before: ColumnSide | undefined): ProfileChart {
  const {bins, reference, current} = wordHistogram(before ?? now, now);
  const [was, is] = [reference, current].map((counts) => counts.slice(0, -1).reduce((sum, count) => sum + count, 0));
  const all = bins.slice(0, -1).map((label, index) => ({
    label,
    current: (current[index] ?? 0) / Math.max(1, is ?? 1),
    ...(before === undefined ? {} : {reference: (reference[index] ?? 0) / Math.max(1, was ?? 1)}),
  }));
  type Bin = (typeof all)[number];
  const words = all.slice(0, -2).toSorted((a, b) => most(b) - most(a) || byCodeUnits(a.label, b.label));
  const rest = words.slice(MOST_WORDS).concat(all.slice(-2, -1));
  const other = {
    label: '(other)',
    current: rest.reduce((sum, bin) => sum + bin.current, 0),
    ...(before === undefined ? {} : {reference: rest.reduce((sum, bin) => sum + (bin.reference ?? 0), 0)}),
  };
  function most({current: one, reference: two = 0}: Bin): number {
    return Math.max(one, two);
  }
  return {
    kind: 'words',
    bins: [...words.slice(0, MOST_WORDS), ...[other, ...all.slice(-1)].filter((bin) => most(bin) > 0)],
  };
}

const BINS = 24;
/** Up to so many different values each has a bar. */
const MOST_SINGLE = 16;

function numberChart(now: ColumnSide, before: ColumnSide | undefined): ProfileChart | undefined {
  const sides = before === undefined ? [now] : [now, before];
  const single = sides.every(({profile}) => profile.allValues && profile.distinct <= MOST_SINGLE);
  return single ? valueChart(now, before) : scaleChart(now, before);
}

function valueChart(now: ColumnSide, before: ColumnSide | undefined): ProfileChart {
  const counts = (side: ColumnSide | undefined): ReadonlyMap<number, number> =>
    new Map(side?.profile.values.map(([value, count]) => [Number(value), count / countedValues(side)]));
  const [is, was] = [counts(now), counts(before)];
  const values = [...new Set([...is.keys(), ...was.keys()])].sort((a, b) => a - b);
  return {
    kind: 'scale',
    bins: values.map((value) => ({
      label: shown(now.profile, value) ?? '',
      current: is.get(value) ?? 0,
      ...(before === undefined ? {} : {reference: was.get(value) ?? 0}),
    })),
  };
}

/** Bins of equal width where nearly all values are; the first and the last one hold what lies beyond. */
function scaleChart(now: ColumnSide, before: ColumnSide | undefined): ProfileChart | undefined {
  const quantiles = [now, before].flatMap((side) =>
    side?.profile.numbers === undefined ? [] : [side.profile.numbers.quantiles],
  );
  const low = Math.min(...quantiles.map((one) => one[1] ?? 0));
  const high = Math.max(...quantiles.map((one) => one.at(-2) ?? 0));
  // Half of each, since the difference of two large doubles may be infinite.
  const step = (high / 2 - low / 2) * (2 / BINS);
  if (!(step > 0) || !Number.isFinite(step)) return undefined;
  const edges = Array.from({length: BINS - 1}, (_, index) => low + (index + 1) * step);
  const [is = [], was] = quantiles.map((one) => binShares(one, edges));
  const label = (bin: number): string => {
    const [from, to] = [
      shown(now.profile, low + bin * step, 3) ?? '',
      shown(now.profile, low + (bin + 1) * step, 3) ?? '',
    ];
    return bin === 0 ? `up to ${to}` : bin === BINS - 1 ? `above ${from}` : `${from} to ${to}`;
  };
  return {
    kind: 'scale',
    bins: is.map((current, bin) => ({
      label: label(bin),
      current,
      ...(was === undefined ? {} : {reference: was[bin] ?? 0}),
    })),
  };
}
