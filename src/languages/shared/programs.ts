/** Names of programs that run scripts, so that each command is claimed by one member of the family. */
import {projectPath, type ProjectPath} from '../../model/ids.ts';

export type ProgramFamily = 'python' | 'r' | 'node' | 'shell';

/** Last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Folder of a project path, `.` at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash);
}

/** Which member runs scripts through a program of this name; undefined for any other program. */
export function programFamily(program: string): ProgramFamily | undefined {
  const name = baseName(program);
  if (/^(?:python|pypy)(?:\d+(?:\.\d+)*)?t?$/.test(name)) return 'python';
  if (/^(?:Rscript|R)$/.test(name)) return 'r';
  if (/^(?:node|nodejs|tsx|ts-node|ts-node-esm|deno|bun)$/.test(name)) return 'node';
  if (SHELLS.has(name) || SCRIPT_PROGRAMS.has(name)) return 'shell';
  return undefined;
}

export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash']);

/** Programs whose scripts are taken as bytes, with the flags that take the next word as their value. */
export const SCRIPT_PROGRAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ruby', ['-I', '-r', '-C', '-E']],
  ['perl', ['-I']],
  ['julia', ['-L', '--load', '-p', '--procs', '-t', '--threads', '-J', '--sysimage']],
  ['php', ['-c', '-d', '-z']],
  ['lua', ['-l']],
  ['luajit', ['-l']],
  ['awk', ['-F', '-v']],
  ['octave', ['-p', '--path']],
  ['make', ['-j', '-I', '-o', '-W', '-l']],
  ['gmake', ['-j', '-I', '-o', '-W', '-l']],
]);

/** Which member runs a file that is started by its own name; by its ending. */
export function scriptFamily(script: string): ProgramFamily {
  if (/\.pyw?$/.test(script)) return 'python';
  if (/\.[rR]$/.test(script)) return 'r';
  if (/\.[cm]?[jt]sx?$/.test(script)) return 'node';
  return 'shell';
}

/** Project path of a script as a command names it; undefined when the folder is not known or it lies outside the project. */
export function scriptPath(text: string, cwd: string | undefined): ProjectPath | undefined {
  if (cwd === undefined) return undefined;
  const path = projectPath(text, cwd);
  return path === '.' ? undefined : path;
}
