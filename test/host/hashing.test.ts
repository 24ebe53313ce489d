import {execFileSync, spawn} from 'node:child_process';
import * as fs from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Host} from '../../src/host/host.ts';
import {tempHost} from './rig.ts';

/** What sha256sum says of files, in their order. */
function reference(host: Host, paths: readonly string[]): readonly string[] {
  const printed = execFileSync('sha256sum', ['--zero', '--', ...paths], {cwd: host.root, encoding: 'latin1'});
  return printed
    .split('\0')
    .slice(0, -1)
    .map((line) => line.slice(0, 64));
}

describe('hashing', () => {
  it('agrees with sha256sum for sizes around those of its buffer', async () => {
    const host = tempHost();
    const sizes = [0, 1, 63, 64, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3_000_000];
    const paths = sizes.map((size) => {
      fs.writeFileSync(join(host.root, `-${size}\n`), Buffer.alloc(size, `${size} bytes`));
      return `-${size}\n`;
    });
    const hashed = await host.hashing.files(paths);
    expect(hashed.map((file) => file?.sha256)).toEqual(reference(host, paths));
    expect(hashed.map((file) => file?.size)).toEqual(sizes);
    expect(hashed.map((file) => file?.signature)).toEqual(paths.map((path) => host.files.stat(path)?.signature));
    for (const [index, path] of paths.entries()) expect(await host.hashing.quick(path)).toBe(hashed[index]?.xxh64);
    expect(hashed[0]?.xxh64).toBe('ef46db3751d8e999');
    expect(paths.map((path) => host.hashing.fileSha256(path))).toEqual(hashed.map((file) => file?.sha256));
    expect(host.hashing.sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('gives the same on threads: many files, with some that are not there', async () => {
    const host = tempHost();
    const paths = Array.from({length: 5_000}, (_, index) => `f${index}`);
    for (const [index, path] of paths.entries())
      if (index % 1000 !== 7) fs.writeFileSync(join(host.root, path), `content ${index}`);
    const hashed = await host.hashing.files(paths);
    expect(hashed.map((file) => file?.sha256)).toEqual(
      paths.map((_, index) => (index % 1000 === 7 ? undefined : host.hashing.sha256(`content ${index}`))),
    );
    expect(hashed[0]?.xxh64).toBe(await host.hashing.quick('f0'));
  });

  it('gives the same on threads: large files among small ones', async () => {
    const host = tempHost();
    const paths = ['small', 'large', 'huge', 'small2', 'none'];
    fs.writeFileSync(join(host.root, 'small'), 's');
    fs.writeFileSync(join(host.root, 'small2'), 's2');
    fs.writeFileSync(join(host.root, 'large'), Buffer.alloc(40_000_000, 'large'));
    fs.writeFileSync(join(host.root, 'huge'), 'x');
    fs.truncateSync(join(host.root, 'huge'), 300_000_000);
    const hashed = await host.hashing.files(paths);
    expect(hashed.slice(0, 4).map((file) => file?.sha256)).toEqual(reference(host, paths.slice(0, 4)));
    expect(hashed.map((file) => file?.signature)).toEqual(paths.map((path) => host.files.stat(path)?.signature));
    expect(hashed[4]).toBeUndefined();
  });

  it('never calls a file unchanged that is written meanwhile', async () => {
    const host = tempHost();
    const path = join(host.root, 'busy');
    fs.writeFileSync(path, Buffer.alloc(20_000_000));
    const writer = spawn(process.execPath, [
      '-e',
      `const fs = require('fs'); const file = fs.openSync(process.argv[1], 'r+'); process.stdout.write('go');
       for (let i = 0; ; i++) fs.writeSync(file, Buffer.from([i]), 0, 1, i % 2e7);`,
      path,
    ]);
    try {
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      const [hashed] = await host.hashing.files(['busy']);
      expect(hashed).toMatchObject({size: 20_000_000, signature: undefined});
    } finally {
      writer.kill('SIGKILL');
    }
  });

  it('bears files that come and go meanwhile', async () => {
    const host = tempHost();
    const path = join(host.root, 'ghost');
    const writer = spawn(process.execPath, [
      '-e',
      `const fs = require('fs'); process.stdout.write('go');
       for (;;) { fs.writeFileSync(process.argv[1], 'here'); fs.unlinkSync(process.argv[1]); }`,
      path,
    ]);
    try {
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      const hashed = await host.hashing.files(Array<string>(3_000).fill('ghost'));
      const settled = hashed.filter((file) => file?.signature !== undefined);
      const known = [host.hashing.sha256('here'), host.hashing.sha256('')];
      expect(settled.every((file) => file && known.includes(file.sha256))).toBe(true);
      expect(hashed).toContain(undefined);
    } finally {
      writer.kill('SIGKILL');
    }
  });

  it('refuses what has no content of its own', async () => {
    const host = tempHost();
    host.files.makeFolder('folder');
    execFileSync('mkfifo', [join(host.root, 'pipe')]);
    await expect(host.hashing.files(['folder'])).rejects.toMatchObject({
      code: 'EISDIR',
      message: '`folder` is a folder, but a file is needed there',
    });
    await expect(host.hashing.files(['pipe'])).rejects.toMatchObject({
      message: '`pipe` is a device, pipe or socket, not a file: its content cannot be recorded',
    });
    await expect(host.hashing.quick('none')).rejects.toMatchObject({code: 'ENOENT'});
    const many = Array.from({length: 5_000}, () => 'folder');
    await expect(host.hashing.files(many)).rejects.toMatchObject({name: 'FileTrouble', code: 'EISDIR'});
  });
});
