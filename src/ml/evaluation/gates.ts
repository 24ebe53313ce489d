/**
 * Gates: limits that a model must keep before it goes on. A limit is held against the 90 % interval of the value, or of the paired
 * difference to the baseline (95 % one-sided): wholly inside is a pass, wholly outside a fail, astride inconclusive, which a person
 * decides. A bare p-value is no gate: it lets bad models pass when the test is small, and stops good ones when it is large.
 */
import {formatNumber, formatPercent, plural} from '../../base/format.ts';
import type {Interval} from '../../stats/intervals.ts';
import type {Change} from './compare.ts';
import type {Estimate} from './estimate.ts';
import type {Better} from './metric.ts';

/** `0.01` is absolute; `2%` is relative: (new - old)/old. */
export interface Amount {
  readonly value: number;
  readonly isRelative: boolean;
}

export const limitKinds = ['min', 'max', 'drop_max', 'rise_max', 'gain_max'] as const;
export type LimitKind = (typeof limitKinds)[number];

export interface GateSpec {
  /** A metric, or a `measure` that another stage wrote, such as `model_bytes`. */
  readonly metric?: string;
  readonly measure?: string;
  /** Of fairness metrics: the column of the groups. */
  readonly by?: string;
  /** For each of these slices, or all of them, in place of the whole. */
  readonly slices?: 'all' | readonly string[];
  readonly limits: Readonly<Partial<Record<LimitKind, Amount>>>;
  /** What counts for an inconclusive gate. */
  readonly inconclusive: 'review' | 'pass' | 'fail';
}

export const gateStates = ['pass', 'fail', 'inconclusive', 'unjudged'] as const;
export type GateState = (typeof gateStates)[number];

export interface GateResult {
  /** `f1_macro min 0.8`, `accuracy drop_max 0.03 for country=LT`. */
  readonly gate: string;
  readonly state: GateState;
  /** A sentence on what was measured against what. */
  readonly reason: string;
  readonly metric?: string;
  readonly measure?: string;
  readonly slice?: string;
  readonly by?: string;
  readonly limit: {readonly kind: LimitKind; readonly value: number; readonly relative: boolean};
  /** What was held against the limit: the value, drop, rise or gain; null when there is none. */
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** About how many rows would decide it. */
  readonly rowsNeeded?: number;
}

/** gates.json */
export interface GateReport {
  readonly version: 1;
  /** fail when one fails, else inconclusive when one is, else unjudged when none was judged, else pass. */
  readonly state: GateState;
  readonly baseline: 'none' | 'paired' | 'unpaired';
  /** Two-sided level of the intervals. */
  readonly level: number;
  readonly gates: readonly GateResult[];
}

/** What gates are judged by. */
export interface GateFacts {
  readonly baseline: GateReport['baseline'];
  readonly slices: readonly {readonly name: string; readonly rows: number; readonly isSmall: boolean}[];
  readonly minRows: number;
  /** Which way of a metric is better; undefined for one that is not known here. */
  better(metric: string): Better | undefined;
  /** @param at a slice by its name, or the column of a fairness metric; undefined when there is no such thing. */
  estimate(metric: string, at: {readonly slice?: string; readonly by?: string}): Estimate | undefined;
  change(metric: string, at: {readonly slice?: string}): Change | undefined;
  measure(name: string): number | undefined;
}

export const GATE_LEVEL = 0.9;

export function judgeGates(specs: readonly GateSpec[], facts: GateFacts): GateReport {
  const gates = specs.flatMap((spec) =>
    limitKinds.flatMap((kind) => {
      const limit = spec.limits[kind];
      return limit === undefined ? [] : placesOf(spec, facts).map((slice) => judge(spec, kind, limit, slice, facts));
    }),
  );
  return {version: 1, state: worstState(gates), baseline: facts.baseline, level: GATE_LEVEL, gates};
}

function worstState(gates: readonly GateResult[]): GateState {
  const has = (state: GateState): boolean => gates.some((gate) => gate.state === state);
  if (has('fail')) return 'fail';
  if (has('inconclusive')) return 'inconclusive';
  return has('pass') ? 'pass' : 'unjudged';
}

