/**
 * ISO 8601 dates and datetimes, from bytes: `2024-02-29`, `2024-02-29T12:30`, `2024-02-29 12:30:59.123456+01:00`. A datetime
 * without a zone is taken as UTC. Nothing is guessed: `1/2/2024` is no date, and neither is a day that the calendar has not, nor
 * one before the year 1000, which begins with a zero as codes do.
 */

const DAY = 86_400_000;
const DASH = 45;
const COLON = 58;

/** Digits of a fraction of a second; beyond, milliseconds in a 64-bit float could not tell two of them apart. */
const MOST_FRACTION = 6;

/** The number made of `count` digits, -1 when there is something else. */
function digitsAt(bytes: Uint8Array, start: number, count: number, end: number): number {
  if (start + count > end) return -1;
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Days since 1970-01-01 in the Gregorian calendar: Howard Hinnant, "chrono-compatible low-level date algorithms". */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Milliseconds since 1970-01-01 of the date in the ten bytes from `start`, NaN when it is none. */
function dateAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10 || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return NaN;
  const year = digitsAt(bytes, start, 4, end);
  const month = digitsAt(bytes, start + 5, 2, end);
  const day = digitsAt(bytes, start + 8, 2, end);
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NaN;
  return daysFromCivil(year, month, day) * DAY;
}

/** Milliseconds since 1970-01-01, NaN for what is no date and nothing but a date. */
export function parseDate(bytes: Uint8Array, start: number, end: number): number {
  return end - start === 10 ? dateAt(bytes, start, end) : NaN;
}

/** Milliseconds since 1970-01-01T00:00Z, microseconds as their fraction; a date is its midnight. NaN for anything else. */
export function parseDatetime(bytes: Uint8Array, start: number, end: number): number {
  const date = dateAt(bytes, start, end);
  let at = start + 10;
  if (Number.isNaN(date) || at === end) return date;
  // T, t or a space.
  if (((bytes[at] as number) | 32) !== 116 && bytes[at] !== 32) return NaN;
  const hour = digitsAt(bytes, at + 1, 2, end);
  const minute = digitsAt(bytes, at + 4, 2, end);
  if (hour < 0 || hour > 23 || bytes[at + 3] !== COLON || minute < 0 || minute > 59) return NaN;
  at += 6;
  let milliseconds = (hour * 60 + minute) * 60_000;
  let micros = 0;
  if (at < end && bytes[at] === COLON) {
    const second = digitsAt(bytes, at + 1, 2, end);
    if (second < 0 || second > 59) return NaN;
    at += 3;
    milliseconds += second * 1000;
    if (at < end && bytes[at] === 46) {
      const length = fractionLength(bytes, at + 1, end);
      if (length === 0 || length > MOST_FRACTION) return NaN;
      micros = digitsAt(bytes, at + 1, length, end) * 10 ** (MOST_FRACTION - length);
      at += 1 + length;
    }
  }
  const whole = date + milliseconds - zoneAt(bytes, at, end);
  // Rounded once, so that every reader gives the same float.
  return micros === 0 ? whole : (whole * 1000 + micros) / 1000;
}

function fractionLength(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at += 1;
  return at - start;
}

/** Milliseconds that the zone in bytes[start, end) is ahead of UTC: nothing, `Z`, `+01:00`, `+0100` or `+01`. */
function zoneAt(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  const sign = bytes[start];
  if ((sign === 90 || sign === 122) && start + 1 === end) return 0;
  if (sign !== 43 && sign !== DASH) return NaN;
  const hours = digitsAt(bytes, start + 1, 2, end);
  let at = start + 3;
  if (at < end && bytes[at] === COLON) at += 1;
  const minutes = at === end ? 0 : digitsAt(bytes, at, 2, end);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || (at !== end && at + 2 !== end)) return NaN;
  return (sign === DASH ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
