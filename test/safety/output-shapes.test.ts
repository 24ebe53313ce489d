/** What stages may leave as an output: files, folders, links, modes; and what is refused. */
import {execFileSync} from 'node:child_process';
import {chmodSync, lstatSync, readlinkSync, statSync, symlinkSync} from 'node:fs';
import {expect, it, describe} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

describe('an output', () => {
  it('may turn from a file to a folder and back, and each comes back from the cache', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      pipelineText({
        a: {
          cmd: 'if [ -s in ]; then mkdir out; cp in out/inner; mkdir out/empty; else echo file > out; fi',
          deps: ['in'],
          outs: ['out'],
        },
      }),
    );
    rig.write('in', '');
    expect(await rig.run()).toMatchObject({ran: ['a']});
    rig.write('in', 'x');
    expect(await rig.run()).toMatchObject({ran: ['a']});
    expect(lstatSync(rig.path('out')).isDirectory()).toBe(true);
    rig.write('in', '');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('out')).toBe('file\n');
    rig.write('in', 'x');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('out/inner')).toBe('x');
    expect(lstatSync(rig.path('out/empty')).isDirectory()).toBe(true);
  });

  it('keeps its exec bit, its links and its empty folders through the cache', async () => {
    await using rig = new Rig();
    const cmd =
      'mkdir -p d/empty; echo x > d/run; chmod 755 d/run; ln -s run d/link; ln -s nowhere d/dangling; echo y > f; chmod 755 f';
    rig.write('pipeline.yaml', pipelineText({a: {cmd, outs: ['d', 'f']}}));
    expect(await rig.run()).toMatchObject({ran: ['a']});
    rig.remove('d');
    rig.remove('f');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(statSync(rig.path('d/run')).mode & 0o111).toBe(0o111);
    expect(statSync(rig.path('f')).mode & 0o111).toBe(0o111);
    expect([readlinkSync(rig.path('d/link')), readlinkSync(rig.path('d/dangling'))]).toEqual(['run', 'nowhere']);
    expect(lstatSync(rig.path('d/empty')).isDirectory()).toBe(true);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    chmodSync(rig.path('f'), 0o644);
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
  });

  it('that replaces a link to a file outside never writes through it', async () => {
    await using rig = new Rig();
    await using outside = new Rig();
    outside.write('precious', 'mine');
    symlinkSync(outside.path('precious'), rig.path('out'));
    rig.write('pipeline.yaml', pipelineText({a: {cmd: 'echo new > out', outs: ['out']}}));
    expect(await rig.run()).toMatchObject({ran: ['a']});
    rig.remove('out');
    symlinkSync(outside.path('precious'), rig.path('out'));
    expect(await rig.run()).toMatchObject({code: 0});
    expect(rig.read('out')).toBe('new\n');
    expect(outside.read('precious')).toBe('mine');
  });

  it.each([
    ['a pipe', 'mkfifo out', /neither a file nor a folder but a pipe/],
    ['a folder with a pipe', 'mkdir out; mkfifo out/pipe', /`out\/pipe` is neither a file nor a folder but a pipe/],
    ['a link that leads nowhere', 'ln -s nowhere out', /`out`/],
    ['a link to itself', 'ln -s out out', /`out`/],
  ])('that is %s fails the stage by its name', async (_, cmd, message) => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', pipelineText({a: {cmd, outs: ['out']}}));
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringMatching(message)});
  });

  it.each([
    ['a pipe', 'mkfifo out', /neither a file nor a folder but a pipe/],
    ['a link to itself', 'ln -s out out', /`out` is a symbolic link that leads back to itself/],
  ])('in whose place lies %s fails its stage by its name, and no other', async (_, cmd, message) => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      pipelineText({a: {cmd: 'echo x > out', outs: ['out']}, b: {cmd: 'echo y > b', outs: ['b']}}),
    );
    execFileSync('/bin/sh', ['-c', cmd], {cwd: rig.folder});
    const {code, talk} = await rig.mlp('run', '--keep-going');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringMatching(message)});
    expect(rig.read('b')).toBe('y\n');
    for (const command of ['status', 'why', 'diff']) {
      const asked = await rig.mlp(command, ...(command === 'why' ? ['a'] : []));
      expect(asked.talk).not.toContain('bug in mlp');
    }
    rig.remove('out');
    expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
  });

  it('is not recorded when its stage leaves a pipe among its inputs', async () => {
    await using rig = new Rig();
    rig.write('in/a', 'x');
    rig.write('pipeline.yaml', pipelineText({a: {cmd: 'mkfifo in/pipe; cp in/a out', deps: ['in'], outs: ['out']}}));
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringMatching(/a +failed .*`in\/pipe` is neither/)});
    rig.remove('in/pipe');
    expect(rig.exists('out')).toBe(false);
  });

  it('below a folder that a file takes the place of: the message names the file', async () => {
    await using rig = new Rig();
    rig.write('build', 'a file');
    rig.write('pipeline.yaml', pipelineText({a: {cmd: 'echo x > build/out', outs: ['build/out']}}));
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringContaining('`build`')});
    expect(rig.read('build')).toBe('a file');
  });

  it('of a folder that its stage made read-only can be made again', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      pipelineText({a: {cmd: 'mkdir d; cp in d/f; chmod 555 d; chmod 444 d/f', deps: ['in'], outs: ['d']}}),
    );
    for (const text of ['one', 'two', 'one']) {
      rig.write('in', text);
      expect(await rig.run()).toMatchObject({code: 0});
      expect(rig.read('d/f')).toBe(text);
    }
  });
});
