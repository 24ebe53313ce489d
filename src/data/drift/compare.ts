/**
 * Compares the columns of a table with those of a reference. A column is said to have drifted when its measure reaches a limit
 * and when that is no noise: its p-value, adjusted over all compared columns by Benjamini and Hochberg, is below 0.05. The
 * second keeps small tables from crying wolf, the first one large tables.
 */
import {benjaminiHochberg} from '../../stats/multiple-testing.ts';
import type {Profile} from '../profile/profile.ts';
import {notCompared, resolveMetric} from './column-kind.ts';
import {
  columnsOf,
  type ColumnComparison,
  type ComparedColumn,
  type Comparison,
  type Side,
  type UncomparedColumn,
} from './comparison.ts';
import type {ColumnSide} from './histogram.ts';
import {measureColumn} from './measure-column.ts';
import {metricFacts} from './metrics.ts';
import {defaultRules, type ColumnRule, type DriftRules} from './rules.ts';

export const SIGNIFICANCE = 0.05;
/** Past windows without which a limit from history means nothing. */
export const LEAST_HISTORY = 8;

export interface CompareOptions {
  readonly rules?: DriftRules;
  /** Profiles of past windows, for `limit: history`. */
  readonly history?: readonly Profile[];
  /** Names of columns of long texts, which are told apart by a classifier. Others are found by their look. */
  readonly textColumns?: readonly string[];
}

/** Columns in the order of the reference, then those that it does not have. */
export function compareProfiles(reference: Side, current: Side, options: CompareOptions = {}): Comparison {
  const rules = options.rules ?? defaultRules;
  const history = options.history ?? [];
  if (rules.fromHistory && history.length < LEAST_HISTORY)
    throw new Error(
      `\`limit: history\` needs the profiles of at least ${String(LEAST_HISTORY)} past windows, there are ${String(history.length)}`,
    );
  const [referenceColumn, currentColumn] = [columnsOf(reference), columnsOf(current)];
  const groups = groupsOf(referenceColumn, currentColumn, rules.group);
  const windows = rules.fromHistory ? history.map((profile) => columnsOf({profile})) : [];
  const drafts = reference.profile.columns.map(({name}) => {
    const rule = rules.columns.get(name) ?? rules.default;
    const before = referenceColumn(name);
    const now = currentColumn(name);
    return name === rules.group
      ? {kind: 'off' as const, column: name, reason: 'it names the groups'}
      : draftOf(name, rule, {before, now, options, groups, windows});
  });
  const extra = current.profile.columns
    .filter(({name}) => referenceColumn(name) === undefined)
    .map(({name}): UncomparedColumn => ({kind: 'extra', column: name, reason: 'the reference does not have it'}));
  return {
    columns: [...judged(drafts), ...extra],
    rows: {reference: reference.profile.rows, current: current.profile.rows},
    ...(groups === undefined ? {} : {groups}),
  };
}

type Draft = UncomparedColumn | (Omit<ComparedColumn, 'level' | 'isNoise' | 'adjustedP'> & {readonly kind: 'compared'});

interface DraftWorld {
  readonly before: ColumnSide | undefined;
  readonly now: ColumnSide | undefined;
  readonly options: CompareOptions;
  readonly groups: Comparison['groups'];
  /** The columns of past windows. */
  readonly windows: readonly Columns[];
}

type Columns = (name: string) => ColumnSide | undefined;

function draftOf(name: string, rule: ColumnRule, {before, now, options, groups, windows}: DraftWorld): Draft {
  if (before === undefined || now === undefined)
    return {kind: 'absent', column: name, reason: 'the table does not have it'};
  if (rule.metric === 'off') return {kind: 'off', column: name, reason: 'the rules say so'};
  const reason = notCompared(before, now);
  if (reason !== undefined) return {column: name, ...reason};
  const isText = options.textColumns?.includes(name);
  const metric = resolveMetric(rule.metric, before, now, isText);
  if (typeof metric !== 'string') return {column: name, ...metric};
  const measured = measureColumn(metric, before, now, groups);
  if ('reason' in measured) return {column: name, ...measured};
  const past = windows.flatMap((columnOf) => {
    const window = columnOf(name);
    if (window === undefined || notCompared(before, window) !== undefined) return [];
    const one = measureColumn(metric, before, window, undefined);
    return 'reason' in one ? [] : [one.value];
  });
  const facts = metricFacts[metric];
  const learnt = past.length < LEAST_HISTORY ? undefined : usualLimit(past);
  // Limits without a metric are meant for the usual one.
  const own = rule.metric === 'auto' && metric !== 'psi' ? undefined : rule;
  const warn = learnt ?? own?.warn ?? Math.min(facts.warn, own?.error ?? Infinity);
  return {
    kind: 'compared',
    column: name,
    metric,
    warn,
    error: Math.max(warn, own?.error ?? facts.error),
    ...(windows.length === 0 ? {} : {windows: past.length}),
    ...measured,
  };
}

/** Mean and three standard deviations. */
function usualLimit(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean + 3 * Math.sqrt(squares / (values.length - 1));
}

function judged(drafts: readonly Draft[]): readonly ColumnComparison[] {
  const pValues = drafts.flatMap((draft) =>
    draft.kind === 'compared' && draft.pValue !== undefined ? [draft.pValue] : [],
  );
  const adjusted = benjaminiHochberg(pValues);
  let next = 0;
  return drafts.map((draft): ColumnComparison => {
    if (draft.kind !== 'compared') return draft;
    const {value, warn, error, interval} = draft;
    const adjustedP = draft.pValue === undefined ? undefined : adjusted[next++];
    // Of a classifier the lower end of its interval must reach the limit.
    const reached = interval?.lo ?? value;
    const level = reached >= error ? 'error' : reached >= warn ? 'warn' : 'ok';
    const isNoise = level !== 'ok' && adjustedP !== undefined && !(adjustedP < SIGNIFICANCE);
    return {
      ...draft,
      ...(adjustedP === undefined ? {} : {adjustedP}),
      level: isNoise ? 'info' : level,
      isNoise,
    };
  });
}

function groupsOf(reference: Columns, current: Columns, column: string | undefined): Comparison['groups'] {
  if (column === undefined) return undefined;
  const [before, now] = [reference(column), current(column)];
  if (before === undefined || now === undefined)
    throw new Error(`the column \`${column}\` that names the groups is not in both tables`);
  for (const [name, {profile, rows}] of [['reference', before] as const, ['table', now] as const])
    if (rows > 0 && profile.distinct === 0)
      throw new Error(`the column \`${column}\` that names the groups is missing in all rows of the ${name}`);
  return {column, reference: before.profile.distinct, current: now.profile.distinct};
}
