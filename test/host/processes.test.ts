import {spawn} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {buildSync} from 'esbuild';
import {describe, expect, it} from 'vitest';
import {pidsWith, startIn, tempFolder, tempHost, until} from './rig.ts';

/** A number that marks the `sleep` of one test in the list of processes. */
const mark = (): string => `9${Math.floor(Math.random() * 1e7)}.25`;

describe('a process', () => {
  it('gives its exit code, and its output in the order in which it was written to either stream', async () => {
    const host = tempHost();
    const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 7';
    const exit = await startIn(host, ['sh', '-c', script]).exited;
    expect(exit).toMatchObject({code: 7, signal: undefined});
    expect(exit.error).toBeUndefined();
    expect(host.files.readText('log')).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
  });

  it('runs where the folder for temporary files is not there', async () => {
    const host = tempHost();
    const before = process.env['TMPDIR'];
    try {
      process.env['TMPDIR'] = '/not/there';
      expect(await startIn(host, ['true']).exited).toMatchObject({code: 0});
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('receives its arguments letter by letter', async () => {
    const host = tempHost();
    const odd = ['-n', '--', 'a b', "it's", '"quoted"', 'line\nbreak', '$HOME `id` \\', '', 'ü', '*'];
    await startIn(host, [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd])
      .exited;
    expect(JSON.parse(host.files.readText('log'))).toEqual(odd);
  });

  it('is a program, never a word of the shell', async () => {
    const host = tempHost();
    expect((await startIn(host, ['exit', '3']).exited).error?.kind).toBe('not-found');
    await startIn(host, ['echo', '-e', 'a\\tb']).exited;
    expect(host.files.readText('log')).toBe('a\tb\n');
  });

  it('sees the given environment only, no input, and only the standard descriptors', async () => {
    const host = tempHost();
    const code = `
      console.log(JSON.stringify(Object.keys(process.env).sort()));
      console.log(JSON.stringify(require('fs').readFileSync(0, 'utf8')));
      const names = require('fs').readdirSync('/proc/self/fd').flatMap((fd) => {
        try { return [fd + ' ' + require('fs').readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; }
      });
      console.log(names.filter((name) => name.includes('socket:') || name.includes('mlp')).join());
      console.log(process.umask().toString(8));`;
    const env = {PATH: process.env['PATH'] ?? '', ONLY: 'this'};
    await host.processes.start({argv: [process.execPath, '-e', code], cwd: '.', env, logFile: 'log'}).exited;
    const [names = '', input, descriptors, umask] = host.files.readText('log').split('\n');
    expect((JSON.parse(names) as string[]).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
      'ONLY',
      'PATH',
    ]);
    expect(input).toBe('""');
    expect(descriptors).toBe(`1 ${host.root}/log,2 ${host.root}/log`);
    expect(umask).toBe('22');
  });

  it('tells a signal from an exit code', async () => {
    const host = tempHost();
    expect(await startIn(host, ['sh', '-c', 'kill -SEGV $$']).exited).toMatchObject({
      code: undefined,
      signal: 'SIGSEGV',
    });
    expect(await startIn(host, ['sh', '-c', 'exit 255']).exited).toMatchObject({code: 255, signal: undefined});
  });

  it('reports the CPU time of its children and the memory it took', async () => {
    const host = tempHost();
    const burn =
      'const held = Buffer.alloc(8e7, 1); const end = process.cpuUsage().user + 5e5; while (process.cpuUsage().user < end); held.fill(2)';
    const exit = await startIn(host, ['sh', '-c', '"$0" -e "$1"; true', process.execPath, burn]).exited;
    expect(exit.use.cpuMs).toBeGreaterThanOrEqual(450);
    expect(exit.use.peakRssBytes).toBeGreaterThan(8e7);
  });
});

describe('a process that cannot be started', () => {
  const started = async (argv: readonly string[], cwd = '.') => {
    const host = tempHost();
    writeFileSync(join(host.root, 'plain'), 'echo hello\n');
    writeFileSync(join(host.root, 'lost'), '#!/no/such/interpreter -x\n', {mode: 0o755});
    mkdirSync(join(host.root, 'folder'));
    const {error} = await startIn(host, argv, cwd).exited;
    return `${error?.kind}: ${error?.message.replaceAll(host.root, 'ROOT')}`;
  };

  it.each([
    [
      ['no-such-program'],
      'not-found: the program `no-such-program` is not on PATH: install it, or add its folder to PATH',
    ],
    [['plain'], "not-found: the program `plain` is not on PATH: there is one in the stage's folder: write `./plain`"],
    [['./gone'], 'not-found: the program `./gone` is not there (looked in `ROOT`)'],
    [['./plain'], 'not-started: `./plain` is not executable: run `chmod +x ./plain`'],
    [['./folder'], 'not-started: `./folder` is a folder, not a program'],
    [['./lost'], 'not-found: `ROOT/lost` starts with `#!/no/such/interpreter`, which is not there'],
    [[''], 'not-found: the name of the program is empty: the first word of the command names it'],
    [
      ['true', 'x'.repeat(4_000_000)],
      'not-started: the arguments and environment of `/usr/bin/true` are too large for the system: put them into a file',
    ],
  ])('says why: %.40j', async (argv, message) => {
    expect((await started(argv)).replace('`/bin/true`', '`/usr/bin/true`')).toBe(message);
  });

  it('says so when the folder is missing', async () => {
    expect(await started(['true'], 'nowhere')).toBe(
      "not-started: the stage's folder `ROOT/nowhere` is not there: make it, or mend `cwd`",
    );
  });
});

describe('stopping', () => {
  it('reaches grandchildren', async () => {
    const host = tempHost();
    const id = mark();
    const work = startIn(host, ['sh', '-c', `sh -c 'sleep ${id}; true' & sleep ${id}; true`]);
    await until('both sleep', () => pidsWith(`sleep\0${id}`).length === 2);
    work.stop('SIGTERM');
    expect(await work.exited).toMatchObject({signal: 'SIGTERM'});
    expect(pidsWith(id)).toEqual([]);
  });

  it('leaves a process the time to end in its own way', async () => {
    const host = tempHost();
    const work = startIn(host, [
      'sh',
      '-c',
      'trap "sleep 0.3; echo tidied up; exit 5" INT; echo ready; while :; do sleep 0.05; done',
    ]);
    await until('it is ready', () => host.files.readTextIfThere('log')?.includes('ready') === true);
    work.stop('SIGINT');
    expect(await work.exited).toMatchObject({code: 5});
    expect(host.files.readText('log')).toBe('ready\ntidied up\n');
  });

  it('kills what ignores SIGTERM', async () => {
    const host = tempHost();
    const id = mark();
    const work = startIn(host, ['sh', '-c', `trap '' TERM INT; echo ready; while :; do sleep ${id}; done`]);
    await until('it is ready', () => pidsWith(`sleep\0${id}`).length === 1);
    work.stop('SIGTERM');
    work.stop('SIGINT');
    expect(work.sample()).toBeDefined();
    work.stop('SIGKILL');
    expect(await work.exited).toMatchObject({code: undefined, signal: 'SIGKILL'});
    expect(pidsWith(id)).toEqual([]);
    expect(work.sample()).toBeUndefined();
    work.stop('SIGTERM');
  });
});

describe('no orphans', () => {
  it('ends what a stage leaves running, and says so in its log', async () => {
    const host = tempHost();
    const id = mark();
    // A child of the shell has its name only once it has become the program.
    const named = 'until grep -aq ^sleep /proc/$!/cmdline; do :; done';
    const script = `trap '' TERM; sleep ${id} & ${named}; sleep ${id} & ${named}; echo done; exit 0`;
    const exit = await startIn(host, ['sh', '-c', script]).exited;
    expect(exit.code).toBe(0);
    expect(pidsWith(id)).toEqual([]);
    expect(host.files.readText('log')).toMatch(
      /^done\nmlp: ended what the stage left running in the background: sleep [\d.]+ \(\d+\), sleep [\d.]+ \(\d+\)\n$/,
    );
  });

  it('ends it also where the disk of the log is full', async () => {
    const host = tempHost();
    const id = mark();
    const argv = ['sh', '-c', `sleep ${id} & exit 0`];
    const exit = await host.processes.start({argv, cwd: '.', env: {PATH: '/usr/bin:/bin'}, logFile: '/dev/full'})
      .exited;
    expect(exit.code).toBe(0);
    expect(pidsWith(id)).toEqual([]);
  });

  it('nothing outlives an engine that is killed with SIGKILL', async () => {
    const folder = tempFolder();
    const id = mark();
    const engine = join(folder, 'engine.mjs');
    buildSync({
      stdin: {
        contents: `
          import {openHost} from './src/host/open-host.ts';
          const host = openHost(${JSON.stringify(folder)});
          const env = {PATH: process.env.PATH};
          for (const name of ['a', 'b']) {
            host.processes.start({argv: ['sh', '-c', "trap '' TERM; sleep ${id} & sleep ${id}; true"], cwd: '.', env, logFile: name});
          }
          setInterval(() => {
            // Stages that come and go: the engine is killed at any moment of their life.
            host.processes.start({argv: ['sleep', '${id}'], cwd: '.', env, logFile: 'c'});
          }, 1);`,
        resolveDir: join(import.meta.dirname, '../..'),
        loader: 'ts',
      },
      outfile: engine,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
    });
    const child = spawn(process.execPath, [engine], {stdio: 'inherit'});
    await until('stages run', () => pidsWith(`sleep\0${id}`).length > 10);
    child.kill('SIGKILL');
    await until('nothing is left', () => pidsWith(id).length === 0);
    chmodSync(folder, 0o700);
    expect(pidsWith(folder)).toEqual([]);
  });

  it('a guard that somebody killed is replaced', async () => {
    const host = tempHost();
    const id = mark();
    const before = new Set(pidsWith('mlp-guard'));
    const first = startIn(host, ['sleep', id]);
    await until('the guard is there', () => pidsWith('mlp-guard').some((pid) => !before.has(pid)));
    for (const pid of pidsWith('mlp-guard')) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
    expect((await startIn(host, ['true']).exited).code).toBe(0);
    first.stop('SIGKILL');
    await first.exited;
    expect((await startIn(host, ['true']).exited).code).toBe(0);
  });
});

describe('a helper program', () => {
  it('gives its outputs and its code', async () => {
    const host = tempHost();
    expect(await host.processes.capture(['sh', '-c', 'cat; echo no >&2; exit 3'], {input: 'yes'})).toEqual({
      code: 3,
      stdout: 'yes',
      stderr: 'no\n',
    });
  });

  it('is ended with all its children when it takes too long', async () => {
    const host = tempHost();
    const id = mark();
    const captured = await host.processes.capture(['sh', '-c', `sleep ${id} & sleep ${id}`], {timeoutMs: 200});
    expect(captured.code).toBeUndefined();
    expect(captured.stderr).toContain('`sh` took longer than 200 ms');
    await until('its children have ended', () => pidsWith(id).length === 0);
  });

  it('that is not there is no exception', async () => {
    const captured = await tempHost().processes.capture(['no-such-program', '--version']);
    expect(captured.code).toBeUndefined();
    expect(captured.stderr).toContain('no-such-program');
  });

  it('is found on PATH without starting anything', () => {
    const host = tempHost();
    writeFileSync(join(host.root, 'tool'), '', {mode: 0o755});
    expect(host.processes.which('sh')).toMatch(/^\/.*\/sh$/);
    expect(host.processes.which('no-such-program')).toBeUndefined();
    expect(host.processes.which('./tool')).toBe(join(host.root, 'tool'));
    expect(host.processes.which('tool')).toBeUndefined();
  });
});
