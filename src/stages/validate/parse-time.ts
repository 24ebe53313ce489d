import {cellValue} from '../../data/schema/cell-value.ts';

/** ISO 8601, in UTC where it has no zone. @returns milliseconds since 1970, undefined when it is no time */
export function parseTime(text: string): number | undefined {
  const value = cellValue('datetime', text);
  return value === undefined ? undefined : Number(value);
}
