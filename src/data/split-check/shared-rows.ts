/** Rows, keys, groups and times of the test set that the training set should not have. */
import {formatCount, formatList, plural} from '../../base/format.ts';
import {percent} from '../drift/findings.ts';
import {createFinding, MOST_EXAMPLES, type Finding, type FindingExample} from '../findings.ts';
import {cellText, rowKeys} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import {isMissing, isNumeric, type Column, type Table} from '../table.ts';
import type {SplitWorld} from './split-world.ts';

/** Copies of training rows flatter models that remember: a random forest by 0.7 points of accuracy at 5 % of copies. */
export function duplicates({train, test, testName, features}: SplitWorld, errorShare: number): readonly Finding[] {
  if (features.length === 0) return [];
  const known = keysOf(train, features);
  // Where the features are few or coarse, rows are alike by chance, and then within the training set, too.
  const within = 1 - known.size / train.rowCount;
  const keyOf = rowKeys(selectColumns(test, features).columns);
  const bad = rowNumbersWhere(test, (row) => known.has(keyOf(row)));
  const share = bad.length / test.rowCount;
  return [
    createFinding({
      code: 'split.duplicate',
      level: bad.length === 0 ? 'ok' : share > errorShare ? 'error' : 'warn',
      table: testName,
      rule: `no row of the test set is in the training set (error above ${percent(errorShare)})`,
      measured: share,
      limit: errorShare,
      rowsChecked: test.rowCount,
      rowsBad: bad.length,
      examples: bad.slice(0, MOST_EXAMPLES).map((row) => ({row: row + 1, value: shownRow(test, features, row)})),
      message:
        bad.length === 0
          ? 'no row of the test set is in the training set'
          : `${percent(share)} of the test rows (${formatCount(bad.length)} of ${formatCount(test.rowCount)}) are in the training set, too: equal in ${plural(features.length, 'feature')}; within the training set ${percent(within)} of the rows repeat another`,
      numbers: {repeated_in_train: within},
      ...(bad.length === 0
        ? {}
        : {hint: 'remove duplicates before splitting, or split by a group that keeps them together'}),
    }),
  ];
}

/** Rows that no model can get right, since the same features have another label, too. */
export function conflicts({train, test, testName, features, label}: SplitWorld): readonly Finding[] {
  if (features.length === 0) return [];
  const labels = new Map<string, string | undefined>();
  const conflicting = new Set<string>();
  for (const table of [train, test]) {
    const keyOf = rowKeys(selectColumns(table, features).columns);
    const [column] = selectColumns(table, [label]).columns;
    for (let row = 0; row < table.rowCount; row += 1) {
      const key = keyOf(row);
      const value = column === undefined ? undefined : cellText(column, row);
      if (!labels.has(key)) labels.set(key, value);
      else if (labels.get(key) !== value) conflicting.add(key);
    }
  }
  const rowsIn = (table: Table): readonly number[] => {
    const keyOf = rowKeys(selectColumns(table, features).columns);
    return rowNumbersWhere(table, (row) => conflicting.has(keyOf(row)));
  };
  const [inTrain, inTest] = [rowsIn(train), rowsIn(test)];
  const bad = inTrain.length + inTest.length;
  const all = train.rowCount + test.rowCount;
  return [
    createFinding({
      code: 'split.conflict',
      level: bad === 0 ? 'ok' : 'warn',
      table: testName,
      rule: 'rows with equal features have the same label',
      measured: bad / all,
      limit: 0,
      rowsChecked: all,
      rowsBad: bad,
      examples: inTest
        .slice(0, MOST_EXAMPLES)
        .map((row) => ({row: row + 1, value: shownRow(test, [...features, label], row)})),
      message:
        bad === 0
          ? 'rows with equal features have the same label'
          : `${plural(bad, 'row')} of ${formatCount(all)} (training and test) have the features of a row with another label`,
    }),
  ];
}

export function sharedKeys(world: SplitWorld, key: readonly string[]): readonly Finding[] {
  return [shared(world, key, 'split.key', 'key')];
}

export function sharedGroups(world: SplitWorld, group: string): readonly Finding[] {
  return [shared(world, [group], 'split.group', 'group')];
}

