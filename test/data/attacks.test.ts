/** Files that are meant to break a reader: each is read, or refused by a sentence that names it. */
import {describe, expect, it} from 'vitest';
import {SCHEMA, fieldAt, messagesOf} from '../../src/data/arrow/messages.ts';
import {readTable, scanTable} from '../../src/data/read-table.ts';
import type {ReadOptions, TableFormat} from '../../src/data/read-table.ts';
import {cellOf, numericColumn, stringColumn, tableOf, tablesEqual} from '../../src/data/table-tools.ts';
import {read} from './read-both.ts';
import {byteSource, textSource, written} from './text-source.ts';

it.each(['csv', 'tsv'])('an empty %s has no columns', async (ending) => {
  for (const text of ['', '\n', '\ufeff', '\r\n\r\n']) {
    await expect(readTable(textSource(`t.${ending}`, text))).rejects.toThrow(
      `\`t.${ending}\` has no row, not even a header: it must name its columns`,
    );
  }
});

it('an empty file of JSON lines is a table without rows and columns', async () => {
  expect(await readTable(textSource('t.jsonl', ''))).toEqual({rowCount: 0, columns: []});
});

it('a header alone is a table without rows', async () => {
  for (const text of ['a,b', 'a,b\n']) {
    const table = await readTable(textSource('t.csv', text));
    expect([table.rowCount, table.columns.map(({name, type}) => `${name} ${type}`)]).toEqual([
      0,
      ['a string', 'b string'],
    ]);
    const batches: number[] = [];
    for await (const batch of scanTable(textSource('t.csv', text))) batches.push(batch.rowCount);
    expect(batches).toEqual([0]);
  }
});

it('NUL bytes are text', async () => {
  expect(await read('a,b\n\0,1\nx\0y,2\n')).toEqual(['a: string [\0 | x\0y]', 'b: integer [1 | 2]']);
});

it('10,000 columns', async () => {
  // Their names alone are longer than what is looked at to find the dialect.
  const names = Array.from({length: 10_000}, (_, index) => `a long name of column ${String(index)}`);
  const row = names.map((_, index) => String(index));
  const table = await readTable(textSource('t.csv', `${names.join(',')}\n${row.join(',')}\n${row.join(',')}\n`));
  expect([table.rowCount, table.columns.length]).toEqual([2, 10_000]);
  expect(table.columns.every((column, index) => column.type === 'integer' && column.values[1] === index)).toBe(true);
});

it.each(['parquet', 'arrow'] as const)('5,000 columns of %s, one after the other', async (format) => {
  const table = tableOf(
    Array.from({length: 5_000}, (_, index) => numericColumn(`c${String(index)}`, [index + 0.5, NaN])),
  );
  const again = await readTable(byteSource(`t.${format}`, await written(format, [table])));
  expect(tablesEqual(again, table)).toBe(true);
});

it('numbers of millions of digits take no time of their own', async () => {
  const start = performance.now();
  const digits = '1'.repeat(6_000_000);
  for (const name of ['t.csv', 't.jsonl']) {
    const text = name === 't.csv' ? `a\n${digits}\n` : `{"a":${digits}}\n`;
    expect((await readTable(textSource(name, text))).columns[0]?.type).toBe('string');
    await expect(readTable(textSource(name, text), {types: {a: 'bigint'}})).rejects.toThrow('is no bigint');
  }
  expect(await read('a\n000000000000000000000000012\n', {types: {a: 'bigint'}})).toEqual(['a: bigint [12]']);
  // To make a number of them takes half a minute.
  expect(performance.now() - start).toBeLessThan(10_000);
}, 60_000);

it('names that JavaScript has a use for', async () => {
  expect(await read('__proto__,constructor,toString\n1,2,3\n')).toEqual([
    '__proto__: integer [1]',
    'constructor: integer [2]',
    'toString: integer [3]',
  ]);
  const table = await readTable(textSource('t.jsonl', '{"__proto__":1,"constructor":"x"}\n'));
  expect(table.columns.map(({name}) => name)).toEqual(['__proto__', 'constructor']);
});

it('texts of one column that all hold a delimiter, which are written so that it is none', async () => {
  for (const delimiter of [',', ';', '|', '\t']) {
    const table = tableOf([
      stringColumn(
        'x',
        ['a', 'b', 'c'].map((text) => `${text}${delimiter}${text}`),
      ),
    ]);
    for (const format of ['csv', 'tsv'] as const)
      expect(await readTable(byteSource(`t.${format}`, await written(format, [table])))).toEqual(table);
  }
});

