/** What a CSV is read as: dialects, types, missing values, names. */
import {describe, expect, it} from 'vitest';
import {outlineTable, readTable} from '../../src/data/read-table.ts';
import type {ReadOptions} from '../../src/data/read-table.ts';
import {cellOf, numericColumn, stringColumn, tableOf, tablesEqual} from '../../src/data/table-tools.ts';
import {read, shown} from './read-both.ts';
import {byteSource, textOf, textSource, written} from './text-source.ts';

/** The type of one column and its cells. */
const column = async (cells: readonly string[], options: ReadOptions = {}): Promise<string> =>
  (await read(`x,filler\n${cells.map((cell) => `${cell},z\n`).join('')}`, options))[0]?.slice(3) ?? '';

describe('types', () => {
  it.each([
    [['1', '-2', '+3', '0'], 'integer [1 | -2 | 3 | 0]'],
    [['1', '2.5', '.5', '2.', '-1e-3', '1E5'], 'number [1 | 2.5 | 0.5 | 2 | -0.001 | 100000]'],
    [['1', '1.0'], 'number [1 | 1]'],
    [['-0', '1'], 'integer [0 | 1]'],
    [['-0', '1.5'], 'number [-0 | 1.5]'],
    [['007', '12'], 'string [007 | 12]'],
    [['-07', '12'], 'string [-07 | 12]'],
    [['0.5', '0'], 'number [0.5 | 0]'],
    [['00.5', '1'], 'string [00.5 | 1]'],
    [['9007199254740991', '-9007199254740991'], 'integer [9007199254740991 | -9007199254740991]'],
    [['9007199254740993', '1'], 'bigint [9007199254740993 | 1]'],
    [['-9223372036854775808', '9223372036854775807'], 'bigint [-9223372036854775808 | 9223372036854775807]'],
    [['9223372036854775808', '1'], 'string [9223372036854775808 | 1]'],
    [['100000000000000000000', '0.5'], 'number [100000000000000000000 | 0.5]'],
    [['true', 'FALSE', 'True'], 'boolean [true | false | true]'],
    [['true', '1'], 'string [true | 1]'],
    [['T', 'F'], 'string [T | F]'],
    [['2024-02-29', '1999-12-31'], 'date [1709164800000 | 946598400000]'],
    [['2023-02-29', '2024-02-29'], 'string [2023-02-29 | 2024-02-29]'],
    [['2024-02-29', '2024-02-29T12:00:00Z'], 'datetime [1709164800000 | 1709208000000]'],
    [['2024-02-29 12:30', '2024-02-29T12:30:01.25+01:00'], 'datetime [1709209800000 | 1709206201250]'],
    [['2024-02-29T00:00:00.123456Z'], 'datetime [1709164800123.456]'],
    [['2024-02-29T00:00:00.123456789Z'], 'string [2024-02-29T00:00:00.123456789Z]'],
    [['1/2/2024', '3/2/2024'], 'string [1/2/2024 | 3/2/2024]'],
    [['45351', '45352'], 'integer [45351 | 45352]'],
    [['2024-02-29', '5'], 'string [2024-02-29 | 5]'],
    [['NaN', 'Inf', '-inf', '1'], 'number [NaN | Infinity | -Infinity | 1]'],
    [['0x10', '1'], 'string [0x10 | 1]'],
    [['1_000', '1'], 'string [1_000 | 1]'],
    [['1e', '1'], 'string [1e | 1]'],
    [['-', '+'], 'string [- | +]'],
    [['.', '1'], 'string [. | 1]'],
    [[' 1', '2 '], 'integer [1 | 2]'],
    [[' a', 'b '], 'string [ a | b ]'],
    [['1e400', '1e-400'], 'number [Infinity | 0]'],
  ])('%j', async (cells, expected) => {
    expect(await column(cells)).toBe(expected);
  });

  it('come from all rows, also where whole numbers beyond 64 bits come first', async () => {
    const digits = '123456789012345678901';
    const source = textSource('t.csv', `x,filler\n${`${digits},z\n`.repeat(10_000)}0.5,z\n`);
    expect((await readTable(source)).columns[0]?.type).toBe('number');
    expect((await outlineTable(source)).columns[0]?.type).toBe('number');
  });

  it.each(['x', '0.5', '007', '9007199254740993', ''])('come from all rows, also from a last %j', async (last) => {
    const numbers = Array.from({length: 30_000}, (_, row) => `${String(row)},z\n`).join('');
    const expected = {x: 'string', '0.5': 'number', '007': 'string', '9007199254740993': 'bigint', '': 'integer'}[last];
    const source = textSource('t.csv', `x,filler\n${numbers}${last},z\n`);
    const table = await readTable(source);
    expect([table.rowCount, table.columns[0]?.type]).toEqual([30_001, expected]);
    expect(cellOf(table.columns[0] ?? expect.fail(), 12_345)).toEqual(
      {string: '12345', bigint: 12345n}[expected ?? ''] ?? 12_345,
    );
  });

  it('are as they are said, and what does not fit is an error', async () => {
    expect(await column(['007', '1.0'], {types: {x: 'integer'}})).toBe('integer [7 | 1]');
    expect(await column(['1', ''], {types: {x: 'string'}})).toBe('string [1 | -]');
    expect(await column(['1', '2.5'], {types: {x: 'number'}})).toBe('number [1 | 2.5]');
    expect(await column(['2024-01-01'], {types: {x: 'datetime'}})).toBe('datetime [1704067200000]');
    await expect(column(['1', 'two'], {types: {x: 'integer'}})).rejects.toThrow(
      '`t.csv:3`: `two` in column `x` is no integer',
    );
    await expect(column(['1'], {types: {y: 'integer'}})).rejects.toThrow(
      '`t.csv` has no column `y`; it has `x`, `filler`',
    );
  });
});

