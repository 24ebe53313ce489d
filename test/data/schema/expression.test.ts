import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {conditionOf} from '../../../src/data/schema/evaluate.ts';
import {columnsOf, parseExpression} from '../../../src/data/schema/expression.ts';
import type {SchemaType} from '../../../src/data/schema/schema.ts';
import type {Column} from '../../../src/data/table.ts';

const columns: readonly Column[] = [
  {name: 'a', type: 'number', values: Float64Array.of(1, 2, NaN, 0.3), missing: Uint8Array.of(0, 0, 1, 0)},
  {name: 'b', type: 'integer', values: Float64Array.of(1, 1, 1, 1)},
  {name: 'big', type: 'bigint', values: BigInt64Array.of(9007199254740993n, 1n, 0n, -1n)},
  {
    name: 'country',
    type: 'string',
    codes: Int32Array.of(0, 1, -1, 0),
    words: ['LT', 'LV'],
    missing: Uint8Array.of(0, 0, 1, 0),
  },
  {name: 'day', type: 'date', values: Float64Array.of(0, 86_400_000, 0, 0)},
  {name: 'yes', type: 'boolean', values: Uint8Array.of(1, 0, 1, 0)},
  {name: 'odd `name', type: 'number', values: Float64Array.of(1, 2, 3, 4)},
];
const types = new Map<string, SchemaType>(columns.map(({name, type}) => [name, type]));

/** What the expression gives for the four rows: t, f or ?. */
function rows(text: string, within = 0): string {
  const condition = conditionOf(parseExpression(text), {text, typeOf: (name) => types.get(name), within});
  const holds = condition.bind(new Map(columns.map((column) => [column.name, column])));
  return [0, 1, 2, 3].map((row) => ({true: 't', false: 'f', undefined: '?'})[String(holds(row)) as 'true']).join('');
}

