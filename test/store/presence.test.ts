import {chmodSync, readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {open, otherOwner, owner, tempFolder} from './store-rig.ts';

test('one that was announced is there until its store is closed, and leaves no file', () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  expect(two.presence.isThere(owner)).toBe(false);
  one.presence.announce(owner);
  one.presence.announce(owner);
  expect([two.presence.isThere(owner), two.presence.isThere(otherOwner)]).toEqual([true, false]);
  one.close();
  expect(two.presence.isThere(owner)).toBe(false);
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.engine'))).toEqual([]);
});

test('what names an owner may hold any characters', () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  const odd = {bootId: '7a pid:[402/../x]', pid: 1, startTime: 'Sat Nov 28 02:25:30 2026'};
  one.presence.announce(odd);
  expect(two.presence.isThere(odd)).toBe(true);
});

test('is seen by who may only read the file, and gone with a folder that is gone', () => {
  const folder = tempFolder();
  const file = join(folder, 'mlp.db');
  const [one, two] = [open(file), open(file)];
  one.presence.announce(owner);
  const [locked = ''] = readdirSync(folder).filter((name) => name.endsWith('.engine'));
  chmodSync(join(folder, locked), 0o444);
  expect(two.presence.isThere(owner)).toBe(true);
  rmSync(folder, {recursive: true});
  expect(two.presence.isThere(owner)).toBe(false);
});
