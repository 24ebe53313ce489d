/**
 * How differently groups of people are treated, by the definitions of Fairlearn: unsigned differences max - min between the groups, of
 * two-class predictions. Rates that divide by nothing are left out and named. Small groups differ by chance alone, so each measure comes
 * with an interval and with the noise that equal groups of these sizes would show.
 */
import {bootstrapCells, REPLICATES} from '../../stats/bootstrap.ts';
import {quantile} from '../../stats/describe.ts';
import {wilson, type Interval} from '../../stats/intervals.ts';
import type {Random} from '../../stats/random.ts';
import type {Estimate} from './estimate.ts';
import type {ClassPredictions} from './predictions.ts';
import type {SliceRows} from './slices.ts';

export interface Rate {
  /** undefined for an empty denominator. */
  readonly value: number | undefined;
  readonly interval: Interval | undefined;
}

export interface GroupRates {
  readonly name: string;
  readonly rows: number;
  /** P(predicted positive), P(... | positive), P(... | other), P(positive | predicted positive), P(positive). */
  readonly selection: Rate;
  readonly truePositive: Rate;
  readonly falsePositive: Rate;
  readonly precision: Rate;
  readonly base: Rate;
}

export interface FairnessMeasure {
  readonly name: (typeof fairnessNames)[number];
  readonly estimate: Estimate;
  /** The groups with the smallest and the largest rate, which make the measure. */
  readonly groups: readonly [lowest: string, highest: string] | undefined;
  /** What 95 of 100 data sets without any difference stay below (for the ratio: above). */
  readonly noise: number | undefined;
}

export interface Fairness {
  readonly by: string;
  readonly groups: readonly GroupRates[];
  readonly measures: readonly FairnessMeasure[];
  readonly notices: readonly string[];
}

export const fairnessNames = [
  'demographic_parity_difference',
  'demographic_parity_ratio',
  'equal_opportunity_difference',
  'equalized_odds_difference',
] as const;

/** Of each group four counts: true positives, false negatives, false positives, true negatives. */
const CELLS = 4;
type Counts = readonly [tp: number, fn: number, fp: number, tn: number];
const countsOf = (cells: Float64Array, group: number): Counts => {
  const at = (cell: number): number => cells[group * CELLS + cell] ?? 0;
  return [at(0), at(1), at(2), at(3)];
};

const RATES = {
  selection: ([tp, fn, fp, tn]: Counts) => [tp + fp, tp + fn + fp + tn] as const,
  truePositive: ([tp, fn]: Counts) => [tp, tp + fn] as const,
  falsePositive: ([, , fp, tn]: Counts) => [fp, fp + tn] as const,
  precision: ([tp, , fp]: Counts) => [tp, tp + fp] as const,
  base: ([tp, fn, fp, tn]: Counts) => [tp + fn, tp + fn + fp + tn] as const,
};
type RateName = keyof typeof RATES;
const rateNames = Object.keys(RATES) as readonly RateName[];

