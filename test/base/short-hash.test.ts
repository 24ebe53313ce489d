import {expect, test} from 'vitest';
import {shortHash} from '../../src/base/short-hash.ts';

test('the hash of a text is the same for ever, since names of branches are made of it', () => {
  expect(shortHash('')).toMatchInlineSnapshot(`"1388a0fbb113ec85"`);
  expect(shortHash('{"model":"forest"}')).toMatchInlineSnapshot(`"ff924d7c5173e381"`);
});

test('a hundred thousand texts that differ little have different hashes', () => {
  const hashes = new Set(Array.from({length: 100_000}, (_, index) => shortHash(`{"seed":${index}}`)));
  expect(hashes.size).toBe(100_000);
});
