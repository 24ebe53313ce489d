/** What can be compared with what, and by which measure when none was chosen. */
import type {ColumnSide} from './histogram.ts';
import {countedValues} from './histogram.ts';
import type {UncomparedColumn} from './comparison.ts';
import type {DriftMetric} from './metrics.ts';
import type {ColumnRule} from './rules.ts';

type Reason = Omit<UncomparedColumn, 'column'>;

export type ColumnKind = 'numbers' | 'dates' | 'words';

export function kindOf({profile}: ColumnSide): ColumnKind {
  switch (profile.type) {
    case 'date':
    case 'datetime':
      return 'dates';
    case 'string':
    case 'boolean':
      return 'words';
    case 'integer':
    case 'number':
    case 'bigint':
      return 'numbers';
  }
}

/** @returns undefined when the two can be compared. */
export function notCompared(before: ColumnSide, now: ColumnSide): Reason | undefined {
  if (before.rows === 0) return {kind: 'impossible', reason: 'the reference has no rows'};
  if (now.rows === 0) return {kind: 'impossible', reason: 'the table has no rows'};
  const hasValues = countedValues(before) > 0 && countedValues(now) > 0;
  // A column without values has no type of its own.
  return hasValues && kindOf(before) !== kindOf(now)
    ? {kind: 'type', reason: `it is of type ${now.profile.type} and was of type ${before.profile.type}`}
    : undefined;
}

export function resolveMetric(
  metric: ColumnRule['metric'],
  before: ColumnSide,
  now: ColumnSide,
  isText: boolean | undefined,
): DriftMetric | Reason {
  if (metric === 'off') return {kind: 'off', reason: 'the rules say so'};
  const kind = kindOf(before);
  if (metric !== 'auto') {
    const isOfNumbers = metric === 'ks' || metric === 'wasserstein';
    if ((isOfNumbers && kind === 'words') || (metric === 'classifier' && kind !== 'words'))
      return {
        kind: 'impossible',
        reason: `\`${metric}\` is a measure of ${isOfNumbers ? 'numbers' : 'texts'}, and the column has none`,
      };
    return metric;
  }
  if (kind === 'dates') return {kind: 'off', reason: 'dates move on by themselves'};
  if (kind === 'numbers')
    return isRowNumber(before) && isRowNumber(now) ? {kind: 'off', reason: 'it numbers the rows'} : 'psi';
  if (!(isText ?? isMostlyNew(before))) return 'psi';
  return before.sample === undefined || now.sample === undefined
    ? {kind: 'off', reason: 'texts are told apart only when both tables are given'}
    : 'classifier';
}

/** Below it a column of names cannot be told from one of categories. */
const LEAST_ROWS = 100;

/** Whole numbers, nearly all different, nearly without gaps. */
function isRowNumber(side: ColumnSide): boolean {
  const {type, distinct, numbers} = side.profile;
  const values = side.rows - side.profile.missing;
  if ((type !== 'integer' && type !== 'bigint') || numbers === undefined || values < LEAST_ROWS) return false;
  return distinct >= 0.95 * values && numbers.max - numbers.min < 1.5 * values;
}

/** There are more different texts than half of the rows: names, sentences, identifiers. */
function isMostlyNew(side: ColumnSide): boolean {
  const {distinct, missing, type} = side.profile;
  return type === 'string' && distinct > LEAST_ROWS && distinct > (side.rows - missing) / 2;
}
