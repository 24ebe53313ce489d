/**
 * What `strace` writes, read as files that were opened. With `-y` it shows the kernel's own path of every descriptor, so
 * that links, `..` and folders that were changed need no guess; other paths are relative to the folder the process is in.
 */
import type {Host} from '../host/host.ts';

const CHUNK_BYTES = 4 * 2 ** 20;
/** Files by name, and what is needed to know the folder of every process. `?`: not every processor has these calls. */
const CALLS = 'trace=%file,fchdir,clone,?clone3,?fork,?vfork';

/** @param strace its absolute path. @param quick whether the kernel may leave out the other calls by itself. */
export const traceArgv = (strace: string, file: string, argv: readonly string[], quick: boolean): readonly string[] => [
  ...[strace, '-f', '-qq', '-y', '-e', CALLS, '-e', 'signal=none', '-o', file],
  ...(quick ? ['--seccomp-bpf'] : []),
  ...['--', ...argv],
];

/** The lines of a trace, without holding it whole. */
export function* traceLines(files: Pick<Host['files'], 'readRange'>, path: string): Iterable<string> {
  // strace escapes what is not ASCII.
  const decoder = new TextDecoder('latin1');
  let rest = '';
  for (let at = 0; ;) {
    const bytes = files.readRange(path, at, CHUNK_BYTES);
    if (bytes.length === 0) break;
    at += bytes.length;
    const lines = (rest + decoder.decode(bytes)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** `R` or `W` and an absolute path for every file that was opened, run, renamed to or linked. @param cwd where it began. */
export function* tracedFiles(
  lines: Iterable<string>,
  cwd: string,
): Iterable<readonly [letter: 'R' | 'W', path: string]> {
  const folders = new Map<string, string>();
  const unfinished = new Map<string, string>();
  for (const line of lines) {
    const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined || text === undefined) continue;
    if (text.endsWith('<unfinished ...>')) {
      unfinished.set(pid, text.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text)?.[0];
    const whole = resumed === undefined ? text : (unfinished.get(pid) ?? '') + text.slice(resumed.length);
    if (resumed !== undefined) unfinished.delete(pid);
    const [, call, args, result] = /^(\w+)\((.*)\) += (.*)$/.exec(whole) ?? [];
    if (call === undefined || args === undefined || result === undefined) continue;
    const stands = /\bAT_FDCWD<([^>]*)>/.exec(args)?.[1];
    if (stands !== undefined) folders.set(pid, unescaped(stands));
    if (!/^\d/.test(result)) continue;
    const here = folders.get(pid) ?? cwd;
    const named = pathsOf(args, here);
    const [first, second] = named;
    switch (call) {
      case 'open':
      case 'openat':
      case 'openat2':
      case 'creat': {
        const path = /^\d+<([^>]*)>/.exec(result)?.[1];
        const flags = call === 'creat' ? 'O_WRONLY' : args.replace(/"(?:[^"\\]|\\.)*"/g, '');
        if (path !== undefined && !/\bO_(?:DIRECTORY|PATH)\b/.test(flags))
          yield [/\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b/.test(flags) ? 'W' : 'R', unescaped(path)];
        break;
      }
      case 'execve':
      case 'execveat':
        if (first !== undefined) yield ['R', first];
        break;
      case 'truncate':
        if (first !== undefined) yield ['W', first];
        break;
      case 'rename':
      case 'renameat':
      case 'renameat2':
      case 'link':
      case 'linkat':
      case 'symlink':
      case 'symlinkat':
        if (second !== undefined) yield ['W', second];
        break;
      case 'chdir':
        if (first !== undefined) folders.set(pid, first);
        break;
      case 'fchdir':
        folders.set(pid, unescaped(/^\d+<([^>]*)>/.exec(args)?.[1] ?? here));
        break;
      case 'fork':
      case 'vfork':
      case 'clone':
      case 'clone3': {
        const child = /^\d+/.exec(result)?.[0];
        // A child may have been heard of before its parent was told its number.
        if (child !== undefined && !folders.has(child)) folders.set(child, here);
      }
    }
  }
}

/** Every text of the arguments as an absolute path: below the folder that is named before it, else below `here`. */
function pathsOf(args: string, here: string): readonly string[] {
  return [...args.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, folder, text]) => {
    const path = unescaped(text ?? '');
    return normal(path.startsWith('/') ? path : `${folder === undefined ? here : unescaped(folder)}/${path}`);
  });
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const ESCAPES: Readonly<Record<string, number>> = {n: 10, t: 9, r: 13, v: 11, f: 12, a: 7, b: 8};

/** C escapes of bytes, which are UTF-8 again together. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  for (const [, octal, letter, plain] of text.matchAll(/\\([0-7]{1,3})|\\(.)|([^\\])/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0));
    else if (plain !== undefined) bytes.push(plain.charCodeAt(0));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
