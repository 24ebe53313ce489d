import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import type {Json} from '../../../src/base/json.ts';
import type {Host} from '../../../src/host/host.ts';
import {ingest} from '../../../src/stages/ingest.ts';
import {tempHost} from '../../host/rig.ts';
import {type KindFiles, type KindRun, rowsOf, runKind} from '../kind-rig.ts';

function project(files: {readonly [path: string]: string | Uint8Array}): Host {
  const host = tempHost();
  for (const [path, content] of Object.entries(files)) host.files.writeAtomic(path, content);
  return host;
}

const OUTS = {table: 'out.csv'};

/** Each input is named by its path. */
function run(
  host: Host,
  settings: Json,
  inputs: readonly string[],
  outputs: KindFiles['outputs'] = OUTS,
): Promise<KindRun> {
  return runKind(host, ingest, settings, {inputs: Object.fromEntries(inputs.map((path) => [path, path])), outputs});
}

const messageOf = (
  host: Host,
  settings: Json,
  inputs: readonly string[],
  outputs?: KindFiles['outputs'],
): Promise<string> =>
  run(host, settings, inputs, outputs).then(
    () => 'no error',
    (error: Error) => error.message.replaceAll(`${host.root}/`, ''),
  );

const pathsBelow = (host: Host, folder: string): readonly string[] =>
  [...host.files.walk(folder)].filter(({stat}) => stat.type === 'file').map(({path}) => path);