const mistake = (text: string): string => {
  try {
    return rows(text);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

describe('an expression', () => {
  it.each([
    ['a == b', 'tf?f'],
    ['a <= b', 'tf?t'],
    ['a != b', 'ft?t'],
    ['a + b * 2 == 3', 'tf?f'],
    ['(a + b) * 2 == 4', 'tf?f'],
    ['-a < 0', 'tt?t'],
    ['a - 1 - 1 == 0', 'ft?f'],
    ['a / 0 > 5', 'tt?t'],
    ['a is missing', 'fftf'],
    ['a is not missing', 'ttft'],
    ['not a == 1', 'ft?t'],
    ['not (a is missing) and b == 1', 'ttft'],
    ['a == 1 or b == 1', 'tttt'],
    ['a == 1 and b == 2', 'ffff'],
    ['a == 1 or b == 2', 'tf?f'],
    ['country in ["LT", \'EE\']', 'tf?t'],
    ['country not in ["LT"]', 'ft?f'],
    ['a in []', 'ffff'],
    ['country > "LU"', 'ft?f'],
    ['day >= "1970-01-02"', 'ftff'],
    ['"1970-01-02" > day', 'tftt'],
    ['day in ["1970-01-01"]', 'tftt'],
    ['yes', 'tftf'],
    ['not yes', 'ftft'],
    ['yes == false', 'ftft'],
    ['true', 'tttt'],
    ['`odd \\`name` >= 3', 'fftt'],
    ['`country` == "LT"', 'tf?t'],
    ['big == 9007199254740993', 'ffff'],
    ['big > 9007199254740992', 'tfff'],
    ['big == b', 'ftff'],
    ['"it\\"s" == \'it"s\'', 'tttt'],
    ['1e3 == 1000 and .5 == 0.50', 'tttt'],
  ])('%s', (text, expected) => {
    expect(rows(text)).toBe(expected);
  });

  it('compares numbers within a distance', () => {
    expect(rows('a == 0.29', 0.01)).toBe('ff?t');
    expect(rows('a == 0.289', 0.01)).toBe('ff?f');
    expect(rows('a != 0.29', 0.01)).toBe('tt?f');
    expect(rows('0.92 == 0.91', 0.01)).toBe('tttt');
    expect(rows('big == b', 1)).toBe('fttf');
  });

  it('says nothing of a column that is not in the table', () => {
    const typeOf = (): SchemaType => 'number';
    const of = (text: string): boolean | undefined =>
      conditionOf(parseExpression(text), {text, typeOf, within: 0}).bind(new Map([['a', columns[0]!]]))(0);
    expect(of('gone is missing')).toBeUndefined();
    expect(of('gone is not missing')).toBeUndefined();
    expect(of('a + gone is not missing')).toBeUndefined();
    expect(of('gone is missing or a == 1')).toBe(true);
  });

  it.each([
    ['', 'a column, a number or a text in quotes is needed here\n  \n  ^'],
    ['a <', 'a column, a number or a text in quotes is needed here\n  a <\n     ^'],
    ['a = 1', '`=` is no comparison: write `==`\n  a = 1\n    ^'],
    ['a == 1 && b == 1', '`&` is not known: write `and`, `or`, `not`\n  a == 1 && b == 1\n         ^'],
    ['a', 'this is a number and no condition: compare it with something\n  a\n  ^'],
    ['a + 1', 'this is no condition: compare it with something\n  a + 1\n    ^'],
    ['1 < a < 3', 'comparisons are not chained: join two with `and`\n  1 < a < 3\n        ^'],
    ['a < "x', 'the quote " is not closed\n  a < "x\n      ^'],
    ['a == "x"', 'a number cannot be compared with a text\n  a == "x"\n    ^'],
    [
      'day > "soon"',
      'this is compared with a date: write it as `2024-01-31` or `2024-01-31T12:00:00Z`\n  day > "soon"\n        ^',
    ],
    ['country + 1 > 2', 'a number is needed, and this is a text\n  country + 1 > 2\n  ^'],
    ['yes < true', 'true and false have no order: compare them with `==`\n  yes < true\n      ^'],
    ['nope > 1', 'there is no column `nope`\n  nope > 1\n  ^'],
    ['(a == 1', '`)` is needed here\n  (a == 1\n         ^'],
    ['a == 1)', '`)` is too much here\n  a == 1)\n        ^'],
    ['a is 1', '`missing` is needed here\n  a is 1\n       ^'],
    ['a in 1', '`[` is needed here\n  a in 1\n       ^'],
    ['a in ["x"]', 'a number cannot be compared with a text\n  a in ["x"]\n        ^'],
    ['process.exit(1)', '`(` is too much here\n  process.exit(1)\n              ^'],
    ['a == 1; b', '`;` is not known here\n  a == 1; b\n        ^'],
  ])('shows what is wrong with %j', (text, message) => {
    expect(mistake(text)).toBe(message);
  });

  it('is refused when it is too deep or too long to be walked', () => {
    expect(mistake(`${'('.repeat(1000)}1`)).toContain('this is nested too deeply');
    expect(mistake(`${'not '.repeat(1000)}yes`)).toContain('this is nested too deeply');
    expect(rows(`a ${'+ a '.repeat(900)} > 900`)).toBe('tt?f');
    expect(mistake(`a ${'+ a '.repeat(5000)} > 1`)).toBe(
      `this is too long: split the rule\n  ${' a +'.repeat(20)}\n  ${' '.repeat(40)}^`,
    );
  });

  it('names its columns once, in their order', () => {
    expect(columnsOf(parseExpression('b < a and not (`odd \\`name` in [a, -big]) or country is missing'))).toEqual([
      'b',
      'a',
      'odd `name',
      'big',
      'country',
    ]);
  });

  it('throws nothing but mistakes, whatever is typed', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'yes',
      'country',
      '1',
      '"x"',
      '+',
      '-',
      '(',
      ')',
      '[',
      ']',
      ',',
      'and',
      'or',
      'not',
      'in',
      'is',
      'missing',
      '==',
      '<',
      '`',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 12}), (pieces) => {
        const text = pieces.join(' ');
        try {
          expect(rows(text)).toMatch(/^[tf?]{4}$/);
        } catch (error) {
          expect((error as Error).name).toBe('ExpressionMistake');
        }
      }),
      {numRuns: 500, seed: 1},
    );
  });
});
