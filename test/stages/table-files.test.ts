/** Tables as files of a project: endings, compression, whole files or none. */
import {gunzipSync, gzipSync} from 'node:zlib';
import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Host} from '../../src/host/host.ts';
import {createTableFile, fileSource, readTableFile, scanTableFile} from '../../src/stages/shared/table-files.ts';
import {numericColumn, stringColumn, tableOf, tablesEqual} from '../../src/data/table-tools.ts';
import {tempHost} from '../host/rig.ts';

const table = tableOf([
  numericColumn('n', [1, 2, undefined], 'integer'),
  stringColumn('text', ['=1+1', '-x', 'plain']),
]);

async function write(host: Host, path: string, options = {}): Promise<void> {
  const writer = await createTableFile(host, path, options);
  await writer.write(table);
  await writer.end();
}

const canZstd = Number(process.versions.node.split('.')[0]) > 22 || 'createZstdCompress' in (await import('node:zlib'));
const FORMATS = ['csv', 'tsv', 'jsonl', 'parquet', 'arrow'];

it.each(FORMATS.flatMap((format) => [format, `${format}.gz`, ...(canZstd ? [`${format}.zst`] : [])]))(
  'writes and reads .%s',
  async (ending) => {
    const host = tempHost();
    // Also by an absolute path, as stages get them, and in a folder that is not there yet.
    const path = host.files.absolute(`new folder/tä ble.${ending}`);
    await write(host, path);
    expect(tablesEqual(await readTableFile(host, path), table)).toBe(true);
    let rows = 0;
    for await (const batch of scanTableFile(host, path, {batchRows: 2})) rows += batch.rowCount;
    expect(rows).toBe(3);
    expect(host.files.list('new folder').map(({name}) => name)).toEqual([`tä ble.${ending}`]);
  },
);

it('gives the same bytes for the same table, compressed or not', async () => {
  const host = tempHost();
  for (const path of ['a.csv', 'a.csv.gz', 'a.parquet', 'a.arrow']) {
    await write(host, path);
    await write(host, `again-${path}`);
    expect(host.files.readBytes(`again-${path}`), path).toEqual(host.files.readBytes(path));
  }
  expect(gunzipSync(readFileSync(host.files.absolute('a.csv.gz'))).toString()).toBe('n,text\n1,=1+1\n2,-x\n,plain\n');
});

it('guards people against formulas where that is asked for', async () => {
  const host = tempHost();
  await write(host, 'people.csv', {forPeople: true});
  expect(host.files.readText('people.csv')).toBe(`n,text\n1,"'=1+1"\n2,"'-x"\n,plain\n`);
});

describe('what goes wrong', () => {
  it('is named with its path in the project', async () => {
    const host = tempHost();
    host.files.writeAtomic('in/bad.csv', 'a,b\n1\n');
    await expect(readTableFile(host, host.files.absolute('in/bad.csv'))).rejects.toThrow('`in/bad.csv:2`: 1 cell');
    await expect(readTableFile(host, 'gone.csv')).rejects.toThrow('`gone.csv` is not there');
    await expect(createTableFile(host, 'out.xlsx')).rejects.toThrow(
      '`out.xlsx` does not say its format: let it end in',
    );
  });

  it('leaves no file and no rest of one', async () => {
    const host = tempHost();
    const writer = await createTableFile(host, 'out/t.csv');
    await writer.write(table);
    writer.discard();
    const failing = await createTableFile(host, 'out/t.parquet');
    await failing.write(table);
    const other = tableOf([numericColumn('n', [1])]);
    await expect(failing.write(other)).rejects.toThrow(
      'tables of different columns cannot become one: (n: integer, text: string) and (n: number)',
    );
    failing.discard();
    expect(host.files.list('out')).toEqual([]);
  });

  it('compressed files that are cut off or damaged', async () => {
    const host = tempHost();
    const whole = gzipSync(`a,b\n${'1,2\n'.repeat(100_000)}`);
    for (const [name, bytes] of [
      ['cut.csv.gz', whole.subarray(0, whole.length - 20)],
      ['wrong.csv.gz', Uint8Array.from(whole, (byte, at) => (at === 300 ? byte ^ 255 : byte))],
    ] as const) {
      writeFileSync(host.files.absolute(name), bytes);
      await expect(readTableFile(host, name)).rejects.toThrow(`\`${name}\` is damaged or cut off (gzip: `);
    }
  });

  it.skipIf(canZstd)('zstd says which Node it needs', async () => {
    const host = tempHost();
    await expect(createTableFile(host, 't.csv.zst')).rejects.toThrow(
      /`t\.csv\.zst` is compressed by zstd, which Node 20\.\S+ cannot do: use Node 22\.15 or later, or gzip/,
    );
    writeFileSync(host.files.absolute('u.csv'), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0));
    await expect(readTableFile(host, 'u.csv')).rejects.toThrow('`u.csv` is compressed by zstd');
  });
});

it('takes a file that is compressed without saying so, and several parts of gzip in one', async () => {
  const host = tempHost();
  writeFileSync(host.files.absolute('plain.csv'), Buffer.concat([gzipSync('a,b\n1,2\n'), gzipSync('3,4\n')]));
  expect((await readTableFile(host, 'plain.csv')).rowCount).toBe(2);
  expect(fileSource(host, 'plain.csv').size).toBe(host.files.stat('plain.csv')?.size);
});