/** @param groups the rows of each value of one column. Weights do not count here: people do. */
export function fairnessOf(
  {truth, predicted, positive}: ClassPredictions,
  groups: readonly SliceRows[],
  random: Random,
): Fairness {
  const cells = new Float64Array(groups.length * CELLS);
  groups.forEach(({rows}, group) => {
    for (const row of rows) {
      const cell = group * CELLS + 2 * Number(truth[row] !== positive) + Number(predicted[row] !== positive);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
  });
  const names = groups.map(({name}) => name);
  const rates = groups.map(({name, rows}, group) => ({name, rows: rows.length, ...groupRates(countsOf(cells, group))}));
  const deviations = replicateDeviations(cells, groups.length, random.fork('interval'));
  const noise = noiseOf(cells, groups.length, random.fork('noise'));
  const measures = fairnessNames.map((name): FairnessMeasure => {
    const {value, lowest, highest} = measure(name, cells, groups.length);
    const [own, chance] = [deviations.get(name), noise.get(name)];
    const estimate: Estimate =
      value === undefined
        ? {value, why: 'fewer than two groups have such a rate', rows: truth.length, interval: () => undefined}
        : {
            value,
            rows: truth.length,
            interval: (level) => own && rangeInterval(value, own, level, name.endsWith('ratio')),
          };
    const range = chance?.filter((one) => !Number.isNaN(one)).sort();
    const limit = range && range.length > 0 ? quantile(range, name.endsWith('ratio') ? 0.05 : 0.95) : undefined;
    return {
      name,
      estimate,
      groups: lowest === undefined || highest === undefined ? undefined : [names[lowest] ?? '', names[highest] ?? ''],
      noise: limit,
    };
  });
  const empty = rates.flatMap((group) =>
    rateNames.filter((rate) => group[rate].value === undefined).map((rate) => `${group.name} has no ${WORDS[rate]}`),
  );
  return {by: groups[0]?.by ?? '', groups: rates, measures, notices: empty};
}

const WORDS: Readonly<Record<RateName, string>> = {
  selection: 'rows',
  truePositive: 'positive rows, so no true positive rate',
  falsePositive: 'other rows, so no false positive rate',
  precision: 'positive predictions, so no precision',
  base: 'rows',
};

function groupRates(counts: Counts): Record<RateName, Rate> {
  const rate = (name: RateName): Rate => {
    const [part, whole] = RATES[name](counts);
    return {value: whole > 0 ? part / whole : undefined, interval: wilson(part, whole)};
  };
  return {
    selection: rate('selection'),
    truePositive: rate('truePositive'),
    falsePositive: rate('falsePositive'),
    precision: rate('precision'),
    base: rate('base'),
  };
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowest: number;
  readonly highest: number;
}

function rangeOf(rate: RateName, cells: Float64Array, groups: number): Range | undefined {
  let [low, high, lowest, highest, count] = [Infinity, -Infinity, -1, -1, 0];
  for (let group = 0; group < groups; group += 1) {
    const [part, whole] = RATES[rate](countsOf(cells, group));
    if (whole === 0) continue;
    count += 1;
    const value = part / whole;
    if (value < low) [low, lowest] = [value, group];
    if (value > high) [high, highest] = [value, group];
  }
  return count < 2 ? undefined : {low, high, lowest, highest};
}

interface Measured {
  readonly value: number | undefined;
  readonly lowest?: number;
  readonly highest?: number;
}

function measure(name: FairnessMeasure['name'], cells: Float64Array, groups: number): Measured {
  const difference = (range: Range | undefined): Measured =>
    range === undefined ? {value: undefined} : {...range, value: range.high - range.low};
  const selection = rangeOf('selection', cells, groups);
  switch (name) {
    case 'demographic_parity_difference':
      return difference(selection);
    case 'demographic_parity_ratio':
      // No one is selected anywhere: all are treated alike.
      return selection === undefined
        ? {value: undefined}
        : {...selection, value: selection.high === 0 ? 1 : selection.low / selection.high};
    case 'equal_opportunity_difference':
      return difference(rangeOf('truePositive', cells, groups));
    case 'equalized_odds_difference': {
      const [of, other] = [rangeOf('truePositive', cells, groups), rangeOf('falsePositive', cells, groups)].map(
        difference,
      );
      return (other?.value ?? -1) > (of?.value ?? -1) ? (other ?? {value: undefined}) : (of ?? {value: undefined});
    }
  }
}

function replicateMeasures(cells: Float64Array, groups: number, random: Random): ReadonlyMap<string, Float64Array> {
  const drawn = new Map(fairnessNames.map((name) => [name, new Float64Array(REPLICATES)]));
  bootstrapCells(cells, random, (replicate, at) => {
    for (const name of fairnessNames) {
      const into = drawn.get(name);
      if (into !== undefined) into[at] = measure(name, replicate, groups).value ?? Number.NaN;
    }
  });
  return drawn;
}

/** What each measure is when groups differ by chance alone: those of selection, and those of positives and others apart. */
function noiseOf(cells: Float64Array, groups: number, random: Random): ReadonlyMap<string, Float64Array> {
  const alike = replicateMeasures(pooled(cells, groups, false), groups, random.fork('alike'));
  const ofOwnBase = replicateMeasures(pooled(cells, groups, true), groups, random.fork('own base'));
  return new Map(
    fairnessNames.map((name) => {
      const drawn = (name.startsWith('demographic') ? alike : ofOwnBase).get(name);
      return [name, drawn ?? new Float64Array()];
    }),
  );
}

/**
 * The counts to expect if every group had the rates of all together, with its own rows.
 * @param keepsBase whether with its own share of positives too, on which hangs how sure its true positive rate is; else all
 * would be selected differently though treated alike.
 */
function pooled(cells: Float64Array, groups: number, keepsBase: boolean): Float64Array {
  const total = new Float64Array(CELLS);
  cells.forEach((count, cell) => (total[cell % CELLS] = (total[cell % CELLS] ?? 0) + count));
  const counts = countsOf(total, 0);
  const share = (rate: RateName): number => {
    const [part, whole] = RATES[rate](counts);
    return whole > 0 ? part / whole : 0;
  };
  const [base, truePositive, falsePositive] = [share('base'), share('truePositive'), share('falsePositive')];
  const expected = new Float64Array(cells.length);
  for (let group = 0; group < groups; group += 1) {
    const [tp, fn, fp, tn] = countsOf(cells, group);
    const positives = keepsBase ? tp + fn : (tp + fn + fp + tn) * base;
    const others = tp + fn + fp + tn - positives;
    expected.set(
      [positives * truePositive, positives * (1 - truePositive), others * falsePositive, others * (1 - falsePositive)],
      group * CELLS,
    );
  }
  return expected;
}

/**
 * How far the rates of the groups stray from their own in each replicate: the largest stray upwards minus the largest downwards. Of
 * the ratio it is that of logarithms, with ½ added to the counts.
 */
function replicateDeviations(
  cells: Float64Array,
  groups: number,
  random: Random,
): ReadonlyMap<FairnessMeasure['name'], Float64Array> {
  const strays = new Map(fairnessNames.map((name) => [name, new Float64Array(REPLICATES)]));
  bootstrapCells(cells, random, (replicate, at) => {
    const [selection, truePositive, falsePositive] = (['selection', 'truePositive', 'falsePositive'] as const).map(
      (rate) => strayOf(rate, cells, replicate, groups, (part, whole) => part / whole),
    );
    const logarithms = strayOf('selection', cells, replicate, groups, (part, whole) =>
      Math.log((part + 0.5) / (whole + 1)),
    );
    const of: Readonly<Record<FairnessMeasure['name'], number>> = {
      demographic_parity_difference: selection ?? 0,
      demographic_parity_ratio: logarithms,
      equal_opportunity_difference: truePositive ?? 0,
      equalized_odds_difference: Math.max(truePositive ?? 0, falsePositive ?? 0),
    };
    for (const name of fairnessNames) {
      const into = strays.get(name);
      if (into !== undefined) into[at] = of[name];
    }
  });
  return strays;
}

function strayOf(
  rate: RateName,
  cells: Float64Array,
  replicate: Float64Array,
  groups: number,
  shape: (part: number, whole: number) => number,
): number {
  let [least, most] = [0, 0];
  for (let group = 0; group < groups; group += 1) {
    const [part, whole] = RATES[rate](countsOf(cells, group));
    const [drawnPart, drawnWhole] = RATES[rate](countsOf(replicate, group));
    if (whole === 0 || drawnWhole === 0) continue;
    const stray = shape(drawnPart, drawnWhole) - shape(part, whole);
    least = Math.min(least, stray);
    most = Math.max(most, stray);
  }
  return most - least;
}

/**
 * Value ± the quantile of the strays: with that chance no pair of groups is further apart, or nearer, by more. The percentiles of the
 * resampled measure itself would not do: chance alone widens the range of many small groups, and resampling widens it again.
 */
function rangeInterval(value: number, strays: Float64Array, level: number, isRatio: boolean): Interval {
  const stray = quantile(strays.toSorted(), level);
  const within = (one: number): number => Math.min(1, Math.max(0, one));
  return isRatio
    ? {lo: within(value * Math.exp(-stray)), hi: within(value * Math.exp(stray))}
    : {lo: within(value - stray), hi: within(value + stray)};
}
