import fc from 'fast-check';
import {expect, it} from 'vitest';
import {ownText} from '../../src/base/own-text.ts';

it('is the same text, whatever its characters', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), fc.nat(10), (text, start) => {
      expect(ownText(text)).toBe(text);
      expect(ownText(text.slice(start))).toBe(text.slice(start));
    }),
    {seed: 1},
  );
  expect(ownText('\ud800')).toBe('\ud800');
});
