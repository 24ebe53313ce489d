/** Quantities as people read them. The same input gives the same text everywhere: never by locale. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** What is no sensible length (negative after a clock jump, NaN) counts as nothing. */
const sensible = (value: number): number => (value > 0 ? value : 0);

/** A length of time: `<0.1s`, `0.2s`, `38.2s`, `4m12s`, `1h03m`, `2d05h`. */
export function formatDuration(milliseconds: number): string {
  const ms = sensible(milliseconds);
  if (ms < 50) return '<0.1s';
  if (ms < MINUTE - 50) return `${(ms / SECOND).toFixed(1)}s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))}m${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 24 * 60) return `${String(Math.floor(minutes / 60))}h${twoDigits(minutes % 60)}m`;
  const hours = Math.round(ms / HOUR);
  return `${String(Math.floor(hours / 24))}d${twoDigits(hours % 24)}h`;
}

/** A length of time that is still growing, in whole seconds so that it does not flicker: `22s`, `4m12s`, `1h03m`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(sensible(milliseconds) / SECOND);
  return seconds < 60 ? `${String(seconds)}s` : formatDuration(seconds * SECOND);
}

/** A length of time as a clock shows it: `0:39`, `12:05`, `1:02:03`. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.floor(sensible(milliseconds) / SECOND);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}:${twoDigits(seconds % 60)}`;
  return `${String(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units: `999 B`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = sensible(bytes);
  let unit = 0;
  while (unit < BYTE_UNITS.length - 1 && (unit === 0 ? value >= 1000 : value >= 999.95)) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(Math.round(value)) : value.toFixed(1)} ${BYTE_UNITS[unit] ?? 'B'}`;
}

const AGE_UNITS = [
  {ms: 365 * DAY, short: 'y', long: 'year'},
  {ms: 30 * DAY, short: 'mo', long: 'month'},
  {ms: DAY, short: 'd', long: 'day'},
  {ms: HOUR, short: 'h', long: 'hour'},
  {ms: MINUTE, short: 'min', long: 'minute'},
] as const;

/**
 * How long ago something was: `3 d ago` in columns, `2 days ago` in sentences.
 * @param milliseconds from then until now; below a minute, or negative after a clock jump, is `just now`.
 */
export function formatAge(milliseconds: number, style: 'short' | 'long' = 'short'): string {
  // Months begin at 60 days, since `45 d ago` says more than `1 mo ago`.
  for (const unit of AGE_UNITS) {
    if (milliseconds < (unit.short === 'mo' ? 60 * DAY : unit.ms)) continue;
    const count = Math.floor(milliseconds / unit.ms);
    return style === 'short' ? `${String(count)} ${unit.short} ago` : `${plural(count, unit.long)} ago`;
  }
  return 'just now';
}

/** A whole number with commas between thousands: `9,998`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its noun: `1 stage`, `9,998 stages`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and c`, and beyond `most` `a, b, c and 4 more`. */
export function formatList(items: readonly string[], most = 3): string {
  const shown = items.length <= most ? items : [...items.slice(0, most), `${formatCount(items.length - most)} more`];
  if (shown.length <= 1) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** `0.5` -> `50 %`, rounded down, so that `100 %` means done. */
export function formatPercent(fraction: number): string {
  return `${String(Math.floor(sensible(fraction) * 100 + 1e-9))} %`;
}

/** A measured share: `12.5 %`, `0.07 %`, `0 %`, `100 %`; NaN where there is no whole. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${formatNumber(Number(percent.toFixed(Math.abs(percent) < 1 ? 2 : 1)))} %`;
}

const tidyExponent = (text: string): string => text.replace(/\.?0+e/, 'e').replace('e+', 'e');
const withoutTrailingZeros = (text: string): string =>
  text.includes('e') ? tidyExponent(text) : text.includes('.') ? text.replace(/\.?0+$/, '') : text;

/**
 * A measured number with at least `digits` significant digits: whole numbers in full, `0.913`, `12345.7`, `1.5e-7`;
 * `NaN`, `inf`, `-inf`.
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15 || size < 1e-4) return tidyExponent(value.toExponential(digits - 1));
  if (Number.isInteger(value)) return String(value);
  const wholeDigits = Math.max(0, Math.floor(Math.log10(size)) + 1);
  return withoutTrailingZeros(value.toPrecision(Math.min(17, Math.max(digits, wholeDigits + 1))));
}

/** Two numbers side by side, with as many digits as it takes to see that they differ. */
export function formatNumberPair(before: number, after: number): readonly [string, string] {
  for (let digits = 4; digits < 17; digits++) {
    const pair = [formatNumber(before, digits), formatNumber(after, digits)] as const;
    if (pair[0] !== pair[1] || Object.is(before, after) || before === after) return pair;
  }
  return [formatNumber(before, 17), formatNumber(after, 17)];
}

/** The signed difference of two numbers, `+0.008`, without the noise of binary fractions; '' when there is none. */
export function formatDelta(before: number, after: number): string {
  const delta = after - before;
  if (!Number.isFinite(delta) || delta === 0) return '';
  const decimals = Math.max(...formatNumberPair(before, after).map((text) => text.split('.')[1]?.length ?? 0));
  const rounded = Math.abs(delta) < 1e-4 || decimals > 12 ? delta : Number(delta.toFixed(Math.max(decimals, 1)));
  const text = formatNumber(rounded === 0 ? delta : rounded, 3);
  return delta > 0 ? `+${text}` : text;
}
