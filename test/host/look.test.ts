import * as fs from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open-host.ts';
import {FileRecords} from '../../src/model/file-records.ts';
import {digest} from '../../src/model/ids.ts';
import {tempHost} from './rig.ts';

const LONG_AGO = new Date('2024-01-01T00:00:00Z');
/** What no file hashes to: it stays where sha256 is not computed. */
const MARK = digest('ab'.repeat(32));

function write(host: Host, path: string, content: string | Uint8Array): void {
  fs.writeFileSync(join(host.root, path), content);
  fs.utimesSync(join(host.root, path), LONG_AGO, LONG_AGO);
}

/** Looks at files, and marks what is known of them. */
async function marked(host: Host, paths: readonly string[]): Promise<FileRecords> {
  const known = await host.hashing.look({paths});
  paths.forEach((_, index) => {
    known.setSha256Hex(index, MARK);
  });
  return known;
}

async function lookAtPieces(host: Host, folder: string, pieces: Iterable<readonly string[]>): Promise<FileRecords[]> {
  const parts: FileRecords[] = [];
  for await (const part of host.hashing.lookPieces(folder, pieces)) parts.push(part);
  return parts;
}

describe('looking at files again', () => {
  it('reads nothing of what was not touched', async () => {
    const host = tempHost();
    const paths = ['a', 'b'];
    for (const path of paths) write(host, path, path);
    const known = await marked(host, paths);
    const looked = await host.hashing.look({paths, known});
    expect(paths.map((_, index) => looked.isLearned(index))).toEqual([false, false]);
    expect(paths.map((_, index) => looked.sha256(index))).toEqual([MARK, MARK]);
    expect(looked.signature(0)).toBe(host.files.stat('a')?.signature);
  });

  it('computes no sha256 of what was touched and holds the same bytes', async () => {
    const host = tempHost();
    write(host, 'a', 'same');
    const known = await marked(host, ['a']);
    fs.utimesSync(join(host.root, 'a'), LONG_AGO, new Date('2024-05-01T00:00:00Z'));
    const looked = await host.hashing.look({paths: ['a'], known});
    expect([looked.sha256(0), looked.isLearned(0)]).toEqual([MARK, true]);
    expect(looked.signature(0)).toBe(host.files.stat('a')?.signature);
  });

  it('hashes what was written since, also with the same size', async () => {
    const host = tempHost();
    write(host, 'a', 'same');
    write(host, 'b', 'short');
    const known = await marked(host, ['a', 'b']);
    write(host, 'a', 'emas');
    write(host, 'b', 'longer than before');
    const looked = await host.hashing.look({paths: ['a', 'b'], known});
    expect([looked.sha256(0), looked.sha256(1)]).toEqual([
      host.hashing.sha256('emas'),
      host.hashing.sha256('longer than before'),
    ]);
  });

  it('trusts no signature of a file that was written just before it was hashed', async () => {
    const host = tempHost();
    fs.writeFileSync(join(host.root, 'a'), 'just now');
    const known = await marked(host, ['a']);
    const looked = await host.hashing.look({paths: ['a'], known});
    expect([looked.sha256(0), looked.isLearned(0)]).toEqual([MARK, true]);
    known.setQuick(0, 1n);
    expect((await host.hashing.look({paths: ['a'], known})).sha256(0)).toBe(host.hashing.sha256('just now'));
  });

  it('sees that a file is gone, has come, or may be run', async () => {
    const host = tempHost();
    write(host, 'gone', 'x');
    write(host, 'program', 'x');
    const known = await marked(host, ['gone', 'come', 'program']);
    expect(known.isThere(1)).toBe(false);
    fs.unlinkSync(join(host.root, 'gone'));
    write(host, 'come', 'here');
    fs.chmodSync(join(host.root, 'program'), 0o755);
    const looked = await host.hashing.look({paths: ['gone', 'come', 'program'], known});
    expect([looked.isThere(0), looked.sha256(1), looked.exec(2)]).toEqual([false, host.hashing.sha256('here'), true]);
  });

  it('says the same on threads: thousands of files, of which some changed', async () => {
    const host = tempHost();
    fs.mkdirSync(join(host.root, 'many'));
    const paths = Array.from({length: 6_000}, (_, index) => `${index}`);
    for (const path of paths) write(host, `many/${path}`, `content ${path}`);
    const known = await host.hashing.look({folder: 'many', paths});
    expect(known.sha256(5_999)).toBe(host.hashing.sha256('content 5999'));
    write(host, 'many/4242', 'changed');
    // Only half is known, so that there is work for threads.
    const half = new FileRecords(paths.length);
    half.setAll(0, known, 5_000);
    const looked = await host.hashing.look({folder: 'many', paths, known: half});
    const learned = paths.filter((_, index) => looked.isLearned(index));
    expect(learned).toEqual(['4242', ...paths.slice(5_000)]);
    expect(looked.sha256(4242)).toBe(host.hashing.sha256('changed'));
    expect(looked.sha256(17)).toBe(known.sha256(17));
  });

  it('asks only the quick hash of a large file that was touched', async () => {
    const host = tempHost();
    fs.writeFileSync(join(host.root, 'huge'), 'x');
    fs.truncateSync(join(host.root, 'huge'), 300_000_000);
    fs.utimesSync(join(host.root, 'huge'), LONG_AGO, LONG_AGO);
    const known = await marked(host, ['huge']);
    fs.utimesSync(join(host.root, 'huge'), LONG_AGO, new Date('2024-05-01T00:00:00Z'));
    const looked = await host.hashing.look({paths: ['huge'], known});
    expect([looked.sha256(0), looked.isLearned(0), looked.isSettled(0)]).toEqual([MARK, true, true]);
    const again = await host.hashing.look({paths: ['huge'], known: looked});
    expect(again.isLearned(0)).toBe(false);
  });

  it.each([
    ['few', 100],
    ['many', 3_800],
  ])('takes %s files piece by piece while they are listed', async (_what, count) => {
    const host = tempHost();
    fs.mkdirSync(join(host.root, 'pieces'));
    const paths = Array.from({length: count}, (_, index) => `${index}`);
    for (const path of paths) write(host, `pieces/${path}`, `content ${path}`);
    write(host, 'pieces/7', 'x'.repeat(40_000));
    fs.unlinkSync(join(host.root, 'pieces/8'));
    const pieces = [paths.slice(0, 40)];
    for (let from = 40; from < count; from += 700) pieces.push(paths.slice(from, from + 700));
    const parts = await lookAtPieces(host, 'pieces', pieces);
    expect(parts.map((part) => part.count)).toEqual(pieces.map((piece) => piece.length));
    const looked = FileRecords.concat(parts);
    const whole = await host.hashing.files(paths.map((path) => `pieces/${path}`));
    expect(looked.count).toBe(count);
    expect(paths.map((_, index) => (looked.isThere(index) ? looked.sha256(index) : undefined))).toEqual(
      whole.map((file) => file?.sha256),
    );
    expect(looked.xxh64(7)).toBe(whole[7]?.xxh64);
    // Nothing that was not touched is read, and what was touched is settled by one hash or the other.
    const known = looked;
    fs.utimesSync(join(host.root, 'pieces/9'), LONG_AGO, new Date('2024-05-01T00:00:00Z'));
    const again = await host.hashing.look({folder: 'pieces', paths, known});
    expect(paths.filter((_, index) => again.isLearned(index))).toEqual(['9']);
    expect(again.sha256(9)).toBe(known.sha256(9));
  });

  it.each([1, 2, 4])('shares many files with threads, large ones among them: %s cores', async (cores) => {
    const real = tempHost();
    const host = openHost(real.root, {machine: {...real.machine, cores}});
    write(host, 'small', 's');
    write(host, 'middle', Buffer.alloc(2_000_000, 'middle'));
    write(host, 'large', Buffer.alloc(40_000_000, 'large'));
    fs.writeFileSync(join(host.root, 'huge'), 'x');
    fs.truncateSync(join(host.root, 'huge'), 300_000_000);
    const others = new Map([
      [100, 'large'],
      [2_000, 'huge'],
      [2_700, 'none'],
      [3_998, 'large'],
    ]);
    const names = Array.from({length: 4_000}, (_, at) => others.get(at) ?? (at % 200 === 0 ? 'middle' : 'small'));
    const looked = FileRecords.concat(await lookAtPieces(host, '.', [names.slice(0, 3_500), names.slice(3_500)]));
    const kinds = ['small', 'middle', 'large', 'huge', 'none'];
    const hashed = await host.hashing.files(kinds);
    const known = new Map(kinds.map((name, at) => [name, hashed[at]]));
    for (const [at, name] of names.entries()) {
      const file = known.get(name);
      const found = looked.isThere(at) ? [looked.sha256(at), looked.signature(at), looked.isSettled(at)] : undefined;
      expect(found).toEqual(file && [file.sha256, file.signature, true]);
      if (name !== 'small' && file) expect(looked.xxh64(at)).toBe(file.xxh64);
    }
  });

  it('passes on what ends the listing, and what cannot be read', async () => {
    const host = tempHost();
    fs.mkdirSync(join(host.root, 'folder'));
    function* broken(): Generator<readonly string[]> {
      yield Array.from({length: 6_000}, () => 'none');
      throw new Error('the listing ended');
    }
    await expect(lookAtPieces(host, '.', broken())).rejects.toThrow('the listing ended');
    const folders = [Array.from({length: 6_000}, () => 'folder')];
    await expect(lookAtPieces(host, '.', folders)).rejects.toMatchObject({code: 'EISDIR'});
  });
});
