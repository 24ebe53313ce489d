/** Queries of SQLite and PostgreSQL as CSV: exact values and types, and what goes wrong. */
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Host} from '../../../src/host/host.ts';
import {queryPostgres} from '../../../src/stages/ingest/postgres.ts';
import {querySqlite} from '../../../src/stages/ingest/sqlite.ts';
import type {QueryTable} from '../../../src/stages/ingest/query-spool.ts';
import {tempHost} from '../../host/rig.ts';
import {canTestPostgres} from '../../rig/needs.ts';
import {PostgresServer} from '../../rig/postgres.ts';

const told = {signal: new AbortController().signal, progress: () => undefined};

describe('SQLite', () => {
  /** Runs statements, then the query; the result as text and its types. */
  async function query(sql: string, statements: string): Promise<readonly [string, QueryTable]> {
    const host = tempHost();
    const path = host.files.absolute('a.db');
    const database = new Database(path);
    database.exec(statements);
    database.close();
    const table = await querySqlite(host, {path, shown: 'a.db', query: sql}, 'out.csv', told);
    return [host.files.readText('out.csv'), table];
  }

  it('keeps every value', async () => {
    const [text, table] = await query(
      'SELECT * FROM t',
      `CREATE TABLE t(id INTEGER, big INTEGER, huge, price REAL, name TEXT, code TEXT, mixed, raw BLOB, empty INTEGER);
       INSERT INTO t VALUES(1, 9007199254740993, 9223372036854775807, 0.1, 'a "b", c\nd', '007', 1, x'00ff', NULL);
       INSERT INTO t VALUES(-2, NULL, -9223372036854775808, 2, '', 'NA', 'x', NULL, NULL)`,
    );
    expect(text).toBe(
      '"id","big","huge","price","name","code","mixed","raw","empty"\n' +
        '1,9007199254740993,9223372036854775807,0.1,"a ""b"", c\nd","007",1,"00ff",\n' +
        '-2,,-9223372036854775808,2,"","NA","x",,\n',
    );
    expect(table).toEqual({
      rows: 2,
      types: {
        id: 'integer',
        big: 'bigint',
        huge: 'string',
        price: 'number',
        name: 'string',
        code: 'string',
        mixed: 'string',
        raw: 'string',
        empty: 'string',
      },
    });
  });

  it('has a row for each missing value of an only column', async () => {
    const [text, table] = await query(
      'SELECT e FROM t',
      "CREATE TABLE t(e); INSERT INTO t VALUES('x'), (NULL), ('NA')",
    );
    expect(text).toBe('"e"\n"x"\nNA\n"NA"\n');
    expect(table).toEqual({rows: 3, types: {e: 'string'}});
  });

  it('gives a header for no rows', async () => {
    expect(await query('SELECT id FROM t', 'CREATE TABLE t(id)')).toEqual(['"id"\n', {rows: 0, types: {id: 'string'}}]);
  });

  it('says what is wrong with a query', async () => {
    const message = (sql: string) => expect(query(sql, 'CREATE TABLE t(id)')).rejects;
    await message('SELEC 1').toThrow('SQLite cannot answer the query of `a.db`: near "SELEC": syntax error');
    await message('SELECT id, id FROM t').toThrow('the query gives two columns `id`');
    await message('DELETE FROM t').toThrow('it must be one that reads');
    await message('SELECT * FROM other').toThrow('no such table: other');
  });

  it('says when the file is locked, is no database, or has changes beside it', async () => {
    const host = tempHost();
    const path = host.files.absolute('a.db');
    const ask = () => querySqlite(host, {path, shown: 'a.db', query: 'SELECT 1 AS one FROM t'}, 'out.csv', told);
    const database = new Database(path);
    database.exec('CREATE TABLE t(id); BEGIN EXCLUSIVE');
    await expect(ask()).rejects.toThrow('`a.db` is locked by another program');
    database.exec('COMMIT');
    database.pragma('journal_mode = WAL');
    database.exec('INSERT INTO t VALUES(1)');
    await expect(ask()).rejects.toThrow('`a.db` has changes beside it in `a.db-wal`');
    database.close();
    expect(await ask()).toMatchObject({rows: 1});
    host.files.writeAtomic('a.db', 'this is a text that is long enough to be looked at as a database file'.repeat(20));
    await expect(ask()).rejects.toThrow('`a.db` is not a SQLite database');
  }, 20_000);
});

