/** Small things that are done with tables. */
import {isMissing, takeRows} from './table.ts';
import type {BigintColumn, BooleanColumn, Column, ColumnType, NumericColumn, StringColumn, Table} from './table.ts';

/**
 * The rows of several tables, one after the other.
 * @throws Error when they do not have the same columns of the same types
 */
export function concatTables(tables: readonly Table[]): Table {
  const [first, ...others] = tables;
  if (first === undefined) return {rowCount: 0, columns: []};
  if (others.length === 0) return first;
  const rowCount = tables.reduce((sum, table) => sum + table.rowCount, 0);
  for (const table of others) checkSameColumns(first, table);
  return {rowCount, columns: first.columns.map((_, index) => concatColumns(tables, index, rowCount))};
}

/** @throws Error when two tables do not have the same columns of the same types */
export function checkSameColumns(first: Table, other: Table): void {
  const shown = ({columns}: Table): string => columns.map(({name, type}) => `${name}: ${type}`).join(', ');
  if (shown(first) !== shown(other)) {
    throw new Error(`tables of different columns cannot become one: (${shown(first)}) and (${shown(other)})`);
  }
}

function concatColumns(tables: readonly Table[], index: number, rowCount: number): Column {
  const parts = tables.flatMap((table) => table.columns[index] ?? []);
  const [first] = parts;
  if (first === undefined) throw new Error('a table has fewer columns than the first');
  const missing = concatMissing(parts, rowCount);
  if (first.type === 'string') return {...concatWords(parts, rowCount), ...missing};
  if (first.type === 'boolean') return {...first, values: joined(parts, new Uint8Array(rowCount)), ...missing};
  if (first.type === 'bigint') return {...first, values: joined(parts, new BigInt64Array(rowCount)), ...missing};
  return {...first, values: joined(parts, new Float64Array(rowCount)), ...missing};
}

/** The values of columns of one type, one after the other. */
function joined<Values extends Uint8Array | BigInt64Array | Float64Array>(
  parts: readonly Column[],
  into: Values,
): Values {
  let at = 0;
  for (const part of parts as unknown as readonly {readonly values: Values}[]) {
    (into as {set(values: Values, at: number): void}).set(part.values, at);
    at += part.values.length;
  }
  return into;
}

function concatMissing(parts: readonly Column[], rowCount: number): {readonly missing?: Uint8Array} {
  if (parts.every((part) => part.missing === undefined)) return {};
  const missing = new Uint8Array(rowCount);
  let at = 0;
  for (const part of parts) {
    if (part.missing !== undefined) missing.set(part.missing, at);
    at += rowsOf(part);
  }
  return {missing};
}

const rowsOf = (column: Column): number => (column.type === 'string' ? column.codes.length : column.values.length);

function concatWords(parts: readonly Column[], rowCount: number): StringColumn {
  const words: string[] = [];
  const known = new Map<string, number>();
  const codes = new Int32Array(rowCount);
  let at = 0;
  for (const part of parts as readonly StringColumn[]) {
    const renamed = part.words.map((word) => {
      const code = known.get(word) ?? words.push(word) - 1;
      known.set(word, code);
      return code;
    });
    for (const code of part.codes) codes[at++] = code < 0 ? -1 : (renamed[code] ?? -1);
  }
  return {name: parts[0]?.name ?? '', type: 'string', codes, words};
}

/** Only those columns, in that order. @throws Error that names one that is not there */
export function selectColumns(table: Table, names: readonly string[]): Table {
  const columns = names.map((name) => {
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined) {
      const there = table.columns.map((one) => `\`${one.name}\``).join(', ');
      throw new Error(`the table has no column \`${name}\`; it has ${there}`);
    }
    return column;
  });
  return {...table, columns};
}

/** The rows [from, to), in the same memory. */
export function sliceRows(table: Table, from: number, to: number): Table {
  if (from === 0 && to === table.rowCount) return table;
  const columns = table.columns.map((column): Column => {
    const missing = column.missing === undefined ? {} : {missing: column.missing.subarray(from, to)};
    if (column.type === 'string') return {...column, ...missing, codes: column.codes.subarray(from, to)};
    if (column.type === 'boolean') return {...column, ...missing, values: column.values.subarray(from, to)};
    if (column.type === 'bigint') return {...column, ...missing, values: column.values.subarray(from, to)};
    return {...column, ...missing, values: column.values.subarray(from, to)};
  });
  return {rowCount: to - from, columns};
}