describe('ingest of files', () => {
  it('makes one table of many files, of the types that hold all rows', async () => {
    const host = project({
      'a.csv': 'id,price,code,note\n1,2,007,\n2,3,008,\n',
      'b.jsonl': '{"id": 9007199254740993, "price": 1.5, "code": "9", "note": "x"}\n',
      'c.tsv.gz': gzipSync('id\tprice\tcode\tnote\n3\t\t010\tNA\n'),
    });
    const {metrics} = await run(host, {}, ['a.csv', 'b.jsonl', 'c.tsv.gz'], {table: 'out.jsonl'});
    expect(metrics).toEqual({rows: 4, bad_rows: 0});
    expect(host.files.readText('out.jsonl')).toBe(
      '{"id":1,"price":2.0,"code":"007","note":null}\n' +
        '{"id":2,"price":3.0,"code":"008","note":null}\n' +
        '{"id":9007199254740993,"price":1.5,"code":"9","note":"x"}\n' +
        '{"id":3,"price":null,"code":"010","note":null}\n',
    );
  });

  it('reads a folder in the order of its names, hidden files aside, whatever the names', async () => {
    const names = [
      '1 space.csv',
      "2 quote'.csv",
      '3 "double".csv',
      '4 ünï.csv',
      '-dash.csv',
      'deep/5.csv',
      '*.csv',
      '$(x).csv',
    ];
    const host = project(
      Object.fromEntries(names.map((name) => [`in/${name}`, `name\n"${name.replaceAll('"', '""')}"\n`])),
    );
    host.files.writeAtomic('in/.hidden.csv', 'other\n1\n');
    host.files.writeAtomic('in/_SUCCESS', '');
    await run(host, {}, ['in']);
    expect((await rowsOf(host, 'out.csv')).flat()).toEqual([...names].sort());
    host.files.makeFolder('empty');
    expect(await messageOf(host, {}, ['empty'])).toBe('the folder `empty` holds no files to read');
  });

  it('chooses, renames and declares columns', async () => {
    const host = project({'a.csv': 'id,name,x\n1,a,5\n2,b,6\n'});
    await run(host, {columns: ['x', 'id'], rename: {x: 'Größe, cm'}, types: {id: 'string'}}, ['a.csv']);
    expect(host.files.readText('out.csv')).toBe('"Größe, cm",id\n5,"1"\n6,"2"\n');
    expect(await messageOf(host, {rename: {x: 'id'}}, ['a.csv'])).toBe(
      'two columns would be called `id`: change `rename` or `columns`',
    );
    for (const settings of [{rename: {y: 'z'}}, {columns: ['y']}, {types: {y: 'string'}}])
      expect(await messageOf(host, settings, ['a.csv'])).toContain('column `y`');
  });

  it('refuses files of other columns, or fills them when asked', async () => {
    const host = project({'a.csv': 'id,x\n1,1\n', 'b.csv': 'y,id\n2.5,2\n', 'empty.csv': 'id,x\n'});
    expect(await messageOf(host, {}, ['a.csv', 'b.csv'])).toBe(
      '`b.csv` has other columns than `a.csv`: it lacks `x` and has `y` in addition; mend it, choose columns by `columns`, or let missing ones be empty by `union: true`',
    );
    await run(host, {union: true}, ['a.csv', 'b.csv', 'empty.csv']);
    expect(host.files.readText('out.csv')).toBe('id,x,y\n1,1,\n2,,2.5\n');
    await run(host, {columns: ['id']}, ['b.csv', 'a.csv']);
    expect(host.files.readText('out.csv')).toBe('id\n2\n1\n');
    await run(host, {}, ['a.csv', 'empty.csv']);
    expect(host.files.readText('out.csv')).toBe('id,x\n1,1\n');
  });

  it('writes a header for no rows, and says that an empty file is none', async () => {
    const host = project({
      'header.csv': 'id,x\n',
      'empty.csv': '',
      'cut.csv.gz': gzipSync('id\n'.repeat(10_000)).subarray(0, 40),
    });
    await run(host, {}, ['header.csv']);
    expect(host.files.readText('out.csv')).toBe('id,x\n');
    expect(await messageOf(host, {}, ['empty.csv'])).toContain('`empty.csv`');
    expect(await messageOf(host, {}, ['cut.csv.gz'])).toContain('`cut.csv.gz`');
    expect(await messageOf(host, {}, ['gone.csv'])).toBe('`gone.csv` is not there');
    expect(await messageOf(host, {}, [])).toContain('`ingest` has nothing to read');
    expect(await messageOf(host, {}, ['header.csv'], {table: 'out'})).toContain('does not say its format');
    expect(await messageOf(host, {}, ['header.csv'], {...OUTS, bad_rows: 'bad'})).toContain('`bad` does not say');
    expect(host.files.list('.').map(({name}) => name)).toEqual(['cut.csv.gz', 'empty.csv', 'header.csv', 'out.csv']);
    expect(await messageOf(host, {}, ['header.csv'], {a: 'a.csv', b: 'b.csv'})).toContain('call the others `manifest`');
    expect(await messageOf(host, {}, ['https://example.org/a.csv'])).toContain(
      'with: {url: "https://example.org/a.csv"}',
    );
  });

  it('tells what it guessed: a second column of one name', async () => {
    const host = project({'a.csv': 'x,x\n1,2\n'});
    expect((await run(host, {}, ['a.csv'])).log.join()).toContain('a second `x`');
    expect(host.files.readText('out.csv')).toBe('x,x_2\n1,2\n');
  });
});

