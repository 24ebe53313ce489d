/** Files that become folders, links of every sort, pipes, modes, holes: what may lie where an input or output is declared. */
import {execFileSync} from 'node:child_process';
import {chmodSync, linkSync, mkdirSync, openSync, ftruncateSync, closeSync, symlinkSync, utimesSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {FileTrouble} from '../../src/host/host.ts';
import {Rig} from '../rig/rig.ts';
import {withFiles} from '../rig/with-files.ts';
import {pipelineText, SpawnedCli} from './spawned-cli.ts';

const LIST = 'find -L in 2>/dev/null | LC_ALL=C sort > out.txt; cat in >> out.txt 2>/dev/null || true';

/** A stage that reads `in`, whatever it is. */
function reading(cmd: string = LIST): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd, deps: ['in'], outs: ['out.txt']}}));
  return rig;
}

describe('an input', () => {
  it('may turn from a file to a folder and back', async () => {
    await using rig = reading();
    rig.write('in', 'file');
    expect(await rig.run()).toMatchObject({ran: ['a']});
    rig.remove('in');
    rig.write('in/inner', 'file');
    expect(await rig.run()).toMatchObject({ran: ['a']});
    expect(rig.read('out.txt')).toContain('in/inner');
    rig.remove('in');
    rig.write('in', 'file');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('out.txt')).toBe('in\nfile');
  });

  it('may turn from a folder to a link to one: the bytes count, not the way to them', async () => {
    await using rig = reading();
    rig.write('in/inner', 'x');
    rig.write('elsewhere/inner', 'x');
    await rig.run();
    rig.remove('in');
    symlinkSync('elsewhere', rig.path('in'));
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('elsewhere/inner', 'y');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
  });

  it('may be a link that leads out of the project: a change there is a change here', async () => {
    await using rig = reading();
    await using outside = new Rig();
    outside.write('data', 'one');
    outside.write('folder/data', 'one');
    symlinkSync(outside.path('data'), rig.path('in'));
    expect(await rig.run()).toMatchObject({ran: ['a']});
    outside.write('data', 'two');
    expect(await rig.run()).toMatchObject({ran: ['a']});
    rig.remove('in');
    mkdirSync(rig.path('in'));
    symlinkSync(outside.path('folder'), rig.path('in/link'));
    expect(await rig.run()).toMatchObject({ran: ['a']});
    outside.write('folder/data', 'two');
    expect(await rig.run()).toMatchObject({ran: ['a']});
  });

  it('may hold links that lead back to where they are', async () => {
    await using rig = reading('ls in > out.txt');
    rig.write('in/inner', 'x');
    symlinkSync('.', rig.path('in/here'));
    symlinkSync('..', rig.path('in/above'));
    symlinkSync('/', rig.path('in/all'));
    symlinkSync('nowhere', rig.path('in/dangling'));
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 0});
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.remove('in/dangling');
    symlinkSync('somewhere-else', rig.path('in/dangling'));
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
  });

  it.each([
    [
      'a link that leads back to itself',
      (rig: Rig) => symlinkSync('in', rig.path('in')),
      /`in`.*(leads back to itself|not there)/,
    ],
    [
      'a folder with a link that leads back to itself',
      (rig: Rig) => {
        rig.write('in/x', '');
        symlinkSync('loop', rig.path('in/loop'));
      },
      /`in\/loop` is a symbolic link that leads back to itself: remove the link/,
    ],
    ['a link that leads nowhere', (rig: Rig) => symlinkSync('gone', rig.path('in')), /not there: `in`|in is missing/],
    [
      'a pipe',
      (rig: Rig) => execFileSync('mkfifo', [rig.path('in')]),
      /`in` is neither a file nor a folder but a pipe/,
    ],
    [
      'a folder with a pipe',
      (rig: Rig) => execFileSync('sh', ['-c', 'mkdir in; mkfifo in/pipe'], {cwd: rig.folder}),
      /`in\/pipe` is neither a file nor a folder but a pipe/,
    ],
    [
      'a socket',
      (rig: Rig) =>
        execFileSync('python3', ['-c', 'import socket; socket.socket(socket.AF_UNIX).bind("in")'], {cwd: rig.folder}),
      /`in` is neither a file nor a folder but a pipe, a socket/,
    ],
    [
      'a path through a file',
      (rig: Rig) => {
        rig.write('pipeline.yaml', pipelineText({a: {cmd: 'true', deps: ['file/in'], outs: ['out.txt']}}));
        rig.write('file', '');
      },
      /`file\/in`|file\/in is missing/,
    ],
  ])('that is %s is refused by its name, at once', async (_, make, message) => {
    await using rig = reading();
    make(rig);
    for (const argv of [['run'], ['plan'], ['status']]) {
      const {talk, out, code} = await rig.mlp(...argv);
      expect(`${talk}${out}`).toMatch(message);
      expect(code).toBe(argv[0] === 'run' ? 1 : 0);
    }
  });

  it('counts its exec bit, and neither its other modes, its time nor its other names', async () => {
    await using rig = reading();
    rig.write('in', 'x', 0o644);
    await rig.run();
    chmodSync(rig.path('in'), 0o600);
    utimesSync(rig.path('in'), 1, 1);
    linkSync(rig.path('in'), rig.path('other name'));
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    chmodSync(rig.path('in'), 0o755);
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    // A change through the other name of the same file.
    rig.write('other name', 'y');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
  });

  it('may hold empty folders and files of no byte, and each of them counts', async () => {
    await using rig = reading();
    rig.write('in/empty', '');
    await rig.run();
    for (const step of ['in/folder', 'in/folder/deeper']) {
      mkdirSync(rig.path(step));
      expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    }
    rig.remove('in/empty');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });

  it('may be a sparse file of 3 GB, in bounded memory', async () => {
    await using rig = reading('echo done > out.txt');
    const file = openSync(rig.path('in'), 'w');
    ftruncateSync(file, 3 * 2 ** 30);
    closeSync(file);
    const cli = new SpawnedCli(rig, ['run', '--json']);
    let largest = 0;
    const watch = setInterval(() => {
      largest = Math.max(largest, residentBytes(cli.pid));
    }, 20);
    expect(await cli.ended).toMatchObject({code: 0});
    clearInterval(watch);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(300 * 2 ** 20);
  });

  it('may be a folder of 20,000 files, of which one changes', async () => {
    await using rig = reading('find in -type f | wc -l > out.txt');
    execFileSync(
      'sh',
      [
        '-c',
        'mkdir in && cd in && seq 20000 | split -l 1 -a 4 -d - f 2>/dev/null || seq 20000 | awk \'{print > "f" $1; close("f" $1)}\'',
      ],
      {cwd: rig.folder},
    );
    expect(await rig.run()).toMatchObject({ran: ['a']});
    const count = rig.read('out.txt').trim();
    expect(Number(count)).toBeGreaterThan(9_000);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('in/one more', '');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect(Number(rig.read('out.txt'))).toBe(Number(count) + 1);
  });
});

function residentBytes(pid: number): number {
  try {
    return (
      Number(
        /^VmRSS:\s+(\d+)/m.exec(
          execFileSync('cat', [`/proc/${pid}/status`], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}),
        )?.[1] ?? 0,
      ) * 1024
    );
  } catch {
    return 0;
  }
}

it('a work folder that cannot be removed is told, and the result is recorded all the same', async () => {
  await using rig = reading();
  rig.write('in', 'x');
  const work = (path: string): boolean => path.startsWith('.mlp/work/');
  rig.wrap = (host) =>
    withFiles(host, (files) => ({
      remove(path) {
        if (work(path)) throw new FileTrouble('EACCES', path, `\`${path}\` may not be removed`);
        files.remove(path);
      },
    }));
  const {code, outcomes, events} = await rig.run();
  expect([code, outcomes]).toEqual([0, {a: 'ran'}]);
  expect(events).toContainEqual(
    expect.objectContaining({type: 'notice', code: 'work-left', level: 'warning', stage: 'a'}),
  );
  expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
});