describe('missing values', () => {
  it.each([
    [['1', '', 'NA'], 'integer [1 | - | -]'],
    [['a', '', 'NA', '"NA"', '""'], 'string [a | - | - | NA | ]'],
    [['1', '"NA"'], 'string [1 | NA]'],
    [['1', '""'], 'integer [1 | -]'],
    [['1', ' NA '], 'integer [1 | -]'],
    [['a', ' NA '], 'string [a |  NA ]'],
    [['', 'NA'], 'string [- | -]'],
    [['na', 'N/A', 'null'], 'string [na | N/A | null]'],
  ])('%j', async (cells, expected) => {
    expect(await column(cells)).toBe(expected);
  });

  it('are the ones that are named', async () => {
    expect(await column(['1', '-999', ''], {missingValues: ['-999', '']})).toBe('integer [1 | - | -]');
    expect(await column(['NA', '-999', ''], {missingValues: ['-999']})).toBe('string [NA | - | ]');
  });
});

describe('quotes', () => {
  it('make text of a column that has them everywhere, as R and Python write text', async () => {
    expect(await read('a,b\n"1",1\n"2",2\n')).toEqual(['a: string [1 | 2]', 'b: integer [1 | 2]']);
    expect(await read('"a","b"\n"1",1\n"2",2\n')).toEqual(['a: string [1 | 2]', 'b: integer [1 | 2]']);
    expect(await read('a,b\n"1",1\n2,2\n')).toEqual(['a: integer [1 | 2]', 'b: integer [1 | 2]']);
  });

  it('say nothing in a file that has them everywhere', async () => {
    expect(await read('"a","b"\n"1","x"\n"2","y"\n')).toEqual(['a: integer [1 | 2]', 'b: string [x | y]']);
    expect(await read('"a","b"\n"1",\n"2",\n')).toEqual(['a: integer [1 | 2]', 'b: string [- | -]']);
  });

  it('hold delimiters, line ends of all kinds and quotes', async () => {
    const text = 'a,b\n"x,y","1\n2\r\n3"\n"say ""hi""",a"b"c\n"""",""\n';
    expect(await read(text)).toEqual(['a: string [x,y | say "hi" | "]', 'b: string [1\n2\r\n3 | a"b"c | ]']);
  });

  it('may be escaped by backslashes', async () => {
    expect(await read('a,b\n"say \\"hi\\"","c:\\\\d"\n"x\\ny",z\n')).toEqual([
      'a: string [say "hi" | x\\ny]',
      'b: string [c:\\d | z]',
    ]);
  });

  it('may be single ones, but apostrophes are none', async () => {
    expect(await read("a;b\n'x;y';1\n'it''s';2\n")).toEqual(["a: string [x;y | it's]", 'b: integer [1 | 2]']);
    expect(await read("a,b\n'tis,1\nO'Brien,2\n")).toEqual(["a: string ['tis | O'Brien]", 'b: integer [1 | 2]']);
  });
});

