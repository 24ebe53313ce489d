/** Small tables for tests. */
import {bigintColumn, booleanColumn, numericColumn, stringColumn, tableOf} from '../../src/data/table-tools.ts';
import type {Column, ColumnType, NumericColumn, Table} from '../../src/data/table.ts';

type Cell = string | number | boolean | bigint | null;
type Cells = readonly Cell[];

/** A column of cells; null is missing. The type follows from the first value: a text, true or false, a bigint, else `number`. */
export function column(name: string, cells: Cells, type: ColumnType = typeOf(cells)): Column {
  const as = <Value>(of: (cell: NonNullable<Cell>) => Value): (Value | null)[] =>
    cells.map((cell) => (cell === null ? null : of(cell)));
  if (type === 'string') return stringColumn(name, as(String));
  if (type === 'boolean') return booleanColumn(name, as(Boolean));
  if (type === 'bigint')
    return bigintColumn(
      name,
      as((cell) => BigInt(cell)),
    );
  return numericColumn(name, as(Number), type satisfies NumericColumn['type']);
}

function typeOf(cells: Cells): ColumnType {
  const first = cells.find((cell) => cell !== null);
  const known: {readonly [type: string]: ColumnType} = {string: 'string', boolean: 'boolean', bigint: 'bigint'};
  return known[typeof first] ?? 'number';
}

export function table(columns: {readonly [name: string]: Cells} | readonly Column[]): Table {
  const isList = (value: typeof columns): value is readonly Column[] => Array.isArray(value);
  return tableOf(isList(columns) ? columns : Object.entries(columns).map(([name, cells]) => column(name, cells)));
}

/** The rows of a table as batches of at most `size` rows. */
export function batches(whole: Table, size: number, take: (table: Table, rows: Int32Array) => Table): readonly Table[] {
  const cuts = Array.from({length: Math.ceil(whole.rowCount / size)}, (_, index) => index * size);
  return cuts.map((from) =>
    take(
      whole,
      Int32Array.from({length: Math.min(size, whole.rowCount - from)}, (_, index) => from + index),
    ),
  );
}