it('names and texts that begin with a byte order mark', async () => {
  const table = tableOf([stringColumn('a', ['x']), stringColumn('\ufeffa', ['\ufeffx'])]);
  for (const format of ['csv', 'jsonl'] as const)
    expect(tablesEqual(await readTable(byteSource(`t.${format}`, await written(format, [table]))), table)).toBe(true);
});

describe('one line that does not end', () => {
  const MOST = 1 << 20;

  /** Bytes without end, made as they are asked for: nothing of them is kept. */
  const endless = (head: string, byte: number, pieces: number) => ({
    ...textSource('long.csv', ''),
    chunks: async function* () {
      yield new TextEncoder().encode(head);
      const piece = new Uint8Array(1 << 16).fill(byte);
      for (let count = 0; count < pieces; count += 1) yield await Promise.resolve(piece);
    },
  });

  it.each([
    ['is refused', 'a,b\n', 0x78],
    ['of nothing but delimiters is refused', 'a,b\n', 0x2c],
    ['in quotes is refused', 'a,b\n"', 0x78],
    ['and is the first is refused', '', 0x78],
  ])('%s, and is not kept in memory', async (_, head, byte) => {
    let asked = 0;
    const source = endless(head, byte, 4096);
    const counted = {
      ...source,
      chunks: async function* () {
        for await (const chunk of source.chunks()) {
          asked += chunk.length;
          yield chunk;
        }
      },
    };
    await expect(readTable(counted, {mostRowBytes: MOST})).rejects.toThrow(
      `\`long.csv:${head === '' ? '1' : '2'}\`: this line has more than 1.0 MB, the most a row may have. Is it a table with one row a line?`,
    );
    // Encoding, dialect, types and the error: four looks at the beginning.
    expect(asked).toBeLessThan(8 * MOST);
  });

  it('a quote that is never closed loses its own line, however long the file', async () => {
    const text = `a,b\n1,"x\n${'2,y\n'.repeat(600_000)}`;
    const bad: number[] = [];
    const options: ReadOptions = {mostRowBytes: MOST, onBadRow: ({line}) => void bad.push(line)};
    const table = await readTable(textSource('t.csv', text), options);
    expect([table.rowCount, bad]).toEqual([600_000, [2]]);
  });

  it('the longest row that is allowed is read', async () => {
    const word = 'x'.repeat(MOST - 100);
    const table = await readTable(textSource('t.csv', `a,b\n${word},1\n`), {mostRowBytes: MOST});
    expect(cellOf(table.columns[0] ?? expect.fail(), 0)).toBe(word);
  });
});

describe('JSON lines', () => {
  const readLines = async (text: string, options: ReadOptions = {}): Promise<unknown> => {
    const {columns, rowCount} = await readTable(textSource('t.jsonl', text), options);
    return columns.map((column) => [
      column.name,
      column.type,
      Array.from({length: rowCount}, (_, row) => cellOf(column, row) ?? null),
    ]);
  };

  it('have the members of all objects as columns, in the order in which they come', async () => {
    expect(await readLines('{"a":1}\n\n{"b":"x","a":2.5}\r\n {"a":null , "c":[1,{"d":"]"}]} \n{}')).toEqual([
      ['a', 'number', [1, 2.5, null, null]],
      ['b', 'string', [null, 'x', null, null]],
      ['c', 'string', [null, null, '[1,{"d":"]"}]', null]],
    ]);
  });

  it('lose no digit, and keep texts that look like numbers', async () => {
    expect(
      await readLines('{"a":9007199254740993,"b":"007","c":"12","d":true}\n{"a":1,"b":"1","c":"3","d":false}\n'),
    ).toEqual([
      ['a', 'bigint', [9007199254740993n, 1n]],
      ['b', 'string', ['007', '1']],
      ['c', 'string', ['12', '3']],
      ['d', 'boolean', [true, false]],
    ]);
  });

  it('have no column of a name that only a bad row has', async () => {
    expect(await readLines('{"a":1}\n{"b":2, oops}\n', {onBadRow: () => undefined})).toEqual([['a', 'integer', [1]]]);
  });

  it('undo escapes, in names as well', async () => {
    expect(await readLines('{"\\u0061\\n":"\\ud83d\\ude00\\"\\\\"}\n')).toEqual([['a\n', 'string', ['😀"\\']]]);
  });

  it.each([
    '[1]',
    '1',
    '{"a":1',
    '{"a":1}}',
    '{"a":01}',
    '{"a":tru}',
    "{'a':1}",
    '{"a":"\\x"}',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":[1}',
    '{"a":"\n"}',
  ])('%j is a bad row', async (line) => {
    await expect(readLines(`{"a":1}\n${line}\n`)).rejects.toThrow('`t.jsonl:2`: no JSON object in one line');
  });
});

