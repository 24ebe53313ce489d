/**
 * What the binary formats share: a file that says its own columns and types, and gives its rows in groups. Whether a
 * column of 64-bit whole numbers is `integer` or `bigint` is decided over the whole file, as everywhere.
 */
import {castColumn} from './cast-column.ts';
import {wantedColumns} from './read-options.ts';
import type {ReadOptions, TableOutline} from './read-options.ts';
import {emptyTable, sliceRows} from './table-tools.ts';
import type {ColumnType, Table} from './table.ts';

export interface BinaryColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of a `bigint`: its values may all be small enough for `integer`. */
  readonly mayBeInteger: boolean;
}

export interface BinaryFile {
  /** For messages. */
  readonly name: string;
  readonly columns: readonly BinaryColumn[];
  /** The given columns, by their indices, in that order. */
  groups(columns: readonly number[]): AsyncIterable<Table>;
}

/** @param batchRows undefined for as few tables as there are groups. @yields at least one table */
export async function* scanBinary(
  file: BinaryFile,
  options: ReadOptions,
  batchRows: number | undefined,
): AsyncIterable<Table> {
  const wanted = wantedOf(file, options);
  const columns = await typesOf(file, wanted, options);
  let count = 0;
  for await (const group of file.groups(wanted)) {
    const table = {
      rowCount: group.rowCount,
      columns: group.columns.map((column, index) => castColumn(column, columns[index]?.type ?? column.type, file.name)),
    };
    const step = batchRows ?? Math.max(1, table.rowCount);
    for (let from = 0; from < table.rowCount; from += step) {
      count += 1;
      yield sliceRows(table, from, Math.min(table.rowCount, from + step));
    }
  }
  if (count === 0) yield emptyTable(columns);
}

export async function outlineBinary(file: BinaryFile, options: ReadOptions): Promise<TableOutline> {
  const wanted = wantedOf(file, options);
  const columns = await typesOf(file, wanted, options);
  let rowCount = 0;
  for await (const group of file.groups(wanted.slice(0, 1))) rowCount += group.rowCount;
  return {rowCount, columns};
}

/** @throws Error when columns cannot be told apart by their names */
function wantedOf({columns, name}: BinaryFile, options: ReadOptions): readonly number[] {
  const names = columns.map((column) => column.name);
  const lastOf = new Map(names.map((one, index) => [one, index]));
  const twice = names.find((one, index) => lastOf.get(one) !== index);
  if (twice !== undefined)
    throw new Error(`\`${name}\` has two columns called \`${twice}\`: rename one where it is written`);
  return wantedColumns(names, options, name);
}

async function typesOf(
  file: BinaryFile,
  wanted: readonly number[],
  {types = {}}: ReadOptions,
): Promise<TableOutline['columns']> {
  const isGiven = (name: string): boolean => Object.hasOwn(types, name);
  const open = wanted.filter((at) => file.columns[at]?.mayBeInteger === true && !isGiven(file.columns[at].name));
  const wide = new Set<number>();
  if (open.length > 0) {
    for await (const group of file.groups(open)) {
      for (const [index, column] of group.columns.entries()) {
        if (column.type === 'bigint' && column.values.some((value) => !isSafe(value))) wide.add(open[index] ?? -1);
      }
    }
  }
  return wanted.map((at) => {
    const {name = '', type = 'string'} = file.columns[at] ?? {};
    const found = open.includes(at) && !wide.has(at) ? 'integer' : type;
    return {name, type: isGiven(name) ? (types[name] ?? found) : found};
  });
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const isSafe = (value: bigint): boolean => value <= SAFE && value >= -SAFE;
