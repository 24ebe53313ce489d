/** What is compared, by which measure and with which limits: the section `compare` of a schema file. */
import {isJsonObject, type Json, type JsonObject} from '../../base/json.ts';
import {formatList} from '../../base/format.ts';
import {metricFacts, type DriftMetric} from './metrics.ts';

export interface ColumnRule {
  /** `auto`: PSI, of long texts a classifier, of dates and row numbers nothing. */
  readonly metric: DriftMetric | 'auto' | 'off';
  /** Absent: those of the metric. */
  readonly warn?: number;
  readonly error?: number;
}

export interface DriftRules {
  /** Of columns without a rule of their own. */
  readonly default: ColumnRule;
  readonly columns: ReadonlyMap<string, ColumnRule>;
  /** Warn beyond the mean and three standard deviations of the same measure in past windows, in place of a fixed limit. */
  readonly fromHistory: boolean;
  /** Rows with the same value here are not independent: groups are counted for what is noise, not rows. */
  readonly group?: string;
}

export const defaultRules: DriftRules = {default: {metric: 'auto'}, columns: new Map(), fromHistory: false};

const METRICS = [...Object.keys(metricFacts), 'auto', 'off'];

/**
 * Reads `{drift?: RULE, columns?: {NAME: RULE | 'off'}, limit?: 'history', group?: NAME}`, a RULE being
 * `{metric?, warn?, error?}` or the name of a metric.
 * @param place of the object, for messages.
 * @throws Error that says what is wrong and what is allowed.
 */
export function parseDriftRules(value: Json | undefined, place = 'compare'): DriftRules {
  if (value === undefined) return defaultRules;
  const {drift, columns = {}, limit, group} = objectWith(value, ['drift', 'columns', 'limit', 'group'], place);
  if (limit !== undefined && limit !== 'history')
    throw new Error(`\`${place}.limit\` can only be \`history\`, not ${JSON.stringify(limit)}`);
  if (group !== undefined && typeof group !== 'string')
    throw new Error(`\`${place}.group\` should be the name of a column, not ${JSON.stringify(group)}`);
  if (!isJsonObject(columns)) throw new Error(`\`${place}.columns\` should be a map of columns to rules`);
  const base = drift === undefined ? defaultRules.default : parseRule(drift, `${place}.drift`);
  const own = Object.entries(columns).map(
    ([name, rule]) => [name, inheriting(base, rule, parseRule(rule, `${place}.columns.${name}`))] as const,
  );
  return {
    default: base,
    columns: new Map(own),
    fromHistory: limit === 'history',
    ...(group === undefined ? {} : {group}),
  };
}

/**
 * A column with a metric of its own does not take over limits that were meant for another one; one without has the metric of
 * all, and of its limits those that its own ones leave in order.
 */
function inheriting(base: ColumnRule, written: Json, own: ColumnRule): ColumnRule {
  if (!isJsonObject(written) || written['metric'] !== undefined) return own;
  const {warn = base.warn, error = base.error} = own;
  const isCrossed = warn !== undefined && error !== undefined && warn > error;
  return {
    metric: base.metric,
    ...(warn === undefined || (isCrossed && own.warn === undefined) ? {} : {warn}),
    ...(error === undefined || (isCrossed && own.error === undefined) ? {} : {error}),
  };
}

function parseRule(value: Json, place: string): ColumnRule {
  if (typeof value === 'string' || value === false) return {metric: parseMetric(value, place)};
  const {metric, warn, error} = objectWith(value, ['metric', 'warn', 'error'], place);
  const rule = {
    ...(metric === undefined ? {} : {metric: parseMetric(metric, `${place}.metric`)}),
    ...(warn === undefined ? {} : {warn: parseLimit(warn, `${place}.warn`)}),
    ...(error === undefined ? {} : {error: parseLimit(error, `${place}.error`)}),
  };
  if (rule.warn !== undefined && rule.error !== undefined && rule.warn > rule.error)
    throw new Error(`\`${place}\` warns at ${String(rule.warn)}, above the limit of an error, ${String(rule.error)}`);
  return {metric: 'auto', ...rule};
}

/** @throws Error that names the place and what is allowed. */
export function parseMetric(value: Json, place: string): ColumnRule['metric'] {
  // YAML 1.1 reads a bare `off` as false.
  const metric = value === false ? 'off' : value;
  if (typeof metric !== 'string' || !METRICS.includes(metric))
    throw new Error(`\`${place}\` should be one of ${formatList(METRICS, 20)}, not ${JSON.stringify(value)}`);
  return metric as ColumnRule['metric'];
}

function parseLimit(value: Json, place: string): number {
  if (typeof value !== 'number' || !(value > 0))
    throw new Error(`\`${place}\` should be a number above 0, not ${JSON.stringify(value)}`);
  return value;
}

function objectWith(value: Json, known: readonly string[], place: string): JsonObject {
  if (!isJsonObject(value)) throw new Error(`\`${place}\` should be a map, not ${JSON.stringify(value)}`);
  const odd = Object.keys(value).find((key) => !known.includes(key));
  if (odd !== undefined) throw new Error(`\`${place}\` knows no \`${odd}\`: it takes ${formatList(known, 20)}`);
  return value;
}
