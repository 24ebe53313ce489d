import {spawnSync} from 'node:child_process';
import * as fs from 'node:fs';
import {join} from 'node:path';
import {buildSync} from 'esbuild';
import {describe, expect, it} from 'vitest';
import {FileTrouble} from '../../src/host/host.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open-host.ts';
import {tempFolder, tempHost} from './rig.ts';

/** What a call throws, as `CODE: sentence`. */
function trouble(host: Host, action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FileTrouble) return `${error.code}: ${error.message}`.replaceAll(host.root, 'ROOT');
    throw error;
  }
  return 'nothing was thrown';
}

const ODD_NAMES = [
  ' ',
  'a b',
  "it's",
  '"',
  'line\nbreak',
  'back\\slash',
  '-rf',
  'ü',
  'u\u0308',
  '日本',
  '*',
  '$HOME',
  '\ufffd',
  'x'.repeat(255),
];

describe('files', () => {
  it('writes whole files only, with parent folders, and leaves nothing else behind', () => {
    const {files, root} = tempHost();
    files.writeAtomic('a/b/c.txt', 'one', {fsync: true});
    files.writeAtomic('a/b/c.txt', 'two', {mode: 0o600});
    expect(files.readText('a/b/c.txt')).toBe('two');
    expect(fs.statSync(join(root, 'a/b/c.txt')).mode & 0o777).toBe(0o600);
    expect(files.list('a/b')).toEqual([{name: 'c.txt', type: 'file'}]);
    expect(trouble(openHost(root), () => files.writeAtomic('a/b', 'x'))).toMatch(/^(EISDIR|EEXIST|ENOTEMPTY)/);
    expect(files.list('a')).toEqual([{name: 'b', type: 'dir'}]);
  });

  it('takes names of every kind', () => {
    const {files} = tempHost();
    for (const name of ODD_NAMES) files.writeAtomic(`odd/${name}`, name);
    const sorted = [...ODD_NAMES].sort();
    expect(files.list('odd').map(({name}) => name)).toEqual(sorted);
    expect([...files.walk('odd')].map(({path}) => files.readText(`odd/${path}`))).toEqual(sorted);
    files.remove('odd');
    expect(files.exists('odd')).toBe(false);
  });

  it('refuses a name that is not UTF-8, since its file could not be told from another, but removes it', () => {
    const host = tempHost();
    fs.mkdirSync(join(host.root, 'd'));
    fs.writeFileSync(Buffer.concat([Buffer.from(`${host.root}/d/na`), Buffer.from([0xef, 0x76, 0xe9])]), '');
    const sentence =
      'EILSEQ: the folder `d` holds a file whose name is not UTF-8: `na\\xefv\\xe9`; rename it (`convmv` does so for many)';
    expect(trouble(host, () => host.files.list('d'))).toBe(sentence);
    expect(trouble(host, () => [...host.files.walk('.')])).toBe(sentence);
    host.files.remove('d');
    expect(host.files.exists('d')).toBe(false);
  });

  it('walks depth first, reports links and follows none', () => {
    const {files} = tempHost();
    for (const path of ['b/x', 'a/c/y', 'a.txt']) files.writeAtomic(path, '');
    files.makeFolder('empty');
    files.makeLink('nowhere', 'dangling');
    files.makeLink('..', 'a/loop');
    expect([...files.walk('.')].map(({path, stat}) => `${path} ${stat.type}`)).toEqual([
      'a dir',
      'a/c dir',
      'a/c/y file',
      'a/loop link',
      'a.txt file',
      'b dir',
      'b/x file',
      'dangling link',
      'empty dir',
    ]);
  });

  it('tells what is there from what is not', () => {
    const {files, root} = tempHost();
    files.writeAtomic('file', 'abc');
    files.makeLink('nowhere', 'dangling');
    expect(files.stat('none')).toBeUndefined();
    expect(files.stat('file/below')).toBeUndefined();
    expect(files.stat('dangling')).toBeUndefined();
    expect(files.lstat('dangling')?.type).toBe('link');
    expect(files.readTextIfThere('file/below')).toBeUndefined();
    expect(files.realPath('dangling')).toBeUndefined();
    expect(files.readRange('none', 0, 10)).toHaveLength(0);
    expect(Buffer.from(files.readRange('file', 1, 10)).toString()).toBe('bc');
    expect(files.readRange('file', 9, 10)).toHaveLength(0);
    const {ino, dev, size, mtimeNs, ctimeNs} = fs.statSync(join(root, 'file'), {bigint: true});
    expect(files.stat('file')?.signature).toBe(`${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`);
  });

  it('changes the executable bit for whoever may read', () => {
    const {files, root} = tempHost();
    files.writeAtomic('tool', '', {mode: 0o640});
    files.setExec('tool', true);
    expect(fs.statSync(join(root, 'tool')).mode & 0o777).toBe(0o750);
    expect(files.stat('tool')?.exec).toBe(true);
    files.setExec('tool', false);
    expect(files.stat('tool')?.exec).toBe(false);
  });

  it('copies by the first way that works, over what is there, and never through a link', () => {
    const {files, root} = tempHost();
    files.writeAtomic('from', 'new', {mode: 0o755});
    files.writeAtomic('old', 'old');
    files.makeLink('old', 'to');
    files.copy('from', 'to', ['reflink', 'copy']);
    expect(files.readText('old')).toBe('old');
    expect(files.lstat('to')).toMatchObject({type: 'file', exec: true});
    expect(fs.statSync(join(root, 'to')).ino).not.toBe(fs.statSync(join(root, 'from')).ino);
    files.copy('from', 'deep/hard', ['hardlink']);
    files.copy('from', 'deep/hard', ['hardlink']);
    expect(fs.statSync(join(root, 'deep/hard')).ino).toBe(fs.statSync(join(root, 'from')).ino);
    files.copy('from', 'deep/soft', ['symlink']);
    expect(files.readLink('deep/soft')).toBe(join(root, 'from'));
    expect(files.list('deep')).toHaveLength(2);
  });

  it('moves within a device and to another', () => {
    const host = tempHost();
    const {files} = host;
    files.writeAtomic('d/x', 'x', {mode: 0o755});
    files.makeLink('x', 'd/link');
    files.move('d', 'new/d');
    const other = fs.existsSync('/dev/shm') ? fs.mkdtempSync('/dev/shm/mlp-') : tempFolder();
    try {
      files.move('new/d', `${other}/d`);
      expect(files.exists('new/d')).toBe(false);
      expect(files.stat(`${other}/d/x`)).toMatchObject({type: 'file', exec: true});
      expect(files.readLink(`${other}/d/link`)).toBe('x');
    } finally {
      files.remove(other);
    }
    expect(trouble(host, () => files.move('gone', 'd'))).toBe('ENOENT: `gone` is not there');
  });

  it('removes read-only folders, and is quiet when nothing is there', () => {
    const {files} = tempHost();
    files.writeAtomic('a/b/c', '');
    files.setMode('a/b', 0o500);
    files.setMode('a', 0o500);
    files.remove('a');
    files.remove('a');
    expect(files.exists('a')).toBe(false);
  });

  it('knows the free bytes also of a path that is not there yet', () => {
    expect(tempHost().files.freeBytes('not/yet')).toBeGreaterThan(0);
  });
});

