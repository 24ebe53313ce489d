/** Files that are read and written piece by piece. */
import {expect, it} from 'vitest';
import {tempHost} from './rig.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('appear when they are finished, and not before', () => {
  const {files} = tempHost();
  files.writeAtomic('a/old', 'before');
  const file = files.openWrite('a/old');
  file.write(bytes('one, '));
  file.write(bytes('two'));
  expect(files.readText('a/old')).toBe('before');
  file.finish();
  expect(files.readText('a/old')).toBe('one, two');
  expect(files.list('a').map(({name}) => name)).toEqual(['old']);
});

it('leave nothing when they are discarded', () => {
  const {files} = tempHost();
  const file = files.openWrite('new/folder/file');
  file.write(bytes('x'));
  file.discard();
  expect(files.list('new/folder')).toEqual([]);
});

it('are read from anywhere, as far as they go', () => {
  const {files} = tempHost();
  files.writeAtomic('f', '0123456789');
  const file = files.openRead('f');
  const into = new Uint8Array(4);
  expect([file.size, file.read(into, 2), new TextDecoder().decode(into)]).toEqual([10, 4, '2345']);
  expect([file.read(into, 8), file.read(into, 10)]).toEqual([2, 0]);
  file.close();
});

it('say what the system refused', () => {
  const {files} = tempHost();
  files.makeFolder('folder');
  files.writeAtomic('file', '');
  expect(() => files.openRead('gone')).toThrow('`gone` is not there');
  expect(() => files.openWrite('file/below')).toThrow('`file/below`');
  const over = files.openWrite('folder');
  expect(() => {
    over.finish();
  }).toThrow('`folder`');
  expect(files.list('.').map(({name}) => name)).toEqual(['file', 'folder']);
});

it('compress to the same bytes and back, in pieces of any size', async () => {
  const {compression} = tempHost();
  const text = 'some text, '.repeat(50_000);
  const compress = async (size: number): Promise<Uint8Array[]> => {
    const parts: Uint8Array[] = [];
    const compressor = compression.compressor('gzip', 'x', (part) => void parts.push(part.slice()));
    for (let at = 0; at < text.length; at += size) await compressor.write(bytes(text.slice(at, at + size)));
    await compressor.end();
    return parts;
  };
  const parts = await compress(1000);
  expect(Buffer.concat(await compress(100_000)).equals(Buffer.concat(parts))).toBe(true);
  expect(compression.formatOf(parts[0] ?? new Uint8Array())).toBe('gzip');
  let back = '';
  for await (const part of compression.decompress('gzip', 'x', parts)) back += new TextDecoder().decode(part);
  expect(back).toBe(text);
});