/** The slices that a gate is for; [undefined] is the whole. */
function placesOf({slices}: GateSpec, facts: GateFacts): readonly (string | undefined)[] {
  if (slices === undefined) return [undefined];
  if (slices !== 'all') return slices;
  // Small slices are noise: they are shown, and no gate looks at them.
  const large = facts.slices.filter(({isSmall}) => !isSmall).map(({name}) => name);
  return large.length === 0 ? ['(all)'] : large;
}

interface Judged {
  readonly state: GateState;
  readonly reason: string;
  readonly value?: number;
  readonly interval?: Interval | undefined;
  readonly rowsNeeded?: number;
}

function judge(
  spec: GateSpec,
  kind: LimitKind,
  limit: Amount,
  slice: string | undefined,
  facts: GateFacts,
): GateResult {
  const {metric, measure, by} = spec;
  const of = metric ?? measure ?? '';
  const shown = limit.isRelative ? `${formatNumber(limit.value * 100)}%` : formatNumber(limit.value);
  const place = slice === undefined ? '' : ` for ${slice}`;
  const judged = settle(judgeLimit(spec, kind, limit, slice, facts), spec.inconclusive);
  return {
    gate: `${of} ${kind} ${shown}${by === undefined ? '' : ` by ${by}`}${place}`,
    state: judged.state,
    reason: judged.reason,
    ...(metric === undefined ? {} : {metric}),
    ...(measure === undefined ? {} : {measure}),
    ...(slice === undefined ? {} : {slice}),
    ...(by === undefined ? {} : {by}),
    limit: {kind, value: limit.value, relative: limit.isRelative},
    value: judged.value ?? null,
    lo: judged.interval?.lo ?? null,
    hi: judged.interval?.hi ?? null,
    ...(judged.rowsNeeded === undefined ? {} : {rowsNeeded: judged.rowsNeeded}),
  };
}

function settle(judged: Judged, inconclusive: GateSpec['inconclusive']): Judged {
  if (judged.state !== 'inconclusive' || inconclusive === 'review') return judged;
  return {...judged, state: inconclusive, reason: `${judged.reason}; inconclusive counts as ${inconclusive}`};
}

function judgeLimit(
  spec: GateSpec,
  kind: LimitKind,
  limit: Amount,
  slice: string | undefined,
  facts: GateFacts,
): Judged {
  if (spec.measure !== undefined) return judgeMeasure(spec.measure, kind, limit, facts);
  const metric = spec.metric ?? '';
  const missing = slice === undefined ? undefined : judgeMissingSlice(slice, facts);
  if (missing !== undefined) return missing;
  const at = {...(slice === undefined ? {} : {slice}), ...(spec.by === undefined ? {} : {by: spec.by})};
  const estimate = facts.estimate(metric, at);
  if (estimate?.value === undefined) {
    return {state: 'fail', reason: `there is no \`${metric}\`: ${estimate?.why ?? 'it was not measured'}`};
  }
  const {value, rows} = estimate;
  if (kind === 'min' || kind === 'max') {
    const interval = estimate.interval(GATE_LEVEL);
    return within(value, interval, kind === 'min' ? {least: limit.value} : {most: limit.value}, rows, metric);
  }
  if (facts.baseline === 'none') return {state: 'unjudged', reason: 'no baseline to compare with'};
  const change = facts.change(metric, at);
  if (change === undefined) {
    return {
      state: 'fail',
      reason: `the baseline has no \`${metric}\` ${slice === undefined ? '' : `for ${slice} `}on the same rows`,
    };
  }
  const better = facts.better(metric) ?? 'up';
  if (kind === 'gain_max' && better === 'zero')
    return {
      state: 'fail',
      reason: `\`${metric}\` is best at 0, so neither way is a gain: hold it with \`min\` and \`max\``,
    };
  return judgeChange(kind, limit, change, better, rows, metric);
}

