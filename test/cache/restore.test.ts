import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openCache} from '../../src/cache/open-cache.ts';
import {FileTrouble} from '../../src/host/host.ts';
import type {TreeEntry} from '../../src/model/artifact.ts';
import {digest} from '../../src/model/ids.ts';
import {TREE_HEADER, treeText} from '../../src/model/tree.ts';
import {cacheRig, treeOf, withRefusal} from './cache-rig.ts';
import type {CacheRig} from './cache-rig.ts';

const absent = digest('0'.repeat(64));

describe('restoring a file', () => {
  test.each([[['reflink', 'copy']], [['copy']], [['reflink']], [[]]] as const)(
    'by %j gives one of its own: writable, with the exec bit it had',
    (ways) => {
      const rig = cacheRig();
      const content = rig.put('bytes');
      expect(rig.cache.restore(content, 'deep/in/x', ways)).toEqual({kind: 'restored', bytes: 5});
      expect([rig.read('deep/in/x'), rig.mode('deep/in/x')]).toEqual(['bytes', 0o644]);
      rig.cache.restore({...content, exec: true}, 'deep/in/x', ways);
      expect(rig.mode('deep/in/x')).toBe(0o755);
      writeFileSync(rig.at('deep/in/x'), 'written over');
      expect(rig.cache.complete(content, true)).toBe(true);
      expect(rig.leftovers()).toEqual([]);
    },
  );

  test('by hard link gives the object itself, read-only; a program is copied, because it needs a mode of its own', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    rig.cache.restore(content, 'x', ['hardlink', 'copy']);
    expect(statSync(rig.at('x')).ino).toBe(statSync(rig.objectPath(content.hash)).ino);
    expect(rig.mode('x')).toBe(0o444);
    rig.cache.restore({...content, exec: true}, 'program', ['hardlink', 'copy']);
    expect([rig.mode('program'), statSync(rig.objectPath(content.hash)).mode & 0o777]).toEqual([0o755, 0o444]);
  });

  test('by symbolic link points at the object', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    rig.cache.restore(content, 'x', ['symlink']);
    expect(readlinkSync(rig.at('x'))).toBe(rig.objectPath(content.hash));
    expect(rig.read('x')).toBe('bytes');
  });

  test('replaces whatever was there: a file, a read-only file, a link (not what it points at), a folder', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    rig.write('file', 'old');
    rig.write('locked', 'old', 0o444);
    rig.write('elsewhere', 'not mine');
    symlinkSync('elsewhere', rig.at('link'));
    rig.write('folder/inner', 'old');
    for (const path of ['file', 'locked', 'link', 'folder']) {
      expect(rig.cache.restore(content, path, ['copy'])).toEqual({kind: 'restored', bytes: 5});
      expect([lstatSync(rig.at(path)).isFile(), rig.read(path)]).toEqual([true, 'bytes']);
    }
    expect(rig.read('elsewhere')).toBe('not mine');
    expect(rig.leftovers()).toEqual([]);
  });

  test('that is not in the cache says so and touches nothing', () => {
    const rig = cacheRig();
    rig.write('x', 'mine');
    const reply = rig.cache.restore({type: 'file', hash: absent, exec: false, size: 5}, 'x', ['copy']);
    expect(reply).toEqual({kind: 'missing', hashes: [absent]});
    expect([rig.read('x'), rig.leftovers()]).toEqual(['mine', []]);
  });

  test.each(['copy', 'hardlink', 'symlink', 'reflink'] as const)(
    'whose object is broken (by %s) says so, touches nothing, sets the object aside, and works after it was put again',
    (way) => {
      const rig = cacheRig();
      const content = rig.put('bytes');
      rig.corrupt(content.hash);
      rig.write('x', 'mine');
      expect(rig.cache.restore(content, 'x', [way])).toEqual({kind: 'corrupt', hashes: [content.hash]});
      expect([rig.read('x'), rig.cache.has(content.hash), rig.leftovers()]).toEqual(['mine', false, []]);
      expect(readdirSync(join(rig.cache.folder, 'quarantine'))).toEqual([content.hash]);
      rig.put('bytes');
      expect(rig.cache.restore(content, 'x', [way]).kind).toBe('restored');
      expect(rig.read('x')).toBe('bytes');
    },
  );

  test('whose object was cut short is broken too', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    chmodSync(rig.objectPath(content.hash), 0o644);
    writeFileSync(rig.objectPath(content.hash), 'byte');
    expect(rig.cache.restore(content, 'x', ['copy'])).toEqual({kind: 'corrupt', hashes: [content.hash]});
    expect(existsSync(rig.at('x'))).toBe(false);
  });

  test('on a full disk says so and leaves the old content', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    rig.write('x', 'mine');
    const full = openCache(withRefusal(rig.host, 'copy', 'ENOSPC'), rig.cache.folder);
    expect(() => full.restore(content, 'x', ['reflink', 'copy'])).toThrow(FileTrouble);
    expect([rig.read('x'), rig.leftovers()]).toEqual(['mine', []]);
  });

  test('an output that was absent is made absent again', () => {
    const rig = cacheRig();
    rig.write('x', 'something');
    expect(rig.cache.restore({type: 'absent', hash: '', exec: false, size: 0}, 'x', ['copy']).kind).toBe('restored');
    expect(existsSync(rig.at('x'))).toBe(false);
  });

  test('names with spaces, quotes, newlines, dashes and letters of all kinds are names like others', () => {
    const rig = cacheRig();
    const content = rig.put('bytes');
    for (const name of ['a b', `q"u'o`, 'new\nline', '-rf', 'ünï/👩‍🔬', 'back\\slash', '$(x)']) {
      rig.cache.restore(content, name, ['copy']);
      expect(rig.read(name)).toBe('bytes');
    }
  });
});

