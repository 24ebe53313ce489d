import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openCache} from '../../src/cache/open-cache.ts';
import {FileTrouble} from '../../src/host/host.ts';
import {digest} from '../../src/model/ids.ts';
import {withFiles} from '../rig/with-files.ts';
import {cacheRig, entriesOf, withRefusal} from './cache-rig.ts';

const absent = digest('0'.repeat(64));

describe('putting a file', () => {
  test('keeps its bytes under their hash, read-only, and touches the file in no way', () => {
    const rig = cacheRig();
    const hash = rig.write('data/x.bin', 'bytes', 0o755);
    expect(rig.cache.has(hash)).toBe(false);
    rig.cache.putFile('data/x.bin', hash, 5);
    expect(rig.cache.has(hash)).toBe(true);
    expect(rig.read(`.mlp/cache/objects/${hash.slice(0, 2)}/${hash.slice(2)}`)).toBe('bytes');
    expect([rig.mode(`.mlp/cache/objects/${hash.slice(0, 2)}/${hash.slice(2)}`), rig.mode('data/x.bin')]).toEqual([
      0o444, 0o755,
    ]);
    writeFileSync(rig.at('data/x.bin'), 'other');
    expect(rig.cache.complete({type: 'file', hash, size: 5}, true)).toBe(true);
    expect(rig.leftovers()).toEqual([]);
  });

  test('that is there already is quiet, even where nothing may be written', () => {
    const rig = cacheRig();
    const {hash} = rig.put('bytes');
    rig.write('x', 'bytes');
    const full = openCache(withRefusal(rig.host, 'copy', 'EROFS'), rig.cache.folder);
    expect(() => {
      full.putFile('x', hash, 5);
    }).not.toThrow();
  });

  test('heals an object that lost some of its bytes', () => {
    const rig = cacheRig();
    const {hash} = rig.put('bytes');
    chmodSync(rig.objectPath(hash), 0o644);
    writeFileSync(rig.objectPath(hash), 'byt');
    rig.put('bytes');
    expect(rig.cache.complete({type: 'file', hash, size: 5}, true)).toBe(true);
  });

  test('that was written to since it was hashed is refused, and no object is made', () => {
    const rig = cacheRig();
    const hash = rig.write('x', 'bytes');
    rig.write('x', 'more bytes');
    expect(() => {
      rig.cache.putFile('x', hash, 5);
    }).toThrow(/was written to at the same time/);
    expect([rig.cache.has(hash), rig.leftovers()]).toEqual([false, []]);
  });

  test('that was written to with as many bytes is refused, too', () => {
    const rig = cacheRig();
    const hash = rig.write('x', 'bytes');
    rig.write('x', 'other');
    expect(() => {
      rig.cache.putFile('x', hash, 5);
    }).toThrow(/was written to at the same time/);
    expect([rig.cache.has(hash), rig.leftovers()]).toEqual([false, []]);
  });

  test.each([
    ['small', 0],
    ['of the largest size that goes through memory', 65_536],
    ['larger', 65_537],
  ])('%s (%i bytes) keeps all of it', (_what, size) => {
    const rig = cacheRig();
    const {hash} = rig.put('x'.repeat(size));
    expect(rig.cache.complete({type: 'file', hash, size}, true)).toBe(true);
    expect(rig.mode(`.mlp/cache/objects/${hash.slice(0, 2)}/${hash.slice(2)}`)).toBe(0o444);
    expect(rig.cache.restore({type: 'file', hash, exec: true, size}, 'back', ['reflink', 'copy']).kind).toBe(
      'restored',
    );
    expect([rig.read('back').length, rig.mode('back')]).toEqual([size, 0o755]);
  });

  test('waits for the disk with a file, and in a folder only with the large ones and the tree', () => {
    const rig = cacheRig();
    const waits: string[] = [];
    const host = withFiles(rig.host, (files) => ({
      fsync(path) {
        waits.push(path);
        files.fsync(path);
      },
    }));
    const cache = openCache(host, rig.cache.folder);
    const hash = rig.write('x', 'bytes');
    cache.putFile('x', hash, 5);
    expect(waits.length).toBe(1);
    for (let file = 0; file < 20; file++) rig.write(`folder/${file}`, `bytes ${file}`);
    rig.write('folder/large', 'x'.repeat(2_000_000));
    const {hash: treeHash, tree} = rig.putFolder('folder');
    rmSync(join(rig.cache.folder, 'objects'), {recursive: true});
    cache.putTree('folder', tree, treeHash);
    expect(waits.length).toBe(3);
  });

  test.each([
    ['full', 'ENOSPC', 'copy'],
    ['full', 'ENOSPC', 'fsync'],
    ['read-only', 'EROFS', 'copy'],
    ['read-only', 'EROFS', 'move'],
  ] as const)(
    'on a disk that is %s (%s from %s) says so, leaves nothing, and works again later',
    (_what, code, call) => {
      const rig = cacheRig();
      const hash = rig.write('x', 'bytes');
      const refusing = openCache(withRefusal(rig.host, call, code), rig.cache.folder);
      expect(() => {
        refusing.putFile('x', hash, 5);
      }).toThrow(expect.objectContaining({name: 'FileTrouble', code}));
      expect([rig.cache.has(hash), rig.leftovers()]).toEqual([false, []]);
      rig.cache.putFile('x', hash, 5);
      expect(rig.cache.complete({type: 'file', hash, size: 5}, true)).toBe(true);
    },
  );

  test('into a cache folder that cannot be made says so', () => {
    const rig = cacheRig();
    const hash = rig.write('x', 'bytes');
    rig.write('not-a-folder', '');
    expect(() => {
      openCache(rig.host, 'not-a-folder').putFile('x', hash, 5);
    }).toThrow(FileTrouble);
  });

  test('of two caches over one folder at once gives one sound object', () => {
    const rig = cacheRig();
    const hash = rig.write('x', 'bytes');
    // The second put starts when the first is about to rename.
    const other = openCache(rig.host, rig.cache.folder);
    const racing = withFiles(rig.host, (files) => ({
      move(...paths) {
        other.putFile('x', hash, 5);
        return files.move(...paths);
      },
    }));
    openCache(racing, rig.cache.folder).putFile('x', hash, 5);
    expect([...rig.cache.objects()].map((one) => one.hash)).toEqual([hash]);
    expect(rig.cache.complete({type: 'file', hash, size: 5}, true)).toBe(true);
    expect(rig.leftovers()).toEqual([]);
  });
});

