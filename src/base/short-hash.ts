/** A small hash for names that people see. It guards nothing: contents are hashed with sha256 elsewhere. */

const MULTIPLIER_A = 0x9e3779b1;
const MULTIPLIER_B = 0x85ebca6b;

/** 16 lower-case hexadecimal digits, the same on every machine: two 32-bit multiply-and-shift lanes over UTF-16 code units. */
export function shortHash(text: string): string {
  let a = 0x243f6a88;
  let b = 0x13198a2e;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, MULTIPLIER_A);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, MULTIPLIER_B);
    b ^= b >>> 13;
  }
  const high = finish(a ^ text.length);
  return hex(high) + hex(finish(b ^ high));
}

function finish(lane: number): number {
  let value = Math.imul(lane ^ (lane >>> 16), MULTIPLIER_B);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
