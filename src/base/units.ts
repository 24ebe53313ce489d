/** Durations and sizes as people write them. */

/** Parts in falling order, at least one. */
export const DURATION =
  /^(?=\d)(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
/** A number, a power of 1024 and `B`, both optional. */
export const SIZE = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])i?)?B?$/i;

const MILLISECONDS = [86_400_000, 3_600_000, 60_000, 1000, 1];
const POWERS = ['', 'K', 'M', 'G', 'T'];

/** `1h30m`, or a number of seconds, in milliseconds. @returns undefined when it is neither, or nothing at all. */
export function parseDuration(written: unknown): number | undefined {
  if (typeof written === 'number') return written > 0 ? Math.ceil(written * 1000) : undefined;
  const match = typeof written === 'string' ? DURATION.exec(written) : null;
  if (match === null) return undefined;
  const total = MILLISECONDS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
  return total > 0 ? Math.ceil(total) : undefined;
}

/** `2G`, or a number of bytes; powers of 1024. @returns undefined when it is neither. */
export function parseSize(written: unknown): number | undefined {
  if (typeof written === 'number') return written > 0 ? Math.ceil(written) : undefined;
  const match = typeof written === 'string' ? SIZE.exec(written) : null;
  if (match === null) return undefined;
  const bytes = Math.ceil(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? '').toUpperCase()));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