function judgeMissingSlice(slice: string, facts: GateFacts): Judged | undefined {
  if (slice === '(all)') return {state: 'unjudged', reason: `no slice has ${plural(facts.minRows, 'row')} or more`};
  const found = facts.slices.find(({name}) => name === slice);
  if (found === undefined)
    return {state: 'fail', reason: `there is no slice \`${slice}\`: name its column in \`slices\``};
  if (!found.isSmall) return undefined;
  return {
    state: 'inconclusive',
    reason: `only ${plural(found.rows, 'row')}: fewer than \`min_rows: ${facts.minRows}\``,
  };
}

function judgeMeasure(measure: string, kind: LimitKind, limit: Amount, facts: GateFacts): Judged {
  const value = facts.measure(measure);
  if (value === undefined || Number.isNaN(value)) {
    return {state: 'fail', reason: `there is no measure \`${measure}\`: name a JSON file with it in \`deps\``};
  }
  return within(value, undefined, kind === 'min' ? {least: limit.value} : {most: limit.value}, 0, measure);
}

/** A drop is old minus new, a rise new minus old, a gain whichever of them is better. */
function judgeChange(
  kind: LimitKind,
  limit: Amount,
  change: Change,
  better: Better,
  rows: number,
  metric: string,
): Judged {
  const isDrop = kind === 'drop_max' || (kind === 'gain_max' && better === 'down');
  const word = kind === 'gain_max' ? 'gain' : isDrop ? 'drop' : 'rise';
  if (limit.isRelative && change.baseline === 0) {
    return {
      state: 'fail',
      reason: `the baseline's \`${metric}\` is 0, to which nothing is relative: use an absolute limit`,
    };
  }
  const scale = (isDrop ? -1 : 1) / (limit.isRelative ? Math.abs(change.baseline) : 1);
  const interval = change.interval(GATE_LEVEL);
  const [one, other] = interval === undefined ? [] : [interval.lo * scale, interval.hi * scale];
  const scaled =
    one === undefined || other === undefined ? undefined : {lo: Math.min(one, other), hi: Math.max(one, other)};
  return within(change.difference * scale, scaled, {most: limit.value}, rows, `${word} of ${metric}`);
}

function within(
  value: number,
  interval: Interval | undefined,
  limit: {readonly least: number} | {readonly most: number},
  rows: number,
  what: string,
): Judged {
  const isLeast = 'least' in limit;
  const bound = isLeast ? limit.least : limit.most;
  const keeps = (one: number): boolean => (isLeast ? one >= bound : one <= bound);
  const [word, other] = isLeast ? ['at least', 'below'] : ['at most', 'above'];
  const measured = `${what} is ${formatNumber(value)}`;
  if (interval === undefined) {
    return {
      value,
      state: keeps(value) ? 'pass' : 'fail',
      reason: `${measured}, ${keeps(value) ? word : other} ${formatNumber(bound)}`,
    };
  }
  const {lo, hi} = interval;
  const range = `${measured} (${formatPercent(GATE_LEVEL)} interval ${formatNumber(lo)} to ${formatNumber(hi)})`;
  if (keeps(lo) && keeps(hi))
    return {value, interval, state: 'pass', reason: `${range}, ${word} ${formatNumber(bound)}`};
  if (!keeps(lo) && !keeps(hi))
    return {value, interval, state: 'fail', reason: `${range}, ${other} ${formatNumber(bound)}`};
  const needed = rowsNeeded(value, interval, bound, rows);
  const more = needed === undefined ? '' : `; about ${plural(needed, 'row')} would decide`;
  return {
    value,
    interval,
    state: 'inconclusive',
    reason: `${range}, on both sides of ${formatNumber(bound)}${more}`,
    ...(needed === undefined ? {} : {rowsNeeded: needed}),
  };
}

/** Half the width shrinks with the root of the rows: when would it be the distance to the limit? Rounded up to two digits. */
function rowsNeeded(value: number, {lo, hi}: Interval, bound: number, rows: number): number | undefined {
  const needed = rows * ((hi - lo) / 2 / Math.abs(value - bound)) ** 2;
  if (!Number.isFinite(needed) || needed > 1e9 || rows === 0) return undefined;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.max(rows + 1, Math.ceil(needed / unit) * unit);
}
