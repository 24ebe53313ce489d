/** What ingest brings from elsewhere: downloads and queries. */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {gzipSync} from 'node:zlib';
import Database from 'better-sqlite3';
import {afterEach, describe, expect, it} from 'vitest';
import type {Json} from '../../../src/base/json.ts';
import type {Host} from '../../../src/host/host.ts';
import {ingest} from '../../../src/stages/ingest.ts';
import {tempHost} from '../../host/rig.ts';
import {canTestPostgres} from '../../rig/needs.ts';
import {PostgresServer} from '../../rig/postgres.ts';
import {Rig} from '../../rig/rig.ts';
import {type KindRun, rowsOf, runKind} from '../kind-rig.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const OUTS = {table: 'out.csv', manifest: 'manifest.json'};
const CSV = 'id,x\n1,2\n';
const ZIPPED = gzipSync(CSV);

const run = (host: Host, settings: Json): Promise<KindRun> => runKind(host, ingest, settings, {outputs: OUTS});
const sourceOf = (host: Host): unknown =>
  (JSON.parse(host.files.readText('manifest.json')) as {sources: readonly unknown[]}).sources[0];
const leftOf = (host: Host): readonly string[] =>
  host.files.exists('.mlp')
    ? [...host.files.walk('.mlp')].filter(({stat}) => stat.type === 'file').map(({path}) => path.replace(/^.*\//, ''))
    : [];

describe('ingest of a URL', () => {
  it('notes what the server says of its content, and leaves nothing behind', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, {etag: '"1"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT'}).end(ZIPPED);
    });
    const host = tempHost();
    await run(host, {url: `${origin}/data/companies.csv.gz?v=2`});
    expect(host.files.readText('out.csv')).toBe(CSV);
    expect(sourceOf(host)).toMatchObject({
      source: `${origin}/data/companies.csv.gz?v=2`,
      bytes: ZIPPED.length,
      etag: '"1"',
      last_modified: 'Mon, 01 Jan 2024 00:00:00 GMT',
    });
    expect(leftOf(host)).toEqual([]);
  });

  it('checks length and sha256, and takes no damaged content', async () => {
    let content = Buffer.from(CSV);
    const origin = await serve((_request, response) => response.writeHead(200, {etag: '"1"'}).end(content));
    const host = tempHost();
    const sha256 = host.hashing.sha256(CSV);
    const url = {url: `${origin}/a.csv`, sha256, bytes: CSV.length};
    await run(host, {url});
    expect(sourceOf(host)).not.toHaveProperty('etag');
    content = Buffer.from('id,x\n1,3\n');
    await expect(run(host, {url})).rejects.toThrow(
      `\`${origin}/a.csv\` has the sha256 ${host.hashing.sha256(content)}, not ${sha256}`,
    );
    await expect(run(host, {url: {...url, bytes: 100}})).rejects.toThrow('is 9 bytes long, not 100');
    expect(leftOf(host)).toEqual([]);
  });

  it('goes on with a download that broke, and does not ask again for what is here and right', async () => {
    const content = Buffer.from(`id\n${'1234567\n'.repeat(50_000)}`);
    let asked = 0;
    const origin = await serve((request, response) => {
      asked += 1;
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, {
        etag: '"1"',
        'content-length': content.length - start,
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      });
      if (start > 0) response.end(content.subarray(start));
      else response.write(content.subarray(0, 200_000), () => setTimeout(() => response.destroy(), 20));
    });
    const host = tempHost();
    const url = {url: `${origin}/a.csv`, sha256: host.hashing.sha256(content)};
    await expect(run(host, {url})).rejects.toThrow('the next attempt goes on from there');
    expect(leftOf(host)).toEqual(['a.csv.part', 'a.csv.part.json']);
    await expect(run(host, {url, types: {none: 'string'}})).rejects.toThrow('`none`');
    expect(leftOf(host)).toEqual(['a.csv']);
    const {metrics} = await run(host, {url});
    expect(metrics['rows']).toBe(50_000);
    expect(asked).toBe(2);
  });

  it('says what the server answered', async () => {
    const origin = await serve((_request, response) => response.writeHead(404).end());
    await expect(run(tempHost(), {url: [`${origin}/a.csv`]})).rejects.toThrow(
      `\`${origin}/a.csv\` answered 404 Not Found`,
    );
  });

  it('is run again only when the server says that its content is another', async () => {
    let [content, etag] = ['id\n1\n', '"1"'];
    const origin = await serve((request, response) => {
      response.writeHead(200, {etag});
      if (request.method === 'HEAD') response.end();
      else response.end(content);
    });
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  raw: {uses: ingest, with: {url: "${origin}/a.csv"}, outs: [raw.csv]}\n`,
    );
    expect((await rig.run()).ran).toEqual(['raw']);
    expect((await rig.run()).ran).toEqual([]);
    [content, etag] = ['id\n2\n', '"2"'];
    expect((await rig.run()).ran).toEqual(['raw']);
    expect(rig.read('raw.csv')).toBe('id\n2\n');
  });
});

describe('ingest of a query', () => {
  it('names the query of a database, and nothing is left of its result', async () => {
    const host = tempHost();
    host.files.writeAtomic('q.sql', 'SELECT id, name FROM people ORDER BY id\n');
    const database = new Database(host.files.absolute('a.db'));
    database.exec("CREATE TABLE people(id INTEGER, name TEXT); INSERT INTO people VALUES(2, 'NA'), (1, ''), (3, NULL)");
    database.close();
    const inputs = {sqlite: 'a.db', query_file: 'q.sql'};
    await runKind(host, ingest, {sqlite: 'a.db', query_file: 'q.sql'}, {inputs, outputs: OUTS});
    expect(await rowsOf(host, 'out.csv')).toEqual([
      ['1', ''],
      ['2', 'NA'],
      ['3', undefined],
    ]);
    expect(sourceOf(host)).toMatchObject({source: 'a.db', rows: 3, query: 'SELECT id, name FROM people ORDER BY id\n'});
    expect(leftOf(host)).toEqual([]);
    await runKind(
      host,
      ingest,
      {sqlite: 'a.db', query: 'SELECT name FROM people ORDER BY id'},
      {inputs, outputs: OUTS},
    );
    expect(await rowsOf(host, 'out.csv')).toEqual([[''], ['NA'], [undefined]]);
    await expect(
      runKind(host, ingest, {postgres: {url_env: 'NOWHERE'}, query: 'SELECT 1'}, {outputs: OUTS}),
    ).rejects.toThrow('there is no variable `NOWHERE`: set it');
  });

  it.runIf(canTestPostgres)(
    'asks PostgreSQL through a secret variable of the pipeline, and keeps every value',
    async () => {
      const server = await PostgresServer.start();
      try {
        await using rig = new Rig();
        rig.env['DATABASE_URL'] = server.url;
        rig.write(
          'q.sql',
          "SELECT 9007199254740993::int8 AS big, timestamptz '2024-02-29 12:00+02' AS at, 'NA'::text AS word, NULL::text AS none",
        );
        rig.write(
          'pipeline.yaml',
          'mlp: 1\nstages:\n  raw:\n    uses: ingest\n    with: {postgres: {url_env: DATABASE_URL}, query_file: q.sql}\n    secrets: [DATABASE_URL]\n    outs: {table: raw.jsonl, manifest: manifest.json}\n',
        );
        const result = await rig.run();
        expect(result.ran, result.talk).toEqual(['raw']);
        expect(rig.read('raw.jsonl')).toBe(
          '{"big":9007199254740993,"at":"2024-02-29T10:00:00Z","word":"NA","none":null}\n',
        );
        expect(rig.read('manifest.json')).not.toContain('hidden');
        rig.write('q.sql', 'SELECT 2 AS two');
        expect((await rig.run()).ran).toEqual(['raw']);
        // 16 MB of text in the answer, five times that as rows in memory, and a heap of 48 MB.
        rig.write('q.sql', 'SELECT i, md5(i::text) AS word FROM generate_series(1, 400000) AS t(i)');
        rig.write('pipeline.yaml', `${rig.read('pipeline.yaml')}    resources: {memory: 48M}\n`);
        const large = await rig.run();
        expect(large.ran, large.out).toEqual(['raw']);
        expect(JSON.parse(rig.read('manifest.json'))).toMatchObject({rows: 400_000});
      } finally {
        await server.stop();
      }
    },
    60_000,
  );
});

describe('a file that vanishes while others are read', () => {
  it('is named, and nothing is left of the table', async () => {
    const host = tempHost();
    for (const name of ['a.csv', 'b.csv']) host.files.writeAtomic(name, 'id\n1\n');
    const throwIfAborted = (): void => host.files.remove('b.csv');
    const context = {signal: {throwIfAborted} as AbortSignal};
    const inputs = {all: ['a.csv', 'b.csv']};
    await expect(runKind(host, ingest, {}, {inputs, outputs: OUTS, context})).rejects.toThrow('`b.csv` is not there');
    expect(host.files.list('.').map(({name}) => name)).toEqual(['a.csv']);
  });
});

describe('a folder that grows', () => {
  it('has only its new files read again: a branch for each, and one table of all', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  part:
    uses: ingest
    foreach: {files: raw, pattern: '*.csv'}
    deps: ['\${item}']
    outs: ['parts/\${item.stem}.csv']
  all:
    uses: ingest
    deps: [parts/*.csv]
    outs: {table: all.csv, manifest: manifest.json}
`,
    );
    rig.write('raw/2023.csv', 'id\n1\n');
    rig.write("raw/2024 it's.csv", 'id\n2\n');
    const first = await rig.run();
    expect(first.ran.map((name) => name.slice(0, 9)).sort(), first.talk).toEqual(['all', 'part@2023', 'part@2024']);
    expect((await rig.run()).ran).toEqual([]);
    rig.write('raw/2025.csv', 'id\n3\n');
    expect((await rig.run()).ran).toEqual(['part@2025.csv', 'all']);
    expect(rig.read('all.csv')).toBe('id\n1\n2\n3\n');
    rig.remove('raw/2023.csv');
    expect((await rig.run()).ran).toEqual(['all']);
    expect(rig.read('all.csv')).toBe('id\n2\n3\n');
  }, 30_000);
});