/** Rows in which a part of the key is missing are left out. */
function shared(
  {train, test, testName, trainName}: SplitWorld,
  names: readonly string[],
  code: 'split.key' | 'split.group',
  word: string,
): Finding {
  const known = keysOf(train, names);
  const columns = selectColumns(test, names).columns;
  const keyOf = rowKeys(columns);
  const isWhole = (row: number): boolean => !columns.some((column) => isMissing(column, row));
  const bad = rowNumbersWhere(test, (row) => isWhole(row) && known.has(keyOf(row)));
  const values = new Set(bad.map((row) => keyOf(row)));
  const name = names.join(', ');
  return createFinding({
    code,
    level: bad.length === 0 ? 'ok' : 'error',
    table: testName,
    subject: name,
    ...(names.length === 1 ? {column: name} : {}),
    rule: `no ${word} is in both sets`,
    measured: values.size,
    limit: 0,
    rowsChecked: test.rowCount,
    rowsBad: bad.length,
    examples: bad.slice(0, MOST_EXAMPLES).map((row) => ({row: row + 1, value: shownRow(test, names, row)})),
    message:
      bad.length === 0
        ? `no ${word} (\`${name}\`) is in both sets`
        : `${plural(values.size, word)} (\`${name}\`) of the test set ${values.size === 1 ? 'is' : 'are'} in \`${trainName}\`, too: ${plural(bad.length, 'row')}`,
    ...(bad.length === 0 ? {} : {hint: `split by \`${name}\`, so that all of its rows are on one side`}),
  });
}

export function timeOrder({train, test, testName}: SplitWorld, time: string): readonly Finding[] {
  const [before] = selectColumns(train, [time]).columns;
  const [now] = selectColumns(test, [time]).columns;
  if (before === undefined || now === undefined) return [];
  if (!isNumeric(before) || !isNumeric(now))
    throw new Error(`the column \`${time}\` holds neither dates nor numbers in both tables`);
  let newest = -Infinity;
  let newestRow = -1;
  for (let row = 0; row < train.rowCount; row += 1) {
    const value = before.values[row] ?? NaN;
    if (isMissing(before, row) || !(value > newest)) continue;
    [newest, newestRow] = [value, row];
  }
  const bad = rowNumbersWhere(test, (row) => !isMissing(now, row) && (now.values[row] ?? NaN) < newest);
  const latest = newestRow === -1 ? undefined : cellText(before, newestRow);
  return [
    createFinding({
      code: 'split.time',
      level: bad.length === 0 ? 'ok' : 'error',
      table: testName,
      column: time,
      rule: 'test rows are not older than the newest training row',
      measured: bad.length / test.rowCount,
      limit: 0,
      rowsChecked: test.rowCount,
      rowsBad: bad.length,
      examples: bad.slice(0, MOST_EXAMPLES).map((row) => example(now, row)),
      message:
        latest === undefined
          ? `\`${time}\` is missing in all training rows`
          : bad.length === 0
            ? `all test rows are from \`${time}\` ${latest} or later`
            : `${plural(bad.length, 'test row')} of ${formatCount(test.rowCount)} ${bad.length === 1 ? 'is' : 'are'} older than the newest training row (\`${time}\` ${latest})`,
      ...(bad.length === 0 ? {} : {hint: `split by time: training rows before a date, test rows after it`}),
    }),
  ];
}

const example = (column: Column, row: number): FindingExample => ({row: row + 1, value: cellText(column, row) ?? null});

function keysOf(table: Table, names: readonly string[]): ReadonlySet<string> {
  const keyOf = rowKeys(selectColumns(table, names).columns);
  const keys = new Set<string>();
  for (let row = 0; row < table.rowCount; row += 1) keys.add(keyOf(row));
  return keys;
}

export function rowNumbersWhere({rowCount}: Table, isWanted: (row: number) => boolean): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row += 1) if (isWanted(row)) rows.push(row);
  return rows;
}

const MOST_CELLS = 6;

/** Its first cells, `name=value`. */
function shownRow(table: Table, names: readonly string[], row: number): string {
  const columns = selectColumns(table, names.slice(0, MOST_CELLS)).columns;
  const cells = columns.map((column) => `${column.name}=${cellText(column, row) ?? ''}`);
  return formatList([...cells, ...names.slice(MOST_CELLS)], MOST_CELLS);
}
