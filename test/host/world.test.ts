/** The small parts: globs, the machine, the clock, signals, HTTP. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {tempHost} from './rig.ts';

describe('globs', () => {
  it('find files by code units, whatever their names', async () => {
    const host = tempHost();
    const files = [
      'b.csv',
      'a b.csv',
      'B.csv',
      'n\nl.csv',
      'back\\slash.csv',
      '[x].csv',
      '-d.csv',
      'ü.csv',
      '.hidden.csv',
      'sub/a.csv',
    ];
    for (const file of files) host.files.writeAtomic(`data/${file}`, '');
    for (const file of ['.mlp/a.csv', '.git/a.csv', 'node_modules/p/a.csv', 'data/node_modules/a.csv'])
      host.files.writeAtomic(file, '');
    const direct = files
      .filter((file) => !file.includes('/') && !file.startsWith('.'))
      .map((file) => `data/${file}`)
      .sort();
    expect(await host.globs.match('data/*.csv')).toEqual(direct);
    expect(await host.globs.match('**/*.csv')).toEqual([...direct, 'data/sub/a.csv'].sort());
    expect(await host.globs.match('**/.*.csv')).toEqual(['data/.hidden.csv']);
    expect(await host.globs.match('data/b.csv')).toEqual(['data/b.csv']);
    expect(await host.globs.match('data/sub')).toEqual([]);
    expect(await host.globs.match('nowhere/*.csv')).toEqual([]);
    expect(await host.globs.match('.mlp/*')).toEqual([]);
  });

  it('take links to files, and are not caught by a link to its own parent', async () => {
    const host = tempHost();
    mkdirSync(join(host.root, 'd'));
    writeFileSync(join(host.root, 'd/file'), '');
    symlinkSync('file', join(host.root, 'd/link'));
    symlinkSync('nowhere', join(host.root, 'd/dangling'));
    symlinkSync('..', join(host.root, 'd/loop'));
    expect(await host.globs.match('**')).toEqual(['d/file', 'd/link']);
    expect(await host.globs.match('d/loop/d/*')).toEqual(['d/loop/d/file', 'd/loop/d/link']);
  });
});

describe('the machine', () => {
  it('tells a living process from one that ended, and from another with its number', async () => {
    const {machine} = tempHost();
    expect(machine.isAlive(machine.self)).toBe(true);
    expect(machine.isAlive({...machine.self, startTime: '1'})).toBe(false);
    expect(machine.isAlive({...machine.self, bootId: 'another boot'})).toBe(false);
    const child = spawn('true');
    await once(child, 'exit');
    expect(machine.isAlive({...machine.self, pid: child.pid ?? 0})).toBe(false);
  });

  it('knows local file systems, also for a path that is not there yet', () => {
    const {machine} = tempHost();
    expect(machine.isNetworkFileSystem('.')).toBe(false);
    expect(machine.isNetworkFileSystem('not/yet')).toBe(false);
    expect(machine.cores).toBeGreaterThan(0);
    expect(machine.memoryBytes).toBeGreaterThan(1e8);
  });
});

describe('the clock', () => {
  it('wakes a sleeper at once when its signal aborts', async () => {
    const {clock} = tempHost();
    const abort = new AbortController();
    const slept = clock.sleep(1e8, abort.signal);
    abort.abort();
    await slept;
    await clock.sleep(1e8, AbortSignal.abort());
    await clock.sleep(1);
    expect(clock.monotonic()).toBeGreaterThan(0);
  });
});

describe('signals', () => {
  it('are heard until nobody listens any more', async () => {
    const {signals} = tempHost();
    const before = process.listenerCount('SIGHUP');
    const stop: {listening?: () => void} = {};
    const heard = new Promise((resolve) => {
      stop.listening = signals.listen(resolve);
    });
    process.emit('SIGHUP', 'SIGHUP');
    expect(await heard).toBe('SIGHUP');
    stop.listening?.();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});

describe('HTTP', () => {
  it('asks for the head of a URL, and says why there is none', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/there') response.writeHead(200, {etag: '"e1"', 'content-length': '12'}).end();
      else if (request.url === '/moved') response.writeHead(302, {location: '/there'}).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const {http} = tempHost();
    try {
      expect(await http.head(`${origin}/moved`)).toEqual({kind: 'answered', etag: '"e1"', length: '12'});
      expect(await http.head(`${origin}/gone`)).toEqual({
        kind: 'failed',
        reason: `\`${origin}/gone\` answered 404 Not Found`,
      });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await http.head(`${origin}/there`)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
