/** One cell of text as a value of a type, by the rules of the readers: for limits in schemas and for cells that were left as text. */
import {booleanOfText} from '../text/cell-kinds.ts';
import {parseDate, parseDatetime} from '../text/parse-date.ts';
import {numberOfText} from '../text/parse-number.ts';
import type {SchemaType} from './schema.ts';

const INTEGER = /^[+-]?\d+$/;
const LARGEST = 2n ** 63n - 1n;
const encoder = new TextEncoder();

/**
 * Dates and date-times in milliseconds (without a zone: UTC), booleans as 0 and 1, also written so.
 * @returns undefined when the text is no such value; integers beyond 2^53 - 1 are none of the type `integer`.
 */
export function cellValue(type: Exclude<SchemaType, 'string' | 'text'>, text: string): number | bigint | undefined {
  switch (type) {
    case 'integer': {
      const value = INTEGER.test(text) ? Number(text) : NaN;
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
      if (text === '1' || text === '0') return Number(text);
      return booleanOfText(text) === undefined ? undefined : Number(booleanOfText(text));
    case 'date':
    case 'datetime': {
      const bytes = encoder.encode(text);
      const value = (type === 'date' ? parseDate : parseDatetime)(bytes, 0, bytes.length);
      return Number.isNaN(value) ? undefined : value;
    }
  }
}