describe('bad rows', () => {
  const BAD = 'id,x\n1,2\n2,3,4\n3\n4,5\n';

  it('are an error that names the first ones', async () => {
    const host = project({'a.csv': BAD, 'b.csv': 'id,x\n1,2\n'});
    expect(await messageOf(host, {}, ['a.csv'])).toBe(
      '2 rows of 4 cannot be read, more than `max_bad: 0` allows: `a.csv` line 3 (3 cells where the first row has 2: `2,3,4`); `a.csv` line 4 (1 cell where the first row has 2: `3`). Mend them, or raise `max_bad` and keep them by an out `bad_rows`',
    );
    expect(pathsBelow(host, '.')).toEqual(['a.csv', 'b.csv']);
    expect(await messageOf(host, {max_bad: '50%'}, ['a.csv'])).toBe('no error');
    expect(await messageOf(host, {max_bad: '33%'}, ['a.csv', 'b.csv'])).toContain('2 rows of 5');
    expect(await messageOf(host, {max_bad: 1}, ['a.csv'])).toContain('more than `max_bad: 1`');
  });

  it('are kept with file, line, reason and text', async () => {
    const host = project({'a.csv': BAD, 'b.csv': 'id,x\nno,2\n1,2,3\n'});
    const outputs = {...OUTS, bad_rows: 'bad.csv', manifest: 'manifest.json'};
    const {metrics} = await run(host, {max_bad: 10, types: {id: 'integer'}}, ['a.csv', 'b.csv'], outputs);
    expect(metrics).toEqual({rows: 2, bad_rows: 4});
    const bad = await rowsOf(host, 'bad.csv');
    expect(bad.map(([file, line]) => [file, line]).sort()).toEqual([
      ['a.csv', '3'],
      ['a.csv', '4'],
      ['b.csv', '2'],
      ['b.csv', '3'],
    ]);
    expect(bad.map(([, , reason]) => reason)).toContain('`no` in column `id` is no integer');
    expect(bad[0]?.[3]).toBe('2,3,4');
    expect(JSON.parse(host.files.readText('manifest.json'))).toMatchObject({rows: 2, bad_rows: 4});
  });

  it('has a file of them also when there are none', async () => {
    const host = project({'a.csv': 'id\n1\n'});
    await run(host, {}, ['a.csv'], {...OUTS, bad_rows: 'bad.csv'});
    expect(host.files.readText('bad.csv')).toBe('file,line,reason,text\n');
  });
});

describe('folders', () => {
  const rows = (count: number): string =>
    `id,year\n${Array.from({length: count}, (_, id) => `${id},${2020 + (id % 3)}\n`).join('')}`;

  it('cuts files after so many rows', async () => {
    const host = project({'a.csv': rows(10)});
    await run(host, {rows_per_file: 4}, ['a.csv'], {table: 'out', manifest: 'm.json'});
    expect(pathsBelow(host, 'out')).toEqual(['part-00001.csv', 'part-00002.csv', 'part-00003.csv']);
    expect((await rowsOf(host, 'out/part-00003.csv')).map(([id]) => id)).toEqual(['8', '9']);
    await run(host, {}, ['out'], {table: 'again.csv'});
    expect(host.files.readText('again.csv')).toBe(rows(10));
    await run(host, {rows_per_file: 5}, ['a.csv'], {table: 'out2'});
    expect(pathsBelow(host, 'out2')).toHaveLength(2);
  });

  it('makes a folder of each value, and no value leads out of it', async () => {
    const host = project({
      'a.csv': rows(10),
      'odd.csv': 'v,id\na/b,1\n..,2\n"",3\n,4\nNA,5\nü x,6\n__HIVE_DEFAULT_PARTITION__,7\n%2F,8\n.,9\n',
    });
    await run(host, {partition_by: 'year', rows_per_file: 2, file_format: 'jsonl'}, ['a.csv'], {table: 'out'});
    expect(pathsBelow(host, 'out')).toEqual([
      'year=2020/part-00001.jsonl',
      'year=2020/part-00002.jsonl',
      'year=2021/part-00001.jsonl',
      'year=2021/part-00002.jsonl',
      'year=2022/part-00001.jsonl',
      'year=2022/part-00002.jsonl',
    ]);
    expect(host.files.readText('out/year=2021/part-00001.jsonl')).toBe('{"id":1}\n{"id":4}\n');
    await run(host, {partition_by: ['v'], missing_values: ['NA']}, ['odd.csv'], {table: 'odd'});
    expect(
      pathsBelow(host, 'odd')
        .map((path) => decodeURIComponent(path))
        .sort(),
    ).toEqual(
      ['a/b', '..', '', '__HIVE_DEFAULT_PARTITION__', 'ü x', '__HIVE_DEFAULT_PARTITION__', '%2F', '.']
        .map((value) => `v=${value}/part-00001.csv`)
        .sort(),
    );
    expect(host.files.list('.').map(({name}) => name)).toEqual(['a.csv', 'odd', 'odd.csv', 'out']);
    await run(host, {columns: ['id', 'v']}, ['odd'], {table: 'back.jsonl'});
    const back = (await rowsOf(host, 'back.jsonl')).toSorted(([a], [b]) => Number(a) - Number(b));
    expect(back.map(([, value]) => value)).toEqual([
      'a/b',
      '..',
      '',
      '',
      undefined,
      'ü x',
      '__HIVE_DEFAULT_PARTITION__',
      '%2F',
      '.',
    ]);
    host.files.writeAtomic('under.csv', '_v,id\n1,1\n2,2\n');
    await run(host, {partition_by: '_v'}, ['under.csv'], {table: 'under'});
    await run(host, {}, ['under'], {table: 'under-back.csv'});
    expect(host.files.readText('under-back.csv')).toBe('id,_v\n1,1\n2,2\n');
    await run(host, {}, ['out'], {table: 'years.csv'});
    expect(host.files.readText('years.csv')).toContain('id,year\n0,2020\n3,2020\n6,2020\n');
    expect(await messageOf(host, {partition_by: ['id', 'year']}, ['a.csv'], {table: 'all'})).toContain(
      'names all columns',
    );
    const many = project({'a.csv': `id,x\n${Array.from({length: 1001}, (_, id) => `${id},1\n`).join('')}`});
    expect(await messageOf(many, {partition_by: 'id'}, ['a.csv'], {table: 'out'})).toContain(
      'gives more than 1000 folders',
    );
    expect(pathsBelow(many, 'out')).toEqual([]);
  });
});

