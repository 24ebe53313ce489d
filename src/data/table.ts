/**
 * A table in memory: typed arrays column by column, so that a pass over a column touches nothing else. Readers give it in
 * batches of rows; a whole table is one batch. Plain data, never changed once it is made.
 *
 * Text is always stored as codes into a list of distinct words: categories, counts of distinct values and features of a
 * text cost one step a word instead of one a row, and a column of unique texts costs no more than the texts themselves.
 */

/**
 * What the cells of a column are. `integer` is whole numbers up to ±(2^53 - 1), beyond that `bigint`; `date` and `datetime`
 * are milliseconds since 1970-01-01T00:00:00Z.
 */
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const COLUMN_TYPES = ['integer', 'number', 'boolean', 'date', 'datetime', 'bigint', 'string'] as const;

interface ColumnOf<Type extends ColumnType> {
  readonly name: string;
  readonly type: Type;
  /** One byte a row, 1 where the cell is missing; absent when no cell is. */
  readonly missing?: Uint8Array;
}

/** Missing cells hold NaN; a NaN or an infinity that is not missing was written so in the file. */
export interface NumericColumn extends ColumnOf<'integer' | 'number' | 'date' | 'datetime'> {
  readonly values: Float64Array;
}

/** 0 or 1; missing cells hold 0. */
export interface BooleanColumn extends ColumnOf<'boolean'> {
  readonly values: Uint8Array;
}

/** Missing cells hold 0. */
export interface BigintColumn extends ColumnOf<'bigint'> {
  readonly values: BigInt64Array;
}

export interface StringColumn extends ColumnOf<'string'> {
  /** Row -> index into `words`; -1 where the cell is missing. */
  readonly codes: Int32Array;
  /** Distinct, in the order of their first row. */
  readonly words: readonly string[];
}

export type Column = NumericColumn | BooleanColumn | BigintColumn | StringColumn;

export interface Table {
  readonly rowCount: number;
  /** All of `rowCount` rows; names are distinct. */
  readonly columns: readonly Column[];
}

export const isNumeric = (column: Column): column is NumericColumn =>
  column.type === 'integer' || column.type === 'number' || column.type === 'date' || column.type === 'datetime';

/** The column of that name, undefined when there is none. */
export function columnNamed(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

export function isMissing(column: Column, row: number): boolean {
  return column.missing !== undefined && column.missing[row] === 1;
}

/** A new table of the given rows, in that order; a row may come more than once. Words that no row has any more stay. */
export function takeRows(table: Table, rows: Int32Array | Uint32Array): Table {
  return {rowCount: rows.length, columns: table.columns.map((column) => takeColumn(column, rows))};
}

function takeColumn(column: Column, rows: Int32Array | Uint32Array): Column {
  const missing =
    column.missing === undefined ? {} : {missing: take(column.missing, new Uint8Array(rows.length), rows)};
  if (column.type === 'string')
    return {...column, ...missing, codes: take(column.codes, new Int32Array(rows.length), rows)};
  if (column.type === 'boolean')
    return {...column, ...missing, values: take(column.values, new Uint8Array(rows.length), rows)};
  if (column.type === 'bigint') {
    const values = new BigInt64Array(rows.length);
    for (let to = 0; to < rows.length; to += 1) values[to] = column.values[rows[to] ?? -1] ?? 0n;
    return {...column, ...missing, values};
  }
  return {...column, ...missing, values: take(column.values, new Float64Array(rows.length), rows)};
}

function take<Values extends Float64Array | Int32Array | Uint8Array>(
  from: Values,
  into: Values,
  rows: Int32Array | Uint32Array,
): Values {
  for (let to = 0; to < rows.length; to += 1) into[to] = from[rows[to] ?? -1] ?? 0;
  return into;
}
