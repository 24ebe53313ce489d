/**
 * One cell of text as a value of a type: strictly, by its form, never by `Number()` alone, which reads ` `, `0x1F` and
 * `Infinity` as numbers. For limits in schemas and for cells that a reader left as text.
 */
import type {SchemaType} from './schema.ts';

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['True', 1],
  ['TRUE', 1],
  ['1', 1],
  ['false', 0],
  ['False', 0],
  ['FALSE', 0],
  ['0', 0],
]);
const LARGEST_BIGINT = 2n ** 63n - 1n;

/**
 * Dates and date-times in milliseconds (without a zone: UTC), booleans as 0 and 1.
 * @returns undefined when the text is no such value; integers beyond 2^53 - 1 are none of the type `integer`.
 */
export function cellValue(type: Exclude<SchemaType, 'string' | 'text'>, text: string): number | bigint | undefined {
  switch (type) {
    case 'integer': {
      const value = INTEGER.test(text) ? Number(text) : NaN;
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case 'number':
      return NUMBER.test(text) ? Number(text) : undefined;
    case 'bigint': {
      if (!INTEGER.test(text)) return undefined;
      const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
      return value <= LARGEST_BIGINT && value >= -LARGEST_BIGINT - 1n ? value : undefined;
    }
    case 'boolean':
      return BOOLEANS.get(text);
    case 'date':
      return DATE.test(text) ? dateValue(text) : undefined;
    case 'datetime':
      return dateValue(text);
  }
}

function dateValue(text: string): number | undefined {
  const match = DATETIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 31 February would become 3 March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const time =
    (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000 + Number(`0.${fraction || '0'}`) * 1000;
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  return date.getTime() + Math.floor(time) - offset;
}

/** A value as text: dates as ISO 8601, whole days without a time where the type is `date`. */
export function valueText(type: SchemaType, value: number | bigint): string {
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type !== 'date' && type !== 'datetime') return String(value);
  const number = Number(value);
  // What is no time is shown as the number that it is; Date throws on it.
  if (!Number.isFinite(number) || Math.abs(number) > 8.64e15) return String(value);
  const iso = new Date(number).toISOString();
  return type === 'date' && number % 86_400_000 === 0 ? iso.slice(0, iso.indexOf('T')) : iso;
}
