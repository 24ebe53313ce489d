/** Tables of random content, for fast-check: every type, every kind of odd text. */
import fc from 'fast-check';
import {bigintColumn, booleanColumn, numericColumn, stringColumn, tableOf} from '../../src/data/table-tools.ts';
import type {Column, Table} from '../../src/data/table.ts';

const DAY = 86_400_000;

/** Texts that a careless reader takes for something else. */
const ODD_TEXTS = [
  ...[
    '',
    ' ',
    'NA',
    ' NA ',
    '"',
    '""',
    "'",
    ',',
    ';',
    '\t',
    '|',
    '\n',
    '\r',
    '\r\n',
    '\\',
    '\\"',
    '#',
    '=1+1',
    '-2',
    '@x',
  ],
  ...['1', '007', '+1', '1.0', '1e5', '.5', '2.', '-0', 'NaN', 'inf', '-Infinity', '9007199254740993', '1,5', '0x1'],
  ...[
    'true',
    'False',
    'T',
    'null',
    '2024-02-29',
    '2024-02-29T12:00Z',
    '1/2/2024',
    'é',
    '日本',
    '😀',
    '\u0000',
    '\ufeff',
    '\u2028',
  ],
  ...[' 1', '1 ', '1 2', '{"a":1}', '[1,2]', "O'Brien", '"quoted"', 'a"b', 'x'.repeat(300)],
];

const text = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({unit: 'grapheme', maxLength: 8}),
  fc.string({maxLength: 12}),
);

/** Floats of all magnitudes; also those that people write. */
const float = fc.oneof(
  fc.double({noNaN: true}),
  fc.integer({min: -1_000_000, max: 1_000_000}).map((value) => value / 100),
  fc.constantFrom(0, -0, 1e20, 1e21, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 123456789012345680),
);
const micros = fc.integer({min: -3_000_000_000_000_000, max: 8_000_000_000_000_000}).map((value) => value / 1000);
const day = fc.integer({min: -300_000, max: 2_900_000}).map((value) => value * DAY);
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({min: -10, max: 10}));
const big = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n});
/** A name is never empty: that is a column without one. */
const name = fc.oneof(
  fc.constantFrom('a', 'x y', 'é', 'a,b', 'q"q', '2024', '1.5', 'NA', 'constructor', '__proto__'),
  fc.string({minLength: 1, maxLength: 6}),
);

/** How a format limits what can be told apart in it. */
export interface Limits {
  /** It has no NaN and no infinities. */
  readonly finite?: boolean;
  /** Dates are texts in it. */
  readonly datesAreTexts?: boolean;
}

export function randomTable(limits: Limits = {}): fc.Arbitrary<Table> {
  const column = (rows: number): fc.Arbitrary<(name: string) => Column> => {
    const cells = <Cell>(cell: fc.Arbitrary<Cell>): fc.Arbitrary<(Cell | undefined)[]> =>
      // With a first row that is there, the type of the column can be told.
      fc
        .tuple(cell, fc.array(fc.option(cell, {nil: undefined, freq: 5}), {minLength: rows, maxLength: rows}))
        .map(([first, rest]) => [first, ...rest.slice(1)]);
    const infinite = limits.finite === true ? [] : [fc.constantFrom(NaN, Infinity, -Infinity)];
    const number = fc.oneof(
      {weight: 9, arbitrary: float.filter(Number.isFinite)},
      ...infinite.map((arbitrary) => ({weight: 1, arbitrary})),
    );
    const words = limits.datesAreTexts === true ? text.filter((word) => !/^\d{4}-\d\d-\d\d/.test(word.trim())) : text;
    return fc.oneof(
      cells(safe).map((own) => (of: string) => numericColumn(of, own, 'integer')),
      cells(number).map((own) => (of: string) => numericColumn(of, own)),
      cells(fc.boolean()).map((own) => (of: string) => booleanColumn(of, own)),
      cells(day).map((own) => (of: string) => numericColumn(of, own, 'date')),
      // One that is no midnight, so that the column is no column of dates.
      cells(micros).map((own) => (of: string) => numericColumn(of, own, 'datetime')),
      cells(big).map(
        ([, ...own]) =>
          (of: string) =>
            bigintColumn(of, [2n ** 62n, ...own]),
      ),
      cells(words).map((own) => (of: string) => stringColumn(of, own)),
    );
  };
  return fc
    .integer({min: 1, max: 12})
    .chain((rows) =>
      fc
        .uniqueArray(name, {minLength: 1, maxLength: 5})
        .chain((names) =>
          fc
            .tuple(...names.map(() => column(rows)))
            .map((make) => tableOf(make.map((toColumn, index) => toColumn(names[index] ?? '')))),
        ),
    );
}