/** No rows of columns that are known. */
export function emptyTable(columns: readonly {readonly name: string; readonly type: ColumnType}[]): Table {
  return {rowCount: 0, columns: columns.map(({name, type}) => emptyColumn(name, type))};
}

function emptyColumn(name: string, type: ColumnType): Column {
  if (type === 'string') return stringColumn(name, []);
  if (type === 'boolean') return booleanColumn(name, []);
  return type === 'bigint' ? bigintColumn(name, []) : numericColumn(name, [], type);
}

/** The rows for which `isWanted` holds. */
export function rowsWhere(table: Table, isWanted: (row: number) => boolean): Table {
  const rows = new Int32Array(table.rowCount);
  let count = 0;
  for (let row = 0; row < table.rowCount; row += 1) if (isWanted(row)) rows[count++] = row;
  return count === table.rowCount ? table : takeRows(table, rows.subarray(0, count));
}

/** A column of numbers; null and undefined are missing. */
export function numericColumn(
  name: string,
  cells: Iterable<number | null | undefined>,
  type: NumericColumn['type'] = 'number',
): NumericColumn {
  const all = [...cells];
  return {name, type, values: Float64Array.from(all, (cell) => cell ?? NaN), ...missingOf(all)};
}

/** A column of texts; null and undefined are missing. */
export function stringColumn(name: string, cells: Iterable<string | null | undefined>): StringColumn {
  const all = [...cells];
  const known = new Map<string, number>();
  const codes = Int32Array.from(all, (cell) => {
    if (cell === null || cell === undefined) return -1;
    const code = known.get(cell) ?? known.size;
    known.set(cell, code);
    return code;
  });
  return {name, type: 'string', codes, words: [...known.keys()], ...missingOf(all)};
}

/** A column of truths; null and undefined are missing. */
export function booleanColumn(name: string, cells: Iterable<boolean | null | undefined>): BooleanColumn {
  const all = [...cells];
  return {name, type: 'boolean', values: Uint8Array.from(all, (cell) => (cell === true ? 1 : 0)), ...missingOf(all)};
}

/** A column of 64-bit whole numbers; null and undefined are missing. */
export function bigintColumn(name: string, cells: Iterable<bigint | null | undefined>): BigintColumn {
  const all = [...cells];
  return {name, type: 'bigint', values: BigInt64Array.from(all, (cell) => cell ?? 0n), ...missingOf(all)};
}

function missingOf(cells: readonly unknown[]): {readonly missing?: Uint8Array} {
  const missing = Uint8Array.from(cells, (cell) => (cell === null || cell === undefined ? 1 : 0));
  return missing.includes(1) ? {missing} : {};
}

/** A table of columns of equal length. @throws Error when they are not, or two have one name */
export function tableOf(columns: readonly Column[]): Table {
  const rowCount = columns[0] === undefined ? 0 : rowsOf(columns[0]);
  const names = new Set<string>();
  for (const column of columns) {
    if (rowsOf(column) !== rowCount) {
      throw new Error(
        `column \`${column.name}\` has ${String(rowsOf(column))} rows, the first has ${String(rowCount)}`,
      );
    }
    if (names.has(column.name)) throw new Error(`two columns are called \`${column.name}\``);
    names.add(column.name);
  }
  return {rowCount, columns};
}

/** The value of a cell, undefined when it is missing. Dates and datetimes are milliseconds since 1970. */
export function cellOf(column: Column, row: number): number | string | boolean | bigint | undefined {
  if (isMissing(column, row)) return undefined;
  if (column.type === 'string') return column.words[column.codes[row] ?? -1];
  return column.type === 'boolean' ? column.values[row] === 1 : column.values[row];
}

/** Whether two tables hold the same: names, types, values and missing cells in order; NaN equals NaN, 0 is not -0. */
export function tablesEqual(one: Table, other: Table): boolean {
  if (one.rowCount !== other.rowCount || one.columns.length !== other.columns.length) return false;
  return one.columns.every((column, index) => {
    const against = other.columns[index];
    if (against === undefined || against.name !== column.name || against.type !== column.type) return false;
    for (let row = 0; row < one.rowCount; row += 1) {
      if (!Object.is(cellOf(column, row), cellOf(against, row))) return false;
    }
    return true;
  });
}