describe('trouble is told in a sentence', () => {
  it('for what the user can mend', () => {
    const host = tempHost();
    host.files.writeAtomic('file', '');
    host.files.makeFolder('folder');
    host.files.makeLink('loop', 'loop');
    expect(trouble(host, () => host.files.readText('none'))).toBe('ENOENT: `none` is not there');
    expect(trouble(host, () => host.files.readText('folder'))).toBe(
      'EISDIR: `folder` is a folder, but a file is needed there',
    );
    expect(trouble(host, () => host.files.writeAtomic('file/x', ''))).toBe(
      'ENOTDIR: a part of `file/x` is a file, but a folder is needed there',
    );
    expect(trouble(host, () => host.files.readText('loop'))).toBe(
      'ELOOP: `loop` is a symbolic link that leads back to itself: remove the link',
    );
    expect(trouble(host, () => host.files.readText('x'.repeat(300)))).toMatch(/^ENAMETOOLONG: the name .* is too long/);
    expect(trouble(host, () => host.files.stat('nul\0'))).toMatch(/^EINVAL: .* holds a NUL character/);
    expect(trouble(host, () => host.files.append('/dev/full', 'x'))).toBe(
      'ENOSPC: no space left on the device of `/dev/full`: free some, or move the project to a larger disk',
    );
    expect(trouble(host, () => openHost(join(host.root, 'gone')))).toBe('ENOENT: `ROOT/gone` is not there');
  });

  it('when a write is cut short: what was there stays, and no temp file', () => {
    const host = tempHost();
    host.files.writeAtomic('target', 'old');
    const script = join(tempFolder(), 'write.mjs');
    buildSync({
      stdin: {
        contents: `
          import {openHost} from './src/host/open-host.ts';
          try {
            openHost(${JSON.stringify(host.root)}).files.writeAtomic('target', Buffer.alloc(1e6));
          } catch (error) {
            console.log(error.name, error.code);
          }`,
        resolveDir: join(import.meta.dirname, '../..'),
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
    });
    const {stdout} = spawnSync('sh', ['-c', 'ulimit -f 16; exec "$0" "$1"', process.execPath, script], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('FileTrouble EFBIG\n');
    expect(host.files.readText('target')).toBe('old');
    expect(host.files.list('.')).toHaveLength(1);
  });
});