describe('samples', () => {
  const all = `id\n${Array.from({length: 1000}, (_, id) => `${id}\n`).join('')}`;
  const ids = async (host: Host, path = 'out.csv'): Promise<readonly number[]> =>
    (await rowsOf(host, path)).map(([id]) => Number(id));

  it('takes so many rows, in their order, over all files', async () => {
    const host = project({'a.csv': all, 'b.csv': 'id\n1000\n1001\n'});
    await run(host, {sample: {rows: 100}}, ['a.csv', 'b.csv']);
    const sample = await ids(host);
    expect(sample).toHaveLength(100);
    expect(sample).toEqual([...sample].sort((a, b) => a - b));
    await run(host, {sample: {rows: 5000}}, ['b.csv']);
    expect(await ids(host)).toEqual([1000, 1001]);
  });

  it('takes a share by hash, which is stable when rows are added', async () => {
    const host = project({'a.csv': all, 'b.csv': `${all}1000\n1001\n1002\n1003\n`});
    await run(host, {sample: {share: 0.1}}, ['a.csv']);
    const sample = await ids(host);
    expect(Math.abs(sample.length - 100)).toBeLessThan(50);
    await run(host, {sample: {share: 0.1, by: 'id'}}, ['b.csv']);
    expect((await ids(host)).filter((id) => id < 1000)).toEqual(sample);
    await run(host, {sample: {share: 0.1, salt: 'x'}}, ['a.csv']);
    expect(await ids(host)).not.toEqual(sample);
  });
});

describe('the manifest', () => {
  it('says what came from where, the same again', async () => {
    const host = project({'a.csv': 'id,x\n1,2\n2,3\n', 'b.csv': 'id,x\n3,0.5\n'});
    const outputs = {...OUTS, manifest: 'manifest.json'};
    await run(host, {rename: {x: 'y'}}, ['a.csv', 'b.csv'], outputs);
    const text = host.files.readText('manifest.json');
    expect(JSON.parse(text)).toEqual({
      version: 1,
      rows: 3,
      bad_rows: 0,
      columns: [
        {name: 'id', type: 'integer'},
        {name: 'y', type: 'number'},
      ],
      sources: ['a.csv', 'b.csv'].map((source, index) => ({
        source,
        bytes: host.files.readBytes(source).length,
        sha256: host.hashing.fileSha256(source),
        rows: 2 - index,
        bad_rows: 0,
        columns: [
          {name: 'id', type: 'integer'},
          {name: 'x', type: 'number'},
        ],
      })),
      files: [
        {path: '', rows: 3, bytes: host.files.readBytes('out.csv').length, sha256: host.hashing.fileSha256('out.csv')},
      ],
    });
    await run(host, {rename: {x: 'y'}}, ['a.csv', 'b.csv'], outputs);
    expect(host.files.readText('manifest.json')).toBe(text);
  });
});
