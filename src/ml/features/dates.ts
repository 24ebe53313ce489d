/** Numbers of a date, in UTC. */
import type {DatePart, DateSpec} from './spec.ts';

const DAY_MS = 86_400_000;

const startOfYear = (date: Date): number => Date.UTC(2000, 0) + yearShift(date.getUTCFullYear());

/** Milliseconds from the beginning of 2000 to that of another year; Date.UTC takes years below 100 for 19xx. */
function yearShift(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1) - Date.UTC(2000, 0);
}

const PARTS: {
  readonly [part in DatePart]: {readonly of: (date: Date) => number; readonly first: number; readonly cycle: number};
} = {
  year: {of: (date) => date.getUTCFullYear(), first: 0, cycle: Infinity},
  quarter: {of: (date) => Math.floor(date.getUTCMonth() / 3) + 1, first: 1, cycle: 4},
  month: {of: (date) => date.getUTCMonth() + 1, first: 1, cycle: 12},
  day: {of: (date) => date.getUTCDate(), first: 1, cycle: 31},
  day_of_year: {of: (date) => Math.floor((date.getTime() - startOfYear(date)) / DAY_MS) + 1, first: 1, cycle: 366},
  weekday: {of: (date) => ((date.getUTCDay() + 6) % 7) + 1, first: 1, cycle: 7},
  hour: {of: (date) => date.getUTCHours(), first: 0, cycle: 24},
  minute: {of: (date) => date.getUTCMinutes(), first: 0, cycle: 60},
};

export function dateNames(recipe: string, {parts = [], cyclic = [], days_since: since}: DateSpec): readonly string[] {
  return [
    ...parts.map((part) => `${recipe}_${part}`),
    ...cyclic.flatMap((part) => [`${recipe}_${part}_sin`, `${recipe}_${part}_cos`]),
    ...(since === undefined ? [] : [`${recipe}_days_since`]),
  ];
}

/**
 * @param times milliseconds since 1970, NaN where missing. @returns a column for each of the names
 * @throws Error with a sentence when `days_since` is no day
 */
export function dateColumns(
  times: Float64Array,
  recipe: string,
  {parts = [], cyclic = [], days_since: since}: DateSpec,
): readonly Float64Array[] {
  const each = (numberOf: (date: Date) => number): Float64Array =>
    times.map((time) => (Number.isNaN(time) ? Number.NaN : numberOf(new Date(time))));
  const columns = parts.map((part) => each(PARTS[part].of));
  for (const part of cyclic) {
    const {of, first, cycle} = PARTS[part];
    const angle = (date: Date): number => (2 * Math.PI * (of(date) - first)) / cycle;
    columns.push(
      each((date) => Math.sin(angle(date))),
      each((date) => Math.cos(angle(date))),
    );
  }
  if (since === undefined) return columns;
  const start = Date.parse(since);
  if (Number.isNaN(start)) throw new Error(`\`days_since\` of \`${recipe}\` is no day: write it as 2020-01-31`);
  return [...columns, times.map((time) => (time - start) / DAY_MS)];
}
