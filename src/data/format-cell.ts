/** Cells as text that reading gives the same value again. */
import {isMissing} from './table.ts';
import type {Column} from './table.ts';

/** What a cell says, exactly, in ISO 8601 for dates; undefined when it is missing. */
export function formatCell(column: Column, row: number): string | undefined {
  if (isMissing(column, row)) return undefined;
  switch (column.type) {
    case 'string':
      return column.words[column.codes[row] ?? -1];
    case 'boolean':
      return column.values[row] === 1 ? 'true' : 'false';
    case 'bigint':
      return String(column.values[row] ?? 0n);
    case 'integer':
      return String(column.values[row] ?? NaN);
    case 'number':
      return formatFloat(column.values[row] ?? NaN);
    case 'date':
      return formatDate(column.values[row] ?? NaN);
    case 'datetime':
      return formatDatetime(column.values[row] ?? NaN);
  }
}

/** The shortest text that gives the same float; `2.0` and not `2`, so that it stays a float. */
export function formatFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return `${Object.is(value, -0) ? '-0' : String(value)}.0`;
  if (value === Infinity) return 'Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** `2024-02-29`. @param value milliseconds since 1970 */
export function formatDate(value: number): string {
  return isoOf(value)?.replace(/T.*/, '') ?? 'NaN';
}

/** `2024-02-29T12:30:59Z`, with milliseconds or microseconds where there are any. @param value milliseconds since 1970 */
export function formatDatetime(value: number): string {
  const whole = Math.floor(value);
  const micros = Math.round((value - whole) * 1000);
  // What rounds up to a whole millisecond belongs to the next one.
  const iso = isoOf(micros === 1000 ? whole + 1 : whole);
  if (iso === undefined) return 'NaN';
  const fraction = `${iso.slice(-4, -1)}${String(micros % 1000).padStart(3, '0')}`.replace(/(?:000)?000$/, '');
  return `${iso.slice(0, -5)}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** undefined for what no calendar holds. */
const isoOf = (value: number): string | undefined =>
  Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : undefined;
