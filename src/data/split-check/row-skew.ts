/**
 * Skew row by row: the same rows as they were at training and as they are when served, joined on an id. It finds mistakes of
 * preprocessing that no comparison of distributions sees.
 */
import {formatCount, formatShare, plural} from '../../base/format.ts';
import {createFinding, MOST_EXAMPLES, type Finding} from '../findings.ts';
import {cellText, rowKeys} from '../row-key.ts';
import {cellOf, selectColumns} from '../table-tools.ts';
import {isMissing, type Column, type Table} from '../table.ts';

export interface RowSkewOptions {
  /** Columns that identify a row. */
  readonly key: readonly string[];
  /** Digits to which numbers must agree. Default 6. */
  readonly digits?: number;
  readonly ignore?: readonly string[];
}

/**
 * One finding for the join, one for each column that both tables have. Rows with an id that came before, or of which a part is
 * missing, are passed over.
 * @param names of the tables as the user knows them.
 * @throws Error when a key is not in both tables.
 */
export function rowSkew(
  train: Table,
  serve: Table,
  names: {readonly train: string; readonly serve: string},
  {key, digits = 6, ignore = []}: RowSkewOptions,
): readonly Finding[] {
  const trainKey = wholeKeys(train, key);
  const serveKey = wholeKeys(serve, key);
  const rowOf = new Map<string, number>();
  for (let row = train.rowCount - 1; row >= 0; row -= 1) {
    const id = trainKey(row);
    if (id !== undefined) rowOf.set(id, row);
  }
  const pairs: (readonly [train: number, serve: number])[] = [];
  const joined = new Set<string>();
  let onlyServe = 0;
  for (let row = 0; row < serve.rowCount; row += 1) {
    const id = serveKey(row);
    if (id === undefined || joined.has(id)) continue;
    joined.add(id);
    const other = rowOf.get(id);
    if (other === undefined) onlyServe += 1;
    else pairs.push([other, row]);
  }
  const onlyTrain = rowOf.size - pairs.length;
  const columns = serve.columns.filter(({name}) => !key.includes(name) && !ignore.includes(name));
  const joinFinding = createFinding({
    code: 'skew.row',
    level: pairs.length === 0 ? 'error' : 'ok',
    table: names.serve,
    subject: `join on ${key.join(', ')}`,
    rule: 'rows are in both tables',
    measured: pairs.length,
    limit: null,
    rowsChecked: joined.size,
    rowsBad: onlyServe,
    message: `${plural(pairs.length, 'row')} in both tables, ${formatCount(onlyTrain)} in \`${names.train}\` only, ${formatCount(onlyServe)} in \`${names.serve}\` only`,
  });
  const compared = columns.flatMap((now) => {
    const before = train.columns.find(({name}) => name === now.name);
    return before === undefined || pairs.length === 0
      ? []
      : [columnSkew(before, now, pairs, serveKeyText(serve, key), names.serve, digits)];
  });
  return [joinFinding, ...compared];
}

/** The id of a row, undefined when a part of it is missing. */
function wholeKeys(table: Table, key: readonly string[]): (row: number) => string | undefined {
  const {columns} = selectColumns(table, key);
  const keyOf = rowKeys(columns);
  return (row) => (columns.some((column) => isMissing(column, row)) ? undefined : keyOf(row));
}

const serveKeyText =
  (serve: Table, key: readonly string[]) =>
  (row: number): string =>
    selectColumns(serve, key)
      .columns.map((column) => cellText(column, row) ?? '')
      .join(',');

function columnSkew(
  before: Column,
  now: Column,
  pairs: readonly (readonly [train: number, serve: number])[],
  keyOf: (row: number) => string,
  table: string,
  digits: number,
): Finding {
  const bad = pairs.filter(([was, is]) => !areAlike(before, was, now, is, digits));
  const share = bad.length / pairs.length;
  return createFinding({
    code: 'skew.row',
    level: bad.length === 0 ? 'ok' : 'error',
    table,
    column: now.name,
    rule: `values agree to ${String(digits)} digits`,
    measured: share,
    limit: 0,
    rowsChecked: pairs.length,
    rowsBad: bad.length,
    examples: bad.slice(0, MOST_EXAMPLES).map(([was, is]) => ({
      row: is + 1,
      key: keyOf(is),
      value: `${cellText(before, was) ?? 'missing'} -> ${cellText(now, is) ?? 'missing'}`,
    })),
    message:
      bad.length === 0
        ? `\`${now.name}\` is the same in ${plural(pairs.length, 'row')}`
        : `\`${now.name}\` differs in ${plural(bad.length, 'row')} of ${formatCount(pairs.length)} (${formatShare(share)})`,
  });
}

/** Numbers agree to so many digits, whatever types they are of; times are the same or not. */
function areAlike(before: Column, was: number, now: Column, is: number, digits: number): boolean {
  const [a, b] = [cellOf(before, was), cellOf(now, is)];
  if (typeof a !== 'number' || typeof b !== 'number') return cellText(before, was) === cellText(now, is);
  if (Object.is(a, b)) return true;
  // A part of an infinity, or of the years since 1970, would be a wide margin.
  if (isTime(before) || isTime(now) || !Number.isFinite(a - b)) return false;
  return Math.abs(a - b) <= 10 ** -digits * Math.max(Math.abs(a), Math.abs(b));
}

const isTime = ({type}: Column): boolean => type === 'date' || type === 'datetime';
