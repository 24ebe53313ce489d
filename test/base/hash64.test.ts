import fc from 'fast-check';
import {expect, it} from 'vitest';
import {Hash64} from '../../src/base/hash64.ts';

const MASK = (1n << 64n) - 1n;

/** The hash as its header says it, in bigints. */
function slow(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  for (const factor of [0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n]) hash = ((hash ^ (hash >> 33n)) * factor) & MASK;
  return hash ^ (hash >> 33n);
}

const whole = (hash: Hash64): bigint => (BigInt(hash.digest().high) << 32n) | BigInt(hash.digest().low);

it('is the hash of its header', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 200}), fc.nat(255), (text, byte) => {
      const hash = new Hash64();
      hash.text('before');
      hash.reset();
      hash.text(text);
      hash.byte(byte);
      const expected = slow(new Uint8Array([...new TextEncoder().encode(text), byte]));
      expect(whole(hash)).toBe(expected);
      expect(hash.uniform()).toBe(Number(expected >> 11n) / 2 ** 53);
    }),
    {seed: 1},
  );
});

it('is a known number', () => {
  const hash = new Hash64();
  hash.text('mlp');
  expect(whole(hash).toString(16)).toBe('768526e9169d219e');
});

it('spreads short texts evenly', () => {
  const counts = new Array<number>(10).fill(0);
  const hash = new Hash64();
  for (let index = 0; index < 100_000; index += 1) {
    hash.reset();
    hash.text(String(index));
    const bin = Math.floor(hash.uniform() * 10);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  // 5 standard deviations of a fair draw.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9000));
});
