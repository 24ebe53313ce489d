/** Finds programs without starting any, and says why one cannot be started. */
import * as fs from 'node:fs';
import {resolve} from 'node:path';

/** What execvp searches when PATH is not set. */
const DEFAULT_PATH = '/usr/bin:/bin';

export type FoundProgram =
  | {readonly kind: 'found'; readonly path: string}
  | {readonly kind: 'not-found' | 'not-started'; readonly message: string};

/** @param program as in argv[0]. @param path the value of PATH. @param cwd absolute; relative programs start there. */
export function findProgram(program: string, path: string | undefined, cwd: string): FoundProgram {
  if (program === '')
    return {kind: 'not-found', message: 'the name of the program is empty: the first word of the command names it'};
  if (program.includes('\0')) return {kind: 'not-found', message: 'the name of the program holds a NUL character'};
  if (program.includes('/')) {
    const absolute = resolve(cwd, program);
    switch (askFile(absolute)) {
      case 'executable':
        return {kind: 'found', path: absolute};
      case 'plain':
        return {kind: 'not-started', message: `\`${program}\` is not executable: run \`chmod +x ${program}\``};
      case 'folder':
        return {kind: 'not-started', message: `\`${program}\` is a folder, not a program`};
      case 'absent':
        return {kind: 'not-found', message: `the program \`${program}\` is not there (looked in \`${cwd}\`)`};
    }
  }
  let plain: string | undefined;
  for (const folder of (path ?? DEFAULT_PATH).split(':')) {
    const absolute = resolve(cwd, folder, program);
    const answer = askFile(absolute);
    if (answer === 'executable') return {kind: 'found', path: absolute};
    if (answer === 'plain') plain ??= absolute;
  }
  if (plain !== undefined)
    return {kind: 'not-started', message: `\`${plain}\` is not executable: run \`chmod +x ${plain}\``};
  const here = askFile(resolve(cwd, program));
  const hint =
    here === 'executable' || here === 'plain'
      ? `there is one in the stage's folder: write \`./${program}\``
      : 'install it, or add its folder to PATH';
  return {kind: 'not-found', message: `the program \`${program}\` is not on PATH: ${hint}`};
}

/** For a script whose first line names a program that is not there: a sentence that says so. */
export function missingInterpreter(path: string): string | undefined {
  let head: string;
  try {
    const file = fs.openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(256);
      head = bytes.toString('latin1', 0, fs.readSync(file, bytes, 0, bytes.length, 0));
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return undefined;
  }
  const interpreter = /^#! *([^\s]+)/.exec(head)?.[1];
  if (interpreter === undefined || askFile(interpreter) === 'executable') return undefined;
  const windows =
    head.split('\n', 1)[0]?.endsWith('\r') === true ? ' (the line ends like on Windows: run `dos2unix` on it)' : '';
  return `\`${path}\` starts with \`#!${interpreter}\`, which is not there${windows}`;
}

function askFile(absolute: string): 'executable' | 'plain' | 'folder' | 'absent' {
  try {
    // Most folders of PATH do not have it, and an error costs more than the question.
    const stat = fs.statSync(absolute, {throwIfNoEntry: false});
    if (stat === undefined) return 'absent';
    if (stat.isDirectory()) return 'folder';
  } catch {
    return 'absent';
  }
  try {
    fs.accessSync(absolute, fs.constants.X_OK);
    return 'executable';
  } catch {
    return 'plain';
  }
}
