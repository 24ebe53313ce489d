/** What is odd in a single table without being wrong: findings of level `info`. */
import {formatList, formatShare, plural} from '../../base/format.ts';
import {formatDate, formatDatetime} from '../format-cell.ts';
import {createFinding, type Finding, type FindingFacts} from '../findings.ts';
import {valueCount, type ColumnProfile, type Profile} from '../profile/profile.ts';

/** One value has at least this share. */
const NEARLY_CONSTANT = 0.999;
/** Shares of the rarer of two types between which a column counts as mixed: below it is a few errors, above a design. */
const MIXED = [0.01, 0.1] as const;
/** What people write for "there is none". */
const SPELT_MISSING = /^(?:|n\/?a|#n\/a|nan|null|none|nil|missing|unknown|undefined|-+|\?+|\.)$/i;

/** @param table as the user named it. */
export function hygieneFindings(table: string, profile: Profile): readonly Finding[] {
  if (profile.rows === 0) return [];
  return profile.columns.flatMap((column) =>
    [constant(profile, column), mixed(profile, column), missingSpellings(column), spellings(column)].flatMap((facts) =>
      facts === undefined
        ? []
        : [createFinding({level: 'info', table, column: column.name, rowsChecked: profile.rows, ...facts})],
    ),
  );
}

type Facts = Omit<FindingFacts, 'table' | 'level'>;

function constant(profile: Profile, column: ColumnProfile): Facts | undefined {
  const values = valueCount(profile, column);
  if (values === 0)
    return {
      code: 'hygiene.missing',
      rule: 'a column has values',
      measured: 1,
      limit: 1,
      rowsBad: profile.rows,
      message: `\`${column.name}\`: all cells are missing`,
    };
  const [value = '', count = 0] = column.values[0] ?? [];
  const share = count / (column.sampled ?? values);
  if (share < NEARLY_CONSTANT || profile.rows === 1) return undefined;
  return {
    code: 'hygiene.constant',
    rule: 'a column has more than one value',
    measured: share,
    limit: NEARLY_CONSTANT,
    message: `\`${column.name}\` is ${column.distinct === 1 ? 'always' : `in ${formatShare(share)} of its cells`} ${valueText(column, value)}`,
  };
}

/** Dates are milliseconds in a profile. */
function valueText({type}: ColumnProfile, value: string | number): string {
  if (type !== 'date' && type !== 'datetime') return JSON.stringify(value);
  return (type === 'date' ? formatDate : formatDatetime)(Number(value));
}

function mixed(profile: Profile, column: ColumnProfile): Facts | undefined {
  const values = valueCount(profile, column);
  const numberLike = column.texts?.numberLike ?? 0;
  const rarer = Math.min(numberLike, values - numberLike);
  const share = values === 0 ? 0 : rarer / values;
  if (column.texts === undefined || share < MIXED[0] || share > MIXED[1]) return undefined;
  return {
    code: 'hygiene.mixed',
    rule: 'a column has values of one type',
    measured: share,
    limit: MIXED[0],
    rowsBad: rarer,
    message: `\`${column.name}\` mixes numbers and texts: ${formatShare(share)} are ${numberLike === rarer ? 'numbers' : 'texts'}`,
  };
}

function missingSpellings(column: ColumnProfile): Facts | undefined {
  if (column.texts === undefined) return undefined;
  const found = column.values.filter(([value]) => SPELT_MISSING.test(String(value).trim()));
  const isSeveral = found.length + Number(column.missing > 0) > 1;
  if (!isSeveral) return undefined;
  const bad = found.reduce((sum, [, count]) => sum + count, 0);
  return {
    code: 'hygiene.missing-spellings',
    rule: 'missing is spelt in one way',
    measured: found.length,
    limit: 1,
    rowsBad: bad,
    message: `\`${column.name}\`: ${plural(bad, 'cell')} may mean missing (${shown(found.map(([value]) => String(value)))})${column.missing > 0 ? `, beside ${plural(column.missing, 'missing cell')}` : ''}`,
    hint: 'name them in `missingValues` of the schema',
  };
}

function spellings(column: ColumnProfile): Facts | undefined {
  const groups = column.texts?.spellings ?? [];
  const [first] = groups;
  if (first === undefined) return undefined;
  return {
    code: 'hygiene.spellings',
    rule: 'texts differ in more than case and white space',
    measured: groups.length,
    limit: 0,
    message: `\`${column.name}\`: ${groups.map(shown).join('; ')} differ in case or white space only`,
  };
}

const shown = (texts: readonly string[]): string =>
  formatList(
    texts.map((text) => JSON.stringify(text)),
    5,
  );