describe('dialects', () => {
  it.each([
    ['a;b\n1;2\n', ';'],
    ['a\tb\n1\t2\n', 'tab'],
    ['a|b\n1|2\n', '|'],
    ['a,b\r\n1,2\r\n', ',, \\r\\n'],
    ['a,b\r1,2\r', ',, \\r'],
    ['a,b\n1,2', 'no line end at the end'],
    ['\n\na,b\n\n1,2\n\n\n', 'blank lines'],
    ['\ufeffa,b\n1,2\n', 'a byte order mark'],
    ['"a" ,"b"\n1,2\n', 'spaces behind quotes'],
  ])('%j (%s)', async (text) => {
    expect(await read(text)).toEqual(['a: integer [1]', 'b: integer [2]']);
  });

  it('mixes line ends', async () => {
    expect(await read('a,b\n1,2\r\n3,4\r5,6\n')).toEqual(['a: integer [1 | 3 | 5]', 'b: integer [2 | 4 | 6]']);
  });

  it('finds decimal commas with semicolons', async () => {
    expect(await read('a;b\n1,5;x\n2;y\n')).toEqual(['a: number [1.5 | 2]', 'b: string [x | y]']);
    expect(await read('a;b\n1,5;1.5\n', {decimal: ','})).toEqual(['a: number [1.5]', 'b: string [1.5]']);
  });

  it('is what is said', async () => {
    expect(await read('a;b,c\n1;2,3\n', {delimiter: ','})).toEqual(['a;b: string [1;2]', 'c: integer [3]']);
    expect(await read('"a",b\n"1",2\n', {quote: ''})).toEqual(['"a": string ["1"]', 'b: integer [2]']);
    expect(await read('a,b\n1,2\n', {header: false})).toEqual(['column_1: string [a | 1]', 'column_2: string [b | 2]']);
    await expect(read('a\n', {delimiter: '::'})).rejects.toThrow('the delimiter `::` must be one ASCII character');
  });

  it('has one column', async () => {
    expect(await read('name\nx y\nz\n')).toEqual(['name: string [x y | z]']);
    expect(await read('n\n1\n\n2\n')).toEqual(['n: integer [1 | 2]']);
  });

  it('knows a table without a header by its values, and says so', async () => {
    const notices: string[] = [];
    const onNotice = (sentence: string): void => void notices.push(sentence);
    expect(await read('1,x\n2,y\n', {onNotice})).toEqual(['column_1: integer [1 | 2]', 'column_2: string [x | y]']);
    expect(notices).toEqual([
      'the first row of `t.csv` holds values and no names, so its columns are called column_1, column_2, ...; `header` says otherwise',
    ]);
    expect(await read('name,2019\nx,1.5\ny,2\n')).toEqual(['name: string [x | y]', '2019: number [1.5 | 2]']);
    expect(await read('a,b\nx,y\n')).toEqual(['a: string [x]', 'b: string [y]']);
  });

  it('knows names that look like values by their quotes, which the writer gives them', async () => {
    const table = tableOf([numericColumn('1', [2, 3], 'integer'), stringColumn('2.5', ['x', undefined])]);
    const text = textOf(await written('csv', [table]));
    expect(text).toBe('"1","2.5"\n2,x\n3,\n');
    expect(await read(text)).toEqual(['1: integer [2 | 3]', '2.5: string [x | -]']);
  });
});

describe('names', () => {
  it('are made distinct, and it is said how', async () => {
    const notices: string[] = [];
    const onNotice = (sentence: string): void => void notices.push(sentence);
    const lines = await read('x,x,,x_2,x\na,b,c,d,e\n', {onNotice});
    expect(lines.map((line) => line.slice(0, line.indexOf(':')))).toEqual(['x', 'x_3', 'column_3', 'x_2', 'x_4']);
    expect(notices).toEqual([
      '`t.csv` has columns without a name of their own, now `x_3` (column 2, a second `x`), `column_3` (column 3, no name) and `x_4` (column 5, a second `x`)',
    ]);
  });

  it('choose columns and their order', async () => {
    const text = 'a,b,c\n1,x,2.5\n';
    expect(await read(text, {columns: ['c', 'a']})).toEqual(['c: number [2.5]', 'a: integer [1]']);
    await expect(read(text, {columns: ['d']})).rejects.toThrow('`t.csv` has no column `d`; it has `a`, `b`, `c`');
  });

  it('are known before the rows', async () => {
    expect(await outlineTable(textSource('t.csv', 'a,b\n1,x\n2,\n'))).toEqual({
      rowCount: 2,
      columns: [
        {name: 'a', type: 'integer'},
        {name: 'b', type: 'string'},
      ],
    });
  });
});

it('reads the same in pieces of any size', async () => {
  const text = '\ufeffa,"b ""x""",c\r\n1,"é\r\n""q""",\r\n-2.5,NA,"x"\r\n,😀,y';
  const bytes = new TextEncoder().encode(text);
  const whole = await readTable(byteSource('t.csv', bytes));
  expect(shown(whole)).toEqual([
    'a: number [1 | -2.5 | -]',
    'b "x": string [é\r\n"q" | - | 😀]',
    'c: string [- | x | y]',
  ]);
  for (let piece = 1; piece < bytes.length; piece += 1) {
    expect(tablesEqual(await readTable(byteSource('t.csv', bytes, piece)), whole), String(piece)).toBe(true);
  }
});