describe.runIf(canTestPostgres)('PostgreSQL', () => {
  let server: PostgresServer;
  const query = (host: Host, sql: string, options: {url?: string; silenceMs?: number; signal?: AbortSignal} = {}) =>
    queryPostgres(
      host,
      {url: options.url ?? server.url, query: sql, silenceMs: options.silenceMs ?? 60_000},
      'out.csv',
      {...told, ...(options.signal === undefined ? {} : {signal: options.signal})},
    );

  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 60_000);
  afterAll(async () => {
    await server.stop();
  });

  it('keeps every value', async () => {
    const host = tempHost();
    const table = await query(
      host,
      `SELECT * FROM (VALUES
        (1::int, 9007199254740993::int8, 12345678901234567890::numeric, 1.10::numeric, 0.1::float8, 'a "b"'::text, '007'::varchar,
         true, date '2024-02-29', timestamp '2024-02-29 12:00:00.123456', timestamptz '2024-02-29 12:00:00+02',
         interval '1 day 2 hours', '{1,2}'::int[], '\\x00ff'::bytea, 'NaN'::float8, NULL::int),
        (2, NULL, 1, 2, 1e300, '', 'NA', false, NULL, 'epoch', 'epoch', NULL, NULL, NULL, 'Infinity', NULL)
       ) AS t(i, big, huge, price, f, name, code, yes, day, ts, tz, span, list, raw, odd, nothing)`,
    );
    expect(host.files.readText('out.csv')).toBe(
      '"i","big","huge","price","f","name","code","yes","day","ts","tz","span","list","raw","odd","nothing"\n' +
        '1,9007199254740993,12345678901234567890,1.10,0.1,"a ""b""","007",true,2024-02-29,2024-02-29T12:00:00.123456Z,2024-02-29T10:00:00Z,"P1DT2H","{1,2}","\\x00ff",NaN,\n' +
        '2,,1,2,1e+300,"","NA",false,,1970-01-01T00:00:00Z,1970-01-01T00:00:00Z,,,,Infinity,\n',
    );
    expect(table).toEqual({
      rows: 2,
      types: {
        i: 'integer',
        big: 'bigint',
        huge: 'string',
        price: 'number',
        f: 'number',
        name: 'string',
        code: 'string',
        yes: 'boolean',
        day: 'date',
        ts: 'datetime',
        tz: 'datetime',
        span: 'string',
        list: 'string',
        raw: 'string',
        odd: 'number',
        nothing: 'integer',
      },
    });
  });

  it('keeps dates that are none elsewhere as text; types of no rows are the declared ones', async () => {
    const host = tempHost();
    const sql = "SELECT d FROM (VALUES (date '2024-01-01'), ('infinity'), ('0044-03-15 BC')) AS t(d)";
    expect(await query(host, sql)).toEqual({rows: 3, types: {d: 'string'}});
    expect(host.files.readText('out.csv')).toBe('"d"\n2024-01-01\n"infinity"\n"0044-03-15 BC"\n');
    const early = "SELECT timestamp '0001-01-01' AS t UNION ALL SELECT '2024-01-01 12:00' ORDER BY t";
    expect(await query(host, early)).toEqual({rows: 2, types: {t: 'string'}});
    expect(host.files.readText('out.csv')).toBe('"t"\n"0001-01-01 00:00:00"\n2024-01-01T12:00:00Z\n');
    expect(await query(host, 'SELECT 1::int8 AS a, now() AS b, 1.5 AS c, true AS d WHERE false')).toEqual({
      rows: 0,
      types: {a: 'integer', b: 'datetime', c: 'number', d: 'boolean'},
    });
  });

  it('streams', async () => {
    const host = tempHost();
    const seen: number[] = [];
    const table = await queryPostgres(
      host,
      {url: server.url, query: 'SELECT i FROM generate_series(1, 10001) AS i', silenceMs: 60_000},
      'out.csv',
      {...told, progress: (rows) => seen.push(rows)},
    );
    expect(table.rows).toBe(10_001);
    expect(seen).toEqual([2000, 4000, 6000, 8000, 10_000, 10_001]);
    expect(host.files.readText('out.csv').split('\n')[10_001]).toBe('10001');
  });

  it('says what is wrong with a query, and writes nothing', async () => {
    const host = tempHost();
    await expect(query(host, 'SELECT 1 AS a,\n  FROM x')).rejects.toThrow(
      'PostgreSQL refused the query: syntax error at or near "FROM" (line 2 of the query: `FROM x`)',
    );
    await expect(query(host, 'SELECT 1/(3 - i) FROM generate_series(1, 5) AS i')).rejects.toThrow('division by zero');
    await expect(query(host, 'SELECT 1 AS a, 2 AS a')).rejects.toThrow('the query gives two columns `a`');
    await expect(query(host, 'CREATE TABLE made(i int)')).rejects.toThrow('read-only transaction');
    expect(await server.query("SELECT count(*)::int AS n FROM pg_tables WHERE tablename = 'made'")).toEqual([{n: 0}]);
  });

  it('says when there is no server, without its password', async () => {
    const error = await query(tempHost(), 'SELECT 1', {url: 'postgresql://me:hidden@127.0.0.1:1/x'}).catch(String);
    expect(error).toBe('Error: cannot connect to PostgreSQL: connect ECONNREFUSED 127.0.0.1:1');
  });

  it('gives up when nothing comes for too long, and when it is stopped', async () => {
    await expect(query(tempHost(), 'SELECT pg_sleep(60)', {silenceMs: 100})).rejects.toThrow(
      'PostgreSQL sent nothing for 0.1 s',
    );
    const abort = new AbortController();
    const stopped = query(tempHost(), 'SELECT pg_sleep(60)', {signal: abort.signal});
    setTimeout(() => abort.abort(new Error('stopped')), 100);
    await expect(stopped).rejects.toThrow('stopped');
  });

  it('says when the server goes away in the middle', async () => {
    const host = tempHost();
    const slow = query(host, 'SELECT i, pg_sleep(0.0005) IS NULL AS s FROM generate_series(1, 100000) AS i');
    const ended = expect(slow).rejects.toThrow('PostgreSQL went away in the middle of the query');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.kill();
    await ended;
    await server.again();
    const cut = query(host, 'SELECT i, pg_sleep(0.0005) IS NULL AS s FROM generate_series(1, 100000) AS i');
    const told = expect(cut).rejects.toThrow('PostgreSQL went away in the middle of the query');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mlp'");
    await told;
  }, 30_000);
});