describe('restoring a folder', () => {
  const folder = (rig: CacheRig) => {
    rig.write('out/b/c.txt', 'c');
    rig.write('out/run me.sh', 'a', 0o755);
    rig.write('out/b/same.txt', 'c');
    mkdirSync(rig.at('out/empty/inner'), {recursive: true});
    symlinkSync('../b/c.txt', rig.at('out/empty/link'));
    const {hash, tree} = rig.putFolder('out');
    return {tree, content: {type: 'dir', hash, exec: false, size: 3} as const};
  };

  test('gives the same tree: empty folders, exec bits and links inside it too', () => {
    const rig = cacheRig();
    const {content, tree} = folder(rig);
    expect(rig.cache.restore(content, 'again/out', ['reflink', 'copy'])).toEqual({kind: 'restored', bytes: 3});
    expect(treeOf(rig.host, 'again/out')).toEqual(tree);
    expect(rig.leftovers()).toEqual([]);
  });

  test('replaces the folder that was there: what does not belong is gone; a file in its place is replaced too', () => {
    const rig = cacheRig();
    const {content, tree} = folder(rig);
    rig.write('out/stray', 'stray');
    rmSync(rig.at('out/b/c.txt'));
    rig.write('file', 'a file');
    for (const path of ['out', 'file']) {
      rig.cache.restore(content, path, ['copy']);
      expect(treeOf(rig.host, path)).toEqual(tree);
    }
    expect(rig.leftovers()).toEqual([]);
  });

  test('of which objects are missing or broken names them all and leaves the old folder as it was', () => {
    const rig = cacheRig();
    const {content, tree} = folder(rig);
    const [c, a] = ['c', 'a'].map((text) => rig.host.hashing.sha256(text));
    if (c === undefined || a === undefined) throw new Error('two hashes were asked for');
    rig.corrupt(c);
    rig.corrupt(a);
    const broken = rig.cache.restore(content, 'out', ['copy']);
    expect({...broken, hashes: broken.kind === 'corrupt' ? [...broken.hashes].sort() : []}).toEqual({
      kind: 'corrupt',
      hashes: [a, c].sort(),
    });
    const missing = rig.cache.restore(content, 'out', ['copy']);
    expect({...missing, hashes: missing.kind === 'missing' ? [...missing.hashes].sort() : []}).toEqual({
      kind: 'missing',
      hashes: [a, c].sort(),
    });
    expect(treeOf(rig.host, 'out')).toEqual(tree);
    expect(rig.leftovers()).toEqual([]);
  });

  test('whose tree is missing or broken says so', () => {
    const rig = cacheRig();
    const {content} = folder(rig);
    rig.corrupt(content.hash);
    expect(rig.cache.restore(content, 'x', ['copy'])).toEqual({kind: 'corrupt', hashes: [content.hash]});
    expect(rig.cache.restore(content, 'x', ['copy'])).toEqual({kind: 'missing', hashes: [content.hash]});
    expect(existsSync(rig.at('x'))).toBe(false);
  });

  test('that fails in its last step leaves the old folder', () => {
    const rig = cacheRig();
    const {content, tree} = folder(rig);
    // The first move takes the old folder away, the second would put the new one in its place.
    const host = withRefusal(rig.host, 'move', 'EIO', 1);
    expect(() => openCache(host, rig.cache.folder).restore(content, 'out', ['copy'])).toThrow(FileTrouble);
    expect(treeOf(rig.host, 'out')).toEqual(tree);
    expect(rig.leftovers()).toEqual([]);
  });

  test.each([
    {path: '../outside', type: 'file'},
    {path: 'a/../../outside', type: 'file'},
    {path: '/outside', type: 'file'},
    {path: 'link', type: 'link', target: '../outside'},
    {path: 'link', type: 'link', target: '/etc/passwd'},
  ] as const)('that would write or point outside of it is refused: %j', (entry) => {
    const rig = cacheRig();
    const {hash} = rig.put('evil');
    const tree: readonly TreeEntry[] = [{exec: false, size: 4, hash: entry.type === 'file' ? hash : '', ...entry}];
    const content = {type: 'dir', hash: rig.cache.putText(treeText(tree)), exec: false, size: 4} as const;
    expect(rig.cache.restore(content, 'inner/folder', ['copy'])).toEqual({kind: 'corrupt', hashes: [content.hash]});
    expect([
      existsSync(rig.at('inner/folder')),
      existsSync(rig.at('outside')),
      existsSync(rig.at('inner/outside')),
    ]).toEqual([false, false, false]);
  });

  test.each(['no JSON', '{}', '["a","file",false]', '["a","file",false,1,"../../x"]', '["a","pipe",false,0,""]'])(
    'whose list of files has the line %j is refused, whatever its hash',
    (line) => {
      const rig = cacheRig();
      const hash = rig.cache.putText(`${TREE_HEADER}${line}\n`);
      expect(rig.cache.readTree(hash)).toBeUndefined();
      const reply = rig.cache.restore({type: 'dir', hash, exec: false, size: 1}, 'out', ['copy']);
      expect(reply).toEqual({kind: 'corrupt', hashes: [hash]});
    },
  );

  test('with something below a link is refused: what a link points at is told from where it is written', () => {
    const rig = cacheRig();
    const {hash: evil, size} = rig.put('evil');
    const entry = {exec: false, size: 0, hash: ''} as const;
    const tree: readonly TreeEntry[] = [
      {...entry, path: 'a', type: 'dir'},
      {...entry, path: 'a/b', type: 'dir'},
      {...entry, path: 'a/b/up', type: 'link', target: '../..'},
      {...entry, path: 'a/b/up/out', type: 'link', target: '../../../outside'},
      {...entry, path: 'a/b/up/out/file', type: 'file', size, hash: evil},
    ];
    const hash = rig.cache.putText(treeText(tree));
    mkdirSync(rig.at('outside'));
    mkdirSync(rig.at('.mlp/outside'));
    const reply = rig.cache.restore({type: 'dir', hash, exec: false, size}, 'deep/inner', ['copy']);
    expect(reply).toEqual({kind: 'corrupt', hashes: [hash]});
    expect([...readdirSync(rig.at('outside')), ...readdirSync(rig.at('.mlp/outside'))]).toEqual([]);
    expect(rig.leftovers()).toEqual([]);
  });

  test('with a link whose target goes up again from another link is refused', () => {
    const rig = cacheRig();
    const entry = {type: 'link', exec: false, size: 0, hash: ''} as const;
    const link = (path: string, target: string): TreeEntry => ({...entry, path, target});
    const restored = (...tree: readonly TreeEntry[]): string => {
      const hash = rig.cache.putText(treeText(tree));
      return rig.cache.restore({type: 'dir', hash, exec: false, size: 0}, 'inner', ['copy']).kind;
    };
    expect(restored(link('here', '.'), link('out', 'here/../outside'))).toBe('corrupt');
    expect(restored(link('here', '.'), link('out', 'here/x/../../outside'))).toBe('corrupt');
    expect(restored(link('here', '.'), link('in', 'here/inside'), link('also', 'x/../inside'))).toBe('restored');
  });
});
