/** Archives, read and written by the tar of the system as well. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {readTar, writeTar} from '../../src/bundle/tar.ts';
import {tempFolder} from '../host/rig.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const LONG = `${'folder-of-the-bundle/'.repeat(6)}a file with ümläuts, "quotes" and a long name.json`;

describe('archives', () => {
  it('hold what was put in, whatever its size', () => {
    const files = [
      {path: 'b/empty', content: bytes('')},
      {path: 'b/block', content: new Uint8Array(512).fill(7)},
      {path: `b/${LONG}`, content: bytes('more than nothing')},
      {path: 'b/ blanks around ', content: bytes('x')},
    ];
    const read = readTar(writeTar(files));
    expect(read.ok && read.value.map(({path, content}) => [path, [...content]])).toEqual(
      files.map(({path, content}) => [path, [...content]]),
    );
  });

  it('are taken by the tar of the system, and theirs by mlp', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'ours.tar'), writeTar([{path: `b/${LONG}`, content: bytes('hello')}]));
    const out = spawnSync('tar', ['-xf', 'ours.tar'], {cwd: folder, encoding: 'utf8'});
    expect(out.stderr).toBe('');
    expect(readFileSync(join(folder, 'b', LONG), 'utf8')).toBe('hello');
    mkdirSync(join(folder, 'theirs'));
    writeFileSync(join(folder, 'theirs/x'), 'y'.repeat(700));
    spawnSync('tar', ['--format=ustar', '-cf', 'theirs.tar', 'theirs'], {cwd: folder});
    const read = readTar(readFileSync(join(folder, 'theirs.tar')));
    expect(read.ok && read.value.map(({path, content}) => [path, content.length])).toEqual([['theirs/x', 700]]);
  });

  it('that are damaged, cut short or hold links are refused with a reason', () => {
    const whole = writeTar([{path: 'b/x', content: bytes('hello')}]);
    const damaged = whole.slice();
    damaged[3] = 66;
    const negative = whole.slice();
    negative.set(bytes('-0000001000\0'), 124);
    negative.set(bytes((sumOf(negative) | 0).toString(8).padStart(6, '0')), 148);
    const link = whole.slice();
    link[156] = 50;
    link.set(bytes((sumOf(link) | 0).toString(8).padStart(6, '0')), 148);
    const reason = (archive: Uint8Array): string => {
      const read = readTar(archive);
      return read.ok ? 'read' : read.error;
    };
    expect(reason(damaged)).toBe('the archive is damaged');
    expect(reason(whole.subarray(0, 1024))).toBe('the archive is cut short');
    expect(reason(whole.subarray(0, 514))).toBe('the archive ends in the middle of `b/x`');
    expect(reason(negative)).toBe('the archive ends in the middle of `b/x`');
    expect(reason(link)).toBe('the archive holds something that is no file: `b/x`');
    expect(reason(new Uint8Array(0))).toBe('the archive is cut short');
  });

  it('refuse a path that the format cannot hold', () => {
    expect(() => writeTar([{path: `b/${'x'.repeat(120)}`, content: bytes('')}])).toThrow('too long for an archive');
  });
});

/** Of a header, its own field counted as blanks. */
function sumOf(block: Uint8Array): number {
  return block.subarray(0, 512).reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}
