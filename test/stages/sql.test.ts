import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, it, vi} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {sql} from '../../src/stages/sql.ts';
import {tempHost} from '../host/rig.ts';
import {Rig} from '../rig/rig.ts';
import {type KindFiles, type KindRun, rowsOf, runKind} from './kind-rig.ts';

const PEOPLE = 'id,code,name,born\n1,007,NA,2000-01-01\n2,008,"NA",\n3,100,"it\'s ""x""",2001-02-03\n';

function project(files: {readonly [path: string]: string | Uint8Array} = {'people.csv': PEOPLE}): Host {
  const host = tempHost();
  for (const [path, content] of Object.entries(files)) host.files.writeAtomic(path, content);
  return host;
}

const run = (
  host: Host,
  query: string,
  inputs: NonNullable<KindFiles['inputs']> = {people: 'people.csv'},
  out = 'out.csv',
  settings: {readonly [key: string]: Json} = {},
): Promise<KindRun> => runKind(host, sql, {query, ...settings}, {inputs, outputs: {[out]: out}});

describe('sql', () => {
  it('asks its deps by name; texts stay texts, and what is missing stays missing', async () => {
    const host = project();
    const {metrics} = await run(host, 'SELECT * FROM people ORDER BY id DESC;\n');
    expect(metrics).toEqual({rows: 3});
    expect(await rowsOf(host, 'out.csv')).toEqual([
      ['3', '100', 'it\'s "x"', '2001-02-03'],
      ['2', '008', 'NA', undefined],
      ['1', '007', undefined, '2000-01-01'],
    ]);
    await run(host, 'SELECT sum(id) AS "the sum, of" FROM people -- all of them', {'people.csv': 'people.csv'});
    expect(host.files.readText('out.csv')).toBe('"the sum, of"\n6\n');
    const semicolons = `-- one; two\nSELECT ';--' AS "a;b", $q$;'$q$ AS c /* ; */ FROM people LIMIT 1; -- that's all\n/* no; more */`;
    await run(host, semicolons);
    expect(host.files.readText('out.csv')).toBe('"a;b","c"\n";--",";\'"\n');
  });

  it('has a row for each missing value of an only column', async () => {
    const host = project();
    const query = 'SELECT name FROM people ORDER BY id';
    for (const out of ['out.csv', 'out.tsv.gz', 'out.jsonl']) {
      await run(host, query, undefined, out);
      expect(await rowsOf(host, out)).toEqual([[undefined], ['NA'], ['it\'s "x"']]);
    }
    await run(host, 'SELECT nullif(id, 2) AS id FROM people ORDER BY 1');
    expect(await rowsOf(host, 'out.csv')).toEqual([['1'], ['3'], [undefined]]);
  });

  it('joins files of several formats, folders and odd names', async () => {
    const host = project({
      'people.csv': PEOPLE,
      "in/it's [1].csv.gz": gzipSync('id,city\n1,"Vilnius"\n'),
      'in/2.csv.gz': gzipSync('id,city\n3,Riga\n'),
      'in/_SUCCESS': '',
      'x.jsonl': '{"id": 3, "size": 1.5}\n',
    });
    await run(
      host,
      'SELECT p.id, city, size FROM people p JOIN "the cities" USING (id) LEFT JOIN x USING (id) ORDER BY p.id',
      {people: 'people.csv', 'the cities': 'in', 'x.jsonl': 'x.jsonl'},
      'out.jsonl',
    );
    expect(await rowsOf(host, 'out.jsonl')).toEqual([
      ['1', 'Vilnius', undefined],
      ['3', 'Riga', '1.5'],
    ]);
  });

  it('takes a column that is called as something that every object has', async () => {
    const host = project({'a.csv': 'constructor,x\n1,007\n'});
    await run(host, 'SELECT * FROM a', {a: 'a.csv'});
    expect(await rowsOf(host, 'out.csv')).toEqual([['1', '007']]);
  });

  it('takes folders named column=value as a column', async () => {
    const host = project({'in/year=2023/1.csv': 'id\n1\n', 'in/year=2024/1.csv': 'id\n2\n'});
    await run(host, 'SELECT year, id FROM t ORDER BY year', {t: 'in'});
    expect(host.files.readText('out.csv')).toBe('year,id\n2023,1\n2024,2\n');
  });

  it('writes Parquet that it can ask again, a compressed table, and no rows', async () => {
    const host = project();
    await run(host, 'SELECT id, name FROM people WHERE id > 10', undefined, 'none.csv');
    expect(host.files.readText('none.csv')).toBe('id,"name"\n');
    await run(host, 'SELECT * FROM people', undefined, 'out.parquet');
    await run(host, 'SELECT count(*)::INT AS n, max(code) AS code FROM p', {p: 'out.parquet'}, 'out.tsv.gz');
    expect(await rowsOf(host, 'out.tsv.gz')).toEqual([['3', '100']]);
  });

  it('reads and writes nothing else', async () => {
    const host = project({'people.csv': PEOPLE, 'other.csv': 'id\n1\n'});
    for (const query of [
      `SELECT * FROM read_csv('${host.files.absolute('other.csv')}')`,
      `SELECT * FROM '${host.files.absolute('other.csv')}'`,
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM read_csv('https://example.org/a.csv')",
    ])
      await expect(run(host, query), query).rejects.toThrow(/no dep of the stage|does not exist/);
    await expect(run(host, `COPY people TO '${host.files.absolute('stolen.csv')}'`)).rejects.toThrow(
      'no dep of the stage',
    );
    await expect(run(host, 'SET enable_external_access = true')).rejects.toThrow('a query that reads');
    expect(host.files.list('.').map(({name}) => name)).toEqual(['.mlp', 'other.csv', 'people.csv']);
    expect(host.files.list('.mlp/sql')).toEqual([]);
  });

  it('says what is wrong', async () => {
    const host = project({'people.csv': PEOPLE, 'a.arrow': '', 'x/people.csv': PEOPLE});
    const message = (query: string, ...more: [KindFiles['inputs']?, string?]) =>
      expect(run(host, query, ...more)).rejects;
    await message('SELEC 1').toThrow('DuckDB refused the query: Parser Error: syntax error at or near "SELEC"');
    await message('SELECT * FROM nothing').toThrow('Table with name nothing does not exist');
    await message('SELECT 1; SELECT 2').toThrow('`sql` runs one query, not 2');
    await message('SELECT 1 AS a, 2 AS a').toThrow('the query gives two columns `a`');
    await message('SELECT 1', {}, 'out.xlsx').toThrow('`sql` cannot write `out.xlsx`');
    await message('SELECT 1', {a: 'a.arrow'}).toThrow('DuckDB does not read `a.arrow`');
    await message('SELECT 1', {a: ['a.arrow', 'people.csv']}).toThrow('one table cannot be of');
    await message('SELECT 1', {'people.csv': 'people.csv', 'x/people.csv': 'x/people.csv'}).toThrow(
      'two deps would be the table `people`',
    );
    await message('SELECT 1', {gone: 'gone.csv'}).toThrow('`gone.csv` is not there');
    await expect(run(host, 'SELECT name::INT AS n FROM people')).rejects.toThrow('Conversion Error');
    expect(host.files.exists('out.csv')).toBe(false);
  });

  it('says how to get DuckDB when it is not here', async () => {
    vi.resetModules();
    vi.doMock('@duckdb/node-api', () => {
      throw new Error('Cannot find package');
    });
    const {sql: without} = await import('../../src/stages/sql.ts');
    const files = {inputs: {people: 'people.csv'}, outputs: {out: 'out.csv'}};
    await expect(runKind(project(), without, {query: 'SELECT 1'}, files)).rejects.toThrow(
      '`uses: sql` needs DuckDB, which is not here: run `npm install @duckdb/node-api@1.5.6-r.1` where mlp is installed',
    );
    vi.doUnmock('@duckdb/node-api');
  });

  it('names the version of DuckDB that mlp is tested with', async () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      readonly peerDependencies: {readonly [name: string]: string};
    };
    const page = readFileSync(join(import.meta.dirname, '../../src/stages/sql.md'), 'utf8');
    expect(page).toContain(`@duckdb/node-api@${manifest.peerDependencies['@duckdb/node-api'] ?? ''}`);
    const source = readFileSync(join(import.meta.dirname, '../../src/stages/sql/run-sql.ts'), 'utf8');
    expect(source).toContain(`'${manifest.peerDependencies['@duckdb/node-api'] ?? ''}'`);
  });

  it('keeps to the memory of the stage, on the disk beyond it', async () => {
    await using rig = new Rig();
    rig.write('q.sql', 'SELECT i, hash(i) AS h FROM range(1000000) AS t(i) ORDER BY h, i');
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  sorted: {uses: sql, with: {query_file: q.sql}, outs: [sorted.parquet], resources: {memory: 32M}}
  first: {uses: sql, with: {query: 'SELECT count(*) AS n, count(DISTINCT i) AS d FROM sorted'}, deps: [sorted.parquet], outs: [n.csv]}
  hungry: {uses: sql, with: {query: 'SELECT len(list(i)) AS n FROM range(10000000) AS t(i)'}, outs: [h.csv], resources: {memory: 32M}}
`,
    );
    const result = await rig.run('first');
    expect(result.ran, result.talk).toEqual(['sorted', 'first']);
    expect(rig.read('n.csv')).toBe('n,d\n1000000,1000000\n');
    rig.write('q.sql', 'SELECT 1 AS i');
    expect((await rig.run('first')).ran).toEqual(['sorted', 'first']);
    expect((await rig.mlp('run', 'hungry')).talk).toContain('DuckDB needs more memory than the stage has');
  }, 60_000);
});