describe('texts', () => {
  test('come back by their hash, and undefined when they are not there or broken', () => {
    const rig = cacheRig();
    const hash = rig.cache.putText('ä text\n');
    expect(rig.cache.putText('ä text\n')).toBe(hash);
    expect(rig.cache.readText(hash)).toBe('ä text\n');
    expect(rig.cache.readText(absent)).toBeUndefined();
    rig.corrupt(hash);
    expect(rig.cache.readText(hash)).toBeUndefined();
    expect(rig.cache.readText(rig.cache.putText('ä text\n'))).toBe('ä text\n');
  });
});

describe('folders', () => {
  test('are kept as a tree and the files in it; what is absent or no tree is undefined', () => {
    const rig = cacheRig();
    rig.write('out/b/c.txt', 'c');
    rig.write('out/a.sh', 'a', 0o755);
    mkdirSync(rig.at('out/empty'));
    symlinkSync('b/c.txt', rig.at('out/link'));
    const {hash, tree} = rig.putFolder('out');
    expect(rig.cache.readTree(hash)).toEqual(tree);
    expect(tree.map(({path}) => path)).toEqual(['a.sh', 'b', 'b/c.txt', 'empty', 'link']);
    expect(rig.cache.readTree(absent)).toBeUndefined();
    expect(rig.cache.readTree(rig.put('no tree').hash)).toBeUndefined();
  });

  test('whose hash is not that of the tree are a bug, not an object', () => {
    const rig = cacheRig();
    expect(() => {
      rig.cache.putTree('.', [], absent);
    }).toThrow(/BUG/);
    expect(rig.cache.has(absent)).toBe(false);
  });
});

