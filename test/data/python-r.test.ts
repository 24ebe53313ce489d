/** Tables to and from pandas, pyarrow and base R, with the programs themselves. */
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {cellOf, numericColumn, selectColumns, tablesEqual} from '../../src/data/table-tools.ts';
import {bigintColumn, booleanColumn, stringColumn, tableOf} from '../../src/data/table-tools.ts';
import type {ReadOptions} from '../../src/data/read-table.ts';
import type {Table} from '../../src/data/table.ts';
import {createTableFile, readTableFile} from '../../src/stages/shared/table-files.ts';
import type {Host} from '../../src/host/host.ts';
import {tempHost} from '../host/rig.ts';
import {canTestPandas, canTestR} from '../rig/needs.ts';
import {shown} from './read-both.ts';

const python = (...args: readonly string[]): string =>
  execFileSync('python3', [join(import.meta.dirname, 'pandas_tables.py'), ...args], {encoding: 'utf8'});
const rscript = (...args: readonly string[]): string =>
  execFileSync('Rscript', ['--vanilla', join(import.meta.dirname, 'base_tables.R'), ...args], {encoding: 'utf8'});

const DAYS = [Date.UTC(2024, 1, 29), Date.UTC(1969, 11, 31), Date.UTC(2000, 0, 1)];
const INSTANTS = [Date.UTC(2024, 1, 29, 12, 30, 59, 123) + 0.456, -1000, Date.UTC(2000, 0, 1) + 500];

/** The table of pandas_tables.py. */
const ours: Table = tableOf([
  numericColumn('whole', [1, -2, 9007199254740991], 'integer'),
  numericColumn('holes', [1, undefined, 3], 'integer'),
  bigintColumn('large', [2n ** 62n, 1n, -1n]),
  numericColumn('float', [0.1 + 0.2, -1e-300, 3]),
  numericColumn('gaps', [1.5, undefined, -0.25]),
  booleanColumn('truth', [true, false, true]),
  numericColumn('day', DAYS, 'date'),
  numericColumn('instant', INSTANTS, 'datetime'),
  stringColumn('text', ['say "hi", é 😀', 'two\nlines', 'x']),
  stringColumn('code', ['007', '12', '1e5']),
]);

async function write(host: Host, path: string, table: Table): Promise<void> {
  const writer = await createTableFile(host, path);
  await writer.write(table);
  await writer.end();
}

describe.runIf(canTestPandas)('pandas', () => {
  const files: readonly (readonly [string, ReadOptions, readonly string[]])[] = [
    ['plain.csv', {}, []],
    ['packed.csv.gz', {}, []],
    ['semicolon.csv', {}, []],
    ['tabs.tsv', {}, []],
    ['quoted.csv', {}, []],
    ['utf16.csv', {}, []],
    ['index.csv', {columns: ours.columns.map(({name}) => name)}, []],
    // Its own numbers of 64 bits and floats lose digits there, and its dates are texts of datetimes.
    ['lines.jsonl', {}, ['large', 'float', 'day', 'instant']],
    ...['snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'None'].map((codec) => [`${codec}.parquet`, {}, []] as const),
    ...['lz4.feather', 'zstd.arrow', 'uncompressed.arrow', 'stream.arrows'].map((name) => [name, {}, []] as const),
  ];

  it('writes files that are read as they are', async () => {
    const host = tempHost();
    python('write', host.root);
    for (const [file, options, without] of files) {
      const names = ours.columns.map(({name}) => name).filter((name) => !without.includes(name));
      const found = selectColumns(await readTableFile(host, file, options), names);
      const wanted = selectColumns(ours, names);
      if (!tablesEqual(found, wanted)) expect(shown(found), file).toEqual(shown(wanted));
    }
    expect(shown(await readTableFile(host, 'categories.arrow'))).toEqual([
      'text: string [b | - | a | b]',
      'list: string [[1] | [] | - | [2,3]]',
    ]);
    const long = await readTableFile(host, 'long.arrow');
    const [n, text] = long.columns;
    expect([long.rowCount, n && cellOf(n, 99_999), text && cellOf(text, 99_999)]).toEqual([
      100_000,
      99_999,
      'word 999',
    ]);
  });

  it('reads what was written, and writes it as it was', async () => {
    const host = tempHost();
    for (const ending of ['csv', 'jsonl', 'parquet', 'arrow']) await write(host, `ours.${ending}`, ours);
    python('copy', host.root);
    const types = {holes: 'integer', day: 'date', instant: 'datetime'} as const;
    for (const file of ['theirs.csv', 'theirs.parquet', 'theirs.arrow']) {
      const found = await readTableFile(host, file, {types});
      if (!tablesEqual(found, ours)) expect(shown(found), file).toEqual(shown(ours));
    }
    const names = ['whole', 'gaps', 'truth', 'day', 'text', 'code'];
    const lines = selectColumns(await readTableFile(host, 'theirs.jsonl', {types}), names);
    expect(shown(lines)).toEqual(shown(selectColumns(ours, names)));
  });
});

describe.runIf(canTestR)('base R', () => {
  it('writes files that are read as they are', async () => {
    const host = tempHost();
    rscript('write', host.root);
    const expected = [
      'whole: integer [1 | - | -3]',
      // R writes its NaN as NA.
      'float: number [0.5 | - | -1e-10]',
      'truth: boolean [true | false | -]',
      `day: date [${String(DAYS[0])} | - | ${String(DAYS[1])}]`,
      'text: string [say "hi", é | - | NA]',
      'code: string [007 | 12 | 1]',
    ];
    for (const file of ['plain.csv', 'comma.csv'])
      expect(shown(await readTableFile(host, file)), file).toEqual(expected);
    expect(shown(await readTableFile(host, 'rownames.csv'))).toEqual(['column_1: string [1 | 2 | 3]', ...expected]);
  });

  it('reads what was written, and writes it as it was', async () => {
    const host = tempHost();
    // R writes 15 digits of a float, and has no datetimes in a CSV but texts.
    const table = tableOf(
      ours.columns.map((column) => (column.name === 'float' ? numericColumn('float', [0.3, -1e-300, 3]) : column)),
    );
    await write(host, 'ours.csv', table);
    rscript('copy', host.root);
    const found = await readTableFile(host, 'theirs.csv', {types: {large: 'bigint', instant: 'datetime'}});
    expect(shown(found)).toEqual(shown(table));
  });
});
