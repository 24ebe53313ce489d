/**
 * Numbers from bytes, by rule and exactly: what `Number()` would accept beyond the rule (hexadecimal, empty text, white
 * space) is none.
 */

/** `12`, `-1.5`, `.5`, `2.`, `1e-9`, and the words for what is no finite number in Python, R and JavaScript. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPECIAL: {readonly [text: string]: number} = {
  NaN: NaN,
  nan: NaN,
  Inf: Infinity,
  inf: Infinity,
  Infinity,
  '+Inf': Infinity,
  '+inf': Infinity,
  '+Infinity': Infinity,
  '-Inf': -Infinity,
  '-inf': -Infinity,
  '-Infinity': -Infinity,
};

/** Powers of ten that are exact as 64-bit floats, by their exponents. */
export const POWERS = Float64Array.from({length: 23}, (_, exponent) => Number(`1e${String(exponent)}`));
/** Whole numbers of that many digits are exact as 64-bit floats. */
export const MOST_DIGITS = 15;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** @returns undefined for what is no number. @param decimal the character that separates fractions */
export function numberOfText(text: string, decimal = '.'): number | undefined {
  const pointed = decimal === '.' ? text : text.replace(decimal, '.');
  if (NUMBER.test(pointed) && (decimal === '.' || !text.includes('.'))) return Number(pointed);
  return Object.hasOwn(SPECIAL, text) ? SPECIAL[text] : undefined;
}

/** The whole number in bytes[start, end) where it has at most 15 digits, none of them a leading zero; NaN for all else. */
export function simpleInteger(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const first = bytes[at] as number;
  if (first === 45 || first === 43) at += 1;
  const digits = end - at;
  if (digits < 1 || digits > MOST_DIGITS || (digits > 1 && bytes[at] === ZERO)) return NaN;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  // A whole number has no -0.
  return first === 45 && value !== 0 ? -value : value;
}

/**
 * The number in bytes[start, end) where it has at most 15 digits and a small exponent, by the fast path of Clinger ("How
 * to read floating point numbers accurately", 1990): digits and power of ten are exact, so that one division or
 * multiplication rounds correctly. NaN for all else: `numberOfText` decides.
 */
export function simpleNumber(bytes: Uint8Array, start: number, end: number, decimal = POINT): number {
  let at = start;
  const first = bytes[at] as number;
  if (first === 45 || first === 43) at += 1;
  const digitsFrom = at;
  let mantissa = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = at - digitsFrom;
  // Leading zeros make a code of it.
  if (digits > 1 && bytes[digitsFrom] === ZERO) return NaN;
  let exponent = 0;
  if (at < end && bytes[at] === decimal) {
    const point = at;
    at += 1;
    for (; at < end; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    exponent = point + 1 - at;
    digits -= exponent;
  }
  if (digits === 0 || digits > MOST_DIGITS) return NaN;
  if (at < end) {
    const written = exponentAt(bytes, at, end);
    if (Number.isNaN(written)) return NaN;
    exponent += written;
  }
  if (exponent < -22 || exponent > 22) return NaN;
  if (exponent < 0) mantissa /= POWERS[-exponent] as number;
  else if (exponent > 0) mantissa *= POWERS[exponent] as number;
  return first === 45 ? -mantissa : mantissa;
}

/** The number behind the `e` at `start`, NaN when it is none or has more than three digits. */
function exponentAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (((bytes[at] as number) | 32) !== 101) return NaN;
  at += 1;
  const sign = bytes[at];
  if (sign === 45 || sign === 43) at += 1;
  if (at >= end || end - at > 3) return NaN;
  let value = 0;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return NaN;
    value = value * 10 + byte - ZERO;
  }
  return sign === 45 ? -value : value;
}

/** Bytes as text, for cells that are short and most often ASCII; faster than a TextDecoder there. */
export function shortText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return decoded(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte > 127) return decoded(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

const decoded = (bytes: Uint8Array): string => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);
