/** Encodings of a CSV, and rows that cannot be read. */
import {describe, expect, it} from 'vitest';
import {readTable, scanTable} from '../../src/data/read-table.ts';
import type {BadRow, ReadOptions} from '../../src/data/read-table.ts';
import {cellOf} from '../../src/data/table-tools.ts';
import type {Table} from '../../src/data/table.ts';
import {read, shown} from './read-both.ts';
import {byteSource, textSource} from './text-source.ts';

describe('encodings', () => {
  const utf16 = (text: string, bigEndian: boolean, mark: boolean): Uint8Array =>
    Uint8Array.from(
      `${mark ? '\ufeff' : ''}${text}`.split('').flatMap((character) => {
        const code = character.charCodeAt(0);
        return bigEndian ? [code >> 8, code & 255] : [code & 255, code >> 8];
      }),
    );

  it.each([
    ['UTF-16 LE', utf16('a,b\né€😀,1\n', false, true)],
    ['UTF-16 BE', utf16('a,b\né€😀,1\n', true, true)],
    ['UTF-16 LE without a mark', utf16('alpha,beta,gamma\né€😀,1,2\n', false, false).slice()],
  ])('%s', async (_, bytes) => {
    expect((await read(bytes))[0]).toMatch(/^a(lpha)?: string \[é€😀\]$/);
  });

  it('falls back to windows-1252 and says so, also when it shows late', async () => {
    const notices: string[] = [];
    const onNotice = (sentence: string): void => void notices.push(sentence);
    const bytes = Uint8Array.from([97, 44, 98, 10, 0xe9, 0x80, 44, 49, 10]);
    expect(await read(bytes, {onNotice})).toEqual(['a: string [é€]', 'b: integer [1]']);
    const late = [...new TextEncoder().encode(`a,b\n${'x,1\n'.repeat(40_000)}`), 0xe9, 44, 49, 10];
    const table = await readTable(byteSource('late.csv', Uint8Array.from(late)), {onNotice});
    expect(cellOf(table.columns[0] ?? expect.fail(), 40_000)).toBe('é');
    expect(notices).toEqual([
      '`t.csv` is not UTF-8 and was read as windows-1252; `encoding` says otherwise',
      '`late.csv` is not UTF-8 and was read as windows-1252; `encoding` says otherwise',
    ]);
    const utf8 = readTable(byteSource('late.csv', Uint8Array.from(late)), {encoding: 'utf-8'});
    await expect(utf8).rejects.toThrow('`late.csv` is not UTF-8: give its `encoding`, e.g. windows-1252');
    await expect(read('a\n1\n', {encoding: 'klingon'})).rejects.toThrow('the encoding `klingon` is not known');
  });
});

describe('bad rows', () => {
  const bad = async (text: string, options: ReadOptions = {}): Promise<{rows: readonly string[]; bad: BadRow[]}> => {
    const rows: BadRow[] = [];
    const onBadRow = (row: BadRow): void => void rows.push(row);
    const source = textSource('t.csv', text);
    const table = await readTable(source, {...options, onBadRow});
    const again: BadRow[] = [];
    const batches: Table[] = [];
    const scan = scanTable(source, {...options, onBadRow: (row) => void again.push(row), batchRows: 2});
    for await (const batch of scan) batches.push(batch);
    expect(again).toEqual(rows);
    expect(batches.reduce((sum, batch) => sum + batch.rowCount, 0)).toBe(table.rowCount);
    return {rows: shown(table), bad: rows};
  };

  it('are told with line and reason, and left out', async () => {
    expect(await bad('a,b\n1,x\n2\n"multi\nline",y\n3,z,4\n5,w\n')).toEqual({
      rows: ['a: string [1 | multi\nline | 5]', 'b: string [x | y | w]'],
      bad: [
        {line: 3, reason: '1 cell where the first row has 2', text: '2'},
        {line: 6, reason: '3 cells where the first row has 2', text: '3,z,4'},
      ],
    });
  });

  it('are a quote that is never closed: only its own line is lost', async () => {
    expect(await bad('a,b\n1,x\n2,"open\n3,y\n4,z\n')).toEqual({
      rows: ['a: integer [1 | 3 | 4]', 'b: string [x | y | z]'],
      bad: [{line: 3, reason: 'a quote that opens in this line is never closed', text: '2,"open'}],
    });
  });

  it('are text behind a closing quote', async () => {
    expect((await bad('a,b\n"x"y,1\n"z",2\n')).bad).toEqual([
      {line: 2, reason: 'text after a closing quote', text: '"x"y,1'},
    ]);
  });

  it('are cells that do not fit types that were said', async () => {
    expect(await bad('a,b\n1,x\ntwo,y\n3,z\n', {types: {a: 'integer'}})).toEqual({
      rows: ['a: integer [1 | 3]', 'b: string [x | z]'],
      bad: [{line: 3, reason: '`two` in column `a` is no integer', text: 'two,y'}],
    });
  });

  it('are an error where nobody is told', async () => {
    const source = textSource('folder/t.csv', 'a,b\n1,2\n3\n');
    const message = '`folder/t.csv:3`: 1 cell where the first row has 2';
    await expect(readTable(source)).rejects.toThrow(message);
    await expect(scanTable(source)[Symbol.asyncIterator]().next()).rejects.toThrow(message);
  });
});
