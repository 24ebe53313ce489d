/** Numbers and dates from bytes, against JavaScript's own readers of texts that the rules allow. */
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {INTEGER, NUMBER, TEXT, kindOfBytes} from '../../../src/data/text/cell-kinds.ts';
import {parseDate, parseDatetime} from '../../../src/data/text/parse-date.ts';
import {numberOfText, simpleInteger, simpleNumber} from '../../../src/data/text/parse-number.ts';
import {formatDate, formatDatetime} from '../../../src/data/format-cell.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As columns read it: the fast way, else the careful one. */
function read(text: string): number | undefined {
  const bytes = bytesOf(text);
  const fast = simpleNumber(bytes, 0, bytes.length);
  return Number.isNaN(fast) ? numberOfText(text) : fast;
}

const digits = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({min: 0, max: 9}), {minLength: 1, maxLength: most}).map((list) => list.join(''));

const written = fc
  .tuple(fc.constantFrom('', '-', '+'), digits(25), fc.option(digits(25)), fc.option(fc.integer({min: -330, max: 330})))
  .map(
    ([sign, whole, part, power]) =>
      `${sign}${whole}${part === null ? '' : `.${part}`}${power === null ? '' : `e${String(power)}`}`,
  );

it('every float comes back from its shortest text, and from others', () => {
  fc.assert(
    fc.property(fc.double({noNaN: true}), fc.integer({min: 0, max: 20}), (value, places) => {
      for (const text of [String(value), value.toExponential(places), value.toPrecision(places + 1)]) {
        expect(Object.is(read(text), Number(text))).toBe(true);
      }
    }),
    {seed: 1, numRuns: 3000},
  );
});

it('every way to write a number is read as exactly as JavaScript reads it', () => {
  fc.assert(
    fc.property(written, (text) => {
      expect(Object.is(read(text), Number(text)), text).toBe(true);
    }),
    {seed: 1, numRuns: 5000},
  );
});

it('the fast ways agree with the rules about what is a number', () => {
  const odd = fc.array(fc.constantFrom(...'0019+-..eE ,x'), {maxLength: 8}).map((list) => list.join(''));
  fc.assert(
    fc.property(odd, (text) => {
      const bytes = bytesOf(text);
      const kind = kindOfBytes(bytes, 0, bytes.length, 46);
      const isWhole = /^[+-]?(0|[1-9]\d*)$/.test(text.replaceAll(/^ +| +$/g, ''));
      expect(kind === INTEGER, text).toBe(isWhole);
      if (!Number.isNaN(simpleInteger(bytes, 0, bytes.length))) expect(kind, text).toBe(INTEGER);
      if (!Number.isNaN(simpleNumber(bytes, 0, bytes.length))) expect([INTEGER, NUMBER], text).toContain(kind);
      if (kind === NUMBER) expect(numberOfText(text.trim()), text).not.toBeUndefined();
      if (kind === TEXT && !/^[ +-]*0\d/.test(text)) expect(numberOfText(text.trim()), text).toBeUndefined();
    }),
    {seed: 1, numRuns: 5000},
  );
});

it('decimal commas', () => {
  const comma = (text: string): number | undefined => {
    const bytes = bytesOf(text);
    const fast = simpleNumber(bytes, 0, bytes.length, 44);
    return Number.isNaN(fast) ? numberOfText(text, ',') : fast;
  };
  expect([comma('1,5'), comma('-0,25'), comma('1,5e3'), comma('1.5'), comma('1,5,5'), comma('3')]).toEqual([
    1.5,
    -0.25,
    1500,
    undefined,
    undefined,
    3,
  ]);
});

it('every day and every microsecond comes back from its text', () => {
  fc.assert(
    fc.property(
      fc.integer({min: -354_285, max: 2_932_896}),
      fc.integer({min: 0, max: 86_399_999_999}),
      (day, micros) => {
        const date = bytesOf(formatDate(day * 86_400_000));
        expect(parseDate(date, 0, date.length)).toBe(day * 86_400_000);
        expect(new Date(parseDate(date, 0, date.length)).toISOString().slice(0, 10)).toBe(
          new TextDecoder().decode(date),
        );
        // Between 1685 and 2255 a float of milliseconds tells microseconds apart.
        const instant = (Math.max(-100_000, Math.min(day, 100_000)) * 86_400_000_000 + micros) / 1000;
        const text = bytesOf(formatDatetime(instant));
        expect(parseDatetime(text, 0, text.length), new TextDecoder().decode(text)).toBe(instant);
      },
    ),
    {seed: 1, numRuns: 2000},
  );
});

it.each([
  '2024-13-01',
  '2024-00-10',
  '2024-04-31',
  '1900-02-29',
  '2024-1-1',
  '2024/01/01',
  '20240101',
  '0999-01-01',
  '2024-01-01T',
])('%s is no date', (text) => {
  const bytes = bytesOf(text);
  expect(parseDate(bytes, 0, bytes.length)).toBeNaN();
  expect(parseDatetime(bytes, 0, bytes.length)).toBeNaN();
});

it.each([
  ['2024-01-01T24:00', NaN],
  ['2024-01-01T10:60', NaN],
  ['2024-01-01T10:00:60', NaN],
  ['2024-01-01T10', NaN],
  ['2024-01-01T10:00:00.', NaN],
  ['2024-01-01T10:00+25:00', NaN],
  ['2024-01-01T10:00 Europe/Berlin', NaN],
  ['2024-01-01T10:00-0530', Date.UTC(2024, 0, 1, 15, 30)],
  ['2024-01-01t10:00:00z', Date.UTC(2024, 0, 1, 10)],
  ['2024-01-01 10:00+02', Date.UTC(2024, 0, 1, 8)],
])('%s', (text, expected) => {
  const bytes = bytesOf(text);
  expect(parseDatetime(bytes, 0, bytes.length)).toBe(expected);
});
