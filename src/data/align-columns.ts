/** Tables of several files made one: which columns and types they have together, and each brought to them. */
import {formatList} from '../base/format.ts';
import {castColumn} from './cast-column.ts';
import type {Column, ColumnType, Table} from './table.ts';
import {bigintColumn, booleanColumn, numericColumn, stringColumn} from './table-tools.ts';

export interface ColumnSpec {
  readonly name: string;
  /** undefined: nothing but missing cells, which may be of any type. */
  readonly type: ColumnType | undefined;
}

export interface NamedColumns {
  /** As the user knows the file. */
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
}

/** The narrowest type that holds the values of both exactly. */
export function commonType(a: ColumnType | undefined, b: ColumnType | undefined): ColumnType | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const pair = [a, b].sort().join(' ');
  if (pair === 'integer number') return 'number';
  if (pair === 'bigint integer') return 'bigint';
  return pair === 'date datetime' ? 'datetime' : 'string';
}

/**
 * The columns of all together, in the order of the first file, those that only later files have behind them.
 * @param union whether a file may lack columns that others have
 * @throws Error naming two files and what one has and the other has not
 */
export function commonColumns(files: readonly NamedColumns[], union: boolean): readonly ColumnSpec[] {
  const [first] = files;
  const types = new Map<string, ColumnType | undefined>();
  for (const {name, columns} of files) {
    if (first !== undefined && !union) refuseDifference(first, {name, columns});
    for (const column of columns) types.set(column.name, commonType(types.get(column.name), column.type));
  }
  return [...types].map(([name, type]) => ({name, type}));
}

function refuseDifference(first: NamedColumns, other: NamedColumns): void {
  const lacking = (file: NamedColumns, of: NamedColumns): readonly string[] =>
    of.columns.filter(({name}) => !file.columns.some((column) => column.name === name)).map(({name}) => `\`${name}\``);
  const [fewer, more] = [lacking(other, first), lacking(first, other)];
  if (fewer.length === 0 && more.length === 0) return;
  const parts = [
    ...(fewer.length === 0 ? [] : [`lacks ${formatList(fewer, 5)}`]),
    ...(more.length === 0 ? [] : [`has ${formatList(more, 5)} in addition`]),
  ];
  throw new Error(
    `\`${other.name}\` has other columns than \`${first.name}\`: it ${parts.join(' and ')}; mend it, choose columns by \`columns\`, or let missing ones be empty by \`union: true\``,
  );
}

/**
 * The batch with exactly these columns: in their order and types, what is not there missing in all rows.
 * @param file for messages. @throws Error when a value would change
 */
export function alignColumns(
  batch: Table,
  wanted: readonly {readonly name: string; readonly type: ColumnType}[],
  file: string,
): Table {
  const {rowCount} = batch;
  const columns = wanted.map(({name, type}) => {
    const column = batch.columns.find((other) => other.name === name);
    return column === undefined || isEmptyText(column)
      ? missingColumn(name, type, rowCount)
      : castColumn(column, type, file);
  });
  return {rowCount, columns};
}

/** What is missing in all rows has no type of its own. */
const isEmptyText = (column: Column): boolean => column.type === 'string' && column.codes.every((code) => code < 0);

function missingColumn(name: string, type: ColumnType, rows: number): Column {
  const nothing = Array.from({length: rows}, () => undefined);
  switch (type) {
    case 'string':
      return stringColumn(name, nothing);
    case 'boolean':
      return booleanColumn(name, nothing);
    case 'bigint':
      return bigintColumn(name, nothing);
    default:
      return numericColumn(name, nothing, type);
  }
}
