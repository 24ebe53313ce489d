/** One cell of text as a value of a type, by the rules of the readers: for limits in schemas and for cells that were left as text. */
import {booleanOrDigit} from '../text/column-reader.ts';
import {parseDate, parseDatetime} from '../text/parse-date.ts';
import {numberOfText} from '../text/parse-number.ts';
import type {SchemaType} from './schema.ts';

const INTEGER = /^[+-]?\d+$/;
const LARGEST = 2n ** 63n - 1n;
const encoder = new TextEncoder();

/**
 * Dates and date-times in milliseconds (without a zone: UTC), booleans as 0 and 1, also written so; `2.0` is a whole number.
 * @returns undefined when the text is no such value; integers beyond 2^53 - 1 are none of the type `integer`.
 */
export function cellValue(type: Exclude<SchemaType, 'string' | 'text'>, cell: string): number | bigint | undefined {
  const text = cell.trim();
  switch (type) {
    case 'integer': {
      const value = numberOfText(text);
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case 'number':
      return numberOfText(text);
    case 'bigint': {
      // The most digits of 64 bits; BigInt of a million digits takes its time.
      if (!INTEGER.test(text) || text.length > 40) return undefined;
      const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
      return value <= LARGEST && value >= -LARGEST - 1n ? value : undefined;
    }
    case 'boolean':
      return booleanOrDigit(text) === undefined ? undefined : Number(booleanOrDigit(text));
    case 'date':
    case 'datetime': {
      const bytes = encoder.encode(text);
      const value = (type === 'date' ? parseDate : parseDatetime)(bytes, 0, bytes.length);
      return Number.isNaN(value) ? undefined : value;
    }
  }
}
