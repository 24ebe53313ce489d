import {expect, it} from 'vitest';
import {tracedFiles, traceArgv} from '../../src/engine/trace.ts';

const read = (...lines: readonly string[]): readonly string[] =>
  [...tracedFiles(lines, '/p')].map(([letter, path]) => `${letter} ${path}`);

it('takes the path of an open from the kernel, with its escapes, and its direction from the flags', () => {
  expect(
    read(
      '7  openat(AT_FDCWD</p/s>, "../x", O_RDONLY|O_CLOEXEC) = 3</p/a b/x\\0741\\76\\"\\303\\251>',
      '7  openat(AT_FDCWD</p>, "O_WRONLY", O_RDONLY) = 3</p/O_WRONLY>',
      '7  openat(AT_FDCWD</p>, "o", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4</p/o>',
      '7  openat2(AT_FDCWD</p>, "q", {flags=O_RDWR, resolve=0}, 24) = 4</p/q>',
      '7  creat("n", 0644) = 5</p/n>',
      '7  openat(AT_FDCWD</p>, "d", O_RDONLY|O_DIRECTORY) = 3</p/d>',
      '7  openat(AT_FDCWD</p>, "no", O_RDONLY) = -1 ENOENT (No such file or directory)',
      '7  open("gone", O_RDONLY) = 3</p/gone>(deleted)',
    ),
  ).toEqual(['R /p/a b/x<1>"é', 'R /p/O_WRONLY', 'W /p/o', 'W /p/q', 'W /p/n', 'R /p/gone']);
});

it('puts together what other processes interrupted', () => {
  expect(
    read(
      '7  openat(AT_FDCWD</p>, "a", O_RDONLY <unfinished ...>',
      '8  openat(AT_FDCWD</p>, "b", O_RDONLY) = 3</p/b>',
      '7  <... openat resumed>) = 3</p/a>',
      '9  <... openat resumed>) = 3</p/lost>',
    ),
  ).toEqual(['R /p/b', 'R /p/a']);
});

it('follows the folder of every process for calls that give no path back', () => {
  expect(
    read(
      '7  chdir("sub") = 0',
      '7  rename("t", "final") = 0',
      '7  clone(child_stack=NULL, flags=SIGCHLD) = 8',
      '8  symlink("target", "link") = 0',
      '8  fchdir(4</p/else>) = 0',
      '8  execve("./run.sh", ["./run.sh", "x"], 0x7ff /* 3 vars */) = 0',
      '7  renameat2(AT_FDCWD</p/w>, "a", 5</p/v>, "b", 0) = 0',
      '7  rename("x", "y") = 0',
      '9  linkat(AT_FDCWD</p>, "a", AT_FDCWD</p>, "/p/../q", 0) = 0',
      '9  rename("x", "failed") = -1 EXDEV (Invalid cross-device link)',
      '9  +++ exited with 0 +++',
      'nonsense',
    ),
  ).toEqual(['W /p/sub/final', 'W /p/sub/link', 'R /p/else/run.sh', 'W /p/v/b', 'W /p/w/y', 'W /q']);
});

it('leaves the program and its words as they are', () => {
  const argv = ['sh', '-c', '-x "$@"'];
  expect(traceArgv('/usr/bin/strace', '/t', argv, true).slice(-4)).toEqual(['--', ...argv]);
  expect(traceArgv('/usr/bin/strace', '/t', argv, false)).not.toContain('--seccomp-bpf');
});

it('asks for no call by name that some processors do not have', () => {
  expect(traceArgv('/usr/bin/strace', 't', ['true'], true).join(' ')).not.toMatch(/[=,](?:fork|vfork|clone3)\b/);
});
