import {utimesSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {collectGarbage} from '../../src/cache/gc.ts';
import type {GarbageOptions, GarbageReport} from '../../src/cache/gc.ts';
import type {Digest} from '../../src/model/ids.ts';
import {cacheRig} from './cache-rig.ts';
import type {CacheRig} from './cache-rig.ts';

const NOW = 100_000;

/** Objects of 10 bytes each, last used at the given times. */
function objects(rig: CacheRig, ...usedMs: readonly number[]): readonly Digest[] {
  return usedMs.map((ms, index) => {
    const {hash} = rig.put(`object ${String(index).padStart(3, '0')}`);
    utimesSync(rig.objectPath(hash), ms / 1_000, ms / 1_000);
    return hash;
  });
}

const left = (rig: CacheRig): readonly Digest[] => [...rig.cache.objects()].map(({hash}) => hash).sort();

/** A dry run must say what the real one then does, and change nothing. */
function collect(rig: CacheRig, options: Omit<GarbageOptions, 'nowMs' | 'dryRun'>): GarbageReport {
  const before = left(rig);
  const dry = collectGarbage(rig.cache, {...options, nowMs: NOW, dryRun: true});
  expect(left(rig)).toEqual(before);
  const real = collectGarbage(rig.cache, {...options, nowMs: NOW, dryRun: false});
  expect(real).toEqual(dry);
  expect(collectGarbage(rig.cache, {...options, nowMs: NOW, dryRun: false}).bytesFreed).toBe(0);
  return real;
}

describe('collecting garbage', () => {
  test('removes what nothing names and keeps the rest, whether it is told a set or a question', () => {
    for (const form of ['set', 'question']) {
      const rig = cacheRig();
      const [a, b, c] = objects(rig, 1, 2, 3) as [Digest, Digest, Digest];
      const keep = new Set([a, c]);
      const report = collect(rig, {keep: form === 'set' ? keep : (hash) => keep.has(hash)});
      expect(report).toEqual({removed: 1, bytesFreed: 10, kept: 2, bytesKept: 20});
      expect(left(rig)).toEqual([a, c].sort());
      expect(rig.cache.has(b)).toBe(false);
    }
  });

  test('a folder that is kept keeps its files; when it goes they go, but for those that another one needs', () => {
    const rig = cacheRig();
    rig.write('one/shared', 'shared');
    rig.write('one/own', 'own of one');
    rig.write('two/shared', 'shared');
    rig.write('two/sub/own', 'own of two');
    const one = rig.putFolder('one');
    const two = rig.putFolder('two');
    expect(collect(rig, {keep: new Set([one.hash])}).removed).toBe(2);
    expect(rig.cache.complete({type: 'dir', hash: one.hash, size: 16}, true)).toBe(true);
    expect(rig.cache.has(two.hash)).toBe(false);
    expect(left(rig)).toHaveLength(3);
  });

  test('of what may go, only that which was not used for so long goes, when an age is given', () => {
    const rig = cacheRig();
    const [old, young, kept] = objects(rig, 10_000, 90_000, 10_000) as [Digest, Digest, Digest];
    const report = collect(rig, {keep: new Set([kept]), olderThanMs: 50_000});
    expect(report).toMatchObject({removed: 1, kept: 2});
    expect([rig.cache.has(old), rig.cache.has(young)]).toEqual([false, true]);
  });

  test('what the store knows of the last use counts more than an older time of the file', () => {
    const rig = cacheRig();
    const [used, unused] = objects(rig, 10_000, 10_000) as [Digest, Digest];
    collect(rig, {keep: new Set(), olderThanMs: 50_000, lastUsedMs: (hash) => (hash === used ? 99_000 : undefined)});
    expect([rig.cache.has(used), rig.cache.has(unused)]).toEqual([true, false]);
  });

  test('to a size removes the least recently used first, and never what must stay', () => {
    const rig = cacheRig();
    const hashes = objects(rig, 50_000, 20_000, 40_000, 10_000, 30_000);
    const [kept] = [hashes[3]] as [Digest];
    expect(collect(rig, {keep: new Set([kept]), maxBytes: 30})).toEqual({
      removed: 2,
      bytesFreed: 20,
      kept: 3,
      bytesKept: 30,
    });
    expect(left(rig)).toEqual([hashes[0], hashes[2], kept].sort());
    expect(collect(rig, {keep: new Set([kept]), maxBytes: 0}).bytesKept).toBe(10);
    expect(collect(rig, {keep: new Set([kept]), maxBytes: 10}).removed).toBe(0);
  });

  test('to a size never leaves a folder without its files: the folder goes first', () => {
    const rig = cacheRig();
    rig.write('out/a', 'first file');
    rig.write('out/b', 'other file');
    const {hash, tree} = rig.putFolder('out');
    for (const one of left(rig)) utimesSync(rig.objectPath(one), one === hash ? 60 : 20, one === hash ? 60 : 20);
    const [newer] = objects(rig, 90_000) as [Digest];
    const bytes = [...rig.cache.objects()].reduce((sum, one) => sum + one.bytes, 0);
    collect(rig, {keep: new Set(), maxBytes: bytes - 1});
    expect([rig.cache.has(hash), rig.cache.has(newer)]).toEqual([false, true]);
    expect(tree.every((entry) => entry.hash !== '' && rig.cache.has(entry.hash))).toBe(true);
  });

  test('of an empty cache does nothing', () => {
    expect(collect(cacheRig(), {keep: new Set()})).toEqual({removed: 0, bytesFreed: 0, kept: 0, bytesKept: 0});
  });
});
