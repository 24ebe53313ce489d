/** Folders and files that may not be written or read: a clear message, and nothing lost. */
import {spawnSync} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {inShell, namespace} from './small-disk.ts';
import {Marker, mlpBin, pipelineText} from './spawned-cli.ts';

const STAGES = {a: {cmd: 'cat in.txt > out.txt', deps: ['in.txt'], outs: ['out.txt']}};

function project(folder: string): Rig {
  const rig = new Rig();
  rig.write(`${folder}/pipeline.yaml`, pipelineText(STAGES));
  rig.write(`${folder}/in.txt`, 'first\n');
  return rig;
}

it('a read-only cache: the stage fails and names it, the old output is back; once it may be written all is well', async () => {
  await using rig = project('.');
  const steps = await inShell(
    rig,
    `step first run
     echo second > in.txt
     ${namespace ? 'mount --bind .mlp/cache .mlp/cache; mount -o remount,ro,bind .mlp/cache' : 'chmod -R a-w .mlp/cache'}
     step locked run
     cat out.txt > seen
     echo first > in.txt
     step known run
     echo second > in.txt
     ${namespace ? 'umount .mlp/cache' : 'chmod -R u+w .mlp/cache'}
     step open run`,
  );
  expect(steps['first']).toMatchObject({code: 0});
  expect(steps['locked']).toMatchObject({
    code: 1,
    text: expect.stringMatching(/`\.mlp\/cache[^`]*`.*(read-only|permission)/),
  });
  expect(rig.read('seen')).toBe('first\n');
  // What is known is no reason to write.
  expect(steps['known']).toMatchObject({code: 0, text: expect.stringContaining('1 stage up to date')});
  expect(steps['open']).toMatchObject({code: 0, text: expect.stringContaining('1 ran')});
  expect(rig.read('out.txt')).toBe('second\n');
});

it('a read-only project: every command says so in one sentence', async () => {
  await using rig = project('p');
  const commands = [
    'run',
    'plan',
    'status',
    'why a',
    'logs a',
    'runs',
    'diff',
    'metrics',
    'dag',
    'doctor',
    'gc',
    'clean',
    'restore',
    'add --list',
    'add in.txt',
    'verify',
    'accept a --because x',
  ];
  const steps = await inShell(
    rig,
    `cd p; step first run; cd ..
     ${namespace ? 'mount --bind p p; mount -o remount,ro,bind p' : 'chmod -R a-w p'}
     cd p
     ${commands.map((command) => `step '${command}' ${command}`).join('\n')}
     cd ..
     ${namespace ? 'umount p' : 'chmod -R u+w p'}
     cd p; step open run`,
  );
  for (const command of commands) {
    expect(steps[command]?.text).not.toMatch(/bug in mlp|SqliteError|at Object/);
    expect([0, 1]).toContain(steps[command]?.code);
  }
  expect(steps['open']).toMatchObject({code: 0, text: expect.stringContaining('1 stage up to date')});
});

it('a file and a folder that may not be read are named, with what to look at', async () => {
  await using rig = project('.');
  rig.write('folder/inner', 'x');
  chmodSync(rig.folder, 0o777);
  const run = (): {readonly code: number | null; readonly talk: string} => {
    // Root may read everything: be nobody.
    const drop = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const words = [...drop, process.execPath, mlpBin, 'run'];
    const {status, stderr} = spawnSync(words[0] ?? '', words.slice(1), {
      cwd: rig.folder,
      env: new Marker().env(),
      encoding: 'utf8',
    });
    return {code: status, talk: stderr};
  };
  expect(run()).toMatchObject({code: 0});
  chmodSync(rig.path('in.txt'), 0);
  rig.write('in2', '');
  rig.write(
    'pipeline.yaml',
    pipelineText({a: STAGES.a, b: {cmd: 'ls folder > b.txt', deps: ['folder'], outs: ['b.txt']}}),
  );
  const unreadable = rig.path('folder/inner');
  chmodSync(unreadable, 0);
  // Hashed anew: what was read before and did not change is known without reading it.
  rig.remove('.mlp/mlp.db');
  rig.remove('.mlp/mlp.db-wal');
  rig.remove('.mlp/mlp.db-shm');
  const file = run();
  expect(file).toMatchObject({
    code: 1,
    talk: expect.stringContaining('permission denied for `in.txt`: check the owner and the mode'),
  });
  chmodSync(rig.path('in.txt'), 0o644);
  expect(run()).toMatchObject({code: 1, talk: expect.stringContaining('permission denied for `folder/inner`')});
  chmodSync(unreadable, 0o644);
  chmodSync(rig.path('folder'), 0);
  expect(run()).toMatchObject({code: 1, talk: expect.stringContaining('permission denied for `folder')});
  chmodSync(rig.path('folder'), 0o755);
  expect(run()).toMatchObject({code: 0});
});

it('without a home folder that may be written everything works', async () => {
  await using rig = project('.');
  rig.env = {PATH: process.env['PATH'] ?? '', HOME: '/proc/nowhere'};
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
});
