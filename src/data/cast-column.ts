/** A column of a file that has types of its own, as another type that was asked for. */
import {formatCell} from './format-cell.ts';
import {bigintColumn, cellOf, numericColumn, stringColumn} from './table-tools.ts';
import type {Column, ColumnType} from './table.ts';

/**
 * Whole numbers become floats or longer ones, floats and long whole numbers become `integer` where all of them are, dates become
 * datetimes, and everything becomes text.
 * @param file for messages
 * @throws Error when a value would change, but for long whole numbers that become the nearest float
 */
export function castColumn(column: Column, type: ColumnType, file: string): Column {
  if (column.type === type) return column;
  const rows = column.type === 'string' ? column.codes.length : column.values.length;
  const cells = Array.from({length: rows}, (_, row) => cellOf(column, row));
  const {name} = column;
  if (type === 'string')
    return stringColumn(
      name,
      cells.map((_, row) => formatCell(column, row)),
    );
  if (type === 'bigint' && column.type === 'integer') {
    return bigintColumn(
      name,
      cells.map((cell) => (cell === undefined ? cell : BigInt(cell))),
    );
  }
  const isNumber = column.type === 'integer' || column.type === 'bigint' || column.type === 'number';
  if ((isNumber && type === 'number') || (column.type === 'date' && type === 'datetime')) {
    return numericColumn(
      name,
      cells.map((cell) => (cell === undefined ? cell : Number(cell))),
      type,
    );
  }
  if (isNumber && type === 'integer') {
    return numericColumn(
      name,
      cells.map((cell) => (cell === undefined ? cell : whole(cell, name, file))),
      type,
    );
  }
  throw new Error(`\`${file}\`: column \`${name}\` is of type ${column.type} and cannot be read as ${type}`);
}

function whole(cell: number | bigint | string | boolean, name: string, file: string): number {
  const value = Number(cell);
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`\`${file}\`: \`${String(cell)}\` in column \`${name}\` is no integer of at most 2^53`);
}