describe('whether a result is complete', () => {
  test('a file is when its object has the right size; deep looks at its bytes', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    expect(rig.cache.complete(content, true)).toBe(true);
    expect(rig.cache.complete({...content, size: 6}, false)).toBe(false);
    rig.corrupt(content.hash);
    expect([rig.cache.complete(content, false), rig.cache.complete(content, true)]).toEqual([true, false]);
    expect(rig.cache.complete({type: 'absent', hash: '', size: 0}, true)).toBe(true);
  });

  test('a folder is when its tree and every file in it are there', () => {
    const rig = cacheRig();
    const inner = rig.write('out/a', 'one');
    rig.write('out/b', 'two');
    const {hash} = rig.putFolder('out');
    const content = {type: 'dir', hash, size: 6} as const;
    expect([rig.cache.complete(content, false), rig.cache.complete(content, true)]).toEqual([true, true]);
    rig.cache.remove(inner);
    expect(rig.cache.complete(content, false)).toBe(false);
    expect(rig.cache.complete({...content, hash: absent}, false)).toBe(false);
  });
});

describe('the list of objects', () => {
  test('names each with its size and age, and nothing else that lies about', () => {
    const rig = cacheRig();
    expect([...rig.cache.objects()]).toEqual([]);
    const hashes = ['a', 'bb', 'ccc'].map((text) => rig.put(text).hash).sort();
    for (const hash of hashes) utimesSync(rig.objectPath(hash), 1_000, 1_000);
    rig.write('.mlp/cache/objects/README', '');
    rig.write('.mlp/cache/objects/00/short', '');
    const found = [...rig.cache.objects()];
    expect(found.map(({hash}) => hash)).toEqual(hashes);
    expect(found.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(6);
    expect(found.every(({mtimeMs}) => mtimeMs === 1_000_000)).toBe(true);
  });

  test('comes one after the other, and what another process removes meanwhile is left out', () => {
    const rig = cacheRig();
    const hashes = Array.from({length: 20}, (_, number) => rig.put(`object ${number}`).hash).sort();
    const found: string[] = [];
    for (const {hash} of rig.cache.objects()) {
      found.push(hash);
      rmSync(join(rig.cache.folder, 'objects'), {recursive: true, force: true});
    }
    expect(found).toEqual(hashes.slice(0, 1));
  });
});

test('sweeping removes what a crash left an hour ago and what was set aside; a dry run gives the same number', () => {
  const rig = cacheRig();
  const nowMs = 10_000_000;
  for (const [name, ageMs] of [
    ['old', 3_700_000],
    ['new', 60_000],
  ] as const) {
    for (const folder of ['.mlp/tmp', '.mlp/cache/tmp']) {
      rig.write(`${folder}/${name}/inner/file`, 'twelve bytes');
      const seconds = (nowMs - ageMs) / 1_000;
      for (const path of ['inner/file', 'inner', '.'])
        utimesSync(rig.at(`${folder}/${name}/${path}`), seconds, seconds);
    }
  }
  const content = rig.put('quarantined');
  rig.corrupt(content.hash);
  rig.cache.restore(content, 'target', ['copy']);
  expect(readdirSync(join(rig.cache.folder, 'quarantine'))).toEqual([content.hash]);
  expect(rig.cache.sweepTemp(nowMs, true)).toBe(12 + 12 + 11);
  expect(rig.cache.sweepTemp(nowMs, false)).toBe(12 + 12 + 11);
  expect(rig.cache.sweepTemp(nowMs, false)).toBe(0);
  expect(entriesOf(rig.at('.mlp/tmp'))).toEqual([rig.at('.mlp/tmp/new')]);
  expect(existsSync(rig.at('.mlp/cache/tmp/old'))).toBe(false);
});
