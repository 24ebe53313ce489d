import {join} from 'node:path';
import {expect, test} from 'vitest';
import {quickHash} from '../../src/model/ids.ts';
import type {FileMemo} from '../../src/store/store.ts';
import {open, sha256, tempFolder} from './store-rig.ts';

const memo = (text: string): FileMemo => ({
  signature: `2049:${text}:9:1700000000000000001:1700000000000000002`,
  sha256: sha256(text),
  xxh64: quickHash('00000000deadbeef'),
  size: 2 ** 33,
  hashedAtMs: 1_700_000_000_000.5,
});

test('a memo of a file is known at once, and after the store is closed and opened again', () => {
  const file = join(tempFolder(), 'mlp.db');
  const store = open(file);
  expect(store.fileMemo('a "file"\n')).toBeUndefined();
  store.setFileMemo('a "file"\n', memo('one'));
  expect(store.fileMemo('a "file"\n')).toEqual(memo('one'));
  store.flushMemos();
  store.setFileMemo('a "file"\n', memo('two'));
  store.close();
  expect(open(file).fileMemo('a "file"\n')).toEqual(memo('two'));
});

test('a memo of a tool holds its guards and its value, by tool and subject', () => {
  const file = join(tempFolder(), 'mlp.db');
  const store = open(file);
  const guards = {'src/a.ts': 'signature', 'src/gone.ts': ''};
  const value = {fingerprint: 'x'.repeat(3_000), packages: ['zod', null, 1.5]};
  store.setToolMemo('typescript', 'src/a.ts', {guards, value});
  store.setToolMemo('python', 'src/a.ts', {guards: {}, value: null});
  expect(store.toolMemo('typescript', 'src/a.ts')).toEqual({guards, value});
  store.close();
  const again = open(file);
  expect(again.toolMemo('typescript', 'src/a.ts')).toEqual({guards, value});
  expect(again.toolMemo('python', 'src/a.ts')).toEqual({guards: {}, value: null});
  expect(again.toolMemo('r', 'src/a.ts')).toBeUndefined();
});

test('what another process has flushed is known here, without opening anew', async () => {
  const file = join(tempFolder(), 'mlp.db');
  const [one, two] = [open(file), open(file)];
  expect(two.fileMemo('a')).toBeUndefined();
  one.setFileMemo('a', memo('one'));
  one.flushMemos();
  await new Promise((resolve) => setImmediate(resolve));
  expect(two.fileMemo('a')).toEqual(memo('one'));
});