it.each(['csv', 'jsonl', 'parquet', 'arrow'] as const)(
  '%s is closed, whether all of it is read or not',
  async (format) => {
    const table = tableOf([numericColumn('a', [1, 2], 'integer')]);
    const source = byteSource(`t.${format}`, await written(format, [table, table]), 64);
    let open = 0;
    const counted = {
      ...source,
      chunks: async function* () {
        open += 1;
        try {
          yield* source.chunks();
        } finally {
          open -= 1;
        }
      },
    };
    await readTable(counted);
    for await (const batch of scanTable(counted, {batchRows: 1})) if (batch.rowCount > 0) break;
    expect(open).toBe(0);
  },
);

it('an Arrow message of a length below nothing', async () => {
  const table = tableOf([numericColumn('a', [1, 2])]);
  const bytes = await written('arrow', [table]);
  let at = 8;
  for await (const message of messagesOf(byteSource('t.arrow', bytes).chunks())) {
    if (message.kind === SCHEMA) at += message.bytes.length;
  }
  const view = new DataView(bytes.buffer, at + 8);
  view.setBigInt64(fieldAt(view, view.getUint32(0, true), 3), -BigInt(bytes.length), true);
  await expect(readTable(byteSource('t.arrow', bytes))).rejects.toThrow('a message has no sound length');
});

describe('files that are cut off or damaged', () => {
  const table = tableOf([
    numericColumn(
      'a',
      Array.from({length: 1000}, (_, row) => row),
      'integer',
    ),
    numericColumn(
      'b',
      Array.from({length: 1000}, (_, row) => (row % 7 === 0 ? undefined : row / 3)),
    ),
    stringColumn(
      'c',
      Array.from({length: 1000}, (_, row) => `word ${String(row % 50)}`),
    ),
  ]);

  const CASES: readonly (readonly [TableFormat, RegExp])[] = [
    ['parquet', /^`t\.parquet` is damaged, cut off or no Parquet \(.+\): write or fetch it again$/s],
    ['arrow', /^`t\.arrow` is damaged, cut off or no Arrow \(.+\): write or fetch it again$/s],
  ];

  it.each(CASES)('%s cut off anywhere', async (format, message) => {
    const bytes = await written(format, [table]);
    expect(tablesEqual(await readTable(byteSource(`t.${format}`, bytes)), table)).toBe(true);
    for (let part = 0; part < 40; part += 1) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 40));
      await expect(readTable(byteSource(`t.${format}`, cut)), String(part)).rejects.toThrow(message);
    }
    await expect(readTable(byteSource(`t.${format}`, bytes.subarray(0, -1)))).rejects.toThrow(message);
  });

  it.each(CASES)('%s with wrong bytes is read or refused, and ends', async (format, message) => {
    const bytes = await written(format, [table]);
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 60)) {
      const wrong = bytes.slice();
      wrong[at] = (wrong[at] ?? 0) ^ 0xff;
      const outcome = await readTable(byteSource(`t.${format}`, wrong)).then(
        (read) => (read.columns.length > 0 ? 'read' : 'nothing'),
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
      if (outcome !== 'read') expect(outcome).toMatch(message);
    }
  });

  it.each(['parquet', 'arrow'] as const)('a text called .%s', async (format) => {
    await expect(readTable(textSource(`t.${format}`, 'a,b\n1,2\n'))).rejects.toThrow(`\`t.${format}\` is damaged`);
  });

  it('content decides where the name says nothing', async () => {
    for (const format of ['csv', 'jsonl', 'parquet', 'arrow'] as const) {
      const source = byteSource('data', await written(format, [table]));
      expect(tablesEqual(await readTable(source), table), format).toBe(true);
    }
  });
});
