/** Downloads that break, go on, and are refused: against a server of the test. */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {gzipSync} from 'node:zlib';
import {afterEach, describe, expect, it} from 'vitest';
import {download} from '../../src/host/download.ts';
import {tempHost} from './rig.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server and the ranges it was asked for. */
async function serve(
  answer: Answer,
): Promise<{readonly url: string; readonly ranges: readonly (string | undefined)[]}> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges};
}

const CONTENT = Buffer.from(Array.from({length: 300_000}, (_, index) => index % 251));

/** Serves `content` with ranges; the connection breaks after `cut` bytes of the first answer. */
function flaky(content: () => Buffer, etag: () => string, cut: number): Answer {
  let first = true;
  return (request, response) => {
    const bytes = content();
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const goesOn = start > 0 && request.headers['if-range'] === etag();
    const rest = goesOn ? bytes.subarray(start) : bytes;
    response.writeHead(goesOn ? 206 : 200, {
      etag: etag(),
      'content-length': rest.length,
      ...(goesOn ? {'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`} : {}),
    });
    if (!first) response.end(rest);
    else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
    first = false;
  };
}

describe('a download', () => {
  it('goes on where it broke off', async () => {
    const {url, ranges} = await serve(
      flaky(
        () => CONTENT,
        () => '"one"',
        100_000,
      ),
    );
    const {http, files} = tempHost();
    const broken = await http.download(url, 'deep/file');
    expect(broken).toMatchObject({kind: 'failed', reason: expect.stringContaining('broke off after') as string});
    expect(files.exists('deep/file')).toBe(false);
    const had = files.stat('deep/file.part')?.size ?? 0;
    expect(had).toBeGreaterThan(0);
    expect(await http.download(url, 'deep/file')).toEqual({
      kind: 'downloaded',
      bytes: CONTENT.length,
      resumedAt: had,
      etag: '"one"',
    });
    expect(ranges).toEqual([undefined, `bytes=${had}-`]);
    expect(CONTENT.equals(files.readBytes('deep/file'))).toBe(true);
    expect(files.list('deep').map(({name}) => name)).toEqual(['file']);
  });

  it('begins again when the content is another one meanwhile, or the note beside it is torn', async () => {
    let [content, etag] = [CONTENT, '"one"'];
    const {url} = await serve(
      flaky(
        () => content,
        () => etag,
        100_000,
      ),
    );
    const {http, files} = tempHost();
    await http.download(url, 'file');
    [content, etag] = [Buffer.from('short and new'), '"two"'];
    expect(await http.download(url, 'file')).toMatchObject({bytes: 13, resumedAt: 0, etag: '"two"'});
    expect(files.readText('file')).toBe('short and new');
    files.writeAtomic('file.part', 'wrong');
    files.writeAtomic('file.part.json', '{"url":');
    expect(await http.download(url, 'file')).toMatchObject({bytes: 13, resumedAt: 0});
    expect(files.readText('file')).toBe('short and new');
  });

  it('leaves no old bytes under the note of new content, wherever the program dies', async () => {
    const {url} = await serve((_, response) => response.end('new'));
    const {http, files} = tempHost();
    files.writeAtomic('file.part', 'old');
    // As if it died when it was about to write the note.
    files.makeFolder('file.part.json');
    await expect(http.download(url, 'file')).rejects.toThrow('is a folder');
    expect(files.exists('file.part')).toBe(false);
  });

  it('begins again when the server says that there is no such part, and trusts no weak ETag', async () => {
    const {url, ranges} = await serve((request, response) => {
      if (request.headers.range !== undefined) response.writeHead(416).end();
      else response.writeHead(200, {etag: 'W/"1"', 'content-length': 2}).end('ok');
    });
    const {http, files} = tempHost();
    const note = (etag: string): void => {
      files.writeAtomic('file.part', 'longer than that');
      files.writeAtomic('file.part.json', JSON.stringify({url, etag}));
    };
    note('"1"');
    expect(await http.download(url, 'file')).toMatchObject({bytes: 2, resumedAt: 0});
    note('W/"1"');
    expect(await http.download(url, 'file')).toMatchObject({bytes: 2, resumedAt: 0});
    expect(ranges).toEqual(['bytes=16-', undefined, undefined]);
  });

  it('takes what comes compressed on the way from the beginning', async () => {
    const zipped = gzipSync(CONTENT);
    let cut = true;
    const {url, ranges} = await serve((_request, response) => {
      response.writeHead(200, {etag: '"1"', 'content-encoding': 'gzip', 'content-length': zipped.length});
      if (cut) response.write(zipped.subarray(0, zipped.length - 20), () => setTimeout(() => response.destroy(), 20));
      else response.end(zipped);
      cut = false;
    });
    const {http, files} = tempHost();
    expect((await http.download(url, 'file')).kind).toBe('failed');
    expect(await http.download(url, 'file')).toMatchObject({bytes: CONTENT.length, resumedAt: 0});
    expect(CONTENT.equals(files.readBytes('file'))).toBe(true);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it('follows redirects, says what a server answers, and hides passwords', async () => {
    let seen: string | undefined;
    const {url} = await serve((request, response) => {
      seen = request.headers.authorization;
      if (request.url === '/moved') response.writeHead(302, {location: '/there'}).end();
      else if (request.url === '/there') response.end('here');
      else if (request.url === '/loop') response.writeHead(302, {location: '/loop'}).end();
      else response.writeHead(404).end();
    });
    const {http, files} = tempHost();
    expect(await http.download(`${url}/moved`, 'file')).toMatchObject({kind: 'downloaded', bytes: 4});
    expect(files.readText('file')).toBe('here');
    expect(await http.download(`${url}/gone`, 'other')).toEqual({
      kind: 'failed',
      reason: `\`${url}/gone\` answered 404 Not Found`,
    });
    expect(await http.download(`${url}/loop`, 'other')).toMatchObject({
      reason: `\`${url}/loop\` cannot be reached: redirect count exceeded`,
    });
    const withPassword = url.replace('http://', 'http://me:hid%40den@');
    expect(await http.download(`${withPassword}/gone`, 'other')).toMatchObject({
      reason: `\`${url}/gone\` answered 404 Not Found`,
    });
    expect(seen).toBe(`Basic ${btoa('me:hid@den')}`);
    expect(files.list('.').map(({name}) => name)).toEqual(['file']);
  });

  it('ends when the server is silent, or the caller wants it to', async () => {
    const {url} = await serve((_request, response) => {
      response.writeHead(200, {'content-length': 100});
      response.write('a little');
    });
    const host = tempHost();
    const silent = await download(url, host.files.absolute('file'), {silenceMs: 50});
    expect(silent).toMatchObject({
      reason: expect.stringContaining('8 of 100 bytes (nothing came for 0.05 s)') as string,
    });
    const abort = new AbortController();
    const stopped = host.http.download(url, 'file', {
      signal: abort.signal,
      progress: () => abort.abort(new Error('stop')),
    });
    expect(await stopped).toMatchObject({kind: 'failed', reason: expect.stringContaining('stop') as string});
  });

  it('tells how far it is', async () => {
    const {url} = await serve((_request, response) => {
      response.writeHead(200, {'content-length': CONTENT.length}).end(CONTENT);
    });
    const told: [number, number | undefined][] = [];
    await tempHost().http.download(url, 'file', {progress: (bytes, total) => told.push([bytes, total])});
    expect(told.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('says when its file cannot be written', async () => {
    const {url} = await serve((_request, response) => response.end('x'));
    const {http, files} = tempHost();
    files.writeAtomic('file', '');
    await expect(http.download(url, 'file/below')).rejects.toThrow('is there already');
  });
});
